"""`vigie incident`: what is going on, and what somebody does about it."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vigie.cli.common import FORMATS, AsJson, ConfigFolder, in_utc, load_config, local, print_json, print_table

if TYPE_CHECKING:
    from alerts.actions import Wish
    from config.schema import Config
    from vigie.model import Action, Incident
    from vigie.ports import State

app = typer.Typer(
    help="See incidents; take one up, silence it, call it a false alarm, note a word. The mails and the next alert say so.",
    no_args_is_help=True,
)
IncidentId = Annotated[str, typer.Argument(help="Incident id, as `vigie incident list` prints it; its beginning is enough.")]
By = Annotated[str, typer.Option("--by", help="Who does it; the user of this machine when not given.")]
_RECENT_DAYS = 30
_SHOWN = 8
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@app.command("list")
def list_incidents(
    folder: ConfigFolder = Path(),
    days: Annotated[int, typer.Option(min=1, help="Also those opened in so many days.")] = _RECENT_DAYS,
    as_json: AsJson = False,
) -> None:
    """Show the open incidents and the recent ones, oldest first, in the team's time.

    Example: vigie incident list
    """
    config = load_config(folder)
    with _state(config) as state:
        recent = state.incidents(start=datetime.now(UTC) - timedelta(days=days))
        known = {one.id: one for one in [*state.open_incidents(), *recent]}
        rows = [_row(config, state, one) for one in sorted(known.values(), key=lambda one: one.opened_at)]
    if as_json:
        print_json(rows)
        return
    zone = config.settings.team.zone
    cells = [[_cell(value, zone) for value in ({**row, "id": row["id"][:_SHOWN]}).values()] for row in rows]
    print_table("Incidents", list(rows[0]) if rows else ["id"], cells)


@app.command()
def show(incident: IncidentId, folder: ConfigFolder = Path(), as_json: AsJson = False) -> None:
    """Show an incident with its figures, what was told to whom, and what people did.

    Example: vigie incident show 3f2a
    """
    config = load_config(folder)
    with _state(config) as state:
        found = _found(state, incident)
        actions, told = state.actions(found.thread), state.deliveries(found.thread)
        row = _row(config, state, found)
    peak, zone = found.peak, config.settings.team.zone
    row |= {
        "onset": found.onset,
        "peak": f"{peak.seen} mentions in {peak.window}, {peak.negatives} negative, expected {peak.expected:.1f}",
        "joins": found.joins or None,
        "told": [{"at": one.created_at, "purpose": one.purpose, "to": one.recipient, "state": str(one.state)} for one in told],
        "actions": [_action(one) for one in actions],
    }
    if as_json:
        print_json([row])
        return
    for name, value in row.items():
        for line in value if isinstance(value, list) else [value]:
            text = "  ".join(_cell(part, zone) for part in line.values()) if isinstance(line, dict) else _cell(line, zone)
            typer.echo(f"{name}: {text}")


@app.command()
def ack(incident: IncidentId, folder: ConfigFolder = Path(), by: By = "") -> None:
    """Take an incident up: nobody else of the rota is called.

    Example: vigie incident ack 3f2a
    """
    from alerts.actions import Wish
    from vigie.model import ActionKind

    _do(folder, incident, Wish(ActionKind.ACKNOWLEDGED), by)


@app.command()
def mute(
    incident: IncidentId,
    folder: ConfigFolder = Path(),
    by: By = "",
    lasts: Annotated[str, typer.Option("--for", help="How long: 30m, 2h, 3d; 0 ends the silence.")] = "2h",
    until: Annotated[datetime | None, typer.Option(formats=FORMATS, help="Or until when, in the team's time.")] = None,
) -> None:
    """Silence an incident: nothing more is told until then but its end.

    Example: vigie incident mute 3f2a --for 24h
    """
    from alerts.actions import Wish
    from vigie.model import ActionKind

    zone = load_config(folder).settings.team.zone
    end = in_utc(until, zone)
    length = end - datetime.now(UTC) if end else _length(lasts)
    if length is not None and length < timedelta(0):
        raise typer.BadParameter("--until lies in the past")
    _do(folder, incident, Wish(ActionKind.MUTED, length), by)


@app.command("false")
def false_alarm(
    incident: IncidentId,
    folder: ConfigFolder = Path(),
    by: By = "",
    undo: Annotated[bool, typer.Option("--undo", help="It was none after all.")] = False,
) -> None:
    """Call an incident a false alarm: nothing more is told of it, and it counts against its rule in `vigie quality`.

    Example: vigie incident false 3f2a
    """
    from alerts.actions import Wish
    from vigie.model import ActionKind

    _do(folder, incident, Wish(ActionKind.TRUE if undo else ActionKind.FALSE), by)


@app.command()
def note(
    incident: IncidentId,
    text: Annotated[str, typer.Argument(help="A word for the colleagues.")],
    folder: ConfigFolder = Path(),
    by: By = "",
) -> None:
    """Note a word about an incident; the next mails about it and `show` print it.

    Example: vigie incident note 3f2a "Communiqué prévu à 15 h"
    """
    from alerts.actions import Wish
    from vigie.model import ActionKind

    if not text.strip():
        raise typer.BadParameter("the note is empty")
    _do(folder, incident, Wish(ActionKind.NOTE, text=text.strip()), by)


@contextmanager
def _state(config: "Config") -> "Iterator[State]":
    from vigie.clock import SystemClock
    from vigie.store import open_database, open_state

    database = open_database(config.data_folder)
    try:
        yield open_state(database, SystemClock())
    finally:
        database.close()


def _found(state: "State", beginning: str) -> "Incident":
    """The incident whose id begins so. Raises: BadParameter for none or several."""
    found = [one for one in state.incidents() if one.id.startswith(beginning)]
    if len(found) != 1:
        what = "no incident" if not found else f"{len(found)} incidents"
        raise typer.BadParameter(f"{what} of which the id begins with {beginning!r}; `vigie incident list` shows them")
    return found[0]


def _do(folder: Path, beginning: str, wish: "Wish", by: str) -> None:
    from alerts.actions import do

    config = load_config(folder)
    with _state(config) as state:
        incident = _found(state, beginning)
        do(state, incident.thread, wish, by or getpass.getuser(), datetime.now(UTC))
        row = _row(config, state, incident)
    zone = config.settings.team.zone
    typer.echo(", ".join(f"{name} {_cell(row[name], zone)}" for name in ("brand", "kind", "state", "taken_up", "muted", "false")))


def _length(written: str) -> timedelta | None:
    """The duration of `--for`; None for 0. Raises: BadParameter."""
    if written == "0":
        return None
    number, unit = written[:-1], written[-1:]
    if unit not in _UNITS or not number.isdecimal() or len(number) > 4:
        raise typer.BadParameter(f"--for {written}: write it as 30m, 2h or 3d")
    return timedelta(**{_UNITS[unit]: int(number)})


def _row(config: "Config", state: "State", incident: "Incident") -> dict[str, Any]:
    from vigie.model import handling_of

    names = {brand.id: brand.name for brand in config.brands}
    handling = handling_of(state.actions(incident.thread), incident.reopened_at)
    muted = handling.muted_until if handling.is_muted(datetime.now(UTC)) else None
    return {
        "id": incident.id,
        "opened": incident.opened_at,
        "brand": names.get(incident.brand_id, incident.brand_id),
        "rule": incident.rule_id,
        "kind": str(incident.kind),
        "level": str(incident.level),
        "state": str(incident.state),
        "closed": incident.closed_at,
        "taken_up": (handling.acknowledged.by or "yes") if handling.acknowledged else None,
        "muted": muted,
        "false": handling.is_false,
    }


def _action(action: "Action") -> dict[str, Any]:
    return {"at": action.at, "kind": str(action.kind), "by": action.by, "until": action.until, "text": action.text}


def _cell(value: object, zone: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return local(value, zone) if isinstance(value, datetime) else str(value or "-")
