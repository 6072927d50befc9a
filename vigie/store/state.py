"""Everything that only the scheduling machine knows, in one object: `vigie.ports.State`."""

from contextlib import AbstractContextManager

from vigie.store.inbox import InboxTables
from vigie.store.incidents import IncidentTables
from vigie.store.outbox import OutboxTables
from vigie.store.sources import SourceTables
from vigie.store.stories import StoryTables


class SqliteState(InboxTables, SourceTables, StoryTables, IncidentTables, OutboxTables):
    """Implements `vigie.ports.State`; each part brings its own tables."""

    def transaction(self) -> AbstractContextManager[None]:
        """Covers the mention store too when it is in the same database. Never await inside."""
        return self._database.transaction()

    def close(self) -> None:
        self._database.close()
