"""Everything that Vigie knows as one file, and back into any store: newline-delimited JSON, a record a line.

Beside the data's way, over the contracts of `vigie.ports` only. The first line is a header with the version of the format, the
last one says that the file is whole. A line is `{"record": KIND, "value": ...}`; the value is that of `vigie.store.codec`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from vigie.errors import StoreError
from vigie.model import Action, Arrival, Delivery, Incident, Mark, Mention, Workflow
from vigie.ports import (
    EVERYTHING,
    Decision,
    DetectorRecord,
    InboxRecord,
    MentionStore,
    OutcomeCount,
    SourceRecord,
    State,
    StateRecord,
    StorySignature,
    Upserted,
)
from vigie.store.codec import encode, is_well_typed, microseconds, revived

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
    "mark": Mark,
    "action": Action,
    "mention": Mention,
}
_NAMES = {kind: name for name, kind in KINDS.items()}
_PAGE = 500
_LONGEST_REASON = 200
_CALLED, _END = "vigie-export", "end"


@dataclass(frozen=True, slots=True)
class Written:
    """How far an export came: `offset` in bytes, and the records in them; `cursor` asks for the mentions that follow.

    `begun_at` (ISO 8601) is in the header and tells one file from another; `origin` names the stores that are read. Only where
    `is_safe` another process may go on.
    """

    origin: str
    begun_at: str
    offset: int = 0
    state: int = 0
    mentions: int = 0
    cursor: str | None = None
    is_safe: bool = False


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


def export(state: State, store: MentionStore, begun: Written) -> Iterator[tuple[bytes, Written]]:
    """The file from where `begun` came to, piece by piece, each with how far it then is. Raises: StoreUnavailable.

    The state comes first, so that the mentions it calls done are behind it. That is why an export never goes on inside the state:
    a later state would call mentions done that are newer than those already written.
    """
    written = begun
    if not begun.is_safe:
        written = Written(begun.origin, begun.begun_at)
        for piece, number in _state_pieces(state, begun.begun_at):
            written = replace(written, offset=written.offset + len(piece), state=written.state + number)
            yield piece, written
        written = replace(written, is_safe=True)
    for mentions, cursor in in_order(store, written.cursor):
        piece = b"".join(map(_record_line, mentions))
        written = replace(
            written,
            offset=written.offset + len(piece),
            mentions=written.mentions + len(mentions),
            cursor=cursor,
            is_safe=cursor is not None,
        )
        yield piece, written
    yield _line({_END: written.state + written.mentions}), replace(written, is_safe=False)


def in_order(store: MentionStore, cursor: str | None = None) -> Iterator[tuple[Sequence[Mention], str | None]]:
    """All mentions from `cursor` on, some hundreds at a time, each time with the cursor of those that follow; None at the end.

    Newest first and, of one moment, by id: every store gives the same order. (SQLite moves what has no room in its second, see
    `vigie.store.rows`: those are all there, in an order of its own.)
    """
    held: list[Mention] = []
    store.refresh()
    while True:
        page = store.search(EVERYTHING, limit=_PAGE, cursor=cursor)
        if held and page.mentions and _second(held[-1]) != _second(page.mentions[0]):
            yield _sorted(held), cursor
            held = []
        held += page.mentions
        cursor = page.cursor
        if cursor is None:
            yield _sorted(held), None
            return


def _second(mention: Mention) -> int:
    return microseconds(mention.document.published.at) // 1_000_000


def _sorted(mentions: list[Mention]) -> list[Mention]:
    by_id = sorted(mentions, key=lambda mention: mention.id)
    return sorted(by_id, key=lambda mention: mention.document.published.at, reverse=True)


def _state_pieces(state: State, begun_at: str) -> Iterator[tuple[bytes, int]]:
    """Header and state, some hundred records at a time, with their number."""
    yield _line({_CALLED: FORMAT, "written_at": begun_at}), 0
    records = state.records()
    while some := list(islice(records, _PAGE)):
        yield b"".join(map(_record_line, some)), len(some)


def _record_line(record: Record) -> bytes:
    return b'{"record":"' + _NAMES[type(record)].encode() + b'","value":' + encode(record) + b"}\n"


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
        self._store.refresh()

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
        upserted = write_mentions(self._store, mentions)
        self.done = Imported(
            created=self.done.created + upserted.created,
            updated=self.done.updated + upserted.updated,
            state=self.done.state + restored,
            left_out=self.done.left_out + (0 if self.place.with_state else len(others)),
        )


def write_mentions(store: MentionStore, mentions: Sequence[Mention]) -> Upserted:
    """Writes mentions anew with what people decided; a decision already taken in `store` stays. Raises: StoreUnavailable."""
    if not mentions:
        return Upserted(0, 0)
    upserted = store.upsert(mentions)
    if upserted.updated:
        for mention in mentions:
            _carry_decision(store, mention)
    return upserted


def _carry_decision(store: MentionStore, mention: Mention) -> None:
    """What people decided about a mention that was stored already, where nobody decided there."""
    decided = mention.workflow
    stored = store.get(mention.id) if decided != Workflow() else None
    if stored is not None and stored.workflow == Workflow():
        store.mark(mention.id, Decision.of(decided))
        store.correct(mention.id, decided.corrected_label)


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
