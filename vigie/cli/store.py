"""`vigie store`: set the mention store up, bring it to this version, see what it holds, find what is wrong with it."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vigie.cli.common import AsJson, ConfigFolder, load_config, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from config.schema import Config
    from vigie.store.admin import Check, StoreAdmin, StoreStatus

app = typer.Typer(help="Set up, migrate, show or examine the mention store that vigie.toml names.", no_args_is_help=True)


@app.command()
def setup(folder: ConfigFolder = Path(), as_json: AsJson = False) -> None:
    """Make what the store needs: templates and indexes for Elasticsearch, nothing for SQLite. May be repeated.

    What Kibana shows beside the mentions (incidents, sources, digests) is written anew where it was lost.

    Example: vigie store setup -c ma-veille
    """
    config = load_config(folder)
    with _open_admin(config) as admin:
        _say(admin.setup(datetime.now(UTC)), as_json)
    _say(_show(config), as_json)


@app.command()
def migrate(folder: ConfigFolder = Path(), as_json: AsJson = False) -> None:
    """Bring what is stored to this version, while Vigie runs: month after month, each closed to writes for some seconds.

    May be interrupted and repeated. One at a time. Exit code 1 when an index could not be copied; nothing is lost then.

    Example: vigie store migrate -c ma-veille
    """
    with _open_admin(load_config(folder)) as admin:
        for line in admin.migrate():
            _say([line], as_json)


@app.command()
def status(folder: ConfigFolder = Path(), as_json: AsJson = False) -> None:
    """Show the store: its version, its files or indexes, how many documents they hold and their size.

    Example: vigie store status --json
    """
    with _open_admin(load_config(folder)) as admin:
        found = admin.status()
    if as_json:
        print_json([asdict(found)])
    else:
        _print_status(found)


@app.command()
def doctor(folder: ConfigFolder = Path(), as_json: AsJson = False) -> None:
    """Examine the store: the server or file, template, aliases, mapping, blocks, and whether what arrived is there.

    Changes nothing. Exit code 1 when something is wrong; each line says what to do about it.

    Example: vigie store doctor -c ma-veille
    """
    config = load_config(folder)
    with _open_admin(config) as admin:
        checks = list(admin.doctor())
    checks += _check_arrivals(config)
    if as_json:
        print_json(asdict(check) for check in checks)
    else:
        for check in checks:
            typer.echo(f"{'ok    ' if check.ok else 'FAILED'}  {check.what}: {check.says}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def _open_admin(config: "Config") -> "AbstractContextManager[StoreAdmin]":
    from vigie.store.admin import open_admin

    return open_admin(config, os.environ)


def _check_arrivals(config: "Config") -> "Iterator[Check]":
    """What arrived against what is stored; said of a store that is away too, which has been named before."""
    from vigie.clock import SystemClock
    from vigie.errors import StoreUnavailable
    from vigie.store import open_stores
    from vigie.store.admin import Check, check_arrivals

    since = datetime.now(UTC) - timedelta(days=config.settings.data.retention_days)
    with open_stores(config, SystemClock()) as (state, store):
        try:
            yield check_arrivals(state, store, since)
        except StoreUnavailable as error:
            yield Check("arrivals", False, f"cannot be compared: {error}")


def _show(config: "Config") -> list[str]:
    """Copies all that the state knows to where people see it."""
    from vigie.clock import SystemClock
    from vigie.store import open_showcase, open_stores

    number = 0
    with open_showcase(config, whole=True) as showcase:
        if showcase is None:
            return []
        with open_stores(config, SystemClock()) as (state, _):
            while written := showcase.show(state, datetime.now(UTC)):
                number += written
    return [f"shown beside the mentions: {number} documents"]


def _say(lines: Sequence[str], as_json: bool) -> None:
    if as_json:
        print_json({"done": line} for line in lines)
    else:
        for line in lines:
            typer.echo(line)


def _print_status(found: "StoreStatus") -> None:
    typer.echo(f"{found.server}, schema {found.wanted_version}")
    rows = [[part.name, part.version or "-", part.documents, f"{part.size_bytes / 2**20:.1f}"] for part in found.parts]
    print_table("Store", ["name", "schema", "documents", "MB"], rows)
    typer.echo(f"{sum(part.documents for part in found.parts)} documents")
    if not found.parts:
        typer.echo("nothing is set up under this store.index_prefix; `vigie store doctor` says more")
