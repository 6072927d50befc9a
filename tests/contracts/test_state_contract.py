"""What every state promises (`vigie.ports.State`)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.contracts.state_samples import (
    MINUTE,
    NOW,
    some_arrival,
    some_delivery,
    some_document,
    some_incident,
    some_report,
    some_settled,
    some_signature,
)
from vigie.clock import SimulatedClock
from vigie.model import (
    WITHOUT,
    DateSource,
    DeliveryState,
    IncidentState,
    Outcome,
    PublicationDate,
    SourceHealth,
    SourceState,
)
from vigie.ports import InboxEntry, SourceMemory, State


def _counts(state: State, since: datetime | None = None) -> dict[str, int]:
    return {outcome.value: number for outcome, number in state.outcomes(since).items() if number}


# --- inbox


def test_documents_wait_first_seen_first_and_then_in_the_order_of_their_publication(state: State) -> None:
    later = replace(some_document(0), seen_at=NOW + MINUTE)
    documents = [later, some_document(3), some_document(1), some_document(2)]
    assert state.put(documents) == 4
    assert [entry.document for entry in state.pending(3)] == [some_document(1), some_document(2), some_document(3)]
    assert state.pending(4)[-1] == InboxEntry(later, 0)
    assert state.waiting() == 4


def test_a_document_that_is_here_already_is_known(state: State) -> None:
    document = some_document()
    assert state.put([document, document]) == 1
    state.settle([some_settled(document, Outcome.OFF_TOPIC)])
    assert state.put([replace(document, seen_at=NOW + MINUTE, author="autre")]) == 0
    assert state.waiting() == 0
    assert _counts(state) == {"known": 2, "off_topic": 1}


def test_a_changed_document_waits_again_and_was_seen_when_it_was_first_seen(state: State) -> None:
    document = some_document()
    state.put([document])
    state.settle([some_settled(document)])
    changed = replace(some_document(text="autre texte"), seen_at=NOW + timedelta(days=1))
    assert state.put([changed]) == 1
    assert state.pending(10) == [InboxEntry(replace(changed, seen_at=NOW), 0)]


def test_a_document_that_changes_while_it_is_analysed_is_analysed_again(state: State) -> None:
    document = some_document()
    state.put([document])
    state.pending(10)
    state.put([some_document(text="autre texte")])
    state.settle([some_settled(document)])
    assert [entry.document.text for entry in state.pending(10)] == ["autre texte"]
    state.settle([some_settled(document)])
    assert (state.waiting(), _counts(state)) == (0, {"stored": 1})


def test_the_fields_that_stored_documents_lost_are_counted(state: State) -> None:
    first, second, whole = (some_document(number) for number in (1, 2, 3))
    state.put([first, second, whole])
    lost = some_settled(first, Outcome.STORED, f"{WITHOUT}target, {WITHOUT}emotion")
    state.settle([lost, some_settled(second, Outcome.STORED, f"{WITHOUT}emotion"), some_settled(whole)])
    assert list(state.lost_fields().items()) == [("emotion", 2), ("target", 1)]


def test_a_document_has_one_outcome_however_often_it_is_settled(state: State) -> None:
    document = some_document()
    state.put([document])
    state.settle([some_settled(document), some_settled(document, Outcome.SPAM)])
    state.settle([some_settled(document)])
    assert _counts(state) == {"stored": 1}


def test_every_outcome_is_named_also_when_nothing_happened(state: State) -> None:
    assert state.outcomes() == dict.fromkeys(Outcome, 0)


def test_a_document_that_waits_has_no_outcome(state: State) -> None:
    state.put([some_document()])
    assert (_counts(state), state.waiting()) == ({}, 1)


def test_seen_is_the_sum_of_the_outcomes(state: State) -> None:
    documents = [some_document(number) for number in range(4)]
    state.put(documents)
    state.put(documents[:2])
    ends = [Outcome.STORED, Outcome.OFF_TOPIC, Outcome.SPAM, Outcome.FAILED]
    state.settle([some_settled(document, outcome) for document, outcome in zip(documents, ends, strict=True)])
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
        state.put([some_document(day), some_document(day)])
        clock.advance(timedelta(hours=31))
    assert _counts(state) == {"known": 10}
    assert _counts(state, clock.now() - timedelta(hours=31)) == {"known": 1}


def test_a_deferred_document_comes_again_after_a_pause_that_grows(state: State, clock: SimulatedClock) -> None:
    state.put([some_document()])
    for attempt, pause in enumerate((MINUTE, 4 * MINUTE, 16 * MINUTE), start=1):
        state.defer("document-1", "crash")
        clock.advance(pause - timedelta(seconds=1))
        assert (state.pending(10), state.waiting()) == ([], 1)
        clock.advance(timedelta(seconds=1))
        assert [entry.attempts for entry in state.pending(10)] == [attempt]


def test_a_document_that_changed_after_it_was_deferred_comes_at_once(state: State) -> None:
    state.put([some_document()])
    state.defer("document-1", "crash")
    state.put([some_document(text="autre texte")])
    assert [entry.attempts for entry in state.pending(10)] == [0]


def test_deliveries_are_counted_by_state(state: State) -> None:
    state.add(some_delivery("a"))
    state.add(some_delivery("b"))
    state.update(replace(some_delivery("b"), state=DeliveryState.SENT))
    counts = state.delivery_counts()
    assert (counts[DeliveryState.PENDING], counts[DeliveryState.SENT], counts[DeliveryState.REFUSED]) == (1, 1, 0)
    assert sum(state.delivery_counts(since=some_delivery("a").created_at + MINUTE).values()) == 0


def test_trimming_drops_old_arrivals_and_what_sent_mails_said(state: State) -> None:
    document = some_document()
    state.put([document])
    state.settle([some_settled(document, Outcome.STORED, "", some_arrival())])
    state.add(some_delivery("sent"))
    state.add(some_delivery("pending"))
    state.update(replace(some_delivery("sent"), state=DeliveryState.SENT))
    state.trim(NOW - timedelta(days=1))
    assert len(state.arrivals_after(0)) == 1
    state.trim(NOW + timedelta(days=1))
    assert state.arrivals_after(0) == []
    contents = {delivery.key: delivery.content for delivery in state.deliveries()}
    assert contents == {"sent": b"", "pending": some_delivery("pending").content}
    assert state.known("sent")


def test_documents_that_ended_long_ago_are_dropped_but_not_those_that_wait_or_were_erased(state: State) -> None:
    waiting, ended, erased = (some_document(number) for number in range(3))
    state.put([waiting, ended, erased])
    state.settle([some_settled(document, Outcome.STORED, "") for document in (ended, erased)])
    state.erase([erased])
    assert state.trim_documents(min(ended.published.at, ended.seen_at)) == 0
    assert state.trim_documents(NOW + timedelta(days=1)) == 1
    assert [entry.document.id for entry in state.pending(10)] == [waiting.id]
    assert state.put([ended, erased]) == 1


def test_failed_documents_are_replayed_by_reason(state: State) -> None:
    documents = [some_document(number) for number in range(3)]
    state.put(documents)
    state.defer("document-0", "crash")
    reasons = [(Outcome.FAILED, "crash"), (Outcome.FAILED, "too_long"), (Outcome.STORED, "")]
    state.settle([some_settled(document, *end) for document, end in zip(documents, reasons, strict=True)])
    assert state.replay("crash") == 1
    assert state.pending(10) == [InboxEntry(documents[0], 0)]
    assert state.replay() == 1
    assert state.waiting() == 2
    assert state.replay() == 0


def test_arrivals_are_numbered_in_order_and_the_first_of_a_mention_stays(state: State) -> None:
    documents = [some_document(1), some_document(2)]
    state.put(documents)
    state.settle([some_settled(documents[0], Outcome.STORED, "", some_arrival("a"), some_arrival("b"))])
    state.settle(
        [some_settled(documents[1], Outcome.STORED, "", some_arrival("a", negative=0.9), replace(some_arrival("c"), sequence=77))]
    )
    arrivals = state.arrivals_after(0)
    assert [replace(arrival, sequence=0) for arrival in arrivals] == [some_arrival("a"), some_arrival("b"), some_arrival("c")]
    assert [arrival.sequence for arrival in arrivals] == sorted({arrival.sequence for arrival in arrivals})
    assert state.arrivals_after(arrivals[1].sequence) == arrivals[2:]
    assert len(state.arrivals_after(0, limit=2)) == 2


def test_the_rhythm_of_a_source_is_known_newest_first(state: State) -> None:
    documents = [some_document(1), some_document(3), some_document(2), some_document(4, source="autre")]
    state.put(documents)
    assert state.document_times("source", limit=2) == [documents[1].published.at, documents[2].published.at]
    assert state.document_times("inconnue") == []


# --- sources


def test_a_pass_sees_its_own_writes_and_the_next_only_what_was_committed(state: State) -> None:
    memory = state.memory("source")
    memory.set("etag", "abc")
    assert memory.get("etag") == "abc"
    assert state.memory("source").get("etag") is None
    state.commit(some_report(), memory, SourceState("source"))
    assert state.memory("source").get("etag") == "abc"
    assert state.memory("autre").get("etag") is None


def test_a_forgotten_key_is_gone_after_the_commit(state: State) -> None:
    first = state.memory("source")
    first.set("etag", "abc")
    first.set("thread", "1")
    state.commit(some_report(), first, SourceState("source"))
    second = state.memory("source")
    second.set("etag", None)
    assert (second.get("etag"), state.memory("source").get("etag")) == (None, "abc")
    state.commit(some_report(), second, SourceState("source"))
    third = state.memory("source")
    assert (third.get("etag"), third.get("thread")) == (None, "1")


def test_what_a_connector_still_asks_for_is_remembered_and_the_rest_forgotten(state: State, clock: SimulatedClock) -> None:
    first = state.memory("source")
    for key in ("listed", "gone"):
        first.set(key, "read")
    state.commit(some_report(), first, SourceState("source"))
    for _ in range(12):
        clock.advance(timedelta(days=10))
        memory = state.memory("source")
        assert memory.get("listed") == "read"
        state.commit(some_report(), memory, SourceState("source"))
    assert state.trim_memories(clock.now() - timedelta(days=60)) == 1
    assert (state.memory("source").get("listed"), state.memory("source").get("gone")) == ("read", None)


def test_nothing_that_was_asked_for_since_is_forgotten_however_late_in_the_month(state: State, clock: SimulatedClock) -> None:
    memory = state.memory("source")
    memory.set("listed", "read")
    state.commit(some_report(), memory, SourceState("source"))
    clock.advance(timedelta(days=29))
    state.commit(some_report(), _asked(state, "listed"), SourceState("source"))
    assert state.trim_memories(clock.now() - timedelta(days=1)) == 0


def _asked(state: State, key: str) -> SourceMemory:
    memory = state.memory("source")
    memory.get(key)
    return memory


def test_many_memories_are_forgotten_at_once(state: State, clock: SimulatedClock) -> None:
    memory = state.memory("source")
    for number in range(2500):
        memory.set(f"read:{number}", "x")
    state.commit(some_report(), memory, SourceState("source"))
    clock.advance(timedelta(days=400))
    assert state.trim_memories(clock.now() - timedelta(days=365)) == 2500


def test_a_source_that_was_not_read_yet_has_never_been(state: State) -> None:
    assert state.state("source") == SourceState("source", SourceHealth.NEVER)
    assert state.states() == []


def test_the_state_of_a_source_is_the_last_committed(state: State) -> None:
    known = SourceState("source", SourceHealth.LATE, NOW, NOW - MINUTE, None, NOW + MINUTE, 3, "http_500", timedelta(hours=2))
    state.commit(some_report(), state.memory("source"), SourceState("source"))
    state.commit(some_report(), state.memory("source"), known)
    state.commit(some_report("autre"), state.memory("autre"), SourceState("autre"))
    assert state.state("source") == known
    assert sorted(one.source_id for one in state.states()) == ["autre", "source"]


def test_delays_are_those_of_what_was_published_while_the_source_was_read(state: State) -> None:
    history = replace(some_document(9), published=_on(NOW - timedelta(days=30)), seen_at=NOW)
    fresh = [replace(some_document(n), published=_on(NOW + n * MINUTE), seen_at=NOW + (n + n) * MINUTE) for n in (3, 1, 2)]
    state.put([history, *fresh, some_document(8, source="autre")])
    assert state.capture_delays("source") == [MINUTE, 2 * MINUTE, 3 * MINUTE]


def _on(moment: datetime) -> PublicationDate:
    return PublicationDate(moment, DateSource.FEED, 0.9)


def test_the_passes_over_all_sources_are_told_from_a_moment_on_in_order(state: State) -> None:
    reports = [replace(some_report(name), finished_at=NOW + number * MINUTE) for number, name in enumerate(("b", "a", "b"))]
    for report in reports[::-1]:
        state.commit(report, state.memory(report.source_id), SourceState(report.source_id))
    assert state.passes_since(NOW + MINUTE) == reports[1:]
    assert state.passes_since(NOW, limit=2) == reports[:2]


def test_the_parts_of_a_commit_are_of_one_source(state: State) -> None:
    with pytest.raises(ValueError, match="autre"):
        state.commit(some_report("source"), state.memory("autre"), SourceState("source"))


# --- stories


def test_texts_that_share_a_band_are_candidates_oldest_first(state: State) -> None:
    later, first, stranger = some_signature("b", (1, 9), NOW + MINUTE), some_signature("a"), some_signature("c", (7, 8))
    for signature in (later, first, stranger):
        state.remember(signature)
    assert state.candidates([9, 2, 1], NOW) == [first, later]
    assert state.candidates([1], NOW + MINUTE) == [later]
    assert state.candidates([], NOW) == []


@pytest.mark.parametrize("band", [0, 2**63 - 1, 2**63, 2**64 - 1, -1, -(2**63)])
def test_a_band_may_be_any_hash_of_64_bits(state: State, band: int) -> None:
    state.remember(some_signature(bands=(band,)))
    assert state.candidates([band], NOW) == [some_signature(bands=(band,))]


def test_the_latest_signature_of_a_document_counts(state: State) -> None:
    state.remember(some_signature(bands=(1,)))
    state.remember(some_signature(bands=(2, 2)))
    assert state.candidates([1], NOW) == []
    assert state.candidates([2], NOW) == [some_signature(bands=(2, 2))]


def test_the_story_of_a_document_is_known_by_its_id_however_its_text_changed(state: State) -> None:
    state.remember(some_signature("d", ()), some_signature("e", (3,)))
    assert state.story_of("d") == some_signature("d").story_id
    assert [found.document_id for found in state.candidates([3], NOW)] == ["e"]
    assert state.story_of("stranger") is None


def test_old_signatures_are_forgotten(state: State) -> None:
    state.remember(some_signature("old", seen_at=NOW - MINUTE))
    state.remember(some_signature("new"))
    assert state.forget(NOW) == 1
    assert [signature.document_id for signature in state.candidates([1], NOW - MINUTE)] == ["new"]


# --- incidents


def test_incidents_are_listed_oldest_first_by_their_opening(state: State) -> None:
    newer, older = some_incident("newer", NOW + MINUTE), some_incident("older", state=IncidentState.CLOSED)
    state.save(newer)
    state.save(older)
    assert state.incidents() == [older, newer]
    assert state.incidents(NOW, NOW + MINUTE) == [older]
    assert state.incidents(start=NOW + MINUTE) == [newer]
    assert state.incidents(limit=1) == [newer]
    assert state.incidents(end=NOW + MINUTE, limit=5) == [older]
    assert state.open_incidents() == [newer]


def test_an_incident_is_replaced_by_its_id(state: State) -> None:
    state.save(some_incident("i"))
    worse = some_incident("i", state=IncidentState.WORSE)
    state.save(worse)
    assert state.incidents() == [worse]


def test_a_detector_finds_what_it_kept(state: State) -> None:
    assert state.detector_state("bad_buzz") is None
    state.save_detector_state("bad_buzz", b"\x00old")
    state.save_detector_state("bad_buzz", b"\x00new\xff")
    assert state.detector_state("bad_buzz") == b"\x00new\xff"


# --- outbox


def test_a_delivery_is_added_once_by_its_key(state: State) -> None:
    assert not state.known("k")
    assert state.add(some_delivery())
    assert not state.add(some_delivery(subject="autre"))
    assert state.known("k")
    assert state.deliveries() == [some_delivery()]


def test_what_is_due_comes_oldest_first(state: State) -> None:
    later, now, first = some_delivery("later"), some_delivery("now", created_at=NOW + MINUTE), some_delivery("first")
    state.add(replace(later, next_at=NOW + MINUTE))
    state.add(replace(now, next_at=NOW))
    state.add(first)
    state.add(replace(some_delivery("sent"), state=DeliveryState.SENT))
    assert [delivery.key for delivery in state.due(NOW)] == ["first", "now"]
    assert [delivery.key for delivery in state.due(NOW + MINUTE)] == ["later", "first", "now"]
    assert [delivery.key for delivery in state.due(NOW, limit=1)] == ["first"]


def test_a_delivery_is_replaced_by_its_key(state: State) -> None:
    state.add(some_delivery())
    sent = replace(some_delivery(), state=DeliveryState.SENT, attempts=2, sent_at=NOW + MINUTE, next_at=NOW, error="")
    state.update(sent)
    assert state.deliveries("incident") == [sent]
    assert state.due(NOW + MINUTE) == []


def test_deliveries_are_found_by_what_they_are_about(state: State) -> None:
    first, second, other = some_delivery("b"), some_delivery("a", created_at=NOW + MINUTE), some_delivery("c", subject="digest")
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
            state.put([some_document()])
            state.save(some_incident("i"))
            raise _Interrupted

    with pytest.raises(_Interrupted):
        interrupted()
    assert (state.waiting(), state.incidents()) == (0, [])
    assert state.put([some_document()]) == 1


def test_an_inner_block_that_raises_leaves_the_outer_one_its_writes(state: State) -> None:
    with state.transaction():
        state.put([some_document(1)])
        with pytest.raises(_Interrupted), state.transaction():
            state.put([some_document(2)])
            raise _Interrupted
        state.put([some_document(3)])
    assert [entry.document.id for entry in state.pending(10)] == ["document-1", "document-3"]


def test_an_outer_block_that_raises_takes_the_inner_ones_with_it(state: State) -> None:
    with pytest.raises(_Interrupted), state.transaction():
        with state.transaction():
            state.put([some_document()])
        raise _Interrupted
    assert state.waiting() == 0


def test_an_incident_is_found_by_its_id(state: State) -> None:
    state.save(some_incident("a"))
    assert state.incident("a") == some_incident("a")
    assert state.incident("b") is None


def test_arrivals_since_a_moment_are_the_latest_in_order(state: State) -> None:
    early = replace(some_arrival("early"), seen_at=NOW - MINUTE)
    arrivals = [early, *(some_arrival(f"m{number}") for number in range(3))]
    state.settle([some_settled(some_document(), Outcome.STORED, "", *arrivals)])
    assert [one.mention_id for one in state.arrivals_since(NOW)] == ["m0", "m1", "m2"]
    assert [one.mention_id for one in state.arrivals_since(NOW, limit=2)] == ["m1", "m2"]
