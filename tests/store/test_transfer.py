"""Everything in one file and back: nothing lost, nothing doubled, what is wrong is named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.clock import SimulatedClock
from vigie.errors import StoreError
from vigie.model import (
    Arrival,
    DateSource,
    Delivery,
    DeliveryState,
    Document,
    DocumentKind,
    Incident,
    IncidentState,
    Mention,
    Outcome,
    PassReport,
    PublicationDate,
    Sentiment,
    SentimentLabel,
    Signal,
    SignalKind,
    SourceHealth,
    SourceState,
    Span,
    Workflow,
    WorkflowState,
    document_id,
    mention_id,
)
from vigie.ports import Filter, MentionStore, Settlement, State, StorySignature
from vigie.store import open_database, open_state
from vigie.store.sqlite import SqliteMentionStore
from vigie.store.transfer import Import, Place, export_lines

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
UNDECIDED = Workflow()
Stores = tuple[State, MentionStore]


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
        path.write_bytes(b"".join(line for _, line in export_lines(*opened, NOW)))
        return path

    return write


def document(number: int, text: str = "La facture est fausse.") -> Document:
    url = f"https://journal.example/{number}"
    return Document(
        id=document_id(url),
        source_id="journal",
        kind=DocumentKind.NEWS,
        url=url,
        title="Une panne",
        text=text,
        author="Zoé",
        published=PublicationDate(NOW - timedelta(minutes=number), DateSource.META, 0.9),
        seen_at=NOW,
        language="fr",
        thread_url=url,
    )


def mention(number: int, text: str = "La facture est fausse.", workflow: Workflow = UNDECIDED) -> Mention:
    read = document(number, text)
    return Mention(
        id=mention_id(read.id, "orange"),
        brand_id="orange",
        document=read,
        spans=(Span("text", 0, 2),),
        language="fr",
        relevance=0.75,
        sentiment=Sentiment(SentimentLabel.NEGATIVE, -0.5, 0.8, ("fausse",)),
        story_id="story",
        workflow=workflow,
    )


def incident() -> Incident:
    signal = Signal(
        at=NOW,
        brand_id="orange",
        kind=SignalKind.BAD_BUZZ,
        evidence=7.5,
        window=timedelta(hours=1),
        seen=12,
        expected=2.5,
        expected_high=6,
        negatives=9,
        expected_negatives=1,
        usual_negative_share=0.2,
        stories=8,
        sites=4,
        copies=3,
        onset=NOW - timedelta(hours=1),
    )
    return Incident(
        "incident", "orange", "rule", SignalKind.BAD_BUZZ, IncidentState.OPEN, NOW, signal.onset, NOW, signal, signal, signal
    )


def delivery() -> Delivery:
    return Delivery(
        "incident:claire", "smtp", "claire@example.org", "incident_opened", "incident", b"\x00\xffmail", NOW, DeliveryState.SENT
    )


def fill(opened: Stores, mentions: int = 3) -> None:
    """One of everything, and some mentions."""
    state, store = opened
    waits, fails, done = document(101), document(102), document(103)
    state.put([waits, fails, done])
    state.settle(
        [
            Settlement(fails.id, "journal", Outcome.FAILED, "too odd"),
            Settlement(
                done.id,
                "journal",
                Outcome.STORED,
                arrivals=[Arrival(0, mention(103).id, "orange", NOW, NOW, 0.8, "story", "journal", "journal.example")],
            ),
        ]
    )
    memory = state.memory("journal")
    memory.set("etag", '"abc"')
    passed = SourceState("journal", SourceHealth.OK, NOW, NOW, usual_gap=timedelta(hours=2))
    state.commit(PassReport("journal", NOW, NOW, True, errors={"http_500": 1}), memory, passed)
    state.remember(StorySignature("story", done.id, (1, -2, 2**63 - 1), b"\x00\x01", NOW))
    state.save(incident())
    state.save_detector_state("rule:orange", b"\x80state")
    state.add(delivery())
    store.upsert([mention(number) for number in range(mentions)])
    store.mark(mention(0).id, WorkflowState.HANDLED, "répondu")
    store.correct(mention(1).id, SentimentLabel.POSITIVE)


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
    assert (done.created, done.updated, done.state, done.left_out) == (3, 0, 11, 0)


def test_every_kind_of_record_is_carried(source: Stores) -> None:
    fill(source)
    kinds = {kind for kind, _ in export_lines(*source, NOW)}
    wanted = {"header", "detector", "source", "document", "arrival", "story_signature", "outcome_count", "incident", "delivery"}
    assert kinds == wanted | {"mention", "end"}


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
    assert (done.created, done.updated, done.left_out) == (0, 3, 11)


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
    assert (done.created, done.left_out) == (3, 11)


def test_what_people_decided_here_is_kept(source: Stores, target: Stores, written: Callable[[Stores], Path]) -> None:
    fill(source)
    target[1].upsert([mention(0)])
    target[1].mark(mention(0).id, WorkflowState.NOT_RELEVANT, "homonyme")
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
    assert (done.created, done.updated, done.left_out) == (1200 - (500 - 11), 0, 0)


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
    with pytest.raises(StoreError, match="cut off at line 16"):
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
    path.write_bytes(b"".join([*lines[:13], line + b"\n", *lines[14:]]))
    with pytest.raises(StoreError, match=r"all\.ndjson, line 14: not a record"):
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
    with pytest.raises(StoreError, match="the end announces 14 records, 13 are there"):
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
        path.write_bytes(b"".join(line for _, line in export_lines(*source, NOW)))
        run(path, target)
        assert content(target) == content(source)
