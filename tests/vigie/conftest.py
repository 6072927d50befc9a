"""Documents and stores for the tests of the spine: the real state and the real store, on a file of the test's own."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from vigie.clock import SimulatedClock
from vigie.model import DateSource, Document, DocumentKind, PublicationDate, document_id
from vigie.ports import MentionStore, State
from vigie.store import open_database, open_state
from vigie.store.sqlite import SqliteMentionStore

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def stores(tmp_path: Path, clock: SimulatedClock) -> Iterator[tuple[State, MentionStore]]:
    database = open_database(tmp_path)
    yield open_state(database, clock), SqliteMentionStore(database, "Europe/Paris")
    database.close()


@pytest.fixture
def make_document() -> Callable[..., Document]:
    def make(name: str = "a", **changes: Any) -> Document:
        url = f"https://forum.exemple/{name}"
        given: dict[str, Any] = {
            "id": document_id(url),
            "source_id": "forum",
            "kind": DocumentKind.FORUM_POST,
            "url": url,
            "title": "",
            "text": f"Toujours en panne chez Marelle, message {name}.",
            "author": "camille75",
            "published": PublicationDate(NOON, DateSource.TIME_ELEMENT, 1.0),
            "seen_at": NOON,
        }
        return Document(**{**given, **changes})

    return make
