"""`vigie import` of other tools' exports: a preview first, then the documents take the way of everything that is collected."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vigie.cli.common import load_config, print_documents
from vigie.cli.texts import document_kind

if TYPE_CHECKING:
    from config.schema import Config
    from crawlers.clippings import Mapped

_SHOWN = 5
_BATCH = 500


def is_table(file: Path) -> bool:
    """Whether a file is a table of another tool, and not one that `vigie export` wrote."""
    from crawlers.tables import SUFFIXES

    if file.suffix.lower() not in SUFFIXES:
        return False
    with file.open("rb") as opened:
        return b'"vigie-export"' not in opened.readline(1000)


def import_table(
    file: Path, folder: Path, *, maps: Sequence[str], kind: str, zone: str | None, source: str | None, yes: bool
) -> None:
    """Shows what a table would bring and, once that is confirmed, takes it in."""
    from datetime import UTC, datetime

    from crawlers.clippings import columns_of, documents_of
    from crawlers.tables import read_table

    config = load_config(folder)
    given = dict(_pair(one) for one in maps)
    chosen = document_kind(kind)
    if chosen is None:
        raise typer.BadParameter("a kind of document is wanted")
    table = read_table(file)
    columns = columns_of(table, given)
    mapped = documents_of(
        table,
        columns,
        source=source or "import",
        kind=chosen,
        zone=zone or config.settings.team.zone,
        now=datetime.now(UTC),
    )
    _show(table.columns, columns, mapped, config.settings.team.zone)
    if not mapped.documents:
        typer.echo("nothing to import", err=True)
        raise typer.Exit(1)
    if yes or typer.confirm(f"Import {len(mapped.documents)} documents?", err=True):
        _take_in(config, mapped)


def _pair(written: str) -> tuple[str, str]:
    name, sign, column = written.partition("=")
    if not (sign and name and column):
        raise typer.BadParameter(f"--map {written}: write it as field=column, as text=Contenu")
    return name.strip(), column.strip()


def _show(all_columns: Sequence[str], columns: dict[str, str], mapped: "Mapped", zone: str) -> None:
    unused = [column for column in all_columns if column not in columns.values()]
    typer.echo("columns: " + ", ".join(f"{name} = {column}" for name, column in columns.items()), err=True)
    if unused:
        typer.echo(f"not used: {', '.join(unused)}", err=True)
    if mapped.left_out:
        typer.echo("left out: " + ", ".join(f"{reason} {number}" for reason, number in mapped.left_out.items()), err=True)
    print_documents(f"The first of {len(mapped.documents)}", mapped.documents[:_SHOWN], zone)


def _take_in(config: "Config", mapped: "Mapped") -> None:
    from vigie.clock import SystemClock
    from vigie.watch import open_watch

    with open_watch(config, SystemClock()) as watch:
        before = watch.state.outcomes()
        for start in range(0, len(mapped.documents), _BATCH):
            watch.intake.receive(mapped.documents[start : start + _BATCH])
        asyncio.run(watch.analyse())
        after = watch.state.outcomes()
    told = {outcome: after[outcome] - before[outcome] for outcome in after}
    typer.echo(", ".join(f"{outcome} {number}" for outcome, number in told.items()))
