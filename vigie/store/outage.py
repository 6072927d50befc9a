"""Since when the mention store has been away, kept beside the inbox that waits for it: for people to see."""

from vigie.ports import Outage
from vigie.store.codec import decode, encode
from vigie.store.tables import Tables

_NAME = "outage"


class OutageTables(Tables):
    """Implements `vigie.ports.OutageLog`."""

    def outage(self) -> Outage | None:
        row = self._database.row("SELECT value FROM meta WHERE name = ?", (_NAME,))
        return decode(Outage, row[0]) if row else None

    def store_is_away(self, reason: str) -> None:
        with self._database.transaction():
            known = self.outage()
            outage = Outage(known.since if known else self._clock.now(), reason)
            self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_NAME, encode(outage)))

    def store_is_back(self) -> None:
        if self.outage():
            with self._database.transaction():
                self._database.execute("DELETE FROM meta WHERE name = ?", (_NAME,))
