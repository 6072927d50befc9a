"""Everything that only the scheduling machine knows, in one object: `vigie.ports.State`."""

from contextlib import AbstractContextManager
from datetime import datetime

from vigie.store.codec import microseconds
from vigie.store.moving import MovingTables
from vigie.store.outage import OutageTables


class SqliteState(MovingTables, OutageTables):
    """Implements `vigie.ports.State`; each part brings its own tables, `moving` goes over them all."""

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

    def transaction(self) -> AbstractContextManager[None]:
        """Covers the mention store too when it is in the same database. Never await inside."""
        return self._database.transaction()

    def close(self) -> None:
        self._database.close()
