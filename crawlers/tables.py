"""Tables as other tools export them (CSV in any charset and with any separator, XLSX, JSON Lines), as rows of named texts."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from crawlers.tree import decode_page
from vigie.errors import VigieError

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".jsonl", ".json")
_SEPARATORS = ";,\t|"
_LONGEST_CELL = 10_000_000
_TOO_LARGE = 500_000_000
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


class TableError(VigieError):
    """A file that is no table, or none that can be read."""


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are (line number, texts by column); times without zone stay without. `broken` counts lines that are no row."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[int, Mapping[str, str]]]
    broken: int = 0


def read_table(path: Path) -> Table:
    """The table in a file; the kind is told by its ending. Raises: TableError."""
    if path.stat().st_size > _TOO_LARGE:
        raise TableError(f"{path}: larger than {_TOO_LARGE // 1_000_000} MB; split it")
    if path.suffix.lower() == ".xlsx":
        return _of_lines(_xlsx_lines(path), path)
    text = decode_page(path.read_bytes()).replace("\x00", "")
    if path.suffix.lower() in (".jsonl", ".json"):
        return _json_table(text, path)
    return _of_lines(_csv_lines(text), path)


def _csv_lines(text: str) -> Iterator[list[str]]:
    announced = _SEPARATOR_LINE.match(text)
    text = text[announced.end() :] if announced else text
    csv.field_size_limit(_LONGEST_CELL)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=announced[1] if announced else _separator(text))


def _separator(text: str) -> str:
    """The one that parts the first line that any of them parts into most columns."""
    for line in text[:20_000].splitlines():
        columns = {separator: len(next(csv.reader([line], delimiter=separator), [])) for separator in _SEPARATORS}
        best = max(columns, key=columns.__getitem__)
        if columns[best] > 1:
            return best
    return _SEPARATORS[0]


def _xlsx_lines(path: Path) -> Iterator[list[str]]:
    """The rows of the first sheet that has any."""
    from openpyxl import load_workbook  # noqa: PLC0415 - only a spreadsheet needs it

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        for sheet in book.worksheets:
            lines = [[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]
            if any(any(line) for line in lines):
                yield from lines
                return
    except Exception as error:
        raise TableError(f"{path}: no workbook that can be read ({type(error).__name__}: {str(error)[:120]})") from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _of_lines(lines: Iterator[list[str]], path: Path) -> Table:
    """The first line with two filled cells names the columns; what stands before it is a preface."""
    columns: tuple[str, ...] = ()
    rows: list[tuple[int, Mapping[str, str]]] = []
    broken = 0
    try:
        for number, line in enumerate(lines, start=1):
            cells = [cell.strip() for cell in line]
            if not any(cells):
                continue
            if not columns:
                columns = tuple(cells) if sum(map(bool, cells)) > 1 else ()
            elif any(cells[len(columns) :]):
                broken += 1
            else:
                rows.append((number, {name: cell for name, cell in zip(columns, cells, strict=False) if name}))
    except csv.Error as error:
        raise TableError(f"{path}: no CSV that can be read: {error}") from error
    if not columns:
        raise TableError(f"{path}: no table: no line has two columns")
    return Table(tuple(name for name in columns if name), rows, broken)


def _json_table(text: str, path: Path) -> Table:
    """Objects, one a line or in one list; a field inside another has both names with a point between (`user.name`)."""
    found: list[tuple[int, object]] = []
    broken = 0
    if text.lstrip()[:1] == "[":
        try:
            found = list(enumerate(json.loads(text), start=1))
        except (ValueError, RecursionError) as error:
            raise TableError(f"{path}: no JSON that can be read: {error}") from error
    else:
        for number, line in enumerate(text.split("\n"), start=1):
            try:
                found += [(number, json.loads(line))] if line.strip() else []
            except (ValueError, RecursionError):
                broken += 1
    rows = [(number, dict(_flat(value, ""))) for number, value in found if isinstance(value, dict)]
    columns = tuple(dict.fromkeys(name for _, row in rows for name in row))
    if not columns:
        raise TableError(f"{path}: no table: no line holds a JSON object")
    return Table(columns, rows, broken + len(found) - len(rows))


def _flat(node: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in node.items():
        if isinstance(value, dict) and prefix.count(".") < 5:
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            yield f"{prefix}{name}", str(value)
