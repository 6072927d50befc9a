"""What several commands share: where the configuration is, and how times and tables are written."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

if TYPE_CHECKING:
    from config.schema import Config
    from vigie.model import Document

ConfigFolder = Annotated[
    Path, typer.Option("--config", "-c", envvar="VIGIE_CONFIG", help="Folder of vigie.toml and the three other files.")
]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise typer.BadParameter(f"{name!r} is not a time zone; write it as Europe/Paris") from error
    return name


def known_zone(name: str | None) -> str | None:
    """The zone as it was written, if one was. Raises: BadParameter for what is none."""
    return name if name is None else _known_zone(name)


Zone = Annotated[str, typer.Option(help="Time zone of the site's dates without one.", callback=_known_zone)]
AsJson = Annotated[bool, typer.Option("--json", help="Print data as JSON, one document a line.")]

FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]


def load_config(folder: Path) -> "Config":
    """The checked configuration. Raises: ConfigError."""
    from config.load import load
    from vigie.extensions import extensions

    return load(folder, extensions())


def with_store(config: "Config", kind: str) -> "Config":
    """The configuration with the other kind of mention store; all else, also of `[store]`, as it is."""
    store = config.settings.store.model_copy(update={"kind": kind})
    return config.model_copy(update={"settings": config.settings.model_copy(update={"store": store})})


def print_json(rows: Iterable[Any]) -> None:
    """One JSON value a line; dates as ISO 8601 with their offset."""
    for row in rows:
        typer.echo(
            json.dumps(row, ensure_ascii=False, default=lambda one: one.isoformat() if isinstance(one, datetime) else str(one))
        )


def print_table(title: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on a terminal, the same cells split by tabs elsewhere."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        typer.echo("\t".join(headers))
        for row in rows:
            typer.echo("\t".join(str(cell) for cell in row))
        return
    table = Table(*headers, title=title, title_justify="left")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console.print(table)


def print_documents(title: str, documents: "Sequence[Document]", zone: str) -> None:
    """When, by whom, where and how each begins; times in the zone."""
    rows = [
        (local(one.published.at, zone), one.author or "-", one.url, (one.title or one.text)[:80].replace("\n", " "))
        for one in documents
    ]
    print_table(title, ["published", "author", "address", "text"], rows)


def in_utc(moment: datetime | None, zone: str) -> datetime | None:
    """The moment in UTC, read in the zone where it has none; None for None."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def local(moment: datetime | None, zone: str) -> str:
    """`2026-03-10 14:05` in the zone; a dash for None."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") if moment else "-"
