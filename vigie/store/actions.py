"""What the team did about incidents."""

from collections.abc import Sequence

from vigie.model import Action
from vigie.store.codec import decode, encode, storable
from vigie.store.tables import Tables


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
