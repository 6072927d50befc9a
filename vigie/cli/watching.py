"""The watch itself: run for good, run once, collect by hand, see how things stand, and the digest."""

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vigie.cli.common import FORMATS, AsJson, ConfigFolder, load_config, local, print_json, print_table
from vigie.errors import VigieError

if TYPE_CHECKING:
    from alerts.digest_views import CanaryView
    from config.schema import Config
    from vigie.model import PassReport
    from vigie.ports import State
    from vigie.watch import Watch

_RECENTLY = timedelta(days=7)


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command()(run)
    app.command()(serve)
    app.command()(collect)
    app.command()(status)
    app.command()(digest)


def run(
    folder: ConfigFolder = Path(),
    once: Annotated[bool, typer.Option("--once", help="One round for cron: collect what is due, detect, mail, end.")] = False,
) -> None:
    """Watch until stopped: collect, analyse, detect, mail alerts and digests.

    SIGTERM ends it cleanly within 10 seconds. One instance per data folder. With --once: exit code 1 when a step failed.

    Example: vigie run -c ma-veille
    """
    from vigie.clock import SystemClock
    from vigie.schedule import run as run_schedule
    from vigie.schedule import run_once
    from vigie.watch import open_watch

    config = load_config(folder)
    logging.getLogger().setLevel(logging.INFO)  # a service says what it does
    typer.echo(f"watching {len(config.watched_sources)} sources for {len(config.brands)} brands; Ctrl-C ends it", err=True)
    with open_watch(config, SystemClock()) as watch:
        if not once:
            with _pages(config, watch.state):
                asyncio.run(run_schedule(watch))
        elif failed := asyncio.run(run_once(watch)):
            for step, reason in failed.items():
                typer.echo(f"vigie: {step}: {reason}", err=True)
            raise typer.Exit(1)


def serve(folder: ConfigFolder = Path()) -> None:
    """Serve the pages behind the links of the alerts until stopped, where `vigie run --once` watches; `vigie run` does it itself.

    Example: vigie serve -c ma-veille
    """
    import signal
    from threading import Event

    from vigie.clock import SystemClock
    from vigie.store import open_database, open_state

    config = load_config(folder)
    if not config.settings.web.url:
        raise VigieError("vigie.toml: [web] url is empty: no link leads here; write the address under which browsers reach it")
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    database = open_database(config.data_folder)
    try:
        with _pages(config, open_state(database, SystemClock())):
            typer.echo(f"serving {config.settings.web.url}; Ctrl-C ends it", err=True)
            stop.wait()
    finally:
        database.close()


@contextmanager
def _pages(config: "Config", state: "State") -> Iterator[None]:
    """Serves the pages of the links while the block runs; nothing without `[web] url`."""
    from vigie.keys import links_of

    links = links_of(config, os.environ)
    if links is None:
        yield
        return
    from vigie.clock import SystemClock
    from vigie.web.pages import LinkPages
    from vigie.web.server import serving

    clock = SystemClock()
    with serving(LinkPages(config, state, links), clock, config.settings.web):
        yield


