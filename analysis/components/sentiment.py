"""The tone of a text, title and text together. Writes `doc._.sentiment`."""

from typing import Protocol

from spacy.language import Language
from spacy.tokens import Doc

from analysis.components.reading import attempt
from analysis.sentiment.passage import Passage, passage_of
from analysis.sentiment.stars import with_stars
from vigie.model import DocumentKind, Sentiment

NAME = "vigie_sentiment"


class Scorer(Protocol):
    """What tells the tone of a text: `analysis.sentiment.SentimentScorer`, or another model in its place."""

    def score(self, text: Passage, kind: DocumentKind | None = None) -> Sentiment: ...


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
        return with_stars(self._scorer.score(passage_of(doc), document.kind), document.stars)


@Language.factory(NAME, default_config={"profile": "quality"})
def create(nlp: Language, name: str, profile: str) -> SentimentComponent:
    """The component with Vigie's own scorer; `profile` is quality or fast."""
    from analysis.sentiment import Profile, SentimentScorer  # noqa: PLC0415 - not read where another scorer is given

    return SentimentComponent(SentimentScorer(Profile(profile)))
