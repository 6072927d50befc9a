"""What every state promises (`vigie.ports.State`)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from vigie.clock import SimulatedClock
from vigie.model import (
    Arrival,
    DateSource,
    Delivery,
    DeliveryState,
    Document,
    DocumentKind,
    Incident,
    IncidentState,
    Outcome,
    PassReport,
    PublicationDate,
    Signal,
    SignalKind,
    SourceHealth,
    SourceState,
)
from vigie.ports import DetectorRecord, InboxEntry, InboxRecord, Settlement, SourceRecord, State, StorySignature

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _document(number: int = 1, text: str = "texte", source: str = "source") -> Document:
    return Document(
        id=f"document-{number}",
        source_id=source,
        kind=DocumentKind.FORUM_POST,
        url=f"https://exemple.fr/{number}",
        title="",
        text=text,
        author="Zoé",
        published=PublicationDate(NOW - timedelta(hours=1) + number * MINUTE, DateSource.FEED, 0.8),
        seen_at=NOW,
    )


def _arrival(mention_id: str = "m", negative: float = 0.5) -> Arrival:
    return Arrival(0, mention_id, "orange", NOW - MINUTE, NOW, negative, "story", "source", "exemple.fr")


def _settled(document: Document, outcome: Outcome = Outcome.STORED, reason: str = "", *arrivals: Arrival) -> Settlement:
    return Settlement(document.id, document.source_id, outcome, reason, arrivals)


def _counts(state: State, since: datetime | None = None) -> dict[str, int]:
    return {outcome.value: number for outcome, number in state.outcomes(since).items() if number}


# --- inbox


def test_documents_wait_first_seen_first_and_then_in_the_order_of_their_publication(state: State) -> None:
    later = replace(_document(0), seen_at=NOW + MINUTE)
    documents = [later, _document(3), _document(1), _document(2)]
    assert state.put(documents) == 4
    assert [entry.document for entry in state.pending(3)] == [_document(1), _document(2), _document(3)]
    assert state.pending(4)[-1] == InboxEntry(later, 0)
    assert state.waiting() == 4


def test_a_document_that_is_here_already_is_known(state: State) -> None:
    document = _document()
    assert state.put([document, document]) == 1
    state.settle([_settled(document, Outcome.OFF_TOPIC)])
    assert state.put([replace(document, seen_at=NOW + MINUTE, author="autre")]) == 0
    assert state.waiting() == 0
    assert _counts(state) == {"known": 2, "off_topic": 1}


def test_a_changed_document_waits_again_and_was_seen_when_it_was_first_seen(state: State) -> None:
    document = _document()
    state.put([document])
    state.settle([_settled(document)])
    changed = replace(_document(text="autre texte"), seen_at=NOW + timedelta(days=1))
    assert state.put([changed]) == 1
    assert state.pending(10) == [InboxEntry(replace(changed, seen_at=NOW), 0)]


def test_a_document_that_changes_while_it_is_analysed_is_analysed_again(state: State) -> None:
    document = _document()
    state.put([document])
    state.pending(10)
    state.put([_document(text="autre texte")])
    state.settle([_settled(document)])
    assert [entry.document.text for entry in state.pending(10)] == ["autre texte"]
    state.settle([_settled(document)])
    assert (state.waiting(), _counts(state)) == (0, {"stored": 1})


def test_a_document_has_one_outcome_however_often_it_is_settled(state: State) -> None:
    document = _document()
    state.put([document])
    state.settle([_settled(document), _settled(document, Outcome.SPAM)])
    state.settle([_settled(document)])
    assert _counts(state) == {"stored": 1}


def test_every_outcome_is_named_also_when_nothing_happened(state: State) -> None:
    assert state.outcomes() == dict.fromkeys(Outcome, 0)


def test_a_document_that_waits_has_no_outcome(state: State) -> None:
    state.put([_document()])
    assert (_counts(state), state.waiting()) == ({}, 1)


def test_seen_is_the_sum_of_the_outcomes(state: State) -> None:
    documents = [_document(number) for number in range(4)]
    state.put(documents)
    state.put(documents[:2])
    ends = [Outcome.STORED, Outcome.OFF_TOPIC, Outcome.SPAM, Outcome.FAILED]
    state.settle([_settled(document, outcome) for document, outcome in zip(documents, ends, strict=True)])
    state.count_failed("source", "http_500", 3)
    assert _counts(state) == {"stored": 1, "known": 2, "off_topic": 1, "spam": 1, "failed": 4}


def test_outcomes_are_counted_from_the_moment_asked_for(state: State, clock: SimulatedClock) -> None:
    state.count_failed("source", "timeout")
    clock.advance(MINUTE)
    state.count_failed("source", "timeout", 2)
    assert _counts(state, NOW) == {"failed": 3}
    assert _counts(state, NOW + MINUTE) == {"failed": 2}
    assert _counts(state, NOW + 2 * MINUTE) == {}


def test_no_count_is_lost_over_the_years(state: State, clock: SimulatedClock) -> None:
    for day in range(10):
        state.put([_document(day), _document(day)])
        clock.advance(timedelta(hours=31))
    assert _counts(state) == {"known": 10}
    assert _counts(state, clock.now() - timedelta(hours=31)) == {"known": 1}


def test_a_deferred_document_comes_again_after_a_pause_that_grows(state: State, clock: SimulatedClock) -> None:
    state.put([_document()])
    for attempt, pause in enumerate((MINUTE, 4 * MINUTE, 16 * MINUTE), start=1):
        state.defer("document-1", "crash")
        clock.advance(pause - timedelta(seconds=1))
        assert (state.pending(10), state.waiting()) == ([], 1)
        clock.advance(timedelta(seconds=1))
        assert [entry.attempts for entry in state.pending(10)] == [attempt]


def test_a_document_that_changed_after_it_was_deferred_comes_at_once(state: State) -> None:
    state.put([_document()])
    state.defer("document-1", "crash")
    state.put([_document(text="autre texte")])
    assert [entry.attempts for entry in state.pending(10)] == [0]


def test_deliveries_are_counted_by_state(state: State) -> None:
    state.add(_delivery("a"))
    state.add(_delivery("b"))
    state.update(replace(_delivery("b"), state=DeliveryState.SENT))
    counts = state.delivery_counts()
    assert (counts[DeliveryState.PENDING], counts[DeliveryState.SENT], counts[DeliveryState.REFUSED]) == (1, 1, 0)
    assert sum(state.delivery_counts(since=_delivery("a").created_at + MINUTE).values()) == 0


def test_trimming_drops_old_arrivals_and_what_sent_mails_said(state: State) -> None:
    document = _document()
    state.put([document])
    state.settle([_settled(document, Outcome.STORED, "", _arrival())])
    state.add(_delivery("sent"))
    state.add(_delivery("pending"))
    state.update(replace(_delivery("sent"), state=DeliveryState.SENT))
    state.trim(NOW - timedelta(days=1))
    assert len(state.arrivals_after(0)) == 1
    state.trim(NOW + timedelta(days=1))
    assert state.arrivals_after(0) == []
    contents = {delivery.key: delivery.content for delivery in state.deliveries()}
    assert contents == {"sent": b"", "pending": _delivery("pending").content}
    assert state.known("sent")


def test_failed_documents_are_replayed_by_reason(state: State) -> None:
    documents = [_document(number) for number in range(3)]
    state.put(documents)
    state.defer("document-0", "crash")
    reasons = [(Outcome.FAILED, "crash"), (Outcome.FAILED, "too_long"), (Outcome.STORED, "")]
    state.settle([_settled(document, *end) for document, end in zip(documents, reasons, strict=True)])
    assert state.replay("crash") == 1
    assert state.pending(10) == [InboxEntry(documents[0], 0)]
    assert state.replay() == 1
    assert state.waiting() == 2
    assert state.replay() == 0


def test_arrivals_are_numbered_in_order_and_the_first_of_a_mention_stays(state: State) -> None:
    documents = [_document(1), _document(2)]
    state.put(documents)
    state.settle([_settled(documents[0], Outcome.STORED, "", _arrival("a"), _arrival("b"))])
    state.settle([_settled(documents[1], Outcome.STORED, "", _arrival("a", negative=0.9), replace(_arrival("c"), sequence=77))])
    arrivals = state.arrivals_after(0)
    assert [replace(arrival, sequence=0) for arrival in arrivals] == [_arrival("a"), _arrival("b"), _arrival("c")]
    assert [arrival.sequence for arrival in arrivals] == sorted({arrival.sequence for arrival in arrivals})
    assert state.arrivals_after(arrivals[1].sequence) == arrivals[2:]
    assert len(state.arrivals_after(0, limit=2)) == 2


def test_the_rhythm_of_a_source_is_known_newest_first(state: State) -> None:
    documents = [_document(1), _document(3), _document(2), _document(4, source="autre")]
    state.put(documents)
    assert state.document_times("source", limit=2) == [documents[1].published.at, documents[2].published.at]
    assert state.document_times("inconnue") == []


# --- sources


def _report(source: str = "source", finished_at: datetime = NOW) -> PassReport:
    return PassReport(
        source,
        finished_at - MINUTE,
        finished_at,
        ok=True,
        requests=3,
        errors={"http_500": 2},
        message="é",
        retry_after=MINUTE,
        moved_to="https://x.fr",
    )


def test_a_pass_sees_its_own_writes_and_the_next_only_what_was_committed(state: State) -> None:
    memory = state.memory("source")
    memory.set("etag", "abc")
    assert memory.get("etag") == "abc"
    assert state.memory("source").get("etag") is None
    state.commit(_report(), memory, SourceState("source"))
    assert state.memory("source").get("etag") == "abc"
    assert state.memory("autre").get("etag") is None


def test_a_forgotten_key_is_gone_after_the_commit(state: State) -> None:
    first = state.memory("source")
    first.set("etag", "abc")
    first.set("thread", "1")
    state.commit(_report(), first, SourceState("source"))
    second = state.memory("source")
    second.set("etag", None)
    assert (second.get("etag"), state.memory("source").get("etag")) == (None, "abc")
    state.commit(_report(), second, SourceState("source"))
    third = state.memory("source")
    assert (third.get("etag"), third.get("thread")) == (None, "1")


def test_a_source_that_was_not_read_yet_has_never_been(state: State) -> None:
    assert state.state("source") == SourceState("source", SourceHealth.NEVER)
    assert state.states() == []


def test_the_state_of_a_source_is_the_last_committed(state: State) -> None:
    known = SourceState("source", SourceHealth.FAILING, NOW, NOW - MINUTE, None, NOW + MINUTE, 3, "http_500", timedelta(hours=2))
    state.commit(_report(), state.memory("source"), SourceState("source"))
    state.commit(_report(), state.memory("source"), known)
    state.commit(_report("autre"), state.memory("autre"), SourceState("autre"))
    assert state.state("source") == known
    assert sorted(one.source_id for one in state.states()) == ["autre", "source"]


def test_the_passes_over_all_sources_are_told_from_a_moment_on_in_order(state: State) -> None:
    reports = [replace(_report(name), finished_at=NOW + number * MINUTE) for number, name in enumerate(("b", "a", "b"))]
    for report in reports[::-1]:
        state.commit(report, state.memory(report.source_id), SourceState(report.source_id))
    assert state.passes_since(NOW + MINUTE) == reports[1:]
    assert state.passes_since(NOW, limit=2) == reports[:2]


def test_the_parts_of_a_commit_are_of_one_source(state: State) -> None:
    with pytest.raises(ValueError, match="autre"):
        state.commit(_report("source"), state.memory("autre"), SourceState("source"))


# --- stories


def _signature(document: str = "d", bands: tuple[int, ...] = (1, 2, 3), seen_at: datetime = NOW) -> StorySignature:
    return StorySignature("story", document, bands, b"\x00sketch\xff", seen_at)


def test_texts_that_share_a_band_are_candidates_oldest_first(state: State) -> None:
    later, first, stranger = _signature("b", (1, 9), NOW + MINUTE), _signature("a"), _signature("c", (7, 8))
    for signature in (later, first, stranger):
        state.remember(signature)
    assert state.candidates([9, 2, 1], NOW) == [first, later]
    assert state.candidates([1], NOW + MINUTE) == [later]
    assert state.candidates([], NOW) == []


@pytest.mark.parametrize("band", [0, 2**63 - 1, 2**63, 2**64 - 1, -1, -(2**63)])
def test_a_band_may_be_any_hash_of_64_bits(state: State, band: int) -> None:
    state.remember(_signature(bands=(band,)))
    assert state.candidates([band], NOW) == [_signature(bands=(band,))]


def test_the_latest_signature_of_a_document_counts(state: State) -> None:
    state.remember(_signature(bands=(1,)))
    state.remember(_signature(bands=(2, 2)))
    assert state.candidates([1], NOW) == []
    assert state.candidates([2], NOW) == [_signature(bands=(2, 2))]


def test_old_signatures_are_forgotten(state: State) -> None:
    state.remember(_signature("old", seen_at=NOW - MINUTE))
    state.remember(_signature("new"))
    assert state.forget(NOW) == 1
    assert [signature.document_id for signature in state.candidates([1], NOW - MINUTE)] == ["new"]


# --- incidents


def _incident(name: str, opened_at: datetime = NOW, state: IncidentState = IncidentState.OPEN) -> Incident:
    signal = Signal(
        NOW, "orange", SignalKind.BAD_BUZZ, 7.5, timedelta(hours=1), 30, 2.5, 6.0, 20, 0.5, 0.2, 9, 5, 11, NOW - MINUTE
    )
    closed_at = NOW if state is IncidentState.CLOSED else None
    return Incident(
        name,
        "orange",
        "rule",
        SignalKind.BAD_BUZZ,
        state,
        opened_at,
        NOW,
        NOW,
        signal,
        signal,
        replace(signal, seen=31),
        closed_at,
    )


def test_incidents_are_listed_oldest_first_by_their_opening(state: State) -> None:
    newer, older = _incident("newer", NOW + MINUTE), _incident("older", state=IncidentState.CLOSED)
    state.save(newer)
    state.save(older)
    assert state.incidents() == [older, newer]
    assert state.incidents(NOW, NOW + MINUTE) == [older]
    assert state.incidents(start=NOW + MINUTE) == [newer]
    assert state.open_incidents() == [newer]


def test_an_incident_is_replaced_by_its_id(state: State) -> None:
    state.save(_incident("i"))
    worse = _incident("i", state=IncidentState.WORSE)
    state.save(worse)
    assert state.incidents() == [worse]


def test_a_detector_finds_what_it_kept(state: State) -> None:
    assert state.detector_state("bad_buzz") is None
    state.save_detector_state("bad_buzz", b"\x00old")
    state.save_detector_state("bad_buzz", b"\x00new\xff")
    assert state.detector_state("bad_buzz") == b"\x00new\xff"


# --- outbox


def _delivery(key: str = "k", subject: str = "incident", created_at: datetime = NOW) -> Delivery:
    return Delivery(key, "smtp", "equipe@exemple.fr", "incident_opened", subject, b"From: \xe9\r\n\x00", created_at)


def test_a_delivery_is_added_once_by_its_key(state: State) -> None:
    assert not state.known("k")
    assert state.add(_delivery())
    assert not state.add(_delivery(subject="autre"))
    assert state.known("k")
    assert state.deliveries() == [_delivery()]


def test_what_is_due_comes_oldest_first(state: State) -> None:
    later, now, first = _delivery("later"), _delivery("now", created_at=NOW + MINUTE), _delivery("first")
    state.add(replace(later, next_at=NOW + MINUTE))
    state.add(replace(now, next_at=NOW))
    state.add(first)
    state.add(replace(_delivery("sent"), state=DeliveryState.SENT))
    assert [delivery.key for delivery in state.due(NOW)] == ["first", "now"]
    assert [delivery.key for delivery in state.due(NOW + MINUTE)] == ["later", "first", "now"]
    assert [delivery.key for delivery in state.due(NOW, limit=1)] == ["first"]


def test_a_delivery_is_replaced_by_its_key(state: State) -> None:
    state.add(_delivery())
    sent = replace(_delivery(), state=DeliveryState.SENT, attempts=2, sent_at=NOW + MINUTE, next_at=NOW, error="")
    state.update(sent)
    assert state.deliveries("incident") == [sent]
    assert state.due(NOW + MINUTE) == []


def test_deliveries_are_found_by_what_they_are_about(state: State) -> None:
    first, second, other = _delivery("b"), _delivery("a", created_at=NOW + MINUTE), _delivery("c", subject="digest")
    for delivery in (second, first, other):
        state.add(delivery)
    assert state.deliveries("incident") == [first, second]
    assert len(state.deliveries()) == 3
    assert state.outlines(NOW + MINUTE) == [replace(second, content=b"")]


# --- transactions


class _Interrupted(Exception):
    pass


def test_a_block_that_raises_leaves_nothing(state: State) -> None:
    def interrupted() -> None:
        with state.transaction():
            state.put([_document()])
            state.save(_incident("i"))
            raise _Interrupted

    with pytest.raises(_Interrupted):
        interrupted()
    assert (state.waiting(), state.incidents()) == (0, [])
    assert state.put([_document()]) == 1


def test_an_inner_block_that_raises_leaves_the_outer_one_its_writes(state: State) -> None:
    with state.transaction():
        state.put([_document(1)])
        with pytest.raises(_Interrupted), state.transaction():
            state.put([_document(2)])
            raise _Interrupted
        state.put([_document(3)])
    assert [entry.document.id for entry in state.pending(10)] == ["document-1", "document-3"]


def test_an_outer_block_that_raises_takes_the_inner_ones_with_it(state: State) -> None:
    with pytest.raises(_Interrupted), state.transaction():
        with state.transaction():
            state.put([_document()])
        raise _Interrupted
    assert state.waiting() == 0


# --- moving: `records` and `restore`


def _fill(state: State) -> None:
    """One thing of each kind, and documents in every condition."""
    documents = [_document(number) for number in range(4)]
    state.put(documents)
    state.put([documents[0]])
    state.defer(documents[1].id, "crash")
    state.settle(
        [
            _settled(documents[2], Outcome.FAILED, "too odd"),
            _settled(documents[3], Outcome.STORED, "", _arrival("a"), _arrival("b")),
        ]
    )
    state.count_failed("source", "timeout", 2)
    memory = state.memory("source")
    memory.set("etag", '"abc"')
    state.commit(_report(), memory, SourceState("source", SourceHealth.OK, NOW, NOW, usual_gap=timedelta(hours=2)))
    state.remember(_signature())
    state.save(_incident("open"))
    state.save(_incident("closed", state=IncidentState.CLOSED))
    state.save_detector_state("bad_buzz", b"\x00state\xff")
    state.add(_delivery("waits"))
    state.add(replace(_delivery("sent"), state=DeliveryState.SENT, sent_at=NOW))


def _known(state: State) -> tuple[object, ...]:
    """What a state answers, through the methods that its users call; waiting documents without their pauses."""
    return (
        state.waiting(),
        state.outcomes(),
        state.failures(),
        state.arrivals_after(0),
        state.states(),
        state.memory("source").get("etag"),
        state.document_times("source"),
        state.candidates([1, 2, 3], NOW),
        state.incidents(),
        state.open_incidents(),
        state.detector_state("bad_buzz"),
        state.deliveries(),
        state.due(NOW),
    )


def test_a_restored_state_answers_as_the_first_one(state: State, other_state: State, clock: SimulatedClock) -> None:
    _fill(state)
    records = list(state.records())
    assert other_state.restore(records) == len(records)
    assert _known(other_state) == _known(state)
    assert list(other_state.records()) == records
    clock.advance(MINUTE)
    assert other_state.pending(10) == state.pending(10)


def test_restoring_twice_changes_nothing(state: State, other_state: State) -> None:
    _fill(state)
    records = list(state.records())
    other_state.restore(records)
    assert other_state.restore(records) == 0
    assert list(other_state.records()) == records


def test_every_part_of_a_restored_state_is_kept_as_it_is_when_it_is_known_already(state: State, other_state: State) -> None:
    _fill(state)
    known = list(state.records())
    _change_everything(other_state)
    changed = list(other_state.records())
    state.restore(changed)
    assert [record for record in state.records() if record in known] == known


def _change_everything(state: State) -> None:
    """The same things as in `_fill`, told otherwise."""
    state.put([_document(number, text="autre texte") for number in range(4)])
    state.save(replace(_incident("open"), state=IncidentState.WORSE))
    state.save_detector_state("bad_buzz", b"newer")
    state.add(replace(_delivery("waits"), state=DeliveryState.SENT))
    state.remember(replace(_signature(), sketch=b"other"))
    state.commit(_report(), state.memory("source"), SourceState("source", SourceHealth.FAILING))


def test_a_restored_state_numbers_new_arrivals_after_the_old_ones(state: State, other_state: State) -> None:
    _fill(state)
    other_state.restore(list(state.records()))
    last = state.arrivals_after(0)[-1].sequence
    other_state.settle([_settled(_document(0), Outcome.STORED, "", _arrival("new"))])
    assert [arrival.mention_id for arrival in other_state.arrivals_after(last)] == ["new"]


def test_restored_documents_are_known_and_failed_ones_can_be_replayed(state: State, other_state: State) -> None:
    _fill(state)
    other_state.restore(list(state.records()))
    assert other_state.put([_document(number) for number in range(4)]) == 0
    assert other_state.replay("too odd") == 1
    assert _document(2) in [entry.document for entry in other_state.pending(10)]


def test_a_restored_delivery_is_never_made_twice(state: State, other_state: State) -> None:
    _fill(state)
    other_state.restore(list(state.records()))
    assert not other_state.add(_delivery("sent"))
    assert [delivery.key for delivery in other_state.due(NOW)] == ["waits"]


def test_an_outage_is_of_one_store_and_not_carried_to_another(state: State, other_state: State) -> None:
    _fill(state)
    state.store_is_away("down")
    other_state.restore(list(state.records()))
    assert other_state.outage() is None


def test_records_come_before_what_was_drawn_from_them(state: State) -> None:
    """A detector's memory before its arrivals, a source's before its documents, a document before its mentions' arrivals."""
    _fill(state)
    order = list(dict.fromkeys(type(record) for record in state.records()))
    assert order.index(DetectorRecord) < order.index(Arrival)
    assert order.index(SourceRecord) < order.index(InboxRecord) < order.index(Arrival)


