"""What people said of mentions, in `vigie.db` whatever the mention store is."""

from collections.abc import Sequence

from vigie.model import Mark
from vigie.store.codec import decode, encode, microseconds, storable
from vigie.store.tables import Tables


class MarkTables(Tables):
    """Implements `vigie.ports.MarkLog`."""

    def add_mark(self, mark: Mark) -> bool:
        values = (storable(mark.mention_id), mark.about, microseconds(mark.at), storable(mark.document_id), encode(mark))
        with self._database.transaction():
            return (
                self._database.execute(
                    "INSERT OR IGNORE INTO mark (mention_id, about, at, document_id, record) VALUES (?, ?, ?, ?, ?)", values
                )
                > 0
            )

    def marks(self) -> Sequence[Mark]:
        return [decode(Mark, record) for (record,) in self._database.rows("SELECT record FROM mark ORDER BY number")]

    def marks_version(self) -> tuple[int, int]:
        row = self._database.row("SELECT count(*), coalesce(max(number), 0) FROM mark")
        return (row[0], row[1]) if row else (0, 0)
