"""Everything in one file, and back: to move to another store or machine, or to keep a copy."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from vigie.cli.common import ConfigFolder, load_config

if TYPE_CHECKING:
    from rich.progress import Progress

    from vigie.store.transfer import Place

_BOOKMARK = "import.json"
_FOR_ME = 0o600  # the file holds every text and every mail


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command("export")(export_file)
    app.command("import")(import_file)


def export_file(
    file: Annotated[Path | None, typer.Argument(help="File to write; standard output when not given.")] = None,
    folder: ConfigFolder = Path(),
) -> None:
    """Write everything Vigie knows to a file of JSON lines: mentions, incidents, mails sent, what sources and detectors remember.

    May run while Vigie watches. A file is there whole or not at all.

    Example: vigie export sauvegarde.ndjson
    """
    from vigie.clock import SystemClock
    from vigie.ports import Filter
    from vigie.store import open_stores
    from vigie.store.transfer import export_lines

    numbers = {"mention": 0}
    with open_stores(load_config(folder), SystemClock()) as (state, store), _output(file) as output, _progress() as bar:
        task = bar.add_task("mentions", total=store.count(Filter()).total)
        for kind, line in export_lines(state, store, datetime.now(UTC)):
            output.write(line)
            numbers[kind] = numbers.get(kind, 0) + 1
            if kind == "mention":
                bar.advance(task)
    mentions = numbers.pop("mention")
    typer.echo(f"exported {mentions} mentions and {sum(numbers.values()) - 2} records of the state", err=True)


def import_file(
    file: Annotated[Path, typer.Argument(help="File that `vigie export` wrote.", exists=True, dir_okay=False)],
    folder: ConfigFolder = Path(),
) -> None:
    """Put what a file of `vigie export` holds into the store and the state of this configuration.

    Repeating it changes nothing; after an interruption it goes on where it was. What people decided here is kept. Incidents,
    mails and memories come along where there are none yet; a Vigie with a history of its own keeps it and receives the mentions.

    Example: vigie import sauvegarde.ndjson -c ma-veille
    """
    from vigie.clock import SystemClock
    from vigie.lock import only_instance
    from vigie.store import open_stores
    from vigie.store.transfer import Import

    config = load_config(folder)
    bookmark = config.data_folder / _BOOKMARK
    with open_stores(config, SystemClock()) as (state, store), only_instance(config.data_folder), _progress() as bar:
        transfer = Import(file, state, store, _read(bookmark))
        if transfer.place.line > 1:
            typer.echo(f"goes on at line {transfer.place.line + 1}", err=True)
        task = bar.add_task("octets", total=file.stat().st_size)
        for place in transfer.steps():
            _save(place, bookmark)
            bar.update(task, completed=place.offset)
        bookmark.unlink()
    done = transfer.done
    typer.echo(f"imported {done.created} new mentions, {done.updated} known ones, {done.state} records of the state")
    if done.left_out:
        typer.echo(f"left out {done.left_out} records of the state: this Vigie has a history of its own and keeps it", err=True)


def _read(bookmark: Path) -> "Place | None":
    """The place that an interrupted import left; None when there is none to read."""
    from vigie.store.transfer import Place

    try:
        return Place(**json.loads(bookmark.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _save(place: "Place", bookmark: Path) -> None:
    unfinished = bookmark.with_suffix(".part")
    unfinished.write_text(json.dumps(asdict(place)), encoding="ascii")
    unfinished.replace(bookmark)


@contextmanager
def _output(path: Path | None) -> Iterator[IO[bytes]]:
    """Where to write: standard output, or a file that takes its name when the block ends well."""
    if path is None:
        yield sys.stdout.buffer
        return
    unfinished = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FOR_ME), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _progress() -> "Progress":
    """A bar on a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)