def test_what_is_written_while_records_are_read_loses_and_doubles_nothing(state: State, other_state: State) -> None:
    """More documents than one slice: they are settled, changed and added to between two records."""
    documents = [_document(number) for number in range(1200)]
    state.put(documents)
    state.save_detector_state("bad_buzz", b"seen: 0")
    records = []
    for number, record in enumerate(state.records()):
        records.append(record)
        if number in (10, 600):
            settled = documents[number : number + 50]
            state.settle([_settled(document, Outcome.STORED, "", _arrival(document.id)) for document in settled])
            state.save_detector_state("bad_buzz", b"seen: all")
            state.put([_document(number + 1, text="changed"), _document(2000 + number)])
    inbox = [record.document_id for record in records if isinstance(record, InboxRecord)]
    assert len(inbox) == len(set(inbox))
    assert {document.id for document in documents} <= set(inbox)
    other_state.restore(records)
    arrived = {arrival.mention_id for arrival in other_state.arrivals_after(0)}
    done = {record.document_id for record in records if isinstance(record, InboxRecord) and record.outcome is Outcome.STORED}
    assert done <= arrived
    assert other_state.detector_state("bad_buzz") == b"seen: 0"


def test_a_restoration_that_fails_leaves_nothing(state: State, other_state: State) -> None:
    _fill(state)
    with pytest.raises(_Interrupted), other_state.transaction():
        other_state.restore(list(state.records()))
        raise _Interrupted
    assert list(other_state.records()) == []


