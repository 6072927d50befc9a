"""The file under stress: crashes, locks, full disks, several threads, other versions."""

import json
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vigie.clock import SimulatedClock
from vigie.errors import StoreError, StoreUnavailable
from vigie.model import Outcome, SentimentLabel, Workflow, WorkflowState
from vigie.ports import Decision, Filter
from vigie.store import Database, open_database
from vigie.store.codec import encode
from vigie.store.database import FILE_NAME, check_engine
from vigie.store.migrations import migrations, statements
from vigie.store.rows import columns_of, first_mid
from vigie.store.sqlite import SqliteMentionStore
from vigie.store.state import SqliteState

CLOCK = SimulatedClock(datetime(2026, 3, 10, tzinfo=UTC))
AT_ONCE = timedelta(milliseconds=1)

_WRITER = """
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from vigie.clock import SystemClock
from vigie.model import (DateSource, Document, DocumentKind, Mention, Outcome, PublicationDate, Sentiment, SentimentLabel,
                         document_id, mention_id)
from vigie.ports import Filter, Settlement
from vigie.store import open_database
from vigie.store.sqlite import SqliteMentionStore
from vigie.store.state import SqliteState

database = open_database(Path(sys.argv[1]))
store, state = SqliteMentionStore(database), SqliteState(database, SystemClock())
at = datetime(2026, 3, 9, tzinfo=UTC)
for number in count(store.count(Filter()).total):
    url = f"https://exemple.fr/{number}"
    document = Document(document_id(url), "source", DocumentKind.NEWS, url, "Titre", "Une panne " * 200, "Zoé",
                        PublicationDate(at, DateSource.META, 1.0), at)
    mention = Mention(mention_id(document.id, "orange"), "orange", document, (), "fr", 1.0,
                      Sentiment(SentimentLabel.NEGATIVE, -1.0, 1.0), "story")
    state.put([document])
    with state.transaction():
        store.upsert([mention])
        state.settle([Settlement(document.id, "source", Outcome.STORED)])
    print(number + 1, flush=True)
"""


