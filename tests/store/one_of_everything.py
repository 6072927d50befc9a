"""One of everything that Vigie knows, for the tests of what is moved, copied and erased."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from vigie.model import (
    Action,
    ActionKind,
    Arrival,
    DateSource,
    Delivery,
    DeliveryState,
    Document,
    DocumentKind,
    Emotion,
    Enrichment,
    Incident,
    IncidentState,
    Mention,
    Outcome,
    PassReport,
    PublicationDate,
    Role,
    Sentiment,
    SentimentLabel,
    Signal,
    SignalKind,
    SourceHealth,
    SourceState,
    Span,
    Target,
    Toxicity,
    Workflow,
    WorkflowState,
    document_id,
    mark_of,
    mention_id,
)
from vigie.ports import Decision, MentionStore, Settlement, State, StorySignature

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
UNDECIDED = Workflow()
Stores = tuple[State, MentionStore]


def configuration(folder: Path, store: str = "", data: Path = Path("data")) -> Path:
    """A configuration folder that watches Orange; `store` are the lines of `[store]`."""
    folder.mkdir()
    brand = '[[brand]]\nid = "orange"\nname = "Orange"\nquery = "Orange"\n'
    vigie = f'[data]\nfolder = "{data}"\n[store]\n{store}\n'
    for name, text in {"vigie.toml": vigie, "brands.toml": brand, "sources.toml": "", "alerts.toml": ""}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


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
        stars=1.5,
        is_excerpt=True,
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
        sentiment=Sentiment(SentimentLabel.NEGATIVE, -0.5, 0.8, ("fausse",), uncertain=True),
        story_id="story",
        workflow=workflow,
        target=Target(Role.COMPARED, SentimentLabel.NEGATIVE, 0.7, Span("text", 0, 22)),
        enrichment=Enrichment(
            Emotion.ANGER, ("prix", "facturation"), ("facture fausse",), (Toxicity.INSULT,), ("Le Mans",), ("Zoé Ünal",)
        ),
        reason="« Orange » : la marque (majuscule)",
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
    store.mark(mention(0).id, Decision(WorkflowState.HANDLED, "répondu", "claire", NOW + timedelta(microseconds=1)))
    store.correct(mention(1).id, SentimentLabel.POSITIVE)
    state.add_action(Action(incident().id, "k", ActionKind.MUTED, NOW, "claire", until=NOW))
    state.add_mark(mark_of(mention(1), NOW, tone=SentimentLabel.POSITIVE))
    state.add_mark(mark_of(mention(2), NOW, relevant=False, clues=("facture", "chez _")))
