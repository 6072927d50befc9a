"""`vigie terms` as it is typed: a table, JSON, and what a typo gives."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from vigie.cli import terms
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
from vigie.store import open_database
from vigie.store.sqlite import SqliteMentionStore

APP = typer.Typer()
terms.register(APP)
NOW = datetime.now(UTC)

Run = Callable[..., Result]


def mention(number: int, text: str, at: datetime) -> Mention:
    url = f"https://exemple.fr/{number}"
    published = PublicationDate(at, DateSource.META, 1.0)
    document = Document(document_id(url), "source", DocumentKind.NEWS, url, "", text, None, published, at)
    sentiment = Sentiment(SentimentLabel.NEGATIVE, -1.0, 0.9)
    return Mention(mention_id(document.id, "orange"), "orange", document, (), "fr", 1.0, sentiment, f"story {number}")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    brand = '[[brand]]\nid = "orange"\nname = "Orange"\nquery = "Orange"\n'
    for name, text in {"vigie.toml": "", "brands.toml": brand, "sources.toml": "", "alerts.toml": ""}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    database = open_database(tmp_path / "data")
    recent = [mention(place, "Orange : cyberattaque", NOW - timedelta(days=1)) for place in range(8)]
    before = [mention(100 + place, "Orange ouvre une boutique", NOW - timedelta(days=20)) for place in range(40)]
    SqliteMentionStore(database).upsert([*recent, *before])
    database.close()
    return lambda *arguments: CliRunner().invoke(APP, [*arguments, "-c", str(tmp_path)])


def test_the_terms_are_a_table(run: Run) -> None:
    lines = run("--brand", "orange").stdout.splitlines()
    assert lines[0].split("\t") == ["terme", "écart", "récits, 7d", "récits, 28d avant"]
    assert lines[1].startswith("cyberattaque\t")
    assert len(lines) == 2


def test_the_terms_are_json(run: Run) -> None:
    (row,) = [json.loads(line) for line in run("--brand", "orange", "--json").stdout.splitlines()]
    assert (row["term"], row["recent"], row["past"]) == ("cyberattaque", 8, 0)


def test_a_brand_that_is_not_watched_is_wrong_use(run: Run) -> None:
    result = run("--brand", "ornge")
    assert result.exit_code == 2
    assert "brands.toml" in result.stderr


@pytest.mark.parametrize("since", ["0d", "week", "7"])
def test_a_period_that_is_none_is_wrong_use(run: Run, since: str) -> None:
    assert run("--brand", "orange", "--since", since).exit_code == 2
