"""Everything in one file, and back, or the mentions from store to store: to move, or to keep a copy."""

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from vigie.cli.common import ConfigFolder, known_zone, load_config, with_store
from vigie.cli.setup import StoreKind
from vigie.errors import ConfigError, VigieError

if TYPE_CHECKING:
    from rich.progress import Progress

    from config.schema import Config
    from vigie.ports import MentionStore, State
    from vigie.store.transfer import Written

T = TypeVar("T")

_IMPORT, _COPY = "import.json", "copy.json"
_FOR_ME = 0o600  # the file holds every text and every mail
_GO_ON_FOR = timedelta(days=1)  # an export that was cut short longer ago is begun afresh: its state is too old to be wanted


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command("export")(export_file)
    app.command("import")(import_file)


def export_file(
    file: Annotated[Path | None, typer.Argument(help="File to write; standard output when not given.")] = None,
    folder: ConfigFolder = Path(),
) -> None:
    """Write everything Vigie knows to a file of JSON lines: mentions, incidents, mails sent, what sources and detectors remember.

    May run while Vigie watches. A file is there whole or not at all. Repeated within a day after an interruption, it goes on
    where it was: the file then holds what Vigie knew when it was begun.

    Example: vigie export sauvegarde.ndjson
    """
    from vigie.clock import SystemClock
    from vigie.store import open_stores
    from vigie.store.transfer import Written

    config = load_config(folder)
    begun = Written(_origin(config), datetime.now(UTC).isoformat())
    with open_stores(config, SystemClock()) as (state, store):
        written = _to_standard_output(state, store, begun) if file is None else _to_file(file, state, store, begun)
    typer.echo(f"exported {written.mentions} mentions and {written.state} records of the state", err=True)


def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            help="File of `vigie export`, or a CSV, XLSX or JSONL export of another tool.", exists=True, dir_okay=False
        ),
    ],
    maps: Annotated[
        list[str] | None, typer.Option("--map", help="Column of a field, as text=Contenu; others are guessed.")
    ] = None,
    kind: Annotated[str, typer.Option(help="What the rows are: social, news, forum, comment, review or blog.")] = "social",
    zone: Annotated[str | None, typer.Option(help="Time zone of dates without one; the team's when not given.")] = None,
    source: Annotated[str | None, typer.Option(help="Id of the source that the documents are filed under.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask after the preview.")] = False,
    folder: ConfigFolder = Path(),
) -> None:
    """Bring in a file: a table of another tool (X, Facebook, media clippings), or everything that `vigie export` wrote.

    A table is shown as it is understood before anything is written; its rows are then analysed like all that is collected, and
    a row that is known already changes nothing.

    Of a file of `vigie export`, the store and the state take what it holds: repeating it changes nothing, after an interruption
    it goes on where it was, what people decided here is kept. Incidents, mails and memories come along where there are none yet;
    a Vigie with a history of its own keeps it and receives the mentions.

    Example: vigie import sauvegarde.ndjson -c ma-veille, or vigie import tweets.csv --map text=Contenu --zone Europe/Paris
    """
    from vigie.cli.tables import import_table, is_table

    if is_table(file):
        import_table(file, folder, maps=maps or [], kind=kind, zone=known_zone(zone), source=source, yes=yes)
    elif maps or zone or source:
        raise typer.BadParameter(f"{file.name} is no table: --map, --zone and --source are for CSV, XLSX and JSONL files")
    else:
        _restore(file, folder)


def _restore(file: Path, folder: Path) -> None:
    """Puts what a file of `vigie export` holds into the store and the state."""
    from vigie.clock import SystemClock
    from vigie.lock import only_instance
    from vigie.store import open_stores
    from vigie.store.transfer import Import, Place

    config = load_config(folder)
    bookmark = config.data_folder / _IMPORT
    with open_stores(config, SystemClock()) as (state, store), only_instance(config.data_folder), _progress() as bar:
        transfer = Import(file, state, store, _read(Place, bookmark))
        if transfer.place.line > 1:
            typer.echo(f"goes on at line {transfer.place.line + 1}", err=True)
        task = bar.add_task("bytes", total=file.stat().st_size)
        for place in transfer.steps():
            _save(place, bookmark)
            bar.update(task, completed=place.offset)
        bookmark.unlink()
    done = transfer.done
    typer.echo(f"imported {done.created} new mentions, {done.updated} known ones, {done.state} records of the state")
    if done.left_out:
        typer.echo(f"left out {done.left_out} records of the state: this Vigie has a history of its own and keeps it", err=True)


