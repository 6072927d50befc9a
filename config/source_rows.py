"""Writes `sources.toml` for the commands that add, pause and remove sources: only the row that is meant changes."""

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

from config.row_text import append_row, with_value, without_rows, write_whole
from config.schema.sources import SourceRow
from vigie.model import host_of

FILE = "sources.toml"
_LONGEST_ID = 50


def slug_for(name: str, url: str, taken: Collection[str]) -> str:
    """An id for a source that is not taken: from its name, else from its host."""
    stem = _plain(name)[:_LONGEST_ID].strip("-") or _plain(host_of(url))[:_LONGEST_ID].strip("-") or "source"
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def row_values(row: SourceRow) -> dict[str, Any]:
    """What is written of a row: its id, kind and address, and what differs from the defaults."""
    fields = type(row).model_fields
    given = {
        name: getattr(row, name) for name in fields if fields[name].is_required() or getattr(row, name) != fields[name].default
    }
    written = {**given, "url": str(row.url)}
    if row.document_kind is not None:
        written["document_kind"] = str(row.document_kind)
    if "interval" in given:
        written["interval"] = iso_duration(row.interval)
    return written


def iso_duration(length: timedelta) -> str:
    """`PT15M`, `PT2H`."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    if seconds:
        return f"PT{minutes * 60 + seconds}S"
    return f"PT{minutes // 60}H" if minutes % 60 == 0 else f"PT{minutes}M"


def add_row(folder: Path, row: SourceRow) -> None:
    """Appends the row. Raises: OSError, VigieError."""
    _rewrite(folder, lambda text: append_row(text, "source", row_values(row)))


def set_enabled(folder: Path, place: int, enabled: bool) -> None:
    """Switches the row at this place, counted from 0, on or off. Raises: OSError, VigieError."""
    _rewrite(folder, lambda text: with_value(text, "source", place, "enabled", enabled))


def remove_row(folder: Path, place: int) -> None:
    """Takes the row at this place out, with the comments right above it. Raises: OSError, VigieError."""
    _rewrite(folder, lambda text: without_rows(text, "source", [place]))


def _rewrite(folder: Path, change: Callable[[str], str]) -> None:
    path = folder / FILE
    write_whole(path, change(path.read_text(encoding="utf-8-sig")))
