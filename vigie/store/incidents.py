"""Incidents and the memory of the detectors."""

from collections.abc import Sequence
from datetime import datetime

from vigie.model import Incident
from vigie.store.codec import decode, encode, microseconds, storable
from vigie.store.tables import Tables


class IncidentTables(Tables):
    """Implements `vigie.ports.IncidentLog`."""

    def open_incidents(self) -> Sequence[Incident]:
        return self._incidents("state <> 'closed'")

    def incidents(
        self, start: datetime | None = None, end: datetime | None = None, limit: int | None = None
    ) -> Sequence[Incident]:
        bounds = {"opened_at >= ?": start, "opened_at < ?": end}
        given = {sql: microseconds(moment) for sql, moment in bounds.items() if moment is not None}
        where = " AND ".join(given) or "1"
        if limit is None:
            return self._incidents(where, *given.values())
        latest = f"number IN (SELECT number FROM incident WHERE {where} ORDER BY opened_at DESC, number DESC LIMIT ?)"  # noqa: S608
        return self._incidents(latest, *given.values(), limit)

    def incident(self, incident_id: str) -> Incident | None:
        return next(iter(self._incidents("id = ?", storable(incident_id))), None)

    def save(self, incident: Incident) -> None:
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO incident (id, opened_at, state, record) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "opened_at = excluded.opened_at, state = excluded.state, record = excluded.record",
                (storable(incident.id), microseconds(incident.opened_at), incident.state, encode(incident)),
            )

    def detector_state(self, name: str) -> bytes | None:
        row = self._database.row("SELECT state FROM detector_state WHERE name = ?", (storable(name),))
        return row[0] if row else None

    def save_detector_state(self, name: str, state: bytes) -> None:
        with self._database.transaction():
            self._database.execute("INSERT OR REPLACE INTO detector_state VALUES (?, ?)", (storable(name), state))

    def _incidents(self, where: str, *values: object) -> list[Incident]:
        rows = self._database.rows(f"SELECT record FROM incident WHERE {where} ORDER BY opened_at, number", values)  # noqa: S608
        return [decode(Incident, record) for (record,) in rows]
