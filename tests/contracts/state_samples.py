"""Things that a state keeps, for its contract: each test names only what matters to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from vigie.model import (
    Action,
    ActionKind,
    Arrival,
    DateSource,
    Delivery,
    Document,
    DocumentKind,
    Incident,
    IncidentState,
    Mark,
    MarkSubject,
    Outcome,
    PassReport,
    PublicationDate,
    SentimentLabel,
    Signal,
    SignalKind,
)
from vigie.ports import Settlement, StorySignature

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def some_document(number: int = 1, text: str = "texte", source: str = "source") -> Document:
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


def some_arrival(mention_id: str = "m", negative: float = 0.5) -> Arrival:
    return Arrival(0, mention_id, "orange", NOW - MINUTE, NOW, negative, "story", "source", "exemple.fr")


def some_settled(document: Document, outcome: Outcome = Outcome.STORED, reason: str = "", *arrivals: Arrival) -> Settlement:
    return Settlement(document.id, document.source_id, outcome, reason, arrivals)


def some_report(source: str = "source", finished_at: datetime = NOW) -> PassReport:
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


def some_signature(document: str = "d", bands: tuple[int, ...] = (1, 2, 3), seen_at: datetime = NOW) -> StorySignature:
    return StorySignature("story", document, bands, b"\x00sketch\xff", seen_at)


def some_incident(name: str, opened_at: datetime = NOW, state: IncidentState = IncidentState.OPEN) -> Incident:
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


def some_delivery(key: str = "k", subject: str = "incident", created_at: datetime = NOW) -> Delivery:
    return Delivery(key, "smtp", "equipe@exemple.fr", "incident_opened", subject, b"From: \xe9\r\n\x00", created_at)


def some_action(kind: ActionKind = ActionKind.ACKNOWLEDGED, key: str = "k", incident: str = "incident", **more: Any) -> Action:
    return Action(incident, key, kind, NOW, **{"by": "claire", **more})


def some_mark(
    mention: str = "m",
    *,
    document: str = "d",
    brand: str = "orange",
    relevant: bool | None = None,
    tone: SentimentLabel | None = None,
    machine_relevance: float = 0.9,
    machine_tone: SentimentLabel = SentimentLabel.NEGATIVE,
    kind: DocumentKind = DocumentKind.NEWS,
    story: str = "story",
    clues: tuple[str, ...] = (),
    at: datetime = NOW,
) -> Mark:
    about = MarkSubject.RELEVANCE if tone is None else MarkSubject.TONE
    return Mark(
        about, mention, document, brand, "source", kind, story, at, machine_relevance, machine_tone, False, relevant, tone, clues
    )
