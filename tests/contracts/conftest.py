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


def _sqlite_mentions(folder: Path) -> Iterator[MentionStore]:
    database = open_database(folder)
    yield SqliteMentionStore(database, "Europe/Paris")
    database.close()


def _sqlite_state(folder: Path, clock: SimulatedClock) -> Iterator[State]:
    state = SqliteState(open_database(folder), clock)
    yield state
    state.close()


MENTION_STORES: dict[str, Callable[[Path], Iterator[MentionStore]]] = {"sqlite": _sqlite_mentions}
STATES: dict[str, Callable[[Path, SimulatedClock], Iterator[State]]] = {"sqlite": _sqlite_state}


@pytest.fixture(params=sorted(MENTION_STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MentionStore]:
    """A new, empty mention store."""
    yield from MENTION_STORES[request.param](tmp_path)


@pytest.fixture(params=sorted(STATES))
def state(request: pytest.FixtureRequest, tmp_path: Path, clock: SimulatedClock) -> Iterator[State]:
    """A new, empty state whose clock is `clock`."""
    yield from STATES[request.param](tmp_path, clock)
