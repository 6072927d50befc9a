"""The shape of `alerts.toml`: what is worth a message, for whom, and by which ways."""

from datetime import time, timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import Field, NaiveDatetime

from config.schema.fields import Hours, LevelName, Recipient, Slug, Strict
from vigie.model import Level

MAIL: Final = "smtp"
"""The channel of mail addresses, which is always there; no row may bear its name."""

Weekday = Annotated[int, Field(ge=1, le=7)]


class RuleRow(Strict):
    """A row of `alerts.toml`: what is worth an alert, for whom."""

    id: Slug = Field(description="Stable identity; incidents name the rule that opened them.")
    kind: str = Field(
        "bad_buzz",
        description="Which detector: bad_buzz, buzz, slow_rise, crisis_words, outlet, theme, silence, own_site, mention.",
    )
    brands: list[Slug] = Field([], description="Brand ids; empty: every own brand.")
    recipients: list[Recipient] = Field(
        [], description="Who is told: mail addresses and ids of `[[channel]]`. May be empty where a `[[route]]` names somebody."
    )
    rota: bool = Field(
        False, description="true: also the person on call, and who follows in `[rota]` until somebody takes it up."
    )
    options: dict[str, Any] = Field({}, description="Settings of the detector, see its own table.")


class DigestRow(Strict):
    """A digest of `alerts.toml`: what was said since the one before."""

    id: Slug = Field(description="Stable identity; a digest is sent once per id, day and recipient.")
    every: Literal["day", "weekday", "week", "month"] = Field(
        "day", description="`day`, `weekday` (Monday's tells the weekend apart), `week`, or `month` (on its first day)."
    )
    on: Weekday = Field(1, description="The day of a weekly digest; 1 is Monday.")
    brands: list[Slug] = Field([], description="Brand ids, also of competitors; empty: every own brand.")
    at: time = Field(time(8, 0), description="Local hour at which it is sent, in the team's zone.")
    team: str = Field("", description="The team that it is for, as its foot says; empty: `[team] name`.")
    attach: list[Literal["csv", "xlsx", "pdf"]] = Field(
        [], description="Its mentions as attached tables: `csv`, `xlsx`; itself to print: `pdf` (`pip install 'vigie[pdf]'`)."
    )
    recipients: list[Recipient] = Field(
        min_length=1, description="Who is told: mail addresses, and ids of `[[channel]]`, which have it in short."
    )


class Person(Strict):
    """A row of `alerts.toml`: somebody in the rota. Hours are local, in the team's zone."""

    id: Slug = Field(description="Stable identity; `[rota] people` names it.")
    address: Recipient = Field(description="Where alerts reach this person: a mail address, or the id of a `[[channel]]`.")
    hours: Hours = Field("09:00-18:00", description="Working hours; outside them only the person on call hears of an alert.")
    working_days: list[Weekday] = Field([1, 2, 3, 4, 5], description="1 is Monday. Public holidays are none.")
    quiet: Hours = Field("22:00-07:00", description="Hours in which nothing but a crisis gets through, on call or not.")


class Rota(Strict):
    """Who is told of an incident of a rule with `rota = true`, and who is next when nobody takes it up."""

    people: list[Slug] = Field(min_length=1, description="Ids of `[[person]]`, each on call for a week in this order.")
    begins: NaiveDatetime = Field(
        description="When the first one's week began, local: `2026-11-16T09:00:00`; it ends 7 days later."
    )
    wait: timedelta = Field(
        timedelta(minutes=30), ge=timedelta(minutes=5), description="How long an incident waits for each, as `PT30M` or seconds."
    )


class ChannelRow(Strict):
    """A row of `alerts.toml`: a way to reach people, beside mail. Its secrets come from the environment."""

    id: Slug = Field(description="Stable identity; recipients name it, and VIGIE_CHANNEL_<ID>_URL and _TOKEN its secrets.")
    kind: str = Field(description="slack, teams, mattermost, discord, telegram, ntfy, webhook, syslog, atom, sms or apprise.")
    options: dict[str, Any] = Field({}, description="Settings of the kind, see its own table.")


class RouteRow(Strict):
    """A row of `alerts.toml`: whom one sort of incident concerns. Each route that fits adds its recipients to the rule's."""

    id: Slug = Field(description="Stable identity.")
    to: list[Recipient] = Field(min_length=1, description="Who is told: mail addresses and ids of `[[channel]]`.")
    brands: list[Slug] = Field([], description="Brand ids; empty: every own brand.")
    level: LevelName = Field(Level.NOTICE, description="Least level: `avis` (notice), `alerte` (alert) or `crise` (crisis).")
    themes: list[Slug] = Field([], description="Complaint themes, of which the incident has one; empty: whatever it is about.")
    kinds: list[str] = Field([], description="Kinds of rule, as bad_buzz; empty: all.")
    hours: Hours = Field("", description='Local hours in which this route counts, as `"08:00-20:00"`; empty: always.')
    days: list[Weekday] = Field([], description="Local days on which it counts, 1 is Monday; empty: all.")
    quiet: Hours = Field("", description="Local hours in which only a crisis gets through; what is less waits for their end.")


class AlertsFile(Strict):
    """`alerts.toml`."""

    channel: list[ChannelRow] = Field([])
    route: list[RouteRow] = Field([])
    rule: list[RuleRow] = Field([])
    digest: list[DigestRow] = Field([])
    person: list[Person] = Field([])
    rota: Rota | None = Field(None)
