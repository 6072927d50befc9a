"""`vigie calendar`: the campaigns and releases that explain a volume in advance."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.common import AsJson, ConfigFolder, load_config, local, print_json, print_table
from vigie.errors import ConfigError

if TYPE_CHECKING:
    from config.schema import EventRow

app = typer.Typer(
    help="List, add and remove planned campaigns and releases: they raise no volume alert, unless they turn bad.",
    no_args_is_help=True,
)
_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


@app.command("list")
def list_events(folder: ConfigFolder = Path(), as_json: AsJson = False) -> None:
    """Show the planned events, the next ones last, in the team's time.

    Example: vigie calendar list
    """
    from alerts.calendar import moment_in

    config = load_config(folder)
    zone = config.settings.team.zone
    rows = [(one.name, moment_in(one.start, zone), moment_in(one.end, zone), one.brands) for one in config.events]
    rows.sort(key=lambda row: row[1])
    names = ["name", "start", "end", "brands"]
    if as_json:
        print_json(dict(zip(names, row, strict=True)) for row in rows)
        return
    cells = [[name, local(start, zone), local(end, zone), ", ".join(brands) or "all"] for name, start, end, brands in rows]
    print_table("Calendar", names, cells)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What is planned.")],
    start: Annotated[datetime, typer.Option(formats=_FORMATS, help="When it begins, in the team's time.")],
    end: Annotated[datetime, typer.Option(formats=_FORMATS, help="When it ends; a day alone means its first minute.")],
    brand: Annotated[list[str] | None, typer.Option(help="Brand id; may be repeated. Every own brand when not given.")] = None,
    folder: ConfigFolder = Path(),
) -> None:
    """Plan a campaign or release.

    Example: vigie calendar add "Campagne de rentrée" --start 2026-09-01T09:00 --end 2026-09-15
    """
    from alerts.planning import add_event
    from config.load import CALENDAR

    config = load_config(folder)
    event = _event(name, start, end, brand or [])
    unknown = [one for one in event.brands if one not in {row.id for row in config.brands if row.role == "own"}]
    if unknown:
        raise typer.BadParameter(f"no own brand {', '.join(unknown)} in brands.toml")
    if any(one.name == name for one in config.events):
        raise typer.BadParameter(f"the calendar has an event {name!r} already")
    add_event(folder / CALENDAR, event)


@app.command()
def remove(name: Annotated[str, typer.Argument(help="Name of the event.")], folder: ConfigFolder = Path()) -> None:
    """Take an event out of the calendar.

    Example: vigie calendar remove "Campagne de rentrée"
    """
    from alerts.planning import remove_event
    from config.load import CALENDAR

    remove_event(folder / CALENDAR, load_config(folder).events, name)


def _event(name: str, start: datetime, end: datetime, brands: list[str]) -> "EventRow":
    from pydantic import ValidationError

    from config.schema import EventRow

    try:
        return EventRow(name=name, start=start, end=end, brands=brands)
    except ValidationError as error:
        raise ConfigError([f"{one['msg'].removeprefix('Value error, ')}" for one in error.errors()]) from error
