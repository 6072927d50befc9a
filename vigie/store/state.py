"""Everything that only the scheduling machine knows, in one object: `vigie.ports.State`."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from vigie.model import Document, Outcome
from vigie.store.codec import microseconds, storable
from vigie.store.inbox import ERASED
from vigie.store.moving import MovingTables
from vigie.store.outage import OutageTables


class SqliteState(MovingTables, OutageTables):
    """Implements `vigie.ports.State`; each part brings its own tables, `moving` goes over them all."""

    def erase(self, documents: Sequence[Document]) -> None:
        if not documents:
            return
        with self._database.transaction():
            for document in documents:
                self._erase_document(document)
            self._database.execute(
                "UPDATE delivery SET content = x'' WHERE state <> 'pending' AND content <> x'' AND created_at >= ?",
                (microseconds(min(document.seen_at for document in documents)),),
            )
        self._database.checkpoint()  # the write-ahead log holds the texts too

    def _erase_document(self, document: Document) -> None:
        key, source = storable(document.id), storable(document.source_id)
        if self._database.row("SELECT 1 FROM inbox WHERE id = ? AND outcome IS NULL", (key,)):
            self._count(document.source_id, Outcome.KNOWN, ERASED)
        self._database.execute(
            "INSERT OR REPLACE INTO inbox (id, source_id, content_hash, published_at, seen_at, outcome, reason) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (key, source, ERASED, microseconds(document.published.at), microseconds(document.seen_at), Outcome.KNOWN, ERASED),
        )
        self._forget("document_id = ?", key)
        self._database.execute("DELETE FROM mark WHERE document_id = ?", (key,))

    def trim(self, before: datetime) -> None:
        """In slices of a thousand, so that no transaction holds the others up for long."""
        moment = (microseconds(before),)
        for slice_of_rows in (
            "DELETE FROM arrival WHERE sequence IN (SELECT sequence FROM arrival WHERE seen_at < ? LIMIT 1000)",
            "UPDATE delivery SET content = x'' WHERE number IN "
            "(SELECT number FROM delivery WHERE state <> 'pending' AND content <> x'' AND created_at < ? LIMIT 1000)",
        ):
            while self._database.execute(slice_of_rows, moment):
                pass

    def trim_documents(self, before: datetime) -> int:
        """In slices, as `trim`."""
        moment, dropped = microseconds(before), 0
        while number := self._database.execute(
            "DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE outcome IS NOT NULL AND content_hash <> ? "
            "AND published_at < ? AND seen_at < ? LIMIT 1000)",
            (ERASED, moment, moment),
        ):
            dropped += number
        return dropped

    def transaction(self) -> AbstractContextManager[None]:
        """Covers the mention store too when it is in the same database. Never await inside."""
        return self._database.transaction()

    def close(self) -> None:
        self._database.close()
