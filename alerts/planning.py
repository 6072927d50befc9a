"""Writes `calendar.toml`: adds an event to its end, or takes one out, and leaves every other line as the team wrote it."""

from collections.abc import Sequence
from pathlib import Path

from config.row_text import append_row, without_rows, write_whole
from config.schema import EventRow
from vigie.errors import VigieError


def add_event(path: Path, event: EventRow) -> None:
    """Appends the event. Raises: OSError."""
    before = path.read_text(encoding="utf-8-sig") if path.exists() else "# Les campagnes et communiqués prévus.\n"
    row = {"name": event.name, "start": event.start, "end": event.end}
    write_whole(path, append_row(before, "event", {**row, "brands": event.brands} if event.brands else row))


def remove_event(path: Path, events: Sequence[EventRow], name: str) -> None:
    """Takes out the events of that name; `events` are those of the file, in order. Raises: VigieError when there is none."""
    gone = [index for index, event in enumerate(events) if event.name == name]
    if not gone:
        known = ", ".join(dict.fromkeys(event.name for event in events))
        raise VigieError(f"no event {name!r} in the calendar" + (f"; there is {known}" if known else ", which is empty"))
    write_whole(path, without_rows(path.read_text(encoding="utf-8-sig"), "event", gone))
