"""`vigie erase` as it is typed, on both stores: what it finds, what it removes, what stays away afterwards."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.store.one_of_everything import NOW, Stores, configuration, delivery, document, fill, mention
from vigie.cli import app
from vigie.cli.common import load_config, with_store
from vigie.clock import SystemClock
from vigie.errors import AlreadyRunning
from vigie.keys import pseudonym_key
from vigie.lock import only_instance
from vigie.model import Document, DocumentKind, Mention, Outcome, document_id, mention_id
from vigie.pipeline import Intake
from vigie.ports import Filter, InboxRecord, Settlement
from vigie.store import open_database, open_stores

FORUM = "https://forum.example/sujet?p={0}#p{0}"


@pytest.fixture(params=["sqlite", "elasticsearch"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A configuration with some of everything by « Zoé », in one store or the other."""
    store = "" if request.param == "sqlite" else request.getfixturevalue("in_elasticsearch")
    made = configuration(tmp_path / "veille", store)
    with opened(made) as stores:
        fill(stores)
    return made


@contextmanager
def opened(folder: Path) -> Iterator[Stores]:
    with open_stores(load_config(folder), SystemClock()) as stores:
        stores[1].refresh()
        yield stores


def vigie(folder: Path, *arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(app, ["erase", *arguments, "-c", str(folder)], input=answer)


def said_on(host: str, number: int, author: str, text: str = "Panne chez Orange") -> Document:
    """A post as a crawler brings it: under its author's name."""
    url = FORUM.format(number).replace("forum.example", host)
    return replace(document(number, text), id=document_id(url), url=url, kind=DocumentKind.FORUM_POST, author=author)


def taken_in(folder: Path, documents: Sequence[Document]) -> list[Mention]:
    """What becomes of documents on the ordinary way: authors get their pseudonyms, then mentions are stored."""
    with opened(folder) as (state, store):
        Intake(state, pseudonym_key(folder / "data", {})).receive(documents)
        brought = {one.id for one in documents}
        waiting = [entry.document for entry in state.pending(100) if entry.document.id in brought]
        mentions = [replace(mention(0), id=mention_id(one.id, "orange"), document=one) for one in waiting]
        store.upsert(mentions)
        state.settle([Settlement(one.id, "journal", Outcome.STORED) for one in waiting])
    return mentions


def stored(folder: Path) -> set[str]:
    with opened(folder) as (_, store):
        return {one.document.url for one in store.search(Filter(), limit=100).mentions}


def test_everything_of_an_author_goes_when_it_is_confirmed(folder: Path) -> None:
    ran = vigie(folder, "--author", "Zoé", answer="y\n")
    assert ran.exit_code == 0
    assert "https://journal.example/0" in ran.output
    assert "erased 3 mentions of 5 documents" in ran.output
    with opened(folder) as (state, store):
        assert store.count(Filter()).total == 0
        assert state.waiting() == 0
        assert state.replay() == 0


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_nothing_goes_without_a_yes(folder: Path, answer: str) -> None:
    assert vigie(folder, "--author", "Zoé", answer=answer).exit_code == 1
    assert len(stored(folder)) == 3


def test_yes_asks_nothing(folder: Path) -> None:
    assert vigie(folder, "--author", "Zoé", "--yes").exit_code == 0
    assert stored(folder) == set()


def test_nothing_found_is_told_and_ends_with_1(folder: Path) -> None:
    ran = vigie(folder, "--author", "zoé", "--yes")
    assert (ran.exit_code, "nothing is kept of it" in ran.output) == (1, True)
    assert len(stored(folder)) == 3


def test_a_person_is_found_by_the_name_that_people_see_although_it_is_not_kept(folder: Path) -> None:
    mine = [said_on("forum.example", 1, "Jeanne M."), said_on("autre.example", 2, "Jeanne M.")]
    others = [said_on("forum.example", 3, "Paul")]
    kept = taken_in(folder, mine + others)
    assert all(one.document.author != "Jeanne M." for one in kept)
    assert vigie(folder, "--author", "Jeanne M.", "--yes").exit_code == 0
    assert stored(folder) & {one.url for one in mine + others} == {others[0].url}


def test_a_site_tells_people_of_one_name_apart(folder: Path) -> None:
    here, there = said_on("forum.example", 1, "Jeanne"), said_on("autre.example", 2, "Jeanne")
    taken_in(folder, [here, there])
    assert vigie(folder, "--author", "Jeanne", "--site", "https://www.forum.example/", "--yes").exit_code == 0
    assert stored(folder) & {here.url, there.url} == {there.url}


def test_a_person_is_found_by_the_pseudonym_too(folder: Path) -> None:
    [kept] = taken_in(folder, [said_on("forum.example", 1, "Jeanne")])
    assert vigie(folder, "--author", kept.document.author or "", "--yes").exit_code == 0
    assert kept.document.url not in stored(folder)


def test_a_page_is_found_by_any_spelling_of_its_address(folder: Path) -> None:
    assert vigie(folder, "--url", "HTTPS://Journal.example:443/1?utm_source=x", "--yes").exit_code == 0
    assert stored(folder) == {"https://journal.example/0", "https://journal.example/2"}


@pytest.mark.parametrize("number", [101, 102], ids=["waits", "failed"])
def test_a_text_that_never_became_a_mention_goes_too(folder: Path, number: int) -> None:
    ran = vigie(folder, "--url", f"https://journal.example/{number}", "--yes")
    assert "waits or failed" in ran.output
    with opened(folder) as (state, _):
        texts = [record.document.url for record in state.records() if isinstance(record, InboxRecord) and record.document]
    assert texts == [f"https://journal.example/{203 - number}"]


def test_what_was_erased_does_not_come_back_when_it_is_collected_again(folder: Path) -> None:
    mine = said_on("forum.example", 1, "Jeanne")
    taken_in(folder, [mine])
    vigie(folder, "--author", "Jeanne", "--yes")
    assert taken_in(folder, [mine, replace(mine, text="Orange, encore une panne (modifié)")]) == []
    assert mine.url not in stored(folder)


def test_a_mention_whose_document_the_inbox_never_saw_stays_away_too(folder: Path) -> None:
    vigie(folder, "--url", "https://journal.example/1", "--yes")
    assert taken_in(folder, [document(1, "Orange, un autre texte")]) == []


def test_new_texts_of_the_same_person_are_collected(folder: Path) -> None:
    taken_in(folder, [said_on("forum.example", 1, "Jeanne")])
    vigie(folder, "--author", "Jeanne", "--yes")
    assert len(taken_in(folder, [said_on("forum.example", 2, "Jeanne")])) == 1


def test_nothing_of_it_is_left_on_the_disk(folder: Path) -> None:
    secret = "un-mot-que-personne-d-autre-ecrit"
    with opened(folder) as (state, _):
        state.put([said_on("forum.example", 9, "Marc", secret)])  # waits
        state.add(replace(delivery(), key="quotes it", content=secret.encode(), created_at=NOW))  # sent
    taken_in(folder, [said_on("forum.example", 8, "Marc", secret)])
    assert secret.encode() in on_disk(folder)
    assert vigie(folder, "--author", "Marc", "--yes").exit_code == 0
    assert secret.encode() not in on_disk(folder)


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in (folder / "data").glob("vigie.db*"))


def test_mentions_that_a_move_left_in_sqlite_go_too(tmp_path: Path, in_elasticsearch: str) -> None:
    folder = configuration(tmp_path / "veille", in_elasticsearch)
    with open_stores(with_store(load_config(folder), "sqlite"), SystemClock()) as (_, left):
        left.upsert([mention(1)])
    assert vigie(folder, "--author", "Zoé", "--yes").exit_code == 0
    with open_stores(with_store(load_config(folder), "sqlite"), SystemClock()) as (_, left):
        assert left.count(Filter()).total == 0


@pytest.mark.parametrize("arguments", [[], ["--author", "a", "--url", "https://x.example/"], ["--url", "x"]])
def test_wrong_use_ends_with_2(tmp_path: Path, arguments: list[str]) -> None:
    assert vigie(configuration(tmp_path / "veille"), *arguments, "--yes").exit_code == 2


def test_vigie_must_stand_still(tmp_path: Path) -> None:
    folder = configuration(tmp_path / "veille")
    open_database(folder / "data").close()
    with only_instance(folder / "data"):
        assert isinstance(vigie(folder, "--author", "Zoé", "--yes").exception, AlreadyRunning)
