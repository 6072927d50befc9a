"""What the team did about incidents."""

from collections.abc import Collection, Sequence

from vigie.model import Action
from vigie.store.codec import decode, encode, storable
from vigie.store.tables import Tables

_SLICE = 1000  # the number of placeholders has a limit


class ActionTables(Tables):
    """Implements `vigie.ports.ActionLog`."""

    def add_action(self, action: Action) -> bool:
        values = (storable(action.incident_id), storable(action.key), encode(action))
        with self._database.transaction():
            added = self._database.execute("INSERT OR IGNORE INTO action (incident_id, key, record) VALUES (?, ?, ?)", values)
        return added > 0

    def actions(self, incident_id: str | None = None) -> Sequence[Action]:
        where, values = ("1", ()) if incident_id is None else ("incident_id = ?", (storable(incident_id),))
        rows = self._database.rows(f"SELECT record FROM action WHERE {where} ORDER BY number", values)  # noqa: S608
        return [decode(Action, record) for (record,) in rows]

    def actions_on(self, incident_ids: Collection[str]) -> Sequence[Action]:
        ids, rows = [storable(one) for one in incident_ids], []
        for at in range(0, len(ids), _SLICE):
            some = ids[at : at + _SLICE]
            where = f"incident_id IN ({', '.join('?' * len(some))})"
            rows += self._database.rows(f"SELECT number, record FROM action WHERE {where}", some)  # noqa: S608
        return [decode(Action, record) for _, record in sorted(rows)]
