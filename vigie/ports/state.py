"""The contracts of the state: everything that only the machine that schedules knows, whatever the mention store is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from vigie.model import (
    Action,
    Arrival,
    Delivery,
    DeliveryState,
    Document,
    Incident,
    Mark,
    Outcome,
    PassReport,
    SourceState,
)


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """A document that waits for analysis; `attempts` counts the failed ones."""

    document: Document
    attempts: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """The end of a document's way: its outcome, and the arrivals of its mentions that detection has to see."""

    document_id: str
    source_id: str
    outcome: Outcome
    reason: str = ""
    arrivals: Sequence[Arrival] = ()


class Inbox(Protocol):
    """Documents between collection and store: durable before anything else happens to them."""

    def put(self, documents: Sequence[Document]) -> int:
        """Keeps the new and the changed ones for analysis and counts the others as known; returns how many wait anew.

        A document is known when its id is here with the same content hash. `seen_at` of a document already here never changes.
        """
        ...

    def pending(self, limit: int) -> Sequence[InboxEntry]:
        """Documents that wait: first seen first, and those seen at one moment in the order of their publication.

        So the first to tell a story is told first, and a pass repeated after a crash is analysed in the same order.
        """
        ...

    def settle(self, settlements: Sequence[Settlement]) -> None:
        """Ends documents, counts each outcome once and records the arrivals, all in one transaction. Settled twice counts once.

        A mention whose arrival is recorded already keeps the first one.
        """
        ...

    def defer(self, document_id: str, reason: str) -> None:
        """Counts a failed attempt and leaves the document waiting; `pending` gives it again after a pause that grows with each.

        The caller quarantines after too many attempts.
        """
        ...

    def count_failed(self, source_id: str, reason: str, number: int = 1) -> None:
        """Counts documents that were announced and could never be read: they count as seen and as failed."""
        ...

    def failures(self) -> Mapping[str, int]:
        """Documents that failed, by reason, most frequent first."""
        ...

    def lost_fields(self) -> Mapping[str, int]:
        """How many stored documents lost each field of the analysis, by its name, most frequent first."""
        ...

    def outcomes(self, since: datetime | None = None) -> Mapping[Outcome, int]:
        """Documents by outcome, every outcome present; documents that still wait are in none. `seen` is the sum."""
        ...

    def waiting(self) -> int: ...

    def replay(self, reason: str | None = None) -> int:
        """Puts failed (quarantined) documents back to wait, all or those of one reason; returns how many."""
        ...

    def arrivals_after(self, sequence: int, limit: int = 10_000) -> Sequence[Arrival]:
        """Arrivals with a greater sequence number, in order."""
        ...

    def arrivals_since(self, moment: datetime, limit: int = 10_000) -> Sequence[Arrival]:
        """The latest arrivals seen at or after `moment`, in order."""
        ...


class SourceMemory(Protocol):
    """What a connector remembers of one source from one pass to the next: validators, threads, what was tried.

    Reads see what the last committed pass left, and this pass's own writes. Writes are kept only when the pass is committed.
    """

    def get(self, key: str) -> str | None: ...

    def set(self, key: str, value: str | None) -> None:
        """Remembers `value` under `key`; None forgets the key."""
        ...


class SourceLog(Protocol):
    """The state of each source. A pass is begun, its documents go to the inbox, and only then is it committed."""

    def memory(self, source_id: str) -> SourceMemory:
        """A fresh view for one pass; what is written to it is lost unless `commit` is called with it."""
        ...

    def commit(self, report: PassReport, memory: SourceMemory, state: SourceState) -> None:
        """Keeps the memory's writes, the report and the new state in one transaction."""
        ...

    def state(self, source_id: str) -> SourceState:
        """NEVER for a source that was not read yet."""
        ...

    def states(self) -> Sequence[SourceState]: ...

    def passes_since(self, moment: datetime, limit: int = 10_000) -> Sequence[PassReport]:
        """The passes over any source that ended at or after `moment`, in order; those of the last 30 days are known."""
        ...

    def document_times(self, source_id: str, limit: int = 50) -> Sequence[datetime]:
        """When the latest documents of the source were published, newest first: its rhythm."""
        ...

    def capture_delays(self, source_id: str, limit: int = 200) -> Sequence[timedelta]:
        """From publication to first sight, for the latest documents published since the source was first read; ascending.

        History that was read at first, or filled in later, is in none of them.
        """
        ...


