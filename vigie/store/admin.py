"""Looking after a mention store: what `vigie store` does, whichever the kind of store.

Beside the data's way. Each kind has its administrator; what is checked against the state is the same for all.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from config.schema import Config
from vigie.ports import EVERYTHING, Inbox, MentionStore
from vigie.store.database import Database, open_database
from vigie.store.migrations import migrations
from vigie.store.sqlite import SqliteMentionStore

_NOTHING_TO_DO = "SQLite: nothing to do; the file is made, and brought to this version, when a command opens it"


@dataclass(frozen=True, slots=True)
class Part:
    """A file or an index of a store. `version` is that of its schema; None where it does not say."""

    name: str
    version: int | None
    documents: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """What a store is made of. `wanted_version` is the schema that this program writes."""

    kind: str
    server: str
    wanted_version: int
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `says` tells what was found and, when it is not `ok`, what to do about it."""

    what: str
    ok: bool
    says: str


class StoreAdmin(Protocol):
    """The upkeep of one kind of store. Everything may be repeated at any moment. Methods raise StoreUnavailable, StoreError."""

    def setup(self, now: datetime) -> Sequence[str]:
        """Makes what the store needs before its first mention; returns what was done, a line each."""
        ...

    def migrate(self) -> Iterator[str]:
        """Brings what is stored to this program's schema while others read and write; says what is done, as it is done."""
        ...

    def status(self) -> StoreStatus: ...

    def connection(self) -> Check:
        """Tries the connection and changes nothing; says what answered and whether it fits this program."""
        ...

    def doctor(self) -> Sequence[Check]:
        """Looks at everything that must be in place; changes nothing."""
        ...


@contextmanager
def open_admin(config: Config, environment: Mapping[str, str]) -> Iterator[StoreAdmin]:
    """The upkeep of the store that `store.kind` names, closed at the end of the block. Raises: ConfigError, StoreError."""
    if config.settings.store.kind == "elasticsearch":
        from vigie.store.elasticsearch.admin import open_elasticsearch_admin

        with open_elasticsearch_admin(config, environment) as admin:
            yield admin
        return
    with closing(open_database(config.data_folder)) as database:
        yield SqliteAdmin(database, config.settings.team.zone)


class SqliteAdmin:
    """Implements `StoreAdmin` for `vigie.db`, which looks after itself."""

    def __init__(self, database: Database, zone: str) -> None:
        self._database, self._zone = database, zone

    def setup(self, now: datetime) -> Sequence[str]:
        return [_NOTHING_TO_DO]

    def migrate(self) -> Iterator[str]:
        yield _NOTHING_TO_DO

    def status(self) -> StoreStatus:
        path = self._database.path
        files = [path.with_name(path.name + ending) for ending in ("", "-wal")]
        part = Part(
            name=str(path),
            version=self._database.number("PRAGMA user_version"),
            documents=self._database.number("SELECT count(*) FROM mention"),
            size_bytes=sum(file.stat().st_size for file in files if file.exists()),
        )
        version = self._database.row("SELECT sqlite_version()")
        return StoreStatus("sqlite", f"SQLite {version[0] if version else '?'}", len(migrations()), [part])

    def connection(self) -> Check:
        return Check("store", True, str(self._database.path))

    def doctor(self) -> Sequence[Check]:
        problems = SqliteMentionStore(self._database, self._zone).integrity()
        if not problems:
            return [Check("file", True, f"{self._database.path} is sound")]
        return [Check("file", False, f"{problem}; put a backup in its place") for problem in problems]


def check_arrivals(state: Inbox, store: MentionStore, since: datetime) -> Check:
    """Whether each month (UTC) of publication from `since` on in which mentions arrived still has mentions in the store.

    The store may hold fewer than arrived (erased, edited) or more (imported): only a month that is empty is sure to be wrong.
    """
    arrived = _arrived_by_month(state, since)
    windows = {month: replace(EVERYTHING, start=max(month, since), end=_next_month(month)) for month in arrived}
    stored = {month: store.count(window).total for month, window in windows.items()}
    figures = f"{sum(arrived.values())} mentions arrived since {since:%Y-%m-%d}, {sum(stored.values())} are stored"
    lost = [f"{month:%Y-%m} ({arrived[month]})" for month in sorted(arrived) if not stored[month]]
    if lost:
        return Check("arrivals", False, f"{figures}; none is left of {', '.join(lost)}: restore an export or a snapshot")
    return Check("arrivals", True, figures)


def _arrived_by_month(state: Inbox, since: datetime) -> Counter[datetime]:
    arrived: Counter[datetime] = Counter()
    last = 0
    while arrivals := state.arrivals_after(last):
        arrived.update(_month(one.published_at) for one in arrivals if one.published_at >= since and not one.compromised)
        last = arrivals[-1].sequence
    return arrived


def _month(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, 1, tzinfo=UTC)


def _next_month(month: datetime) -> datetime:
    return datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC)
