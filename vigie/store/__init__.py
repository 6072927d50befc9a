"""Where Vigie keeps what it knows. `STORES` names the kinds of mention store; a new one is a module and a row here.

The state (inbox, sources, incidents, deliveries) is in SQLite whatever the mention store is, on the machine that schedules.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager

from config.schema import Config
from vigie.clock import Clock
from vigie.errors import ConfigError
from vigie.ports import MentionStore, Showcase, State
from vigie.store.database import Database, open_database
from vigie.store.sqlite import SqliteMentionStore
from vigie.store.state import SqliteState

__all__ = ["STORES", "Database", "open_database", "open_showcase", "open_state", "open_store", "open_stores"]


def _sqlite(config: Config, database: Database) -> MentionStore:
    return SqliteMentionStore(database, config.settings.team.zone)


def _elasticsearch(config: Config, _database: Database) -> MentionStore:
    from vigie.store.elasticsearch import open_elasticsearch

    return open_elasticsearch(config, os.environ)


STORES: Mapping[str, Callable[[Config, Database], MentionStore]] = {"sqlite": _sqlite, "elasticsearch": _elasticsearch}


def open_store(config: Config, database: Database) -> MentionStore:
    """The mention store that `store.kind` names. Raises: ConfigError for a kind that is not here."""
    kind = config.settings.store.kind
    if kind not in STORES:
        raise ConfigError([f"vigie.toml: store.kind: {kind!r} is not one of {', '.join(STORES)}"])
    return STORES[kind](config, database)


@contextmanager
def open_showcase(config: Config, whole: bool = False) -> Iterator[Showcase | None]:
    """Where people see, beside the mentions, what the state knows, closed at the end of the block; None for a store without one.

    With `whole` its first call writes what seems to be there too. Raises: ConfigError.
    """
    if config.settings.store.kind != "elasticsearch":
        yield None
        return
    from vigie.store.elasticsearch.showing import open_elasticsearch_showcase

    with open_elasticsearch_showcase(config, os.environ, whole) as showcase:
        yield showcase


def open_state(database: Database, clock: Clock) -> State:
    """The state kept in `database`; `clock` dates what is counted."""
    return SqliteState(database, clock)


@contextmanager
def open_stores(config: Config, clock: Clock) -> Iterator[tuple[State, MentionStore]]:
    """The state and the mentions of the configuration's data folder, closed at the end of the block.

    Raises: StoreUnavailable, StoreError, ConfigError.
    """
    with closing(open_database(config.data_folder)) as database, closing(open_store(config, database)) as store:
        yield open_state(database, clock), store