@dataclass(frozen=True, slots=True)
class StorySignature:
    """A text as near-duplicate search keeps it: `bands` are hashes shared by likely copies, `sketch` is compared for certain."""

    story_id: str
    document_id: str
    bands: tuple[int, ...]
    sketch: bytes
    seen_at: datetime


class StoryIndex(Protocol):
    """Finds texts that were told before."""

    def candidates(self, bands: Sequence[int], since: datetime) -> Sequence[StorySignature]:
        """Signatures seen at or after `since` that share at least one band, oldest first."""
        ...

    def story_of(self, document: str) -> str | None:
        """The story of a document that was remembered, by its id."""
        ...

    def remember(self, *signatures: StorySignature) -> None:
        """In one durable write. Idempotent by document id; the latest signature of a document counts."""
        ...

    def forget(self, before: datetime) -> int:
        """Drops the signatures seen before `before`; returns how many."""
        ...


class IncidentLog(Protocol):
    """Incidents, and the detectors' memory."""

    def open_incidents(self) -> Sequence[Incident]:
        """Those not closed, oldest first."""
        ...

    def incidents(
        self, start: datetime | None = None, end: datetime | None = None, limit: int | None = None
    ) -> Sequence[Incident]:
        """Those opened in the window, or the latest `limit` of them; oldest first."""
        ...

    def incident(self, incident_id: str) -> Incident | None: ...

    def save(self, incident: Incident) -> None:
        """Writes or replaces by id."""
        ...

    def detector_state(self, name: str) -> bytes | None:
        """What `save_detector_state` kept under this name."""
        ...

    def save_detector_state(self, name: str, state: bytes) -> None: ...


class Outbox(Protocol):
    """Messages to send. A delivery once added is sent at least once and, by its key, is never made twice."""

    def add(self, delivery: Delivery) -> bool:
        """False, and nothing changes, when the key is known."""
        ...

    def known(self, key: str) -> bool: ...

    def due(self, now: datetime, limit: int = 50) -> Sequence[Delivery]:
        """Pending deliveries whose `next_at` is None or past, oldest first."""
        ...

    def update(self, delivery: Delivery) -> None:
        """Replaces by key."""
        ...

    def deliveries(self, subject_id: str | None = None) -> Sequence[Delivery]:
        """All, or those about one incident or digest, oldest first."""
        ...

    def outlines(self, since: datetime) -> Sequence[Delivery]:
        """The deliveries created at or after `since`, oldest first, without their content."""
        ...

    def delivery_counts(self, since: datetime | None = None) -> Mapping[DeliveryState, int]:
        """Deliveries by state, every state present; only those created at or after `since`, if given."""
        ...


@dataclass(frozen=True, slots=True)
class DetectorRecord:
    """What a detector remembers, under its name."""

    name: str
    state: bytes


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """All that is known of one source: its state, the memory of its connector and its last passes, oldest first."""

    state: SourceState
    memory: Mapping[str, str]
    passes: tuple[PassReport, ...] = ()


