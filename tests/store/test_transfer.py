"""Everything in one file and back: nothing lost, nothing doubled, what is wrong is named."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.one_of_everything import NOW, Stores, delivery, document, fill, mention
from vigie.clock import SimulatedClock
from vigie.errors import StoreError
from vigie.model import (
    Arrival,
    DateSource,
    DeliveryState,
    Document,
    Mention,
    Outcome,
    PassReport,
    PublicationDate,
    SentimentLabel,
    SourceState,
    Workflow,
    WorkflowState,
)
from vigie.ports import Decision, Filter, Settlement
from vigie.store import open_database, open_state
from vigie.store.sqlite import SqliteMentionStore
from vigie.store.transfer import KINDS, Import, Place, Written, export, in_order

BEGUN = Written("here", NOW.isoformat())
DAY = timedelta(days=1)


@contextmanager
def stores(folder: Path) -> Iterator[Stores]:
    database = open_database(folder)
    try:
        yield open_state(database, SimulatedClock(NOW)), SqliteMentionStore(database)
    finally:
        database.close()


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Stores]:
    with stores(tmp_path / "source") as opened:
        yield opened


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Stores]:
    with stores(tmp_path / "target") as opened:
        yield opened


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Stores], Path]:
    def write(opened: Stores) -> Path:
        path = tmp_path / "all.ndjson"
        return exported(opened, path)

    return write


def exported(opened: Stores, path: Path) -> Path:
    path.write_bytes(b"".join(piece for piece, _ in export(*opened, BEGUN)))
    return path


def content(opened: Stores) -> tuple[object, ...]:
    """The state, and the mentions by id: a store is free in the order of those of one second."""
    state, store = opened
    return list(state.records()), sorted(store.search(Filter(), limit=10_000).mentions, key=lambda one: one.id)


def run(path: Path, opened: Stores, place: Place | None = None) -> Import:
    transfer = Import(path, *opened, place)
    for _ in transfer.steps():
        pass
    return transfer


def test_everything_arrives_in_another_store_as_it_was(source: Stores, target: Stores, written: Callable[[Stores], Path]) -> None:
    fill(source)
    done = run(written(source), target).done
    assert content(target) == content(source)
    assert (done.created, done.updated, done.state, done.left_out) == (3, 0, 14, 0)


def test_every_kind_of_record_is_carried(source: Stores) -> None:
    fill(source)
    rows = [json.loads(line) for piece, _ in export(*source, BEGUN) for line in piece.splitlines()]
    assert {row["record"] for row in rows[1:-1]} == set(KINDS)


def test_a_mail_that_was_sent_is_known_after_the_move(source: Stores, target: Stores, written: Callable[[Stores], Path]) -> None:
    fill(source)
    run(written(source), target)
    assert target[0].known(delivery().key)
    assert not target[0].add(replace(delivery(), state=DeliveryState.PENDING))


def test_a_document_that_was_settled_is_known_after_the_move(
    source: Stores, target: Stores, written: Callable[[Stores], Path]
) -> None:
    fill(source)
    run(written(source), target)
    assert target[0].put([document(103)]) == 0
    assert [entry.document for entry in target[0].pending(10)] == [document(101)]


def test_arrivals_go_on_after_those_that_detectors_have_seen(
    source: Stores, target: Stores, written: Callable[[Stores], Path]
) -> None:
    fill(source)
    run(written(source), target)
    seen = target[0].arrivals_after(0)
    assert seen == source[0].arrivals_after(0)
    waiting = document(101)
    new = Arrival(0, mention(101).id, "orange", NOW, NOW, 0.1, "other", "journal", "journal.example")
    target[0].settle([Settlement(waiting.id, "journal", Outcome.STORED, arrivals=[new])])
    assert [arrival.mention_id for arrival in target[0].arrivals_after(seen[-1].sequence)] == [mention(101).id]


def test_importing_twice_changes_nothing(source: Stores, target: Stores, written: Callable[[Stores], Path]) -> None:
    fill(source)
    path = written(source)
    run(path, target)
    before = content(target)
    done = run(path, target).done
    assert content(target) == before
    assert (done.created, done.updated, done.left_out) == (0, 3, 14)


def test_a_file_written_again_from_what_was_imported_is_the_same(
    source: Stores, target: Stores, written: Callable[[Stores], Path]
) -> None:
    fill(source)
    path = written(source)
    first = path.read_bytes()
    run(path, target)
    assert written(target).read_bytes() == first


def test_a_state_with_a_history_keeps_it_and_takes_the_mentions(
    source: Stores, target: Stores, written: Callable[[Stores], Path]
) -> None:
    fill(source)
    target[0].save_detector_state("rule:orange", b"newer")
    done = run(written(source), target).done
    assert target[0].detector_state("rule:orange") == b"newer"
    assert target[0].incidents() == []
    assert (done.created, done.left_out) == (3, 14)


def test_what_people_decided_here_is_kept(source: Stores, target: Stores, written: Callable[[Stores], Path]) -> None:
    fill(source)
    target[1].upsert([mention(0)])
    target[1].mark(mention(0).id, Decision(WorkflowState.NOT_RELEVANT, "homonyme"))
    run(written(source), target)
    kept = target[1].get(mention(0).id)
    assert kept is not None
    assert kept.workflow == Workflow(WorkflowState.NOT_RELEVANT, "homonyme")


def test_what_people_decided_there_counts_where_nobody_did_here(
    source: Stores, target: Stores, written: Callable[[Stores], Path]
) -> None:
    fill(source)
    target[1].upsert([mention(number) for number in range(3)])
    run(written(source), target)
    assert content(target)[1] == content(source)[1]


def test_mentions_are_in_one_order_however_they_came(source: Stores, target: Stores) -> None:
    """Newest first and, of one moment, by id: so that two stores with the same mentions give the same file."""
    newer = [mention(number) for number in range(400)]
    of_one_moment = [replace(mention(number), document=_at(document(number), NOW - DAY)) for number in range(400, 600)]
    source[1].upsert([*newer, *of_one_moment])
    for one in reversed([*newer, *of_one_moment]):
        target[1].upsert([one])
    wanted = [*newer, *sorted(of_one_moment, key=lambda one: one.id)]
    assert [one for some, _ in in_order(source[1]) for one in some] == wanted
    assert [one for some, _ in in_order(target[1]) for one in some] == wanted


def _at(read: Document, moment: datetime) -> Document:
    return replace(read, published=replace(read.published, at=moment))


@pytest.mark.parametrize("page", range(3))
def test_reading_goes_on_at_any_place_that_was_given(source: Stores, page: int) -> None:
    same_moment = [replace(mention(number), document=_at(document(number), NOW)) for number in range(40)]
    source[1].upsert([*same_moment, *(mention(number) for number in range(40, 1600))])
    places = list(in_order(source[1]))
    rest = [one for some, _ in places[page + 1 :] for one in some]
    assert [one for some, _ in in_order(source[1], places[page][1]) for one in some] == rest
    assert len({one.id for some, _ in places for one in some}) == 1600


def test_an_export_that_goes_on_at_any_safe_place_is_the_same_file(source: Stores) -> None:
    fill(source, mentions=1600)
    pieces = list(export(*source, BEGUN))
    whole = b"".join(piece for piece, _ in pieces)
    safe = [place for _, place in pieces if place.is_safe]
    assert len(safe) == 3
    for place in safe:
        rest = b"".join(piece for piece, _ in export(*source, place))
        assert whole[: place.offset] + rest == whole


def test_the_first_safe_place_is_behind_the_whole_state(source: Stores) -> None:
    fill(source, mentions=600)
    first = next(place for _, place in export(*source, BEGUN) if place.is_safe)
    assert first.state == len(list(source[0].records()))


def test_an_export_begins_afresh_at_a_place_that_is_not_safe(source: Stores) -> None:
    fill(source)
    (_, header), *rest = export(*source, BEGUN)
    assert [piece for piece, _ in export(*source, header)][1:] == [piece for piece, _ in rest]


def test_a_state_that_was_read_calls_nothing_done_that_is_not_in_the_file(source: Stores) -> None:
    """A mention that arrives between the state and the mentions is in the file, and the state does not say that it is done."""
    fill(source, mentions=1200)
    pieces = export(*source, BEGUN)
    lines = [next(pieces)[0], next(pieces)[0]]
    source[0].put([document(2000)])
    source[1].upsert([mention(2000)])
    source[0].settle([Settlement(document(2000).id, "journal", Outcome.STORED)])
    lines += [piece for piece, _ in pieces]
    rows = [json.loads(line) for piece in lines for line in piece.splitlines()][1:-1]
    done = {row["value"]["document_id"] for row in rows if row["record"] == "document" and row["value"]["outcome"] == "stored"}
    held = {row["value"]["document"]["id"] for row in rows if row["record"] == "mention"}
    assert document(2000).id not in done
    assert document(2000).id in held


# --- interruptions and damage


def test_an_import_goes_on_where_it_was_interrupted(source: Stores, target: Stores, written: Callable[[Stores], Path]) -> None:
    fill(source, mentions=1200)
    path = written(source)
    steps = Import(path, *target).steps()
    next(steps)
    place = next(steps)
    assert 0 < target[1].count(Filter()).total < 1200
    done = run(path, target, place).done
    assert content(target) == content(source)
    assert (done.created, done.updated, done.left_out) == (1200 - (500 - 14), 0, 0)


def test_an_import_interrupted_while_the_state_is_restored_still_restores_all_of_it(
    source: Stores, target: Stores, written: Callable[[Stores], Path]
) -> None:
    fill(source)
    path = written(source)
    place = next(Import(path, *target).steps())
    target[0].restore([next(source[0].records())])  # a first batch was written, its place was not kept
    run(path, target, place)
    assert content(target) == content(source)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_off_is_told_and_the_whole_one_goes_on(
    source: Stores, target: Stores, written: Callable[[Stores], Path], share: float
) -> None:
    fill(source, mentions=40)
    path = written(source)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    transfer = Import(path, *target)
    with pytest.raises(StoreError, match=r"all\.ndjson is cut off at line \d+"):
        list(transfer.steps())
    assert transfer.place.line == path.read_bytes().count(b"\n")
    path.write_bytes(whole)
    run(path, target, transfer.place)
    assert content(target) == content(source)


def test_a_file_that_lacks_whole_lines_at_its_end_is_cut_off_too(
    source: Stores, target: Stores, written: Callable[[Stores], Path]
) -> None:
    fill(source)
    path = written(source)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(StoreError, match="cut off at line 19"):
        run(path, target)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"record": "mention"}',
        b'{"record": "mention", "value": {}}',
        b'{"record": "mention", "value": null}',
        b'{"record": "rumour", "value": {}}',
        b'{"record": "detector", "value": {"name": 5, "state": ""}}',
        b'{"record": "detector", "value": {"name": "a", "state": "not base64"}}',
        b'{"record": "arrival", "value": {"sequence": "1"}}',
        b"\xff\xfe",
        b'{"end": 3}',
    ],
)
def test_a_broken_line_is_named_and_what_is_before_it_is_kept(
    source: Stores, target: Stores, written: Callable[[Stores], Path], line: bytes
) -> None:
    fill(source)
    path = written(source)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:16], line + b"\n", *lines[17:]]))
    with pytest.raises(StoreError, match=r"all\.ndjson, line 17: not a record"):
        run(path, target)
    assert content(target)[0] == content(source)[0]
    assert target[1].count(Filter()).total == 1


def test_a_text_of_the_wrong_type_is_a_broken_line(source: Stores, target: Stores, written: Callable[[Stores], Path]) -> None:
    source[1].upsert([mention(1, text="FAUX")])
    path = written(source)
    path.write_bytes(path.read_bytes().replace(b'"FAUX"', b"5"))
    with pytest.raises(StoreError, match="line 2: not a record"):
        run(path, target)


def test_a_line_that_is_missing_is_noticed_at_the_end(source: Stores, target: Stores, written: Callable[[Stores], Path]) -> None:
    fill(source)
    path = written(source)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:5] + lines[6:]))
    with pytest.raises(StoreError, match="the end announces 17 records, 16 are there"):
        run(path, target)


@pytest.mark.parametrize("header", [b"", b"{}\n", b"[1]\n", b'{"record": "mention"}\n', b"\x89PNG\n", b'{"vigie-export": "1"}\n'])
def test_a_file_of_something_else_is_refused(target: Stores, tmp_path: Path, header: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(header)
    with pytest.raises(StoreError, match="line 1"):
        run(path, target)


def test_a_file_of_a_newer_vigie_is_refused(target: Stores, tmp_path: Path) -> None:
    path = tmp_path / "newer"
    path.write_bytes(b'{"vigie-export": 99}\n{"end": 0}\n')
    with pytest.raises(StoreError, match="format 99; this Vigie reads formats up to 1"):
        run(path, target)


def test_the_place_in_another_file_is_not_taken_for_one_in_this(
    source: Stores, target: Stores, written: Callable[[Stores], Path]
) -> None:
    fill(source)
    run(written(source), target, Place("another", 4000, 12))
    assert content(target) == content(source)


# --- laws

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=40)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001
WORKFLOWS = st.builds(Workflow, st.sampled_from(WorkflowState), ANY_TEXT, st.none() | st.sampled_from(SentimentLabel))


@st.composite
def mentions(draw: st.DrawFn) -> Mention:
    base = mention(draw(st.integers(0, 50)), draw(ANY_TEXT), draw(WORKFLOWS))
    read = replace(
        base.document,
        title=draw(ANY_TEXT),
        author=draw(st.none() | ANY_TEXT),
        published=PublicationDate(draw(MOMENTS), draw(st.sampled_from(DateSource)), draw(st.floats(0, 1)), draw(st.booleans())),
        seen_at=draw(MOMENTS),
        parent_url=draw(st.none() | ANY_TEXT),
    )
    return replace(base, document=read, story_id=draw(ANY_TEXT), relevance=draw(st.floats(0, 1)))


@settings(max_examples=25, deadline=None)
@given(
    kept=st.lists(mentions(), max_size=8, unique_by=lambda one: one.id),
    memory=st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3),
    detector=st.binary(max_size=20),
    note=ANY_TEXT,
)
def test_what_is_exported_and_imported_is_equal(
    tmp_path_factory: pytest.TempPathFactory, kept: list[Mention], memory: dict[str, str], detector: bytes, note: str
) -> None:
    folder = tmp_path_factory.mktemp("law")
    with stores(folder / "source") as source, stores(folder / "target") as target:
        source[1].upsert(kept)
        remembered = source[0].memory(note)
        for key, value in memory.items():
            remembered.set(key, value)
        source[0].commit(PassReport(note, NOW, NOW, True), remembered, SourceState(note, error=note))
        source[0].save_detector_state(note, detector)
        path = folder / "all.ndjson"
        run(exported(source, path), target)
        assert content(target) == content(source)
