"""The contracts between the rooms of Vigie. Each docstring is the contract; `tests/contracts/` holds every implementation to it.

Pipeline code knows these Protocols only. Dates are aware and in UTC; windows are half-open (`start` included, `end` excluded).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Protocol

from vigie.model import (
    Analysis,
    Arrival,
    Delivery,
    DeliveryState,
    Document,
    Incident,
    Mention,
    Outcome,
    PassReport,
    SentimentLabel,
    Source,
    SourceState,
    Story,
    Workflow,
    WorkflowState,
)
from vigie.query import Node

# --- mentions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filter:
    """Which mentions are meant; every part given narrows the choice.

    `start`/`end` bound the publication date. `assignees` are compared exactly; `due_before` means those due earlier.
    """

    query: Node | None = None
    brands: Sequence[str] = ()
    labels: Sequence[SentimentLabel] = ()
    kinds: Sequence[str] = ()
    sources: Sequence[str] = ()
    languages: Sequence[str] = ()
    states: Sequence[WorkflowState] = ()
    assignees: Sequence[str] = ()
    due_before: datetime | None = None
    story_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    seen_start: datetime | None = None
    seen_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Mentions, newest publication first. `cursor` asks for the next page; None on the last one."""

    mentions: Sequence[Mention]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by tone; `total` is their sum."""

    negative: int = 0
    neutral: int = 0
    positive: int = 0

    @property
    def total(self) -> int:
        return self.negative + self.neutral + self.positive


@dataclass(frozen=True, slots=True)
class Bucket:
    """The mentions published from `start` (included) until the next bucket."""

    start: datetime
    tally: Tally


@dataclass(frozen=True, slots=True)
class Upserted:
    """How many mentions were new, and how many replaced an earlier version of themselves."""

    created: int
    updated: int


class Unchanged(Enum):
    """The type of UNCHANGED."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED
"""What a `Decision` says of the parts that it leaves as they are."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the team decides about a mention, besides its tone. An empty text, or None as date, takes away what was there."""

    state: WorkflowState | Unchanged = UNCHANGED
    note: str | Unchanged = UNCHANGED
    assignee: str | Unchanged = UNCHANGED
    due_at: datetime | Unchanged | None = UNCHANGED

    @classmethod
    def of(cls, workflow: Workflow) -> "Decision":
        """The decision that leads to `workflow`, its corrected tone left aside."""
        return cls(workflow.state, workflow.note, workflow.assignee, workflow.due_at)

    def applied_to(self, workflow: Workflow) -> Workflow:
        """`workflow` with what this says."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        return replace(workflow, **{name: part for name, part in parts.items() if part is not UNCHANGED})


class MentionStore(Protocol):
    """Keeps mentions for good, finds them and counts them. Methods raise StoreUnavailable when nothing could be done."""

    def upsert(self, mentions: Sequence[Mention]) -> Upserted:
        """Writes all or nothing. Idempotent by id; the workflow of a mention already stored is kept, whatever `mentions` says."""
        ...

    def get(self, mention_id: str) -> Mention | None: ...

    def remove_documents(self, document_ids: Sequence[str], keep: Sequence[str] = ()) -> int:
        """Removes these documents' mentions except the ids in `keep` (an edit may take a name away); returns how many."""
        ...

    def search(self, chosen: Filter, limit: int = 20, cursor: str | None = None) -> Page:
        """Newest first, to the second.

        Following cursors gives each mention that was there from the start exactly once, whatever is written meanwhile.
        """
        ...

    def count(self, chosen: Filter) -> Tally: ...

    def histogram(self, chosen: Filter, step: timedelta, zone: str) -> Sequence[Bucket]:
        """One bucket per `step` from `chosen.start` to `chosen.end` (both required), empty ones included, in order.

        A step of one day means calendar days of `zone`, also across clock changes. Raises: ValueError without start or end.
        """
        ...

    def share_of_voice(self, chosen: Filter) -> Mapping[str, Tally]:
        """Counts per brand id, for every brand that has at least one mention chosen."""
        ...

    def stories(self, chosen: Filter, limit: int = 10) -> Sequence[Story]:
        """The chosen mentions grouped by story, most documents first, then the most recent."""
        ...

    def top_sources(self, chosen: Filter, limit: int = 10) -> Sequence[tuple[str, Tally]]:
        """Source ids with their counts, most mentions first."""
        ...

    def mark(self, mention_id: str, decision: Decision) -> bool:
        """Sets what the decision says and keeps the rest, also what others decide meanwhile. False when there is no such mention.

        A due date comes back to the microsecond.
        """
        ...

    def correct(self, mention_id: str, label: SentimentLabel | None) -> bool:
        """Sets (or, with None, takes back) a person's tone, which counts from then on; False when there is no such mention."""
        ...

    def erase_author(self, author: str) -> int:
        """Removes every mention by this author for good, from the text index too; returns how many."""
        ...

    def erase_url(self, url: str) -> int:
        """Removes every mention of the document at this canonical address for good; returns how many."""
        ...

    def clear(self) -> int:
        """Removes every mention for good, those with a note too; returns how many. Interrupted, it is to be repeated."""
        ...

    def purge(self, before: datetime) -> int:
        """Retention: removes mentions published before `before`; returns how many.

        Spared are those with a note, and the open assignments: state new with an assignee or a due date.
        """
        ...

    def refresh(self) -> None:
        """Has reads see everything that was written before, by other processes too: a server may show it a second later only."""
        ...

    def close(self) -> None:
        """Ends the connections to the store; nothing may be asked of it after that."""
        ...


