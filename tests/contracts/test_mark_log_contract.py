"""What every state promises of the marks that people make."""

from datetime import UTC, datetime, timedelta

from tests.contracts.state_samples import NOW, some_document, some_mark
from vigie.model import SentimentLabel, settled_marks
from vigie.ports import State

LATER = NOW + timedelta(microseconds=1)


def test_marks_come_back_whole_and_in_order(state: State) -> None:
    made = [
        some_mark("b", relevant=False, clues=("chez _", "\ud800")),
        some_mark("a", tone=SentimentLabel.POSITIVE),
        some_mark("b", relevant=True, at=LATER),
    ]
    assert [state.add_mark(mark) for mark in made] == [True, True, True]
    assert list(state.marks()) == made


def test_a_mark_made_twice_is_one(state: State) -> None:
    state.add_mark(some_mark("a", relevant=True))
    version = state.marks_version()
    assert state.add_mark(some_mark("a", relevant=True)) is False
    assert state.marks_version() == version


def test_the_version_changes_with_every_mark_and_every_erasure(state: State) -> None:
    versions = [state.marks_version()]
    for number in range(2):
        state.add_mark(some_mark(f"m{number}", document=f"document-{number}", relevant=True))
        versions.append(state.marks_version())
    state.erase([some_document(0)])
    versions.append(state.marks_version())
    state.erase([some_document(1)])
    state.add_mark(some_mark("m9", relevant=True))
    versions.append(state.marks_version())
    assert len(set(versions)) == len(versions)


def test_erasing_a_document_takes_its_marks_along(state: State) -> None:
    state.add_mark(some_mark("a", document="document-1", relevant=True))
    state.add_mark(some_mark("b", document="document-2", relevant=True))
    state.erase([some_document(1)])
    assert [mark.mention_id for mark in state.marks()] == ["b"]


def test_marks_outlive_what_is_trimmed_and_forgotten(state: State) -> None:
    state.add_mark(some_mark("a", relevant=True, at=datetime(2020, 1, 1, tzinfo=UTC)))
    state.trim(NOW)
    state.forget(NOW)
    assert len(state.marks()) == 1


def test_the_last_word_counts_and_the_machines_first(state: State) -> None:
    state.add_mark(some_mark("a", relevant=False, machine_relevance=0.9))
    state.add_mark(some_mark("a", relevant=True, machine_relevance=0.1, at=LATER))
    state.add_mark(some_mark("b", relevant=False))
    state.add_mark(some_mark("b", at=LATER))
    (word,) = settled_marks(state.marks())
    assert (word.mention_id, word.relevant, word.machine_relevance) == ("a", True, 0.9)
