"""The watch itself: run for good, run once, collect by hand, see how things stand, and the digest."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vigie.cli.common import AsJson, ConfigFolder, load_config, local, print_json, print_table
from vigie.errors import VigieError

if TYPE_CHECKING:
    from config.schema import Config
    from vigie.model import PassReport
    from vigie.ports import State
    from vigie.watch import Watch


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command()(run)
    app.command()(collect)
    app.command()(status)
    app.command()(digest)


def run(
    folder: ConfigFolder = Path(),
    once: Annotated[bool, typer.Option("--once", help="One round for cron: collect what is due, detect, mail, end.")] = False,
) -> None:
    """Watch until stopped: collect, analyse, detect, mail alerts and digests.

    SIGTERM ends it cleanly within 10 seconds. One instance per data folder.

    Example: vigie run -c ma-veille
    """
    from vigie.clock import SystemClock
    from vigie.schedule import run as run_schedule
    from vigie.watch import open_watch

    with open_watch(load_config(folder), SystemClock()) as watch:
        asyncio.run(_one_round(watch) if once else run_schedule(watch))


async def _one_round(watch: "Watch") -> None:
    await watch.collect()
    await watch.analyse()
    watch.detect()
    watch.digest()
    await watch.send()


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
        print_table("Collected", list(rows[0]) if rows else [], [list(row.values()) for row in rows])
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
        "errors": ", ".join(f"{reason} x{n}" for reason, n in report.errors.items()) or "-",
        "message": report.message or "-",
    }


def status(folder: ConfigFolder = Path(), as_json: AsJson = False) -> None:
    """Show how things stand: sources, documents by outcome, open incidents, mails that wait.

    Exit code 1 when a source fails or is silent, or when a mail was refused.

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
        _print_status(report)
    if not report["ok"]:
        raise typer.Exit(1)


def _status(config: "Config", state: "State") -> dict[str, Any]:
    zone = config.settings.team.zone
    states = {one.source_id: one for one in state.states()}
    sources = [
        {
            "id": source.id,
            "state": str(states[source.id].health) if source.id in states else "never",
            "last_ok": local(states[source.id].last_ok_at, zone) if source.id in states else "-",
            "last_item": local(states[source.id].last_item_at, zone) if source.id in states else "-",
            "error": states[source.id].error if source.id in states else "",
        }
        for source in config.watched_sources
    ]
    deliveries = state.deliveries()
    return {
        "ok": all(one["state"] in ("ok", "never") for one in sources) and not any(d.state == "refused" for d in deliveries),
        "documents": {str(outcome): n for outcome, n in state.outcomes().items()},
        "waiting": state.waiting(),
        "sources": sources,
        "incidents": [
            {"brand": one.brand_id, "kind": str(one.kind), "state": str(one.state), "opened_at": local(one.opened_at, zone)}
            for one in state.open_incidents()
        ],
        "mails": {name: sum(d.state == name for d in deliveries) for name in ("sent", "pending", "refused", "abandoned")},
    }


def _print_status(report: dict[str, Any]) -> None:
    print_table("Sources", ["id", "state", "last_ok", "last_item", "error"], [list(row.values()) for row in report["sources"]])
    typer.echo("documents: " + ", ".join(f"{name} {n}" for name, n in report["documents"].items()))
    typer.echo(f"waiting for analysis: {report['waiting']}")
    typer.echo("mails: " + ", ".join(f"{name} {n}" for name, n in report["mails"].items()))
    for one in report["incidents"]:
        typer.echo(f"incident: {one['brand']} {one['kind']} {one['state']} since {one['opened_at']}")
    if not report["incidents"]:
        typer.echo("no incident is open")


def digest(
    name: Annotated[str | None, typer.Argument(help="Digest id in alerts.toml; the first one when not given.")] = None,
    folder: ConfigFolder = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the digest as text; write and send nothing.")] = False,
    at: Annotated[datetime | None, typer.Option("--at", help="Pretend it is this local time.")] = None,
    eml: Annotated[Path | None, typer.Option("--eml", help="With --dry-run: also write the whole message to this file.")] = None,
) -> None:
    """Write and send the digests that are due, or show one with --dry-run.

    Example: vigie digest --dry-run
    """
    from vigie.cli.digesting import preview, send_due

    config = load_config(folder)
    if not dry_run:
        typer.echo(asyncio.run(send_due(config)))
        return
    if not config.digests:
        raise VigieError("alerts.toml has no [[digest]]")
    rows = [row for row in config.digests if name in (None, row.id)]
    if not rows:
        raise typer.BadParameter(f"no digest {name!r}; there is {', '.join(row.id for row in config.digests)}")
    text, content = preview(config, rows[0], at)
    if eml:
        eml.write_bytes(content)
    typer.echo(text)
