"""The contracts between the rooms of Vigie. Each docstring is the contract; `tests/contracts/` holds every implementation to it.

Pipeline code knows these Protocols only. Dates are aware and in UTC; windows are half-open (`start` included, `end` excluded).
"""

from vigie.ports.edges import Analyser, Channel, Collector, Showcase, Sink
from vigie.ports.mentions import EVERYTHING, UNCHANGED, Bucket, Decision, Filter, MentionStore, Page, Tally, Unchanged, Upserted
from vigie.ports.state import (
    DetectorRecord,
    Inbox,
    InboxEntry,
    InboxRecord,
    IncidentLog,
    MarkLog,
    Outage,
    OutageLog,
    Outbox,
    OutcomeCount,
    Settlement,
    SourceLog,
    SourceMemory,
    SourceRecord,
    State,
    StateRecord,
    StoryIndex,
    StorySignature,
)

__all__ = [
    "EVERYTHING",
    "UNCHANGED",
    "Analyser",
    "Bucket",
    "Channel",
    "Collector",
    "Decision",
    "DetectorRecord",
    "Filter",
    "Inbox",
    "InboxEntry",
    "InboxRecord",
    "IncidentLog",
    "MarkLog",
    "MentionStore",
    "Outage",
    "OutageLog",
    "Outbox",
    "OutcomeCount",
    "Page",
    "Settlement",
    "Showcase",
    "Sink",
    "SourceLog",
    "SourceMemory",
    "SourceRecord",
    "State",
    "StateRecord",
    "StoryIndex",
    "StorySignature",
    "Tally",
    "Unchanged",
    "Upserted",
]
