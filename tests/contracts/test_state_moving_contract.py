"""What every state promises when it is carried to another one, and when something is erased from it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.contracts.state_samples import (
    MINUTE,
    NOW,
    some_action,
    some_arrival,
    some_delivery,
    some_document,
    some_incident,
    some_mark,
    some_report,
    some_settled,
    some_signature,
)
from vigie.clock import SimulatedClock
from vigie.model import (
    Arrival,
    DeliveryState,
    IncidentState,
    Outcome,
    SentimentLabel,
    SourceHealth,
    SourceState,
)
from vigie.ports import DetectorRecord, InboxRecord, SourceRecord, State

# --- moving: `records` and `restore`


def _fill(state: State) -> None:
    """One thing of each kind, and documents in every condition."""
    documents = [some_document(number) for number in range(4)]
    state.put(documents)
    state.put([documents[0]])
    state.defer(documents[1].id, "crash")
    state.settle(
        [
            some_settled(documents[2], Outcome.FAILED, "too odd"),
            some_settled(documents[3], Outcome.STORED, "", some_arrival("a"), some_arrival("b")),
        ]
    )
    state.count_failed("source", "timeout", 2)
    memory = state.memory("source")
    memory.set("etag", '"abc"')
    state.commit(some_report(), memory, SourceState("source", SourceHealth.OK, NOW, NOW, usual_gap=timedelta(hours=2)))
    state.remember(some_signature())
    state.save(some_incident("open"))
    state.save(some_incident("closed", state=IncidentState.CLOSED))
    state.save_detector_state("bad_buzz", b"\x00state\xff")
    state.add(some_delivery("waits"))
    state.add(replace(some_delivery("sent"), state=DeliveryState.SENT, sent_at=NOW))
    state.add_mark(some_mark("a", relevant=False))
    state.add_action(some_action())
    state.add_mark(some_mark("b", tone=SentimentLabel.POSITIVE))


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
        state.marks(),
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
    state.put([some_document(number, text="autre texte") for number in range(4)])
    state.save(replace(some_incident("open"), state=IncidentState.WORSE))
    state.save_detector_state("bad_buzz", b"newer")
    state.add(replace(some_delivery("waits"), state=DeliveryState.SENT))
    state.remember(replace(some_signature(), sketch=b"other"))
    state.commit(some_report(), state.memory("source"), SourceState("source", SourceHealth.LATE))


def test_a_restored_state_numbers_new_arrivals_after_the_old_ones(state: State, other_state: State) -> None:
    _fill(state)
    other_state.restore(list(state.records()))
    last = state.arrivals_after(0)[-1].sequence
    other_state.settle([some_settled(some_document(0), Outcome.STORED, "", some_arrival("new"))])
    assert [arrival.mention_id for arrival in other_state.arrivals_after(last)] == ["new"]


def test_restored_documents_are_known_and_failed_ones_can_be_replayed(state: State, other_state: State) -> None:
    _fill(state)
    other_state.restore(list(state.records()))
    assert other_state.put([some_document(number) for number in range(4)]) == 0
    assert other_state.replay("too odd") == 1
    assert some_document(2) in [entry.document for entry in other_state.pending(10)]


def test_a_restored_delivery_is_never_made_twice(state: State, other_state: State) -> None:
    _fill(state)
    other_state.restore(list(state.records()))
    assert not other_state.add(some_delivery("sent"))
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
    documents = [some_document(number) for number in range(1200)]
    state.put(documents)
    state.save_detector_state("bad_buzz", b"seen: 0")
    records = []
    for number, record in enumerate(state.records()):
        records.append(record)
        if number in (10, 600):
            settled = documents[number : number + 50]
            state.settle([some_settled(document, Outcome.STORED, "", some_arrival(document.id)) for document in settled])
            state.save_detector_state("bad_buzz", b"seen: all")
            state.put([some_document(number + 1, text="changed"), some_document(2000 + number)])
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
    with pytest.raises(RuntimeError), other_state.transaction():
        other_state.restore(list(state.records()))
        raise RuntimeError
    assert list(other_state.records()) == []


# --- erasure


def test_an_erased_document_waits_no_more_and_its_text_is_gone(state: State) -> None:
    _fill(state)
    state.erase([some_document(0), some_document(2)])
    assert [record.document_id for record in state.records() if isinstance(record, InboxRecord) and record.document] == [
        "document-1"
    ]
    assert state.waiting() == 1
    assert state.replay() == 0


def test_an_erased_document_is_known_whatever_it_turns_into(state: State) -> None:
    _fill(state)
    unseen = some_document(9)
    state.erase([some_document(0), some_document(3), unseen])
    assert state.put([some_document(0), some_document(3, text="changed"), replace(unseen, title="changed")]) == 0
    assert [entry.document.id for entry in state.pending(10)] == []  # document 1 is put off


def test_each_erased_document_is_counted_once(state: State) -> None:
    _fill(state)
    before = sum(state.outcomes().values()) + state.waiting()
    state.erase([some_document(number) for number in range(4)])
    state.erase([some_document(number) for number in range(4)])
    assert sum(state.outcomes().values()) + state.waiting() == before


def test_copies_of_an_erased_text_are_not_looked_for(state: State) -> None:
    state.remember(some_signature("document-1"))
    state.remember(some_signature("document-2"))
    state.erase([some_document(1)])
    assert [signature.document_id for signature in state.candidates([1], NOW)] == ["document-2"]


def test_mails_that_may_quote_an_erased_text_are_emptied_once_they_are_sent(state: State) -> None:
    for key, at, end in (
        ("before", NOW - MINUTE, DeliveryState.SENT),
        ("sent", NOW, DeliveryState.SENT),
        ("waits", NOW, DeliveryState.PENDING),
    ):
        state.add(replace(some_delivery(key), created_at=at, state=end))
    state.erase([some_document(1)])
    kept = {delivery.key: bool(delivery.content) for delivery in state.deliveries()}
    assert kept == {"before": True, "sent": False, "waits": True}


def test_erasing_nothing_changes_nothing(state: State) -> None:
    _fill(state)
    before = list(state.records())
    state.erase([])
    assert list(state.records()) == before


def test_an_erasure_is_carried_to_a_restored_state(state: State, other_state: State) -> None:
    _fill(state)
    state.erase([some_document(3)])
    other_state.restore(list(state.records()))
    assert other_state.put([some_document(3, text="changed")]) == 0
