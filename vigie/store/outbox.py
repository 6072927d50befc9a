"""The messages to send and those that were sent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from vigie.errors import StoreError
from vigie.model import Delivery, DeliveryState
from vigie.store.codec import decode, encode, microseconds, storable
from vigie.store.tables import Tables


class OutboxTables(Tables):
    """Implements `vigie.ports.Outbox`."""

    def add(self, delivery: Delivery) -> bool:
        with self._database.transaction():
            added = self._database.execute(
                "INSERT OR IGNORE INTO delivery (subject_id, state, created_at, next_at, record, content, key) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                _columns(delivery),
            )
        return added > 0

    def known(self, key: str) -> bool:
        return self._database.row("SELECT 1 FROM delivery WHERE key = ?", (storable(key),)) is not None

    def due(self, now: datetime, limit: int = 50) -> Sequence[Delivery]:
        return self._deliveries("state = 'pending' AND (next_at IS NULL OR next_at <= ?)", microseconds(now), limit=limit)

    def update(self, delivery: Delivery) -> None:
        """As the contract says. Raises: StoreError when no delivery has this key."""
        with self._database.transaction():
            replaced = self._database.execute(
                "UPDATE delivery SET subject_id = ?, state = ?, created_at = ?, next_at = ?, record = ?, content = ? "
                "WHERE key = ?",
                _columns(delivery),
            )
        if not replaced:
            raise StoreError(f"no delivery {delivery.key!r} to update: add it first")

    def deliveries(self, subject_id: str | None = None) -> Sequence[Delivery]:
        return self._deliveries("1") if subject_id is None else self._deliveries("subject_id = ?", storable(subject_id))

    def outlines(self, since: datetime) -> Sequence[Delivery]:
        rows = self._database.rows(
            "SELECT record FROM delivery WHERE created_at >= ? ORDER BY created_at, number", (microseconds(since),)
        )
        return [decode(Delivery, record) for (record,) in rows]

    def delivery_counts(self, since: datetime | None = None) -> Mapping[DeliveryState, int]:
        rows = self._database.rows(
            "SELECT state, count(*) FROM delivery WHERE created_at >= ? GROUP BY state",
            (0 if since is None else microseconds(since),),
        )
        counted = {DeliveryState(state): number for state, number in rows}
        return {state: counted.get(state, 0) for state in DeliveryState}

    def _deliveries(self, where: str, *values: object, limit: int = -1) -> list[Delivery]:
        rows = self._database.rows(
            f"SELECT record, content FROM delivery WHERE {where} ORDER BY created_at, number LIMIT ?",  # noqa: S608
            (*values, limit),
        )
        return [replace(decode(Delivery, record), content=content) for record, content in rows]


def _columns(delivery: Delivery) -> tuple[object, ...]:
    return (
        storable(delivery.subject_id),
        delivery.state,
        microseconds(delivery.created_at),
        None if delivery.next_at is None else microseconds(delivery.next_at),
        encode(replace(delivery, content=b"")),
        delivery.content,
        storable(delivery.key),
    )
