"""The implementations that the contracts are held to. A new store joins by one row of MENTION_STORES or STATES."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vigie.clock import SimulatedClock
from vigie.ports import MentionStore, State
from vigie.store import open_database
from vigie.store.sqlite import SqliteMentionStore
from vigie.store.state import SqliteState

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOW)


@pytest.fixture
def sqlite_mentions(tmp_path: Path) -> Iterator[MentionStore]:
    database = open_database(tmp_path)
    yield SqliteMentionStore(database, "Europe/Paris")
    database.close()


def _sqlite_state(folder: Path, clock: SimulatedClock) -> Iterator[State]:
    state = SqliteState(open_database(folder), clock)
    yield state
    state.close()


MENTION_STORES = {"sqlite": "sqlite_mentions", "elasticsearch": "elasticsearch_mentions"}
"""The fixture that gives each store; that of Elasticsearch is in tests/conftest.py."""
STATES: dict[str, Callable[[Path, SimulatedClock], Iterator[State]]] = {"sqlite": _sqlite_state}


@pytest.fixture(params=sorted(MENTION_STORES))
def store(request: pytest.FixtureRequest) -> MentionStore:
    """A new, empty mention store."""
    found: MentionStore = request.getfixturevalue(MENTION_STORES[request.param])
    return found


@pytest.fixture(params=sorted(STATES))
def state(request: pytest.FixtureRequest, tmp_path: Path, clock: SimulatedClock) -> Iterator[State]:
    """A new, empty state whose clock is `clock`."""
    yield from STATES[request.param](tmp_path, clock)


@pytest.fixture(params=sorted(STATES))
def other_state(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, clock: SimulatedClock
) -> Iterator[State]:
    """Another new, empty state."""
    yield from STATES[request.param](tmp_path_factory.mktemp("other"), clock)