@dataclass(frozen=True, slots=True)
class InboxRecord:
    """A document that the inbox knows. `outcome` is None while it waits; `document` is kept while it waits and when it failed."""

    document_id: str
    source_id: str
    content_hash: str
    published_at: datetime
    seen_at: datetime
    attempts: int = 0
    outcome: Outcome | None = None
    reason: str = ""
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many documents of a source ended so at one moment (or on one UTC day, once that is past)."""

    at: datetime
    source_id: str
    outcome: Outcome
    reason: str
    number: int


StateRecord = (
    DetectorRecord | SourceRecord | InboxRecord | OutcomeCount | StorySignature | Arrival | Incident | Delivery | Mark | Action
)
"""One thing that a state knows, as it is carried to another state."""


@dataclass(frozen=True, slots=True)
class Outage:
    """The mention store has taken nothing since `since`; `reason` is the latest one."""

    since: datetime
    reason: str


class OutageLog(Protocol):
    """Whether the mention store takes what is written to it. What waits is in the inbox; this is for people to see."""

    def outage(self) -> Outage | None:
        """None while the store is well."""
        ...

    def store_is_away(self, reason: str) -> None:
        """Dates the outage when it is the first call of one; a later one changes the reason only."""
        ...

    def store_is_back(self) -> None:
        """Ends the outage, if there is one."""
        ...


class MarkLog(Protocol):
    """What people said of mentions. It outlives them, and is gone only with the documents that somebody has erased."""

    def add_mark(self, mark: Mark) -> bool:
        """False, and nothing changes, when the same mention was marked on the same subject at the same moment."""
        ...

    def marks(self) -> Sequence[Mark]:
        """Every mark ever made, oldest first."""
        ...

    def marks_version(self) -> tuple[int, int]:
        """Another value whenever `marks` gives something else; costs nothing."""
        ...


class ActionLog(Protocol):
    """What the team did about incidents; it outlives them."""

    def add_action(self, action: Action) -> bool:
        """False, and nothing changes, when the incident has an action with this key."""
        ...

    def actions(self, incident_id: str | None = None) -> Sequence[Action]:
        """All, or those on one incident, in the order in which they were added."""
        ...

    def actions_on(self, incident_ids: Collection[str]) -> Sequence[Action]:
        """Those on some incidents, in the order in which they were added. What was done about others costs nothing."""
        ...


class State(Inbox, SourceLog, StoryIndex, IncidentLog, Outbox, OutageLog, MarkLog, ActionLog, Protocol):
    """Everything that only the scheduling machine knows."""

    def records(self) -> Iterator[StateRecord]:
        """Everything, each thing once, in an order that loses nothing while others write.

        What has been drawn from a record comes before it: a detector's memory before the arrivals it has seen, a source's memory
        before its documents. Restored, such a state may do a piece of work again; it never believes one done that was not.
        """
        ...

    def restore(self, records: Sequence[StateRecord]) -> int:
        """Adds records of another state in one transaction; what is known here already stays as it is. Returns how many were new.

        Arrivals keep their sequence numbers, so that detectors go on where they were.
        """
        ...

    def erase(self, documents: Sequence[Document]) -> None:
        """Drops for good what is kept of these documents: their texts, waiting or failed, and their story signatures.

        They are known from then on, also when they change: they are never taken in again. The copies of mails that were made
        since the first of them was seen, and are no more to be sent, are emptied: they may quote it. Arrivals, which hold no
        text, stay.
        """
        ...

    def trim_documents(self, before: datetime) -> int:
        """Retention: drops what is known of documents that ended, published and seen before `before`; returns how many.

        Those that were erased stay known. One that its site still lists is read again, as one of its date.
        """
        ...

    def trim_memories(self, before: datetime) -> int:
        """Retention: drops what connectors remember and have neither written nor asked for since the day of `before`; how many.

        What a site still lists is asked for, and stays; the rest may stay a month longer. A source that rested for so long begins
        anew.
        """
        ...

    def trim(self, before: datetime) -> None:
        """Drops what nobody will ask for again: arrivals seen before `before`, and the content of mails that were sent before."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Groups the calls inside into one durable write: all of it or, when the block raises, nothing. May be nested."""
        ...

    def close(self) -> None: ...
