"""A mention for the contract of the stores: each test names only what matters to it."""

from datetime import UTC, datetime, timedelta

from vigie.model import (
    DateSource,
    Document,
    DocumentKind,
    Enrichment,
    Mention,
    PublicationDate,
    Sentiment,
    SentimentLabel,
    Span,
    Target,
    document_id,
    mention_id,
)

NEGATIVE, NEUTRAL, POSITIVE = SentimentLabel.NEGATIVE, SentimentLabel.NEUTRAL, SentimentLabel.POSITIVE
MONDAY = datetime(2026, 3, 9, 8, tzinfo=UTC)
NOTHING_ELSE = Enrichment()
DUE = datetime(2026, 3, 12, 17, 0, 0, 123_457, tzinfo=UTC)


def some_mention(
    number: int = 1,
    *,
    brand: str = "orange",
    title: str = "",
    text: str = "Un texte.",
    url: str | None = None,
    author: str | None = None,
    at: datetime | None = None,
    label: SentimentLabel = NEUTRAL,
    story: str | None = None,
    source: str = "source",
    kind: DocumentKind = DocumentKind.NEWS,
    language: str = "fr",
    evidence: tuple[str, ...] = (),
    target: Target | None = None,
    enrichment: Enrichment = NOTHING_ELSE,
    doubtful: bool = False,
) -> Mention:
    url = url or f"https://www.exemple.fr/{number}"
    published = at or MONDAY + timedelta(minutes=number)
    document = Document(
        id=document_id(url),
        source_id=source,
        kind=kind,
        url=url,
        title=title,
        text=text,
        author=author,
        published=PublicationDate(published, DateSource.META, 0.9),
        seen_at=published + timedelta(minutes=3),
        language=language,
    )
    return Mention(
        id=mention_id(document.id, brand),
        brand_id=brand,
        document=document,
        spans=(Span("text", 0, 2),),
        language=language,
        relevance=0.75,
        sentiment=Sentiment(label, 0.1, 0.2, evidence),
        story_id=story or f"story-{number}",
        target=target,
        enrichment=enrichment,
        doubtful=doubtful,
    )
