"""`vigie source`: what is watched, how well it is, and how it comes and goes."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vigie.cli import source_adding
from vigie.cli.common import AsJson, ConfigFolder, load_config, local, print_documents, print_json, print_table
from vigie.cli.source_rows import lasting, source_rows
from vigie.errors import VigieError

if TYPE_CHECKING:
    from config.schema import Config, SourceRow
    from vigie.model import Document, PassReport

app = typer.Typer(
    help="Find, try, add, pause and remove sources; how well each is; lists of feeds in and out.", no_args_is_help=True
)
app.command("add")(source_adding.add)
app.command("import")(source_adding.import_opml)
app.command("catalogue")(source_adding.show_catalogue)

_ANY_SOURCE = "Source id in sources.toml."
_TRIED = 5


@app.command("list")
def list_sources(folder: ConfigFolder = Path(), as_json: AsJson = False) -> None:
    """Show every source with its health: state and evidence, rhythm, delay from publication to capture, yield of its pages.

    Example: vigie source list
    """
    from vigie.clock import SystemClock
    from vigie.store import open_stores

    config = load_config(folder)
    with open_stores(config, SystemClock()) as (state, _store):
        rows = list(source_rows(config, state))
    if as_json:
        print_json(rows)
        return
    zone, durations = config.settings.team.zone, ("every", "rhythm", "delay_p50", "delay_p90")
    cells = [
        [
            lasting(value) if name in durations else local(value, zone) if name.startswith("last_") else _shown(value)
            for name, value in row.items()
        ]
        for row in rows
    ]
    print_table("Sources", list(rows[0]) if rows else [], cells)


@app.command()
def test(
    source: Annotated[str, typer.Argument(help="Source id, or an address.")],
    limit: Annotated[int, typer.Option(min=1, help="At most so many documents.")] = _TRIED,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="Also read loopback and private addresses.")] = False,
    folder: ConfigFolder = Path(),
) -> None:
    """Read a source now as its row says, and show what it brings; nothing is stored. Exit code 1 when it brings nothing.

    Example: vigie source test journal
    """
    from config.schema import source_of

    config = load_config(folder)
    row = next((row for row in config.sources if row.id == source), None)
    if row is None and not source.startswith(("http://", "https://")):
        row = _row(config, source)[1]
    documents: list[Document] = []
    settings = config.settings.crawl.model_copy(update={"allow_private": allow_private or config.settings.crawl.allow_private})
    if row is None:
        from crawlers.fetch import fetch
        from vigie.clock import SystemClock

        reading = fetch(
            source, kind=None, limit=limit, settings=settings, clock=SystemClock(), on_documents=documents.extend,
            zone=config.settings.team.zone,
        )  # fmt: skip
    else:
        from crawlers.fetch import read_once
        from vigie.clock import SystemClock

        reading = read_once(
            source_of(row, config.brands), limit=limit, settings=settings, clock=SystemClock(), on_documents=documents.extend
        )
    _tell(asyncio.run(reading), documents, config.settings.team.zone, source)


@app.command()
def pause(source: Annotated[str, typer.Argument(help=_ANY_SOURCE)], folder: ConfigFolder = Path()) -> None:
    """Stop reading a source; its row and what is known of it stay.

    Example: vigie source pause journal
    """
    from config.source_rows import set_enabled

    set_enabled(folder, _row(load_config(folder), source)[0], False)
    typer.echo(f"{source} is paused")


@app.command()
def resume(source: Annotated[str, typer.Argument(help=_ANY_SOURCE)], folder: ConfigFolder = Path()) -> None:
    """Read a paused source again.

    Example: vigie source resume journal
    """
    from config.source_rows import set_enabled

    set_enabled(folder, _row(load_config(folder), source)[0], True)
    typer.echo(f"{source} is read again")


@app.command()
def remove(
    source: Annotated[str, typer.Argument(help=_ANY_SOURCE)],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    folder: ConfigFolder = Path(),
) -> None:
    """Take a source out of sources.toml. Its mentions stay, and so does what is known of it, should it come back.

    Example: vigie source remove journal
    """
    from config.source_rows import remove_row

    config = load_config(folder)
    place, row = _row(config, source)
    if not yes:
        typer.confirm(f"Remove {row.id} ({row.url}) from sources.toml?", abort=True, err=True)
    remove_row(folder, place)
    typer.echo(f"{source} is removed")


@app.command()
def export(folder: ConfigFolder = Path()) -> None:
    """Write the feeds among the sources as OPML, for any feed reader. The other sources are named on standard error.

    Example: vigie source export > sources.opml
    """
    from config.opml import FEED_KINDS, write_opml

    config = load_config(folder)
    sys.stdout.write(write_opml(config.sources))
    left_out = [row.id for row in config.sources if row.kind not in FEED_KINDS]
    if left_out:
        typer.echo(f"not in the list, as they are no feeds: {', '.join(left_out)}", err=True)


@app.command()
def scout(
    days: Annotated[int, typer.Option(min=1, help="Mentions of so many last days are looked through.")] = 90,
    limit: Annotated[int, typer.Option(min=1, help="At most so many sites.")] = 20,
    folder: ConfigFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Show the sites that mentions come from or name in their texts and that no source reads, by how many voices name them.

    Links behind words are not kept with a text: only addresses that stand in it can be found.

    Example: vigie source scout
    """
    from vigie.cli.scouting import cited_sites

    rows = [row._asdict() for row in cited_sites(load_config(folder), days, limit)]
    if as_json:
        print_json(rows)
    else:
        print_table("Sites that no source reads", ["site", "voices", "mentions", "example"], [list(row.values()) for row in rows])


def _row(config: "Config", source: str) -> "tuple[int, SourceRow]":
    """The row of that id and its place. Raises: BadParameter naming the nearest ids."""
    from config.mistakes import nearest

    ids = [row.id for row in config.sources]
    if source not in ids:
        raise typer.BadParameter(f"no source {source!r} in sources.toml{nearest(source, ids, 'sources')}")
    return ids.index(source), config.sources[ids.index(source)]


def _tell(report: "PassReport", documents: "Sequence[Document]", zone: str, source: str) -> None:
    print_documents(f"{source}: {report.documents} documents, {report.requests} requests", documents, zone)
    for reason, number in report.errors.items():
        typer.echo(f"{reason}: {number}", err=True)
    if not report.ok:
        raise VigieError(report.message or f"{source}: could not be read")
    if not documents:
        raise VigieError(f"{source}: it was read, and brought no document")


def _shown(value: Any) -> str:
    return "-" if value in (None, "") else str(value)
