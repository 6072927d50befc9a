"""The shape of `alerts.toml`: what is worth a mail, for whom."""

from datetime import time
from typing import Any

from pydantic import Field

from config.schema.fields import Address, Slug, Strict


class RuleRow(Strict):
    """A row of `alerts.toml`: what is worth an alert, for whom."""

    id: Slug = Field(description="Stable identity; incidents name the rule that opened them.")
    kind: str = Field(
        "bad_buzz",
        description="Which detector: bad_buzz, buzz, slow_rise, crisis_words, outlet, theme, silence, own_site, mention.",
    )
    brands: list[Slug] = Field([], description="Brand ids; empty: every own brand.")
    recipients: list[Address] = Field(min_length=1, description="Who is told.")
    channel: str = Field("smtp", description="How they are told: smtp (mail).")
    options: dict[str, Any] = Field({}, description="Settings of the detector, see its own table.")


class DigestRow(Strict):
    """A digest of `alerts.toml`: the morning mail."""

    id: Slug = Field(description="Stable identity; a digest is sent once per id, day and recipient.")
    brands: list[Slug] = Field([], description="Brand ids; empty: every own brand.")
    at: time = Field(time(8, 0), description="Local hour at which it is sent, in the team's zone.")
    recipients: list[Address] = Field(min_length=1, description="Who is told.")
    channel: str = Field("smtp", description="How they are told: smtp (mail).")


class AlertsFile(Strict):
    """`alerts.toml`."""

    rule: list[RuleRow] = Field([])
    digest: list[DigestRow] = Field([])
