"""The contract of the mention store, and what it is asked with and answers.

Between the pipeline, the mails and the commands on one side, and `vigie.store` on the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Protocol

from vigie.model import (
    Emotion,
    Mention,
    Role,
    SentimentLabel,
    Story,
    Workflow,
    WorkflowState,
)
from vigie.query import Node


@dataclass(frozen=True, slots=True)
class Filter:
    """Which mentions are meant; every part given narrows the choice.

    `start`/`end` bound the publication date. `assignees` are compared exactly; `due_before` means those due earlier. `labels` are
    of the tone that counts. `doubtful`: mentions that are set aside (`Mention.is_set_aside`) are left out unless asked for, alone
    (True) or among the others (None). Of `themes` a mention has one at least.
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
    doubtful: bool | None = False
    roles: Sequence[Role] = ()
    emotions: Sequence[Emotion] = ()
    themes: Sequence[str] = ()
    toxic: bool | None = None
    story_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    seen_start: datetime | None = None
    seen_end: datetime | None = None


EVERYTHING: Final = Filter(doubtful=None)
"""Every mention that is stored, those that are set aside too."""


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
    confirmed: bool | Unchanged = UNCHANGED

    @classmethod
    def of(cls, workflow: Workflow) -> "Decision":
        """The decision that leads to `workflow`, its corrected tone left aside."""
        return cls(workflow.state, workflow.note, workflow.assignee, workflow.due_at, workflow.confirmed)

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
        """Retention: removes mentions published before `before`; returns how many. Then tidies up, so that searches stay fast.

        Spared are those with a note, and the open assignments: state new with an assignee or a due date.
        """
        ...

    def refresh(self) -> None:
        """Has reads see everything that was written before, by other processes too: a server may show it a second later only."""
        ...

    def close(self) -> None:
        """Ends the connections to the store; nothing may be asked of it after that."""
        ...
