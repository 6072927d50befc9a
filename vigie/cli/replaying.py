"""`vigie replay`: what the live detectors would have said, on lines from outside or on the stored past with its price."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.common import load_config, local
from vigie.cli.texts import file_lines, input_lines, write_lines
from vigie.errors import VigieError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alerts.price import Past, PriceTag
    from alerts.rules import RuleOptions
    from config.schema import Config, RuleRow
    from vigie.ports import MentionStore, State

_SPAN = re.compile(r"(\d{1,4})(d|w|mo|y)")
_DAYS = {"d": 1, "w": 7, "mo": 30, "y": 365}


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command()(replay)


def replay(
    file: Annotated[Path | None, typer.Argument(help="Input; standard input when not given.")] = None,
    counts: Annotated[
        bool, typer.Option("--counts", help="Read a CSV timestamp,value instead; write timestamp,value,score,alert.")
    ] = False,
    rule: Annotated[str | None, typer.Option("--rule", help="Rule id in alerts.toml of --config whose options apply.")] = None,
    since: Annotated[str | None, typer.Option(help="Replay the stored past instead: 30d, 8w, 6mo, 1y.")] = None,
    wanted: Annotated[
        str | None, typer.Option("--tune", help="With --since: propose the sensitivity for so many alerts, as 1/week.")
    ] = None,
    curve: Annotated[Path | None, typer.Option(help="With --since: draw the alerts a week to this .png or .html.")] = None,
    folder: Annotated[
        Path, typer.Option("--config", "-c", envvar="VIGIE_CONFIG", help="Configuration folder, for --rule.")
    ] = Path(),
) -> None:
    """Show the alerts that the live detector would have raised on past data: no store is changed, no mail sent.

    Input: JSON Lines of mentions and ticks in the order they were collected. With --since the stored mentions are replayed, and
    the rule's price is told: alerts a week, those that people marked as false, hours before the incidents that were told live.

    Example: vigie replay --rule bad-buzz --since 6mo --tune 1/week
    """
    from alerts.replay import replay_counts, replay_mentions

    if since is None:
        if wanted or curve:
            raise typer.BadParameter("--tune and --curve go with --since")
        lines = file_lines(file) if file else input_lines()
        write_lines(replay_counts(lines) if counts else replay_mentions(lines, *options_and_zone(folder, rule)))
        return
    if file or counts or rule is None:
        raise typer.BadParameter("--since goes with --rule, and without a file or --counts")
    if curve and curve.suffix not in (".png", ".html"):
        raise typer.BadParameter(f"{curve}: a name that ends with .png or .html was expected")
    _price(folder, rule, _span(since), _a_week(wanted) if wanted else None, curve)


def options_and_zone(folder: Path, rule: str | None) -> "tuple[RuleOptions, str]":
    """The settings of the rule of that id in the team's zone; without one, those of a rule that reports every rise, in Paris."""
    from alerts.rules import BuzzOptions, rule_options

    if rule is None:
        return BuzzOptions(), "Europe/Paris"
    config = load_config(folder)
    return rule_options(_row(config, rule)), config.settings.team.zone


def _row(config: "Config", rule: str) -> "RuleRow":
    rows = [row for row in config.rules if row.id == rule]
    if not rows:
        raise typer.BadParameter(f"no rule {rule!r} in alerts.toml; there is {', '.join(row.id for row in config.rules)}")
    return rows[0]


def _price(folder: Path, rule: str, span: timedelta, a_week: float | None, curve: Path | None) -> None:
    from alerts.calendar import team_calendar
    from alerts.price import price, price_curve, proposed, tune
    from alerts.rules import JudgedOptions, rule_options
    from vigie.charts import CurveWords
    from vigie.clock import SystemClock
    from vigie.store import open_stores

    config = load_config(folder)
    row, until = _row(config, rule), datetime.now(UTC)
    options, since, step = rule_options(row), until - span, config.settings.schedule.tick
    if a_week is not None and not isinstance(options, JudgedOptions):
        raise typer.BadParameter(f"a rule of kind {row.kind} has no sensitivity to tune")
    with open_stores(config, SystemClock()) as (state, store):
        pasts = list(_pasts(config, row, state, store, since, until))
    if not any(past.mentions for past in pasts):
        raise VigieError(f"nothing to replay: the store holds no mention of the brands of rule {rule!r} in that time")
    tag = price(pasts, options, team_calendar(config), step, since, until)
    _show(tag, config.settings.team.zone)
    if a_week is not None and isinstance(options, JudgedOptions):
        ladder = tune(pasts, options, team_calendar(config), step, since, until)
        for rate, one in ladder:
            typer.echo(f'false_alarms = "{rate}": {one.a_week:.2f} alerts a week, {one.false} marked false')
        best = proposed(ladder, a_week)
        typer.echo(f'proposed: false_alarms = "{best}"' if best else "even the calmest setting raises more than wanted")
    if curve:
        chart = price_curve(tag, CurveWords(negative="fausses alertes", other="alertes"))
        curve.write_bytes(chart.png() if curve.suffix == ".png" else chart.html().encode())


def _show(tag: "PriceTag", zone: str) -> None:
    for one in tag.alerts:
        signal = one.signal
        notes = [", ".join(signal.matched)] if signal.matched else [f"{signal.negatives} negative of {signal.seen}"]
        notes += ["marked false"] if one.is_false else []
        notes += [f"{one.hours_before:+.1f} h before the incident told live"] if one.hours_before is not None else []
        typer.echo(f"{local(signal.at, zone)}  {signal.brand_id}  {signal.kind}  {'; '.join(notes)}")
    typer.echo(f"{len(tag.alerts)} alerts, {tag.a_week:.2f} a week; {tag.false} marked false")


def _pasts(
    config: "Config", row: "RuleRow", state: "State", store: "MentionStore", since: datetime, until: datetime
) -> "Iterator[Past]":
    """The past of each brand that the rule watches, from its history on."""
    from alerts.price import HISTORY, Past
    from alerts.rule_marks import false_incidents
    from analysis.crisis_words import CrisisWords
    from vigie.paging import read_mentions
    from vigie.pipeline import arrival_of
    from vigie.ports import Filter

    words = CrisisWords(config.crisis_words)
    incidents = state.incidents(start=since)
    false = false_incidents(incidents, state.actions_on({one.thread for one in incidents}))
    for brand in config.brands:
        if brand.role == "own" and (not row.brands or brand.id in row.brands):
            mentions = list(read_mentions(store, Filter(brands=[brand.id], start=since - HISTORY, end=until)))
            arrivals = [arrival_of(mention, words.near(mention)) for mention in mentions]
            yield Past(brand.id, mentions, arrivals, [one for one in incidents if one.brand_id == brand.id], false)


def _span(written: str) -> timedelta:
    """Raises: BadParameter."""
    read = _SPAN.fullmatch(written)
    if read is None or int(read[1]) == 0:
        raise typer.BadParameter(f"--since {written!r}: write it as 30d, 8w, 6mo or 1y")
    return timedelta(days=int(read[1]) * _DAYS[read[2]])


def _a_week(written: str) -> float:
    """Raises: BadParameter."""
    from alerts.sensitivity import per_month

    try:
        return per_month(written) * 7 / 30
    except ValueError as error:
        raise typer.BadParameter(f"--tune: {error}") from error
