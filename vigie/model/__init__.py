"""The values that travel through Vigie: source, document, mention, story, signal, incident, delivery.

All are frozen. Every datetime is aware and in UTC. Ranges are half-open: a `Span` or a window holds its start, not its end.
"""

from vigie.model.documents import DateSource, Document, DocumentKind, PublicationDate, document_id, host_of
from vigie.model.handling import Action, ActionKind, Handling, handling_of
from vigie.model.incidents import (
    BLIND_BELOW,
    DIGEST_SUBJECT,
    Arrival,
    Delivery,
    DeliveryState,
    Incident,
    IncidentState,
    Level,
    Signal,
    SignalKind,
)
from vigie.model.marks import Mark, MarkSubject, mark_of, settled_marks
from vigie.model.mentions import (
    Analysis,
    Emotion,
    Enrichment,
    Mention,
    Outcome,
    Role,
    Sentiment,
    SentimentLabel,
    Span,
    Story,
    Target,
    Toxicity,
    Workflow,
    WorkflowState,
    mention_id,
)
from vigie.model.sources import PassReport, Source, SourceHealth, SourceState

__all__ = [
    "BLIND_BELOW",
    "DIGEST_SUBJECT",
    "Action",
    "ActionKind",
    "Analysis",
    "Arrival",
    "DateSource",
    "Delivery",
    "DeliveryState",
    "Document",
    "DocumentKind",
    "Emotion",
    "Enrichment",
    "Handling",
    "Incident",
    "IncidentState",
    "Level",
    "Mark",
    "MarkSubject",
    "Mention",
    "Outcome",
    "PassReport",
    "PublicationDate",
    "Role",
    "Sentiment",
    "SentimentLabel",
    "Signal",
    "SignalKind",
    "Source",
    "SourceHealth",
    "SourceState",
    "Span",
    "Story",
    "Target",
    "Toxicity",
    "Workflow",
    "WorkflowState",
    "document_id",
    "handling_of",
    "host_of",
    "mark_of",
    "mention_id",
    "settled_marks",
]
