"""The texts that were told before, as near-duplicate search knows them."""

from collections.abc import Sequence
from datetime import datetime

from vigie.ports import StorySignature
from vigie.store.codec import decode, encode, microseconds, storable
from vigie.store.tables import Tables


class StoryTables(Tables):
    """Implements `vigie.ports.StoryIndex`."""

    def candidates(self, bands: Sequence[int], since: datetime) -> Sequence[StorySignature]:
        marks = ", ".join("?" * len(bands))
        rows = self._database.rows(  # the plus sign keeps SQLite from walking through all of two weeks by their time
            f"SELECT record FROM story_signature WHERE +seen_at >= ? AND number IN "  # noqa: S608
            f"(SELECT number FROM story_band WHERE band IN ({marks})) ORDER BY seen_at, number",
            (microseconds(since), *map(_signed, bands)),
        )
        return [decode(StorySignature, record) for (record,) in rows]

    def story_of(self, document: str) -> str | None:
        row = self._database.row("SELECT record FROM story_signature WHERE document_id = ?", (storable(document),))
        return decode(StorySignature, row[0]).story_id if row else None

    def remember(self, *signatures: StorySignature) -> None:
        with self._database.transaction():
            for signature in signatures:
                self._remember_text(signature)

    def _remember_text(self, signature: StorySignature) -> None:
        document = storable(signature.document_id)
        self._forget("document_id = ?", document)
        row = self._database.row(
            "INSERT INTO story_signature (document_id, seen_at, record) VALUES (?, ?, ?) RETURNING number",
            (document, microseconds(signature.seen_at), encode(signature)),
        )
        number = row[0] if row else 0
        bands = {(_signed(band), number) for band in signature.bands}
        self._database.execute_many("INSERT INTO story_band VALUES (?, ?)", sorted(bands))

    def forget(self, before: datetime) -> int:
        with self._database.transaction():
            return self._forget("seen_at < ?", microseconds(before))

    def _forget(self, where: str, value: object) -> int:
        self._database.execute(
            f"DELETE FROM story_band WHERE number IN (SELECT number FROM story_signature WHERE {where})",  # noqa: S608
            (value,),
        )
        return self._database.execute(f"DELETE FROM story_signature WHERE {where}", (value,))  # noqa: S608


def _signed(band: int) -> int:
    """`band`, a hash of 64 bits, as the signed number that SQLite holds."""
    return (band + 2**63) % 2**64 - 2**63
