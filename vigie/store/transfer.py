"""Everything that Vigie knows as one file, and back into any store: newline-delimited JSON, a record a line.

Beside the data's way, over the contracts of `vigie.ports` only. The first line is a header with the version of the format, the
last one says that the file is whole. A line is `{"record": KIND, "value": ...}`; the value is that of `vigie.store.codec`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from vigie.errors import StoreError
from vigie.model import Arrival, Delivery, Incident, Mention, Workflow
from vigie.ports import (
    DetectorRecord,
    Filter,
    InboxRecord,
    MentionStore,
    OutcomeCount,
    SourceRecord,
    State,
    StateRecord,
    StorySignature,
    Upserted,
)
from vigie.store.codec import encode, is_well_typed, revived

FORMAT = 1
"""Grows when an older Vigie could not read the file; this one reads every format up to its own."""

Record = Mention | StateRecord
KINDS: Mapping[str, type[Any]] = {
    "detector": DetectorRecord,
    "source": SourceRecord,
    "document": InboxRecord,
    "arrival": Arrival,
    "story_signature": StorySignature,
    "outcome_count": OutcomeCount,
    "incident": Incident,
    "delivery": Delivery,
    "mention": Mention,
}
_NAMES = {kind: name for name, kind in KINDS.items()}
_PAGE = 500
_LONGEST_REASON = 200
_CALLED, _END = "vigie-export", "end"


@dataclass(frozen=True, slots=True)
class Place:
    """How far an import came: `offset` in bytes and `line` count what is done; `identity` says of which file.

    `with_state` is decided once, before anything is written: whether the state is restored too.
    """

    identity: str = ""
    offset: int = 0
    line: int = 0
    with_state: bool = True


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: mentions that were new or written anew, records of the state that were new, and those left out."""

    created: int = 0
    updated: int = 0
    state: int = 0
    left_out: int = 0


# --- writing


def export_lines(state: State, store: MentionStore, written_at: datetime) -> Iterator[tuple[str, bytes]]:
    """The lines of the file, each with its newline, and what it holds: `header`, a key of KINDS, or `end`.

    The state comes first, so that the mentions it calls done are behind it. `written_at` tells one file from another.
    Raises: StoreUnavailable.
    """
    yield "header", _line({_CALLED: FORMAT, "written_at": written_at.isoformat()})
    number = 0
    for record in _everything(state, store):
        kind = _NAMES[type(record)]
        yield kind, b'{"record":"' + kind.encode() + b'","value":' + encode(record) + b"}\n"
        number += 1
    yield _END, _line({_END: number})


def _everything(state: State, store: MentionStore) -> Iterator[Record]:
    yield from state.records()
    page = store.search(Filter(), limit=_PAGE)
    yield from page.mentions
    while page.cursor is not None:
        page = store.search(Filter(), limit=_PAGE, cursor=page.cursor)
        yield from page.mentions


def _line(value: Mapping[str, object]) -> bytes:
    return json.dumps(value).encode() + b"\n"


# --- reading


class Import:
    """A file on its way into `state` and `store`; `place` is how far it came, `done` what that brought.

    The state is restored into an empty one only, or one that this file began to fill: a state with a history of its own keeps it.
    Mentions are written anew; what people decided about one here is kept, and where nobody did, what the file says counts.
    """

    def __init__(self, path: Path, state: State, store: MentionStore, place: Place | None = None) -> None:
        """`place` is where an earlier import of the file came to. Raises: StoreError when this is no file of `vigie export`."""
        self._path, self._state, self._store = path, state, store
        with path.open("rb") as file:
            header = file.readline()
        _check_header(header, path)
        identity = hashlib.sha256(header).hexdigest()
        self.done = Imported()
        self.place = place or Place()
        if self.place.identity != identity:
            self.place = Place(identity, len(header), 1, with_state=next(state.records(), None) is None)

    def steps(self) -> Iterator[Place]:
        """Writes batch after batch; each place given (the first before anything is written) is safe to go on from.

        Raises: StoreUnavailable; StoreError naming file and line when a line cannot be read or the file is cut off: everything
        before it is written then, and `place` given.
        """
        yield self.place
        for records, place in self._batches():
            self._write(records)
            self.place = place
            yield place

    def _batches(self) -> Iterator[tuple[Sequence[Record], Place]]:
        """Records in the order of the file, with the place behind them."""
        place = self.place
        records: list[Record] = []
        try:
            for raw, record in self._records():
                place = replace(place, offset=place.offset + len(raw), line=place.line + 1)
                records.append(record)
                if len(records) == _PAGE:
                    yield records, place
                    records = []
        except StoreError:
            yield records, place
            raise
        yield records, place

    def _records(self) -> Iterator[tuple[bytes, Record]]:
        with self._path.open("rb") as file:
            file.seek(self.place.offset)
            line = self.place.line
            while True:
                line += 1
                raw = file.readline()
                if not raw.endswith(b"\n"):
                    raise StoreError(
                        f"{self._path} is cut off at line {line}: what comes before is imported; import the whole file to go on"
                    )
                record = _record_of(raw, line, self._path)
                if record is None:
                    return
                yield raw, record

    def _write(self, records: Sequence[Record]) -> None:
        mentions = [record for record in records if isinstance(record, Mention)]
        others = [record for record in records if not isinstance(record, Mention)]
        restored = self._state.restore(others) if others and self.place.with_state else 0
        upserted = self._store.upsert(mentions) if mentions else Upserted(0, 0)
        if upserted.updated:
            self._carry_decisions(mentions)
        self.done = Imported(
            created=self.done.created + upserted.created,
            updated=self.done.updated + upserted.updated,
            state=self.done.state + restored,
            left_out=self.done.left_out + (0 if self.place.with_state else len(others)),
        )

    def _carry_decisions(self, mentions: Sequence[Mention]) -> None:
        """What people decided, for the mentions that were stored already and about which nobody decided here."""
        for mention in mentions:
            decided = mention.workflow
            stored = self._store.get(mention.id) if decided != Workflow() else None
            if stored is not None and stored.workflow == Workflow():
                self._store.mark(mention.id, decided.state, decided.note)
                self._store.correct(mention.id, decided.corrected_label)


def _check_header(line: bytes, path: Path) -> None:
    try:
        written = json.loads(line)[_CALLED]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}, line 1: not the header of a file that `vigie export` wrote") from error
    if not isinstance(written, int) or not 1 <= written <= FORMAT:
        raise StoreError(f"{path}, line 1: format {written!r}; this Vigie reads formats up to {FORMAT}, a newer one is needed")


def _record_of(raw: bytes, line: int, path: Path) -> Record | None:
    """The record of a line; None for the line that ends the file. Raises: StoreError."""
    try:
        row: dict[str, Any] = json.loads(raw.decode("utf-8", "surrogatepass"))
        if _END in row:
            _check_end(row[_END], line - 2)
            return None
        kind = KINDS[row["record"]]
        record: Record = revived(kind, row["value"])
        if not is_well_typed(record, kind):
            raise TypeError("a value has the wrong type")
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise StoreError(f"{path}, line {line}: not a record ({type(error).__name__}: {str(error)[:_LONGEST_REASON]})") from error
    return record


def _check_end(announced: object, held: int) -> None:
    if announced != held:
        raise ValueError(f"the end announces {announced} records, {held} are there")
