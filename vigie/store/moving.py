"""The state read out whole, and put into another one: what `vigie export` and `vigie import` carry besides the mentions.

Over the tables of the state's parts. A reader holds no lock for longer than a slice, so that a watch goes on meanwhile.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from vigie.model import Action, Arrival, Delivery, Document, Incident, Mark, Outcome, PassReport, SourceState
from vigie.ports import DetectorRecord, InboxRecord, OutcomeCount, SourceRecord, StateRecord, StorySignature
from vigie.store.actions import ActionTables
from vigie.store.codec import decode, encode, microseconds, moment_of, restored, storable
from vigie.store.database import Row
from vigie.store.inbox import InboxTables
from vigie.store.incidents import IncidentTables
from vigie.store.marks import MarkTables
from vigie.store.outbox import OutboxTables
from vigie.store.sources import SourceTables, day_of
from vigie.store.stories import StoryTables

_SLICE = 500  # rows read at once
_INBOX = "id, source_id, content_hash, published_at, seen_at, attempts, outcome, reason, document"


class MovingTables(InboxTables, SourceTables, StoryTables, IncidentTables, OutboxTables, MarkTables, ActionTables):
    """Implements `records` and `restore` of `vigie.ports.State`."""

    def records(self) -> Iterator[StateRecord]:
        """As the contract says: what is written to a table first is read last."""
        for name, state in self._database.rows("SELECT name, state FROM detector_state ORDER BY name"):
            yield DetectorRecord(restored(name), state)
        for state in self.states():
            yield self._source_record(state)
        for row in self._sliced("inbox", "sequence", _INBOX):
            yield _inbox_record(row)
        for number, record in self._sliced("arrival", "sequence", "sequence, record"):
            yield replace(decode(Arrival, record), sequence=number)
        for (record,) in self._sliced("story_signature", "number", "record"):
            yield decode(StorySignature, record)
        for at, source, outcome, reason, number in self._database.rows("SELECT * FROM outcome_count ORDER BY at"):
            yield OutcomeCount(moment_of(at), restored(source), Outcome(outcome), restored(reason), number)
        for (record,) in self._sliced("incident", "number", "record"):
            yield decode(Incident, record)
        for record, content in self._sliced("delivery", "number", "record, content"):
            yield replace(decode(Delivery, record), content=content)
        yield from self.marks()
        yield from self.actions()

    def restore(self, records: Sequence[StateRecord]) -> int:
        with self._database.transaction():
            return sum(self._restore(record) for record in records)

    def _restore(self, record: StateRecord) -> bool:
        """Whether the record was new here; inside the caller's transaction."""
        match record:
            case DetectorRecord():
                return self._insert("detector_state", record.name, record.state)
            case SourceRecord():
                return self._restore_source(record)
            case InboxRecord():
                return self._insert(f"inbox ({_INBOX})", *_inbox_columns(record))
            case OutcomeCount():
                at = microseconds(record.at)
                return self._insert("outcome_count", at, record.source_id, record.outcome, record.reason, record.number)
            case StorySignature():
                return self._once("story_signature WHERE document_id", record.document_id, lambda: self.remember(record))
            case Arrival():
                return self._insert(
                    "arrival (sequence, mention_id, seen_at, record)",
                    record.sequence,
                    record.mention_id,
                    microseconds(record.seen_at),
                    encode(record),
                )
            case Incident():
                return self._once("incident WHERE id", record.id, lambda: self.save(record))
            case Delivery() | Mark() | Action():
                return self._restore_told(record)
            case _:
                assert_never(record)

    def _restore_told(self, record: Delivery | Mark | Action) -> bool:
        """Adds what is known by its key."""
        match record:
            case Delivery():
                return self.add(record)
            case Mark():
                return self.add_mark(record)
            case Action():
                return self.add_action(record)

    def _source_record(self, state: SourceState) -> SourceRecord:
        source = storable(state.source_id)
        memory = self._database.rows("SELECT key, value FROM source_memory WHERE source_id = ? ORDER BY key", (source,))
        passes = self._database.rows("SELECT record FROM source_pass WHERE source_id = ? ORDER BY finished_at, rowid", (source,))
        return SourceRecord(
            state,
            {restored(key): restored(value) for key, value in memory},
            tuple(decode(PassReport, record) for (record,) in passes),
        )

    def _restore_source(self, record: SourceRecord) -> bool:
        source = record.state.source_id
        if not self._insert("source_state", source, encode(record.state)):
            return False
        for key, value in record.memory.items():
            self._insert("source_memory", source, key, value, day_of(self._clock.now()))
        for report in record.passes:
            self._insert("source_pass", source, microseconds(report.finished_at), encode(report))
        return True

    def _insert(self, table: str, *values: object) -> bool:
        """Whether a row was added: one with its key was not there."""
        columns = [storable(value) if type(value) is str else value for value in values]
        marks = ", ".join("?" * len(columns))
        return self._database.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", columns) > 0  # noqa: S608

    def _once(self, where: str, identity: str, write: Callable[[], None]) -> bool:
        """Whether `write` was called: nothing of this identity was there."""
        if self._database.row(f"SELECT 1 FROM {where} = ?", (storable(identity),)) is not None:  # noqa: S608
            return False
        write()
        return True

    def _sliced(self, table: str, key: str, columns: str) -> Iterator[Row]:
        """The rows of `table` in the order of its number `key`."""
        last = -1
        while rows := self._database.rows(
            f"SELECT {key}, {columns} FROM {table} WHERE {key} > ? ORDER BY {key} LIMIT {_SLICE}",  # noqa: S608
            (last,),
        ):
            for row in rows:
                yield row[1:]
            last = rows[-1][0]


def _inbox_record(row: Row) -> InboxRecord:
    identity, source, content_hash, published_at, seen_at, attempts, outcome, reason, document = row
    return InboxRecord(
        restored(identity),
        restored(source),
        content_hash,
        moment_of(published_at),
        moment_of(seen_at),
        attempts,
        None if outcome is None else Outcome(outcome),
        restored(reason),
        None if document is None else decode(Document, document),
    )


def _inbox_columns(record: InboxRecord) -> tuple[object, ...]:
    return (
        record.document_id,
        record.source_id,
        record.content_hash,
        microseconds(record.published_at),
        microseconds(record.seen_at),
        record.attempts,
        record.outcome,
        record.reason,
        None if record.document is None else encode(record.document),
    )