def copy(
    origin: Annotated[StoreKind, typer.Option("--from", help="The kind of store that [store] named before.")],
    empty: Annotated[bool, typer.Option("--empty", help="Then remove the mentions where they were, for good.")] = False,
    folder: ConfigFolder = Path(),
) -> None:
    """Copy the mentions of the other kind of store into the one that vigie.toml names now: the move to Elasticsearch, or back.

    First change [store] kind in vigie.toml (keep hosts and index_prefix for the way back), then run this; Vigie must stand still.
    Incidents, mails and memories are in the data folder and stay there. After an interruption it goes on where it was; repeating
    it changes nothing. What was copied stays where it was too: look whether all is well, then repeat with --empty.

    Example: vigie store copy --from sqlite -c ma-veille
    """
    from vigie.clock import SystemClock
    from vigie.lock import only_instance
    from vigie.store import open_stores
    from vigie.store.copying import Copied, begin_copy, copy_mentions, empty_copied

    config = load_config(folder)
    if config.settings.store.kind == origin:
        raise ConfigError([f"vigie.toml: store.kind is {origin}: set it to the store to copy into, then copy from {origin}"])
    before = with_store(config, origin)
    bookmark = config.data_folder / _COPY
    with (
        only_instance(config.data_folder),
        open_stores(before, SystemClock()) as (_, source),
        open_stores(config, SystemClock()) as (_, target),
        _progress() as bar,
    ):
        copied = begin_copy(source, f"{_origin(before)} > {_origin(config)}", _read(Copied, bookmark))
        if copied.done:
            typer.echo(f"goes on after {copied.done} mentions", err=True)
        task = bar.add_task("mentions", total=copied.total, completed=copied.done)
        for place in copy_mentions(source, target, copied):
            copied = place
            if place.cursor is not None:
                _save(place, bookmark)
            bar.update(task, completed=place.done)
        bookmark.unlink(missing_ok=True)
        removed = empty_copied(source, target) if empty else 0
    typer.echo(f"copied {copied.done} mentions from {origin} to {config.settings.store.kind}, {copied.created} of them new there")
    if removed:
        typer.echo(f"removed {removed} mentions from {origin}")


def _origin(config: "Config") -> str:
    """Names the stores of a configuration: a place in one is none in another."""
    store = config.settings.store
    where = f" {' '.join(store.hosts)} {store.index_prefix}" if store.kind != "sqlite" else ""
    return f"{config.data_folder} {store.kind}{where}"


def _to_standard_output(state: "State", store: "MentionStore", begun: "Written") -> "Written":
    from vigie.store.transfer import export

    written = begun
    for piece, place in export(state, store, begun):
        sys.stdout.buffer.write(piece)
        written = place
    return written


def _to_file(path: Path, state: "State", store: "MentionStore", begun: "Written") -> "Written":
    """Writes `path`, from where an interrupted export of the same stores came to."""
    from vigie.ports import EVERYTHING
    from vigie.store.transfer import export

    bookmark = path.with_name(f"{path.name}.part.json")
    with _unfinished(path) as output, _progress() as bar:
        written = _resumed(bookmark, output, begun)
        output.truncate(written.offset)
        output.seek(written.offset)
        task = bar.add_task("mentions", total=store.count(EVERYTHING).total, completed=written.mentions)
        for piece, place in export(state, store, written):
            output.write(piece)
            written = place
            bar.update(task, completed=place.mentions)
            if place.is_safe:
                output.flush()
                os.fsync(output.fileno())
                _save(place, bookmark)
        bookmark.unlink(missing_ok=True)
    return written


def _resumed(bookmark: Path, output: IO[bytes], begun: "Written") -> "Written":
    """What an earlier export left in `output`, when it is of the same stores and of today; else `begun`, with nothing left."""
    from vigie.store.transfer import Written

    earlier = _read(Written, bookmark)
    size = output.seek(0, os.SEEK_END)
    if earlier is not None and earlier.origin == begun.origin and earlier.is_safe and earlier.offset <= size:
        age = datetime.fromisoformat(begun.begun_at) - datetime.fromisoformat(earlier.begun_at)
        if timedelta(0) <= age < _GO_ON_FOR:
            typer.echo(f"goes on after {earlier.mentions} mentions, with what was known at {earlier.begun_at}", err=True)
            return earlier
    bookmark.unlink(missing_ok=True)
    return begun


@contextmanager
def _unfinished(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path`, with what an earlier run left in it; it takes the name of `path` when the block ends well."""
    unfinished = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT, _FOR_ME), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise VigieError(f"{unfinished} is being written by another export: wait for it, or name another file") from error
        yield file
        file.flush()
        os.fsync(file.fileno())
        unfinished.replace(path)


def _read(kind: type[T], bookmark: Path) -> T | None:
    """The place that an interrupted run left; None when there is none to read."""
    try:
        return kind(**json.loads(bookmark.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _save(place: Any, bookmark: Path) -> None:
    """Writes the place, a dataclass, whole or not at all."""
    unfinished = bookmark.with_suffix(".new")
    unfinished.write_text(json.dumps(asdict(place)), encoding="ascii")
    unfinished.replace(bookmark)


def _progress() -> "Progress":
    """A bar on a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)
