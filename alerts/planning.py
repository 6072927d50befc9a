"""Writes `calendar.toml`: adds an event to its end, or takes one out, and leaves every other line as the team wrote it."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from config.schema import EventRow
from vigie.errors import VigieError

_HEADER = re.compile(r"^\s*\[\[\s*event\s*\]\]")
_ANY_HEADER = re.compile(r"^\s*\[")


def add_event(path: Path, event: EventRow) -> None:
    """Appends the event. Raises: OSError."""
    before = path.read_text(encoding="utf-8-sig") if path.exists() else "# Les campagnes et communiqués prévus.\n"
    _write(path, before.rstrip("\n") + "\n\n" + _as_toml(event))


def remove_event(path: Path, events: Sequence[EventRow], name: str) -> None:
    """Takes out the events of that name; `events` are those of the file, in order. Raises: VigieError when there is none."""
    gone = {index for index, event in enumerate(events) if event.name == name}
    if not gone:
        known = ", ".join(dict.fromkeys(event.name for event in events))
        raise VigieError(f"no event {name!r} in the calendar" + (f"; there is {known}" if known else ", which is empty"))
    kept, index, skips = [], -1, False
    for line in path.read_text(encoding="utf-8-sig").splitlines(keepends=True):
        if _HEADER.match(line):
            index += 1
            skips = index in gone
        elif _ANY_HEADER.match(line):
            skips = False
        if not skips:
            kept.append(line)
    _write(path, "".join(kept).rstrip("\n") + "\n")


def _as_toml(event: EventRow) -> str:
    """The event as TOML; its strings are written as JSON, which is the same for what they may hold."""
    name = json.dumps(event.name, ensure_ascii=False)
    lines = ["[[event]]", f"name = {name}", f"start = {_moment(event.start)}", f"end = {_moment(event.end)}"]
    if event.brands:
        lines.append(f"brands = {json.dumps(event.brands)}")
    return "\n".join(lines) + "\n"


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _write(path: Path, text: str) -> None:
    """The whole file or nothing of it."""
    unfinished = path.with_suffix(".part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