def _write_until_killed(folder: Path, writes: int) -> int:
    """Kills a process that writes after it has told of `writes` more; returns the last number it told."""
    with subprocess.Popen([sys.executable, "-c", _WRITER, str(folder)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = [int(writer.stdout.readline()) for _ in range(writes)]
        writer.kill()
        told += [int(line) for line in writer.stdout.read().split()]
    return told[-1]


def test_a_killed_process_loses_nothing_it_told_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    for writes in (1, 7, 30):
        told = _write_until_killed(tmp_path, writes)
        database = open_database(tmp_path)
        store, state = SqliteMentionStore(database), SqliteState(database, CLOCK)
        stored = store.count(Filter()).total
        assert stored >= told
        assert state.outcomes()[Outcome.STORED] == stored
        assert state.waiting() <= 1
        assert store.integrity() == []
        database.close()


def test_a_locked_file_is_unavailable_and_works_again_later(tmp_path: Path) -> None:
    holder, other = open_database(tmp_path), open_database(tmp_path, busy_timeout=AT_ONCE)
    state = SqliteState(other, CLOCK)
    with holder.transaction(), pytest.raises(StoreUnavailable, match="locked by another process"):
        state.count_failed("source", "timeout")
    state.count_failed("source", "timeout")
    assert state.outcomes()[Outcome.FAILED] == 1
    holder.close()
    other.close()


def test_readers_see_the_last_commit_while_another_process_writes(tmp_path: Path) -> None:
    writer, reader = open_database(tmp_path), open_database(tmp_path, busy_timeout=AT_ONCE)
    writing, reading = SqliteState(writer, CLOCK), SqliteState(reader, CLOCK)
    with writer.transaction():
        writing.save_detector_state("a", b"1")
        assert reading.detector_state("a") is None
    assert reading.detector_state("a") == b"1"
    writer.close()
    reader.close()


def test_a_full_disk_writes_nothing_and_says_what_to_do(tmp_path: Path, make_mention) -> None:
    database = open_database(tmp_path)
    store = SqliteMentionStore(database)
    store.upsert([make_mention(0)])
    pages = database.number("PRAGMA page_count")
    database.rows(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(StoreUnavailable, match="disk is full"):
        store.upsert([make_mention(number, text=f"{number} " * 20_000) for number in range(1, 10)])
    assert store.count(Filter()).total == 1
    database.rows("PRAGMA max_page_count=1000000")
    assert store.upsert([make_mention(1)]).created == 1
    assert store.integrity() == []
    database.close()


def test_a_block_goes_on_in_vain_after_the_disk_was_full(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    state = SqliteState(database, CLOCK)
    database.rows(f"PRAGMA max_page_count={database.number('PRAGMA page_count')}")

    def write_on() -> None:
        with state.transaction():
            with pytest.raises(StoreUnavailable):
                state.save_detector_state("large", b"x" * 1_000_000)
            state.save_detector_state("small", b"x")

    with pytest.raises(StoreUnavailable):
        write_on()
    assert state.detector_state("small") is None
    database.close()


def test_threads_take_turns(tmp_path: Path) -> None:
    state = SqliteState(open_database(tmp_path), CLOCK)
    failures: list[BaseException] = []

    def count_ten() -> None:
        try:
            for _ in range(10):
                with state.transaction():
                    before = state.outcomes()[Outcome.FAILED]
                    state.count_failed("source", "timeout")
                    assert state.outcomes()[Outcome.FAILED] == before + 1
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=count_ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert state.outcomes()[Outcome.FAILED] == 40
    state.close()


def test_what_was_written_is_there_after_reopening(tmp_path: Path, make_mention) -> None:
    first = open_database(tmp_path / "new" / "folder")
    SqliteMentionStore(first).upsert([make_mention()])
    first.close()
    second = open_database(tmp_path / "new" / "folder")
    assert SqliteMentionStore(second).get(make_mention().id) == make_mention()
    second.close()


def test_a_file_of_an_earlier_program_is_read_and_takes_assignments(tmp_path: Path, make_mention) -> None:
    mention = make_mention(author="Zoé")
    connection = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    connection.executescript(migrations()[0] + "PRAGMA user_version=1;")
    record = json.loads(encode(mention))
    record["workflow"] = {"state": "new", "note": "", "corrected_label": None}  # as schema 1 wrote it
    columns = "mid, id, document_id, brand, source, kind, language, site, story, author, author_words, published_at, seen_at, "
    columns += "label, corrected, state, note"
    values = [*columns_of(first_mid(mention.document.published.at), mention)[:14], "negative", "handled", "vu"]
    connection.execute(f"INSERT INTO mention ({columns}) VALUES ({', '.join('?' * 17)})", values)
    connection.execute("INSERT INTO mention_record VALUES (?, ?)", (values[0], json.dumps(record).encode()))
    connection.close()
    database = open_database(tmp_path)
    store = SqliteMentionStore(database)
    earlier = Workflow(WorkflowState.HANDLED, "vu", SentimentLabel.NEGATIVE)
    assert store.get(mention.id) == replace(mention, workflow=earlier)
    store.mark(mention.id, Decision(assignee="claire"))
    assert store.search(Filter(assignees=["claire"])).mentions == [replace(mention, workflow=replace(earlier, assignee="claire"))]
    assert store.integrity() == []
    database.close()


def test_a_file_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    database.execute(f"PRAGMA user_version={len(migrations()) + 1}")
    database.close()
    with pytest.raises(StoreError, match="newer Vigie"):
        open_database(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database " * 1000)
    with pytest.raises(StoreError, match="damaged or not a database"):
        open_database(tmp_path)


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="cannot be made"):
        open_database(tmp_path / "file" / "data")


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="check the disk"):
        Database(tmp_path / "missing" / FILE_NAME)


@pytest.mark.parametrize(
    ("version", "options", "said"),
    [((3, 34, 1), {"ENABLE_FTS5"}, "3.34.1 is too old"), ((3, 45, 0), {"ENABLE_FTS4"}, "no full-text search")],
)
def test_an_engine_that_cannot_hold_the_store_is_named(version: tuple[int, int, int], options: set[str], said: str) -> None:
    with pytest.raises(StoreError, match=said):
        check_engine(version, options)


def test_what_was_remembered_before_it_was_dated_is_dated_when_it_is_first_trimmed(tmp_path: Path) -> None:
    clock = SimulatedClock(datetime(2026, 3, 10, 12, tzinfo=UTC))
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.executescript("".join(migrations()[:5]) + "PRAGMA user_version=5;")
        connection.execute("INSERT INTO source_memory VALUES ('forum', 'read:1', 'x')")
        connection.commit()
    state = SqliteState(open_database(tmp_path), clock)
    assert state.trim_memories(clock.now()) == 0
    clock.advance(timedelta(days=100))
    assert state.trim_memories(clock.now() - timedelta(days=50)) == 1
    state.close()


def test_every_migration_is_made_of_whole_statements() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for script in migrations():
        parts = list(statements(script))
        assert "".join(parts).rstrip() == script.rstrip()
        for part in parts:
            connection.execute(part)
