"""The one file that holds everything Vigie keeps on this machine: `vigie.db` in the data folder.

Below the mention store and the state, which share it, so that one transaction can cover both. Write-ahead log with
`synchronous=FULL`: what a transaction wrote is there after a crash or a power cut. Pragmas and page size are measured choices,
see docs/decisions.md.

Threads: one connection behind a re-entrant lock. Any thread may call; a transaction keeps the others waiting until it ends, so it
must be short, and no coroutine may await inside one.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from vigie.errors import StoreError, StoreUnavailable
from vigie.store.migrations import migrations, statements

FILE_NAME = "vigie.db"
_OLDEST = (3, 35, 0)  # RETURNING, used by the state
_BUSY_TIMEOUT = timedelta(seconds=30)
_PRAGMAS = (
    "PRAGMA page_size=8192",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",  # an erased text is overwritten, not only unlinked
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA wal_autocheckpoint=4000",  # pages, half of what the log may keep: pages written often reach the file more seldom
    "PRAGMA journal_size_limit=67108864",
)
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_AWAY = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}

Row = tuple[Any, ...]


def open_database(folder: Path, busy_timeout: timedelta = _BUSY_TIMEOUT) -> "Database":
    """The database of the data folder, made when it is not there, brought to this program's schema.

    Raises: StoreUnavailable when it is locked or cannot be written; StoreError when this Python's SQLite cannot do the work or
    when the file comes from a newer Vigie.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            f"{folder}: the data folder cannot be made ({error.strerror}); check its path and rights"
        ) from error
    return Database(folder / FILE_NAME, busy_timeout)


class Database:
    """One SQLite file. `rows` and `row` read, `execute` writes; both may be called inside `transaction` or alone."""

    def __init__(self, path: Path, busy_timeout: timedelta = _BUSY_TIMEOUT) -> None:
        self.path = path
        self._turn = _Turn(path, busy_timeout)
        self._depth = 0
        with self._turn:
            self._connection = sqlite3.connect(path, busy_timeout.total_seconds(), isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Every row that `sql` gives. Raises: as `transaction`."""
        with self._turn:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row that `sql` gives."""
        with self._turn:
            row: Row | None = self._connection.execute(sql, values).fetchone()
            return row

    def number(self, sql: str, values: Sequence[object] = ()) -> int:
        """The single number that `sql` gives; 0 for NULL or no row."""
        row = self.row(sql, values)
        return int(row[0] or 0) if row else 0

    def execute(self, sql: str, values: Sequence[object] = ()) -> int:
        """Runs one writing statement; returns how many rows it changed. Raises: as `transaction`."""
        with self._turn:
            self._refuse_after_an_end()
            return self._connection.execute(sql, values).rowcount

    def execute_many(self, sql: str, rows: Sequence[Sequence[object]]) -> int:
        """Runs one writing statement for each of `rows`; returns how many rows were changed in all."""
        with self._turn:
            self._refuse_after_an_end()
            return self._connection.executemany(sql, rows).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Makes the calls inside one durable write: all of it or, when the block raises, nothing.

        An inner transaction that raises undoes its own part only. Raises: StoreUnavailable when the file is locked by another
        process for longer than the busy timeout, when the disk is full or away; StoreError when the file is damaged.
        """
        with self._turn:
            name = f"level_{self._depth}"
            begin, commit, undo = (
                (f"SAVEPOINT {name}", f"RELEASE {name}", f"ROLLBACK TO {name}; RELEASE {name}")
                if self._depth
                else ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
            )
            self.execute(begin)
            self._depth += 1
            try:
                yield
                self.execute(commit)
            except BaseException:
                self._undo(undo)
                raise
            finally:
                self._depth -= 1

    def checkpoint(self) -> None:
        """Moves the write-ahead log into the file and empties it, as far as other processes allow."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def add_function(self, name: str, function: Any, arguments: int) -> None:
        """Lets SQL call `function`, which must depend on its arguments only."""
        self._connection.create_function(name, arguments, function, deterministic=True)

    def close(self) -> None:
        with self._turn:
            self._connection.close()

    def _undo(self, sql: str) -> None:
        for statement in sql.split("; "):
            if self._connection.in_transaction:  # a full disk has already ended it
                self.execute(statement)

    def _refuse_after_an_end(self) -> None:
        """SQLite ends a transaction by itself when the disk is full: what follows in the block must not be written alone."""
        if self._depth and not self._connection.in_transaction:
            raise StoreUnavailable(f"{self.path}: the transaction has failed, nothing of it was written")

    def _prepare(self) -> None:
        options = {row[0] for row in self.rows("PRAGMA compile_options")}
        check_engine(sqlite3.sqlite_version_info, options)
        for pragma in _PRAGMAS:
            self.rows(pragma)
        self._migrate()

    def _migrate(self) -> None:
        """Runs the steps that this file has not seen, forward only; two processes may open it at the same time."""
        steps = migrations()
        if self._version() == len(steps):
            return
        with self.transaction():
            version = self._version()
            if version > len(steps):
                raise StoreError(
                    f"{self.path} was written by a newer Vigie (schema {version}, this one knows {len(steps)}): "
                    "install that version, or take another data folder"
                )
            for number, script in enumerate(steps[version:], start=version + 1):
                for statement in statements(script):
                    self.execute(statement)
                self.execute(f"PRAGMA user_version={number}")

    def _version(self) -> int:
        return self.number("PRAGMA user_version")


class _Turn:
    """The lock of the connection. What SQLite raises inside leaves it as an error of Vigie's."""

    def __init__(self, path: Path, busy_timeout: timedelta) -> None:
        self._path, self._busy_timeout = path, busy_timeout
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._lock.release()
        if isinstance(error, sqlite3.Error):
            raise self._named(error) from error

    def _named(self, error: sqlite3.Error) -> StoreError:
        """What `error` means to who runs Vigie, and what to do about it."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # the low byte is the family
        if code in _LOCKED:
            waited = f"{self._busy_timeout.total_seconds():g} s"
            return StoreUnavailable(f"{self._path} is locked by another process for more than {waited}; nothing was written")
        if code == sqlite3.SQLITE_FULL:
            return StoreUnavailable(f"{self._path}: the disk is full, nothing was written; free some space, Vigie then goes on")
        if code in _AWAY:
            return StoreUnavailable(
                f"{self._path} cannot be read or written ({error}); check the disk and the rights on the data folder"
            )
        if code in _DAMAGED:
            return StoreError(f"{self._path} is damaged or not a database ({error}); put a backup in its place")
        return StoreError(f"{self._path}: {error}")


def check_engine(version: tuple[int, int, int], options: set[str]) -> None:
    """Raises: StoreError when an SQLite of this version and these compile options cannot hold the store."""
    advice = (
        "use a Python whose sqlite3 module is built on a recent SQLite, such as the one of python.org or of your distribution"
    )
    if version < _OLDEST:
        raise StoreError(f"SQLite {'.'.join(map(str, version))} is too old, {'.'.join(map(str, _OLDEST))} is needed; {advice}")
    if "ENABLE_FTS5" not in options:
        raise StoreError(f"this SQLite has no full-text search (FTS5); {advice}")
