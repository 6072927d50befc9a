"""The tone of a text, title and text together. Writes `doc._.sentiment`."""

from typing import Protocol

from spacy.language import Language
from spacy.tokens import Doc

from analysis.components.reading import attempt
from vigie.model import DocumentKind, Sentiment, SentimentLabel

NAME = "vigie_sentiment"
_POOR, _GOOD = 2.0, 4.0
_SURE = 0.9


class Scorer(Protocol):
    """What tells the tone of a string: `analysis.sentiment.SentimentScorer`, or another model in its place."""

    def score(self, text: str, kind: DocumentKind | None = None) -> Sentiment: ...


class SentimentComponent:
    """Scores what the Doc holds of the document."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer

    def score_with(self, scorer: Scorer) -> None:
        """Uses `scorer` from now on."""
        self._scorer = scorer

    def __call__(self, doc: Doc) -> Doc:
        return attempt(doc, "sentiment", self._tone)

    def _tone(self, doc: Doc) -> Sentiment:
        document = doc._.document
        return with_stars(self._scorer.score(doc.text.strip(), document.kind), document.stars)


def with_stars(read: Sentiment, stars: float | None) -> Sentiment:
    """The tone of a review: its author's stars decide where they are clear (up to 2, from 4), else what was read in the text.

    Words that pull the other way are then no evidence any more.
    """
    if stars is None or _POOR < stars < _GOOD:
        return read
    label = SentimentLabel.NEGATIVE if stars <= _POOR else SentimentLabel.POSITIVE
    if read.label is label:
        return read
    is_poor = label is SentimentLabel.NEGATIVE
    return Sentiment(label, -_SURE if is_poor else _SURE, _SURE if is_poor else 1 - _SURE)


@Language.factory(NAME, default_config={"profile": "quality"})
def create(nlp: Language, name: str, profile: str) -> SentimentComponent:
    """The component with Vigie's own scorer; `profile` is quality or fast."""
    from analysis.sentiment import Profile, SentimentScorer  # noqa: PLC0415 - not read where another scorer is given

    return SentimentComponent(SentimentScorer(Profile(profile)))
