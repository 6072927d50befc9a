"""The inbox: documents from the moment they are collected to their one counted outcome, and the arrivals that detection reads.

A row stays when its document is settled, without the text, so that the document is known when it comes again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from vigie.clock import Clock
from vigie.model import WITHOUT, Arrival, Document, Outcome
from vigie.ports import InboxEntry, Settlement
from vigie.store.codec import decode, encode, microseconds, moment_of, storable
from vigie.store.database import Database
from vigie.store.tables import Tables

ERASED = "erased"
"""Stands for the content of a document that was erased: whatever it turns into, it is known."""
_EXACT_FOR = timedelta(days=2)
_FIRST_PAUSE_US = 60_000_000  # a minute, then four, then sixteen
_DAY_US = 86_400_000_000


class InboxTables(Tables):
    """Implements `vigie.ports.Inbox`.

    A document that changes while an older version of it is analysed stays in wait: settling the older version does not end it.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self._handed_out: dict[str, str] = {}  # content hash by document id, as `pending` gave it
        self._compacted_until = 0

    def put(self, documents: Sequence[Document]) -> int:
        waiting = 0
        with self._database.transaction():
            self._compact_counts()
            for document in documents:
                if self._keep(document):
                    waiting += 1
                else:
                    self._count(document.source_id, Outcome.KNOWN)
        return waiting

    def pending(self, limit: int) -> Sequence[InboxEntry]:
        rows = self._database.rows(
            "SELECT document, attempts FROM inbox WHERE outcome IS NULL AND retry_at <= ? "
            "ORDER BY seen_at, published_at, id LIMIT ?",
            (microseconds(self._clock.now()), limit),
        )
        entries = [InboxEntry(decode(Document, document), attempts) for document, attempts in rows]
        self._handed_out.update((entry.document.id, entry.document.content_hash) for entry in entries)
        return entries

    def settle(self, settlements: Sequence[Settlement]) -> None:
        with self._database.transaction():
            for settlement in settlements:
                if self._end(settlement):
                    self._count(settlement.source_id, settlement.outcome, settlement.reason)
                for arrival in settlement.arrivals:
                    self._database.execute(
                        "INSERT OR IGNORE INTO arrival (mention_id, seen_at, record) VALUES (?, ?, ?)",
                        (storable(arrival.mention_id), microseconds(arrival.seen_at), encode(arrival)),
                    )

    def defer(self, document_id: str, reason: str) -> None:
        now = microseconds(self._clock.now())
        with self._database.transaction():
            self._database.execute(
                "UPDATE inbox SET reason = ?, retry_at = ? + (? << (2 * attempts)), attempts = attempts + 1 "
                "WHERE id = ? AND outcome IS NULL",
                (storable(reason), now, _FIRST_PAUSE_US, storable(document_id)),
            )

    def count_failed(self, source_id: str, reason: str, number: int = 1) -> None:
        with self._database.transaction():
            self._count(source_id, Outcome.FAILED, reason, number)

    def outcomes(self, since: datetime | None = None) -> Mapping[Outcome, int]:
        """As the contract says; what was counted more than two days ago is known by its UTC day only."""
        rows = self._database.rows(
            "SELECT outcome, sum(number) FROM outcome_count WHERE at >= ? GROUP BY outcome",
            (0 if since is None else microseconds(since),),
        )
        counted = {Outcome(outcome): number for outcome, number in rows}
        return {outcome: counted.get(outcome, 0) for outcome in Outcome}

    def failures(self) -> Mapping[str, int]:
        rows = self._database.rows(
            "SELECT reason, sum(number) FROM outcome_count WHERE outcome = 'failed' GROUP BY reason ORDER BY 2 DESC, 1"
        )
        return dict(rows)

    def lost_fields(self) -> Mapping[str, int]:
        rows = self._database.rows(
            "SELECT reason, sum(number) FROM outcome_count WHERE outcome = 'stored' AND reason LIKE ? || '%' GROUP BY reason",
            (WITHOUT,),
        )
        lost: Counter[str] = Counter()
        for reason, number in rows:
            for field in reason.split(", "):
                lost[field.removeprefix(WITHOUT)] += number
        return dict(lost.most_common())

    def waiting(self) -> int:
        return self._database.number("SELECT count(*) FROM inbox WHERE outcome IS NULL")

    def replay(self, reason: str | None = None) -> int:
        with self._database.transaction():
            return self._database.execute(
                "UPDATE inbox SET outcome = NULL, reason = '', attempts = 0, retry_at = 0 "
                "WHERE outcome = 'failed' AND (? IS NULL OR reason = ?)",
                (None if reason is None else storable(reason),) * 2,
            )

    def arrivals_after(self, sequence: int, limit: int = 10_000) -> Sequence[Arrival]:
        rows = self._database.rows(
            "SELECT sequence, record FROM arrival WHERE sequence > ? ORDER BY sequence LIMIT ?", (sequence, limit)
        )
        return [replace(decode(Arrival, record), sequence=number) for number, record in rows]

    def arrivals_since(self, moment: datetime, limit: int = 10_000) -> Sequence[Arrival]:
        rows = self._database.rows(
            "SELECT sequence, record FROM arrival WHERE seen_at >= ? ORDER BY sequence DESC LIMIT ?",
            (microseconds(moment), limit),
        )
        return [replace(decode(Arrival, record), sequence=number) for number, record in reversed(rows)]

    def document_times(self, source_id: str, limit: int = 50) -> Sequence[datetime]:
        rows = self._database.rows(
            "SELECT published_at FROM inbox WHERE source_id = ? ORDER BY published_at DESC LIMIT ?", (storable(source_id), limit)
        )
        return [moment_of(at) for (at,) in rows]

    def capture_delays(self, source_id: str, limit: int = 200) -> Sequence[timedelta]:
        rows = self._database.rows(
            "SELECT seen_at - published_at FROM inbox WHERE source_id = ? AND seen_at > published_at "
            "AND published_at >= (SELECT min(seen_at) FROM inbox WHERE source_id = ?) ORDER BY published_at DESC LIMIT ?",
            (storable(source_id), storable(source_id), limit),
        )
        return sorted(timedelta(microseconds=delay) for (delay,) in rows)

    def _keep(self, document: Document) -> bool:
        """Whether `document` waits anew: it was not here, or with another content; one that was erased never does."""
        key = storable(document.id)
        known = self._database.row("SELECT content_hash, seen_at FROM inbox WHERE id = ?", (key,))
        if known and known[0] in (document.content_hash, ERASED):
            return False
        if known:
            document = replace(document, seen_at=moment_of(known[1]))
        self._database.execute(
            "INSERT INTO inbox (id, source_id, content_hash, published_at, seen_at, document) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET source_id = excluded.source_id, content_hash = excluded.content_hash, "
            "published_at = excluded.published_at, document = excluded.document, attempts = 0, retry_at = 0, outcome = NULL, "
            "reason = ''",
            (
                key,
                storable(document.source_id),
                document.content_hash,
                microseconds(document.published.at),
                microseconds(document.seen_at),
                encode(document),
            ),
        )
        return True

    def _end(self, settlement: Settlement) -> bool:
        """Whether the document waited, in the version that was handed out, and is ended now."""
        ended = self._database.execute(
            "UPDATE inbox SET outcome = ?, reason = ?, document = CASE WHEN ? = 'failed' THEN document END "
            "WHERE id = ? AND outcome IS NULL AND content_hash = coalesce(?, content_hash)",
            (
                settlement.outcome,
                storable(settlement.reason),
                settlement.outcome,
                storable(settlement.document_id),
                self._handed_out.get(settlement.document_id),
            ),
        )
        if ended:
            self._handed_out.pop(settlement.document_id, None)
        return ended > 0

    def _count(self, source_id: str, outcome: Outcome, reason: str = "", number: int = 1) -> None:
        now = microseconds(self._clock.now())
        self._database.execute(
            "INSERT INTO outcome_count VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET number = number + excluded.number",
            (now, storable(source_id), outcome, storable(reason), number),
        )

    def _compact_counts(self) -> None:
        """Adds the counts of each day that is past up to one per day: a count for each pass of years would fill the disk."""
        until = microseconds(self._clock.now() - _EXACT_FOR) // _DAY_US * _DAY_US
        if until == self._compacted_until:
            return
        old = "FROM outcome_count WHERE at < ? AND at % ? <> 0"
        with self._database.transaction():
            self._compacted_until = until
            rows = self._database.rows(
                f"SELECT at / ? * ?, source_id, outcome, reason, sum(number) {old} GROUP BY 1, 2, 3, 4",
                (_DAY_US, _DAY_US, until, _DAY_US),
            )
            self._database.execute(f"DELETE {old}", (until, _DAY_US))
            self._database.execute_many(
                "INSERT INTO outcome_count VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET number = number + excluded.number",
                rows,
            )