# --- state: always on the machine that schedules ---------------------------------------------------------------------


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

    def remember(self, signature: StorySignature) -> None:
        """Idempotent by document id; the latest signature of a document counts."""
        ...

    def forget(self, before: datetime) -> int:
        """Drops the signatures seen before `before`; returns how many."""
        ...


class IncidentLog(Protocol):
    """Incidents, and the detectors' memory."""

    def open_incidents(self) -> Sequence[Incident]:
        """Those not closed, oldest first."""
        ...

    def incidents(self, start: datetime | None = None, end: datetime | None = None) -> Sequence[Incident]:
        """Those opened in the window, oldest first."""
        ...

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


StateRecord = DetectorRecord | SourceRecord | InboxRecord | OutcomeCount | StorySignature | Arrival | Incident | Delivery
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


class State(Inbox, SourceLog, StoryIndex, IncidentLog, Outbox, OutageLog, Protocol):
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

    def trim(self, before: datetime) -> None:
        """Drops what nobody will ask for again: arrivals seen before `before`, and the content of mails that were sent before."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Groups the calls inside into one durable write: all of it or, when the block raises, nothing. May be nested."""
        ...

    def close(self) -> None: ...


# --- edges ----------------------------------------------------------------------------------------------------------


class Sink(Protocol):
    """Where a collector hands over what it read. Returns once the documents are durable."""

    def receive(self, documents: Sequence[Document]) -> None: ...

    def lost(self, source_id: str, reason: str) -> None:
        """An announced document that cannot be read: counted as failed, never silently dropped."""
        ...

    def finished(self, report: PassReport) -> None:
        """The pass over one source is over and everything it brought was received; called once per source, as soon as it is so.

        Not called for a source whose documents were not taken: its memory must not be kept.
        """
        ...


class Collector(Protocol):
    """Reads sources and hands their documents to a sink."""

    async def collect(self, sources: Sequence[Source], sink: Sink, memories: Mapping[str, SourceMemory]) -> Sequence[PassReport]:
        """One polite pass over `sources`, in parallel across sites, one report each. Never raises for what a site does."""
        ...


class Analyser(Protocol):
    """Turns documents into mentions."""

    def analyse(self, documents: Iterable[Document]) -> Sequence[Analysis]:
        """One analysis per document, in order. Never raises for what a text holds: such a document is FAILED with its reason."""
        ...


class Channel(Protocol):
    """A way to reach people."""

    async def send(self, delivery: Delivery) -> None:
        """Returns when the message is accepted. Raises: DeliveryDeferred (try later), DeliveryRefused (never)."""
        ...

    async def check(self) -> str:
        """Tries the connection without sending; a line saying what answered. Raises: DeliveryError."""
        ...


class Showcase(Protocol):
    """Shows people, beside the mentions, what the state knows. It keeps copies; the state stays the truth."""

    def show(self, state: State, now: datetime) -> int:
        """Copies what changed since the last call, or everything of the retention time at the first; returns how many documents.

        Idempotent by id. Raises: StoreUnavailable, StoreError.
        """
        ...

    def forget(self, before: datetime) -> int:
        """Retention: removes the copies of what ended before `before`; returns how many. Raises: StoreUnavailable, StoreError."""
        ...
