"""`vigie channel` and `vigie route`: the ways to people, and who is told of what."""

import asyncio
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigie.cli.common import FORMATS, AsJson, ConfigFolder, in_utc, load_config, local, print_json, print_table
from vigie.errors import VigieError

if TYPE_CHECKING:
    from alerts.routing import Occasion
    from config.schema import Config
    from vigie.model import Level

app = typer.Typer(help="List the channels, and send a test message by one.", no_args_is_help=True)
routes = typer.Typer(help="See who would be told of an incident.", no_args_is_help=True)
_FORMATS = [*FORMATS, "%Y-%m-%d %H:%M"]


@app.command("list")
def list_channels(folder: ConfigFolder = Path(), as_json: AsJson = False) -> None:
    """Show the channels of alerts.toml; mail is always there. `vigie check` tries them.

    Example: vigie channel list
    """
    config = load_config(folder)
    rows = [("smtp", "mail"), *((row.id, row.kind) for row in config.channels)]
    if as_json:
        print_json({"id": name, "kind": kind} for name, kind in rows)
    else:
        print_table("Channels", ["id", "kind"], rows)


@app.command()
def test(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of a [[channel]], or smtp.")],
    to: Annotated[str, typer.Option("--to", help="With smtp: the address to write to.")] = "",
    folder: ConfigFolder = Path(),
) -> None:
    """Send one test message. Exit code 1 when it was not taken, with what the service answered.

    Example: vigie channel test slack-crise
    """
    config = load_config(folder)
    known = ["smtp", *(row.id for row in config.channels)]
    if name not in known:
        raise typer.BadParameter(f"no channel {name!r}; there is {', '.join(known)}")
    if (name == "smtp") != bool(to):
        raise typer.BadParameter("--to goes with smtp, which needs it")
    asyncio.run(_send_test(config, name, to or name))
    typer.echo(f"{to or name}: taken")


async def _send_test(config: "Config", name: str, recipient: str) -> None:
    """Raises: ConfigError, DeliveryError."""
    from alerts.channels import open_channels
    from alerts.service_message import trial_delivery
    from vigie.clock import SystemClock

    clock = SystemClock()
    rows = [row for row in config.channels if row.id == name]
    channels = open_channels(config.model_copy(update={"channels": rows}), os.environ, clock)
    await channels[name].send(trial_delivery(config, name, recipient, clock.now()))


@routes.command("test")
def test_route(
    brand: Annotated[str, typer.Option("--brand", help="Brand id.")],
    level: Annotated[str, typer.Option("--level", help="avis, alerte or crise.")] = "alerte",
    kind: Annotated[str, typer.Option("--kind", help="Kind of rule.")] = "bad_buzz",
    theme: Annotated[list[str] | None, typer.Option("--theme", help="Complaint theme; may be repeated.")] = None,
    at: Annotated[datetime | None, typer.Option("--at", formats=_FORMATS, help="Local time; now when not given.")] = None,
    folder: ConfigFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Show who would be told of such an incident, when, and by which row. Nothing is sent.

    Example: vigie route test --brand exemple --level crise --at "2026-11-23 03:00"
    """
    from alerts.routing import Occasion
    from vigie.clock import SystemClock
    from vigie.model import SignalKind

    config = load_config(folder)
    if brand not in [row.id for row in config.brands if row.role == "own"]:
        raise typer.BadParameter(f"no own brand {brand!r} in brands.toml")
    if kind not in list(SignalKind):
        raise typer.BadParameter(f"no kind {kind!r}; there is {', '.join(SignalKind)}")
    moment = in_utc(at, config.settings.team.zone) or SystemClock().now()
    occasion = Occasion(brand, _level(level), SignalKind(kind), moment, frozenset(theme or ()))
    rows = _told(config, occasion)
    if as_json:
        print_json(rows)
    elif rows:
        print_table("Told", list(rows[0]), [list(row.values()) for row in rows])
    else:
        typer.echo("nobody is told")


def _level(written: str) -> "Level":
    from pydantic import TypeAdapter, ValidationError

    from config.schema.fields import LevelName

    try:
        return TypeAdapter(LevelName).validate_python(written)
    except ValidationError as error:
        raise typer.BadParameter(f"{written!r} is no level; write avis, alerte or crise") from error


def _told(config: "Config", occasion: "Occasion") -> list[dict[str, str]]:
    """Who is told, by which rules and routes."""
    from alerts.routing import Routing

    zone = config.settings.team.zone
    routing = Routing(config.routes, zone)
    fitting = routing.fitting(occasion)
    rules = [row for row in config.rules if row.kind == occasion.kind and (not row.brands or occasion.brand_id in row.brands)]
    if not rules:
        raise VigieError(f"no rule of the kind {occasion.kind} watches {occasion.brand_id}: no such incident would be opened")
    own = [one for row in rules for one in row.recipients]
    return [
        {
            "recipient": target.recipient,
            "at": local(target.held_until or occasion.at, zone),
            "because of": ", ".join(
                [f"rule {row.id}" for row in rules if target.recipient in row.recipients]
                + [f"route {row.id}" for row in fitting if target.recipient in row.to]
            ),
        }
        for target in routing.targets(own, occasion)
    ]
