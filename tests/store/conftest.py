"""Mentions and databases for the tests of the SQLite store."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest

from vigie.model import (
    DateSource,
    Document,
    DocumentKind,
    Mention,
    PublicationDate,
    Sentiment,
    SentimentLabel,
    document_id,
    mention_id,
)
from vigie.store import Database, open_database
from vigie.store.sqlite import SqliteMentionStore


class MakeMention(Protocol):
    def __call__(
        self, number: int = ..., *, text: str = ..., at: datetime = ..., author: str | None = ..., label: SentimentLabel = ...
    ) -> Mention: ...


@pytest.fixture(scope="session")
def make_mention() -> MakeMention:
    """Makes mention `number`, which has an address of its own."""

    def make(
        number: int = 1,
        *,
        text: str = "Un texte.",
        at: datetime = datetime(2026, 3, 9, 8, tzinfo=UTC),
        author: str | None = None,
        label: SentimentLabel = SentimentLabel.NEUTRAL,
    ) -> Mention:
        url = f"https://exemple.fr/{number}"
        published = PublicationDate(at, DateSource.META, 0.9)
        document = Document(document_id(url), "source", DocumentKind.NEWS, url, "Titre", text, author, published, at)
        sentiment = Sentiment(label, 0.0, 0.1)
        return Mention(mention_id(document.id, "orange"), "orange", document, (), "fr", 0.5, sentiment, "story")

    return make


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def mentions(database: Database) -> SqliteMentionStore:
    """A new, empty store in `database`."""
    return SqliteMentionStore(database)
