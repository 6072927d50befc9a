"""What is known of each source: the memory of its connector, its passes, its health."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from vigie.model import PassReport, SourceState
from vigie.ports import SourceMemory
from vigie.store.codec import decode, encode, microseconds, restored, storable
from vigie.store.database import Database
from vigie.store.tables import Tables

_KEEP_REPORTS = timedelta(days=30)
_DATED_ANEW_AFTER = 30  # days: what is asked for at every pass is not written at every pass


def day_of(moment: datetime) -> int:
    """Days since 1970, as what is remembered is dated."""
    return int(moment.timestamp() // 86_400)


class StagedMemory:
    """Implements `vigie.ports.SourceMemory`: reads the committed values, keeps this pass's writes until they are committed."""

    def __init__(self, database: Database, source_id: str, today: int) -> None:
        self.source_id = source_id
        self._database = database
        self._today = today
        self._staged: dict[str, str | None] = {}
        self._used: set[str] = set()

    @property
    def staged(self) -> Mapping[str, str | None]:
        """What this pass wrote; None where it forgot a key."""
        return self._staged

    @property
    def used(self) -> AbstractSet[str]:
        """The keys that this pass asked for, of those that nobody had for a month."""
        return self._used

    def get(self, key: str) -> str | None:
        if key in self._staged:
            return self._staged[key]
        row = self._database.row(
            "SELECT value, used_on FROM source_memory WHERE source_id = ? AND key = ?", (storable(self.source_id), storable(key))
        )
        if row and row[1] < self._today - _DATED_ANEW_AFTER:
            self._used.add(key)
        return restored(row[0]) if row else None

    def set(self, key: str, value: str | None) -> None:
        self._staged[key] = value


class SourceTables(Tables):
    """Implements `vigie.ports.SourceLog`, but for what the inbox knows: `document_times`, `capture_delays`.

    Reports are kept for 30 days.
    """

    def memory(self, source_id: str) -> StagedMemory:
        return StagedMemory(self._database, source_id, self._today)

    def commit(self, report: PassReport, memory: SourceMemory, state: SourceState) -> None:
        """As the contract says. Raises: ValueError when the three are not of one source; TypeError for another store's memory."""
        if not isinstance(memory, StagedMemory):
            raise TypeError("the memory must be the one that `memory` gave")
        if not report.source_id == memory.source_id == state.source_id:
            raise ValueError(f"a pass of {report.source_id} with memory of {memory.source_id} and state of {state.source_id}")
        source = storable(report.source_id)
        finished_at = microseconds(report.finished_at)
        with self._database.transaction():
            self._remember(memory)
            self._database.execute("INSERT INTO source_pass VALUES (?, ?, ?)", (source, finished_at, encode(report)))
            self._database.execute("INSERT OR REPLACE INTO source_state VALUES (?, ?)", (source, encode(state)))
            self._forget_old()

    def state(self, source_id: str) -> SourceState:
        row = self._database.row("SELECT record FROM source_state WHERE source_id = ?", (storable(source_id),))
        return decode(SourceState, row[0]) if row else SourceState(source_id)

    def states(self) -> Sequence[SourceState]:
        """In order of source id."""
        return [
            decode(SourceState, record) for (record,) in self._database.rows("SELECT record FROM source_state ORDER BY source_id")
        ]

    def passes_since(self, moment: datetime, limit: int = 10_000) -> Sequence[PassReport]:
        rows = self._database.rows(
            "SELECT record FROM source_pass WHERE finished_at >= ? ORDER BY finished_at, rowid LIMIT ?",
            (microseconds(moment), limit),
        )
        return [decode(PassReport, record) for (record,) in rows]

    def trim_memories(self, before: datetime) -> int:
        """In slices of a thousand, so that no transaction holds the others up for long."""
        self._database.execute("UPDATE source_memory SET used_on = ? WHERE used_on = 0", (self._today,))
        dropped = 0
        while number := self._database.execute(
            "DELETE FROM source_memory WHERE (source_id, key) IN "
            "(SELECT source_id, key FROM source_memory WHERE used_on < ? LIMIT 1000)",
            (day_of(before) - _DATED_ANEW_AFTER,),
        ):
            dropped += number
        return dropped

    @property
    def _today(self) -> int:
        return day_of(self._clock.now())

    def _remember(self, memory: StagedMemory) -> None:
        source, today = storable(memory.source_id), self._today
        written = [(source, storable(key), storable(value), today) for key, value in memory.staged.items() if value is not None]
        forgotten = [(source, storable(key)) for key, value in memory.staged.items() if value is None]
        used = [(today, source, storable(key)) for key in memory.used]
        self._database.execute_many("UPDATE source_memory SET used_on = ? WHERE source_id = ? AND key = ?", used)
        self._database.execute_many("INSERT OR REPLACE INTO source_memory VALUES (?, ?, ?, ?)", written)
        self._database.execute_many("DELETE FROM source_memory WHERE source_id = ? AND key = ?", forgotten)

    def _forget_old(self) -> None:
        before = microseconds(self._clock.now() - _KEEP_REPORTS)
        self._database.execute("DELETE FROM source_pass WHERE finished_at < ?", (before,))
