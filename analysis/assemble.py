"""Puts the analysis together: the gate, then one spaCy pipeline whose order is declared here.

document -> gate (brand match, spam, language) -> spaCy (sentences, word classes, COMPONENTS) -> mentions
"""

import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

from analysis.gate import Admitted, Gate
from config.schema import Analyse, Brand
from vigie.errors import StoreError
from vigie.model import Analysis, Document, Mention, Outcome, Sentiment, SentimentLabel, mention_id
from vigie.ports import StoryIndex

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from analysis.components.story import StoryComponent

_LOG = logging.getLogger(__name__)

# The components, in the order in which they read a text. Each is a module of `analysis.components` that registers its name.
_STORY = "vigie_story"
COMPONENTS = ("vigie_brand_match", _STORY, "vigie_sentiment")

_SENTENCE_ENDS = [".", "!", "?", "…", "...", "!!", "??", "?!", "\n"]
_BATCH = 64
_LONGEST_READ = 20_000  # characters; beyond, spaCy's memory grows faster than what is learnt
_UNKNOWN_TONE = Sentiment(SentimentLabel.NEUTRAL, 0.0, 0.0)


class BrandAnalyser:
    """Turns documents into mentions; a `vigie.ports.Analyser`."""

    def __init__(self, gate: Gate, nlp: "Language") -> None:
        self.gate = gate
        self._nlp = nlp

    def analyse(self, documents: Iterable[Document]) -> Sequence[Analysis]:
        """One analysis per document, in order. Raises: StoreUnavailable when the story index cannot be asked."""
        verdicts = [self._admit(document) for document in documents]
        admitted = [verdict for verdict in verdicts if isinstance(verdict, Admitted)]
        batches = (admitted[start : start + _BATCH] for start in range(0, len(admitted), _BATCH))
        read = (analysis for batch in batches for analysis in self._read(batch))
        return [next(read) if isinstance(verdict, Admitted) else verdict for verdict in verdicts]

    def _admit(self, document: Document) -> Admitted | Analysis:
        try:
            return self.gate.admit(document)
        except Exception as error:  # noqa: BLE001 - the analyse loop: a text that cannot be read is counted as failed
            return _failed(document, error)

    def _read(self, batch: Sequence[Admitted]) -> Sequence[Analysis]:
        """Reads a batch at once; when a text makes it fail, one by one, so that only that text does."""
        try:
            docs = list(self._nlp.pipe([self._doc(admitted) for admitted in batch]))
            cast("StoryComponent", self._nlp.get_pipe(_STORY)).keep()
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - the analyse loop
            if len(batch) == 1:
                return [_failed(batch[0].document, error)]
            return [analysis for admitted in batch for analysis in self._read([admitted])]
        return [_analysis(admitted, doc) for admitted, doc in zip(batch, docs, strict=True)]

    def _doc(self, admitted: Admitted) -> "Doc":
        """The title and text of a document as spaCy reads them, with what the gate knows."""
        document = admitted.document
        doc = self._nlp.make_doc(f"{document.title}\n{document.text}"[:_LONGEST_READ])
        doc._.document, doc._.matches, doc._.text_start = document, admitted.matches, len(document.title) + 1
        return doc


def build_analyser(brands: Sequence[Brand], settings: Analyse, stories: StoryIndex) -> BrandAnalyser:
    """The analyser of a configuration; takes some seconds. Raises: QueryError when a brand's query cannot be read."""
    return BrandAnalyser(Gate(brands, settings.languages), build_pipeline(settings.spacy_model, stories, settings.tone))


def build_pipeline(model: str, stories: StoryIndex, tone: str = "quality") -> "Language":
    """The spaCy pipeline: sentences, word classes of doubtful names where the trained `model` is installed, the components.

    `tone` is the profile of the sentiment component, quality or fast.
    """
    import spacy  # noqa: PLC0415 - takes two seconds

    from analysis.components import brand_match, reading, sentiment, story, word_classes  # noqa: F401, PLC0415 - registers them

    reading.declare_attributes()
    nlp = spacy.blank("fr")
    nlp.add_pipe("sentencizer", config={"punct_chars": _SENTENCE_ENDS})
    nlp.add_pipe(word_classes.NAME, config={"model": model})
    for name in COMPONENTS:
        nlp.add_pipe(name, config={"profile": tone} if name == sentiment.NAME else {})
    cast(story.StoryComponent, nlp.get_pipe(story.NAME)).remember_in(stories)
    return nlp


def _analysis(admitted: Admitted, doc: "Doc") -> Analysis:
    """What was read of a document; a field that was lost has its neutral value, and the reason names it."""
    document, failures = admitted.document, doc._.failures
    if len(failures) == len(COMPONENTS):
        return Analysis(document.id, Outcome.FAILED, reason="every component failed")
    relevance = doc._.relevance or {}
    mentions = tuple(
        Mention(
            id=mention_id(document.id, match.brand_id),
            brand_id=match.brand_id,
            document=document,
            spans=match.spans,
            language=admitted.language,
            relevance=relevance.get(match.brand_id, 1.0),
            sentiment=doc._.sentiment or _UNKNOWN_TONE,
            story_id=doc._.story_id or document.id,
        )
        for match in admitted.matches
    )
    return Analysis(document.id, Outcome.STORED, mentions, ", ".join(f"without_{field}" for field in failures))


def _failed(document: Document, error: Exception) -> Analysis:
    _LOG.warning("event=analysis_failed document=%s error=%s", document.id, type(error).__name__)
    return Analysis(document.id, Outcome.FAILED, reason=f"{type(error).__name__}: {error}")