def collect(
    sources: Annotated[list[str] | None, typer.Argument(help="Source ids; none: every enabled source, due or not.")] = None,
    folder: ConfigFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Read sources now and analyse what they bring, without alerts. Exit code 1 when a source could not be read.

    Example: vigie collect journal forum-conso
    """
    from vigie.clock import SystemClock
    from vigie.watch import open_watch

    config = load_config(folder)
    known = {source.id: source for source in config.watched_sources}
    unknown = [name for name in sources or [] if name not in known]
    if unknown:
        raise typer.BadParameter(f"no enabled source {', '.join(unknown)} in sources.toml; there is {', '.join(known)}")
    chosen = [known[name] for name in sources] if sources else list(known.values())
    with open_watch(config, SystemClock()) as watch:
        reports = asyncio.run(_collect(watch, chosen))
    rows = [_report_row(report) for report in reports]
    if as_json:
        print_json(rows)
    else:
        print_table("Collected", list(rows[0]) if rows else [], [[_cell(value) for value in row.values()] for row in rows])
    if not all(report.ok for report in reports):
        raise typer.Exit(1)


async def _collect(watch: "Watch", sources: list[Any]) -> "list[PassReport]":
    reports = await watch.collect(sources)
    await watch.analyse()
    return list(reports)


def _report_row(report: "PassReport") -> dict[str, object]:
    return {
        "source": report.source_id,
        "ok": report.ok,
        "documents": report.documents,
        "requests": report.requests,
        "not_modified": report.not_modified,
        "errors": dict(report.errors),
        "message": report.message,
    }


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{reason} x{number}" for reason, number in value.items()) or "-"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value) or "-"


def status(folder: ConfigFolder = Path(), as_json: AsJson = False) -> None:
    """Show how things stand: sources, documents by outcome, the store, open incidents, mails that wait.

    Exit code 1 when a source is not seen (late, silent, blocked, gone, changed layout), the store is away, or a
    mail of the last 7 days was refused or given up.

    Example: vigie status --json
    """
    from vigie.clock import SystemClock
    from vigie.store import open_stores

    config = load_config(folder)
    with open_stores(config, SystemClock()) as (state, _store):
        report = _status(config, state)
    if as_json:
        print_json([report])
    else:
        _print_status(report, config.settings.team.zone)
    if not report["ok"]:
        raise typer.Exit(1)


def _status(config: "Config", state: "State") -> dict[str, Any]:
    from alerts.canary import canary_view, is_lost
    from alerts.channel_outages import undelivered
    from alerts.desk import looks
    from vigie.model import DeliveryState

    sources = _source_rows(config, state)
    now = datetime.now(UTC)
    since = now - _RECENTLY
    mails, outage, canary = state.delivery_counts(since=since), state.outage(), canary_view(state, since, now)
    canary_is_lost = config.settings.canary.enabled and is_lost(state)
    lost = mails[DeliveryState.REFUSED] + mails[DeliveryState.ABANDONED]
    return {
        "ok": outage is None and not lost and not canary_is_lost and all(one["state"] in ("ok", "never") for one in sources),
        "documents": {str(outcome): n for outcome, n in state.outcomes().items()},
        "failures": dict(state.failures()),
        "lost_fields": dict(state.lost_fields()),
        "waiting": state.waiting(),
        "store": {"away_since": outage.since, "reason": outage.reason} if outage else None,
        "sources": sources,
        "brands": [
            {"brand": look.brand_id, "rule": look.rule_id, "standing": str(look.standing), "coverage": round(look.coverage, 2)}
            for look in looks(config, state, now)
        ],
        "incidents": [
            {"brand": one.brand_id, "kind": str(one.kind), "state": str(one.state), "opened_at": one.opened_at}
            for one in state.open_incidents()
        ],
        "canary_of_7_days": _canary_row(canary, canary_is_lost) if canary else None,
        "mails_of_7_days": {str(name): number for name, number in mails.items()},
        "undelivered": [
            {
                "channel": one.channel,
                "recipient": one.recipient,
                "state": str(one.state),
                "attempts": one.attempts,
                "error": one.error,
            }
            for one in undelivered(state.outlines(since))
        ],
        "mail_error": next((one.error for one in state.due(datetime.max.replace(tzinfo=UTC), limit=1)), ""),
    }


def _source_rows(config: "Config", state: "State") -> list[dict[str, object]]:
    """How each watched source is."""
    from vigie.cli.source_rows import evidence_of
    from vigie.model import SourceState

    states = {one.source_id: one for one in state.states()}
    return [
        {
            "id": source.id,
            "state": str(each.health),
            "last_ok": each.last_ok_at,
            "last_item": each.last_item_at,
            "error": each.error,
            "evidence": evidence_of(config, each),
        }
        for source in config.watched_sources
        for each in [states.get(source.id, SourceState(source.id))]
    ]


def _canary_row(canary: "CanaryView", is_lost: bool) -> dict[str, object]:
    """From planting to detection, in seconds."""
    seconds = [None if one is None else round(one.total_seconds()) for one in (canary.median, canary.p95)]
    return {"planted": canary.flights, "lost": canary.lost, "lost_now": is_lost, "p50_s": seconds[0], "p95_s": seconds[1]}


def _canary_line(canary: dict[str, Any]) -> str:
    """`canary of 7 days: 168 planted, 0 lost, to detection p50 140 s, p95 290 s`; loud while the last one is lost."""
    delays = f", to detection p50 {canary['p50_s']} s, p95 {canary['p95_s']} s" if canary["p50_s"] is not None else ""
    loud = "; THE LAST ONE IS LOST, the log says at which step" if canary["lost_now"] else ""
    return f"canary of 7 days: {canary['planted']} planted, {canary['lost']} lost{delays}{loud}"


def _print_status(report: dict[str, Any], zone: str) -> None:
    shown = ["id", "state", "last_ok", "last_item", "evidence"]
    cells = [[row[name] for name in shown] for row in report["sources"]]
    print_table(
        "Sources", shown, [[local(one, zone) if isinstance(one, datetime) else one or "-" for one in row] for row in cells]
    )
    seen = sum(row["state"] == "ok" for row in report["sources"])
    typer.echo(f"seen: {seen} sources of {len(report['sources'])}")
    typer.echo("documents: " + ", ".join(f"{name} {n}" for name, n in report["documents"].items()))
    for reason, number in report["failures"].items():
        typer.echo(f"  failed, {reason}: {number}")
    for field, number in report["lost_fields"].items():
        typer.echo(f"  stored without {field}: {number}")
    typer.echo(f"waiting for analysis: {report['waiting']}")
    if report["store"]:
        typer.echo(f"store: away since {local(report['store']['away_since'], zone)} ({report['store']['reason']})")
    if report["canary_of_7_days"]:
        typer.echo(_canary_line(report["canary_of_7_days"]))
    typer.echo("mails of 7 days: " + ", ".join(f"{name} {n}" for name, n in report["mails_of_7_days"].items()))
    if report["mail_error"]:
        typer.echo(f"  the oldest that waits: {report['mail_error']}")
    for one in report["brands"]:
        typer.echo(f"{one['brand']} ({one['rule']}): {one['standing']}, {one['coverage']:.0%} of the usual flow is seen")
    for one in report["undelivered"]:
        way = one["recipient"] if one["recipient"] == one["channel"] else f"{one['recipient']} by {one['channel']}"
        typer.echo(f"  {one['state']}, {one['attempts']} attempts, {way}: {one['error']}")
    for one in report["incidents"]:
        typer.echo(f"incident: {one['brand']} {one['kind']} {one['state']} since {local(one['opened_at'], zone)}")
    if not report["incidents"]:
        typer.echo("no incident is open")


def digest(
    name: Annotated[str | None, typer.Argument(help="Digest id in alerts.toml; the first one when not given.")] = None,
    folder: ConfigFolder = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the digest as text; write and send nothing.")] = False,
    at: Annotated[datetime | None, typer.Option("--at", formats=FORMATS, help="Pretend it is this local time.")] = None,
    eml: Annotated[Path | None, typer.Option("--eml", help="With --dry-run: also write the whole message to this file.")] = None,
) -> None:
    """Write and send the digests that are due, or show one with --dry-run.

    Example: vigie digest --dry-run
    """
    from vigie.cli.digesting import preview, send_due

    config = load_config(folder)
    if not config.digests:
        raise VigieError("alerts.toml has no [[digest]]")
    rows = [row for row in config.digests if name in (None, row.id)]
    if not rows:
        raise typer.BadParameter(f"no digest {name!r}; there is {', '.join(row.id for row in config.digests)}")
    if not dry_run:
        if at or eml:
            raise typer.BadParameter("--at and --eml go with --dry-run: what is sent is what is due now")
        typer.echo(asyncio.run(send_due(config, rows)))
        return
    text, content = preview(config, rows[0], at)
    if eml:
        eml.write_bytes(content)
    typer.echo(text)