# --- erasure


def test_an_erased_document_waits_no_more_and_its_text_is_gone(state: State) -> None:
    _fill(state)
    state.erase([_document(0), _document(2)])
    assert [record.document_id for record in state.records() if isinstance(record, InboxRecord) and record.document] == [
        "document-1"
    ]
    assert state.waiting() == 1
    assert state.replay() == 0


def test_an_erased_document_is_known_whatever_it_turns_into(state: State) -> None:
    _fill(state)
    unseen = _document(9)
    state.erase([_document(0), _document(3), unseen])
    assert state.put([_document(0), _document(3, text="changed"), replace(unseen, title="changed")]) == 0
    assert [entry.document.id for entry in state.pending(10)] == []  # document 1 is put off


def test_each_erased_document_is_counted_once(state: State) -> None:
    _fill(state)
    before = sum(state.outcomes().values()) + state.waiting()
    state.erase([_document(number) for number in range(4)])
    state.erase([_document(number) for number in range(4)])
    assert sum(state.outcomes().values()) + state.waiting() == before


def test_copies_of_an_erased_text_are_not_looked_for(state: State) -> None:
    state.remember(_signature("document-1"))
    state.remember(_signature("document-2"))
    state.erase([_document(1)])
    assert [signature.document_id for signature in state.candidates([1], NOW)] == ["document-2"]


def test_mails_that_may_quote_an_erased_text_are_emptied_once_they_are_sent(state: State) -> None:
    for key, at, end in (
        ("before", NOW - MINUTE, DeliveryState.SENT),
        ("sent", NOW, DeliveryState.SENT),
        ("waits", NOW, DeliveryState.PENDING),
    ):
        state.add(replace(_delivery(key), created_at=at, state=end))
    state.erase([_document(1)])
    kept = {delivery.key: bool(delivery.content) for delivery in state.deliveries()}
    assert kept == {"before": True, "sent": False, "waits": True}


def test_erasing_nothing_changes_nothing(state: State) -> None:
    _fill(state)
    before = list(state.records())
    state.erase([])
    assert list(state.records()) == before


def test_an_erasure_is_carried_to_a_restored_state(state: State, other_state: State) -> None:
    _fill(state)
    state.erase([_document(3)])
    other_state.restore(list(state.records()))
    assert other_state.put([_document(3, text="changed")]) == 0
