"""Says why a text is, or is not, a mention: what `vigie match` prints. Runs the very analyser of the live system."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from analysis.assemble import BrandAnalyser, build_analyser
from analysis.matching import BrandMatch
from analysis.stories import MemoryStoryIndex
from config.schema import Analyse, Brand
from vigie.model import (
    Analysis,
    DateSource,
    Document,
    DocumentKind,
    Mention,
    Outcome,
    PublicationDate,
    SentimentLabel,
    Span,
)

_BATCH = 64
_UNDATED = PublicationDate(datetime(1970, 1, 1, tzinfo=UTC), DateSource.FIRST_SEEN, 0.0)
_REFUSALS = {
    Outcome.OFF_TOPIC: "langue non suivie",
    Outcome.SPAM: "texte publicitaire",
    Outcome.FAILED: "texte illisible",
}


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text of nobody in particular, to be explained."""

    id: str
    title: str
    text: str
    kind: DocumentKind = DocumentKind.NEWS


@dataclass(frozen=True, slots=True)
class ExplainedMatch:
    """A brand found in a text. `relevant` is False when no mention comes of it, and `reason` says why, in French.

    `relevance`, in [0, 1], is how likely its name means the brand; where `doubtful`, a person should look, and a mention is kept
    for that, relevant or not. `role` is the part the brand plays (`vigie.model.Role`), `tone` the one towards it, which may
    differ from the text's, `proof` the sentence that shows both; they are shown where the brand is relevant.
    """

    brand: str
    relevant: bool
    relevance: float
    reason: str
    role: str
    tone: SentimentLabel | None
    spans: tuple[Span, ...]
    doubtful: bool = False
    proof: Span | None = None


@dataclass(frozen=True, slots=True)
class ExplainedText:
    """The brands found in the text of that id, in the order of the configuration."""

    id: str
    matches: tuple[ExplainedMatch, ...]


def match_rows(brands: Sequence[Brand], rows: Iterable[TextRow], settings: Analyse | None = None) -> Iterator[ExplainedText]:
    """One explanation per row, in order. Raises: QueryError when a brand's query cannot be read."""
    analyser = build_analyser(brands, settings or Analyse(), MemoryStoryIndex())
    documents = (_document(row) for row in rows)
    while batch := list(islice(documents, _BATCH)):
        for document, matches in zip(batch, explain_matches(analyser, batch), strict=True):
            yield ExplainedText(document.id, matches)


def explain_matches(analyser: BrandAnalyser, documents: Sequence[Document]) -> Sequence[tuple[ExplainedMatch, ...]]:
    """The brands found in each document. Spans count in the text without its spam, which is what would be stored."""
    analyses = analyser.analyse(documents)
    return [_explain(analyser, document, analysis) for document, analysis in zip(documents, analyses, strict=True)]


def _explain(analyser: BrandAnalyser, document: Document, analysis: Analysis) -> tuple[ExplainedMatch, ...]:
    mentions = {mention.brand_id: mention for mention in analysis.mentions}
    read = analysis.mentions[0].document if mentions else document
    matches = analyser.gate.matcher.match(read.title, read.text, document=read)
    return tuple(_explained(match, mentions.get(match.brand_id), analysis.outcome) for match in matches)


def _explained(match: BrandMatch, mention: Mention | None, outcome: Outcome) -> ExplainedMatch:
    target = mention.target if mention and match.is_relevant else None
    refusal = _REFUSALS.get(outcome) if match.is_relevant and mention is None else None
    return ExplainedMatch(
        brand=match.brand_id,
        relevant=match.is_relevant and mention is not None,
        relevance=0.0 if refusal else mention.relevance if mention else match.relevance,
        reason=f"{refusal} ({match.reason})" if refusal else match.reason,
        role=target.role if target else "",
        tone=target.tone if target else None,
        spans=match.spans,
        doubtful=match.is_doubtful and not refusal,
        proof=target.proof if target else None,
    )


def _document(row: TextRow) -> Document:
    """A document without source, address or date."""
    return Document(
        id=row.id,
        source_id="",
        kind=row.kind,
        url="",
        title=row.title,
        text=row.text,
        author=None,
        published=_UNDATED,
        seen_at=_UNDATED.at,
    )
