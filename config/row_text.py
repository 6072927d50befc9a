"""Rows of a TOML file as text: added at the end, taken out or changed in one key; every other line stays as the team wrote it.

A row is a table of a list (`[[source]]`) with the tables below it (`[source.options]`) and the comments right above it. Whatever
is written was read again first and holds exactly the rows that it should.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from vigie.errors import VigieError

_HEADER = re.compile(r"^\s*\[+\s*([\w-]+(?:\s*\.\s*[\w-]+)*)\s*\]+\s*(?:#.*)?$")


def append_row(text: str, table: str, row: Mapping[str, Any]) -> str:
    """The text with one more row at its end."""
    written = "\n".join(f"{key} = {_value(value)}" for key, value in row.items())
    after = (text.rstrip("\n") + "\n\n" if text.strip() else "") + f"[[{table}]]\n{written}\n"
    return _checked(after, table, [*_rows(text, table), dict(row)])


def without_rows(text: str, table: str, gone: Sequence[int]) -> str:
    """The text without the rows at these places, counted from 0, and without the comments right above them."""
    lines = text.splitlines(keepends=True)
    spans = _spans(lines, table)
    dropped = {number for place in gone for number in range(*spans[place])}
    after = "".join(line for number, line in enumerate(lines) if number not in dropped).rstrip("\n") + "\n"
    return _checked(after, table, [row for place, row in enumerate(_rows(text, table)) if place not in set(gone)])


def with_value(text: str, table: str, place: int, key: str, value: Any) -> str:
    """The text with `key` of the row at `place` set to `value`."""
    lines = text.splitlines(keepends=True)
    start, end = _spans(lines, table)[place]
    header = next(number for number in range(start, end) if _name(lines[number]) == table)
    own = next((number for number in range(header + 1, end) if _name(lines[number])), end)
    given = re.compile(rf"^(\s*{re.escape(key)}\s*=\s*)([^#\n]*?)(\s*(?:#.*)?)$")
    found = next((number for number in range(header + 1, own) if given.match(lines[number].rstrip("\n"))), None)
    if found is None:
        lines.insert(header + 1, f"{key} = {_value(value)}\n")
    else:
        lines[found] = given.sub(lambda match: f"{match[1]}{_value(value)}{match[3]}", lines[found].rstrip("\n")) + "\n"
    rows = _rows(text, table)
    rows[place] = {**rows[place], key: value}
    return _checked("".join(lines), table, rows)


def write_whole(path: Path, text: str) -> None:
    """The whole file or nothing of it. Raises: OSError."""
    unfinished = path.with_suffix(".part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def _spans(lines: Sequence[str], table: str) -> list[tuple[int, int]]:
    """Where each row begins and ends (half-open), with the comments right above it."""
    spans: list[tuple[int, int]] = []
    headers = [(number, name) for number, line in enumerate(lines) if (name := _name(line))]
    for place, (number, name) in enumerate(headers):
        if name == table:
            following = (at for at, other in headers[place + 1 :] if not other.startswith(f"{table}."))
            end = next(following, None)
            spans.append((_above(lines, number), len(lines) if end is None else _above(lines, end)))
    return spans


def _above(lines: Sequence[str], header: int) -> int:
    """The first of the comment lines that stand right above a header."""
    while header > 0 and lines[header - 1].lstrip().startswith("#"):
        header -= 1
    return header


def _name(line: str) -> str:
    """The name of the table that a line begins; empty for any other line."""
    match = _HEADER.match(line)
    return re.sub(r"\s", "", match[1]) if match else ""


def _rows(text: str, table: str) -> list[dict[str, Any]]:
    rows = tomllib.loads(text).get(table, [])
    return [dict(row) for row in rows]


def _checked(text: str, table: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """The text, once it was read again. Raises: VigieError when it does not say what it should."""
    try:
        written = _rows(text, table)
    except tomllib.TOMLDecodeError:
        written = []
    if written != list(rows):
        raise VigieError(f"the rows [[{table}]] are written in a way that only a person can change: edit the file by hand")
    return text


def _value(value: Any) -> str:
    """The value as TOML; strings are written as JSON, which is the same for what they may hold."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
