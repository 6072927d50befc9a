"""What the SQLite state promises beyond the contract."""

from datetime import UTC, datetime, timedelta

import pytest

from vigie.clock import SimulatedClock
from vigie.errors import StoreError
from vigie.model import Delivery, PassReport, SourceState
from vigie.store import Database
from vigie.store.state import SqliteState

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_reports_of_a_pass_are_kept_for_thirty_days(database: Database) -> None:
    clock = SimulatedClock(NOW)
    state = SqliteState(database, clock)
    reports = []
    for _ in range(3):
        reports.append(PassReport("source", clock.now(), clock.now(), ok=True, errors={"timeout": 1}))
        state.commit(reports[-1], state.memory("source"), SourceState("source"))
        clock.advance(timedelta(days=20))
    assert state.passes_since(NOW - timedelta(days=1)) == reports[1:]


def test_a_delivery_that_was_never_added_cannot_be_updated(database: Database) -> None:
    delivery = Delivery("k", "smtp", "equipe@exemple.fr", "test", "s", b"", NOW)
    with pytest.raises(StoreError, match="add it first"):
        SqliteState(database, SimulatedClock(NOW)).update(delivery)


def test_the_memory_of_another_store_is_refused(database: Database) -> None:
    class Foreign:
        def get(self, key: str) -> str | None:
            return key

        def set(self, key: str, value: str | None) -> None:
            raise NotImplementedError

    report = PassReport("source", NOW, NOW, ok=True)
    with pytest.raises(TypeError, match="must be the one"):
        SqliteState(database, SimulatedClock(NOW)).commit(report, Foreign(), SourceState("source"))
