"""Puts the analysis together: the gate, then one spaCy pipeline. Which steps, in which order: `analysis.components.registry`.

document -> gate (names, relevance, spam, language) -> spaCy (COMPONENTS) -> mentions
"""

import logging
from collections.abc import Callable, Iterable, Sequence, Set
from contextlib import nullcontext
from dataclasses import fields
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, cast

from analysis.components.registry import COMPONENTS, switched_on
from analysis.gate import Admitted, Gate
from analysis.loading import import_spacy, to_stay
from analysis.matching import BrandMatch
from config.schema import Analyse, Brand, Theme
from vigie.errors import StoreError
from vigie.model import WITHOUT, Analysis, Document, Enrichment, Mention, Outcome, Sentiment, SentimentLabel, mention_id
from vigie.ports import StoryIndex

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from analysis.components.story import StoryComponent
    from analysis.components.themes import ThemesComponent

_LOG = logging.getLogger(__name__)

_TRAINED_PARTS = ("tok2vec", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer", "ner")
_OURS = "vigie_"  # begins the names of our components in the pipeline
_STORY, _THEMES = f"{_OURS}story", f"{_OURS}themes"
_BATCH = 64
_LONGEST_READ = 20_000  # characters; beyond, spaCy's memory grows faster than what is learnt
_ENRICHED = tuple(field.name for field in fields(Enrichment))
_UNKNOWN_TONE = Sentiment(SentimentLabel.NEUTRAL, 0.0, 0.0)


class BrandAnalyser:
    """Turns documents into mentions; a `vigie.ports.Analyser`. The pipeline is built for the first document that is admitted."""

    def __init__(self, gate: Gate, build: Callable[[], "Language"]) -> None:
        self.gate = gate
        self._build = build

    @cached_property
    def _nlp(self) -> "Language":
        return self._build()

    @cached_property
    def _reads_words(self) -> bool:
        return any(map(self._nlp.has_pipe, _TRAINED_PARTS))

    def analyse(self, documents: Iterable[Document]) -> Sequence[Analysis]:
        """One analysis per document, in order. Raises: StoreUnavailable when the story index cannot be asked."""
        verdicts = [self._admit(document) for document in documents]
        admitted = [verdict for verdict in verdicts if isinstance(verdict, Admitted)]
        batches = (admitted[start : start + _BATCH] for start in range(0, len(admitted), _BATCH))
        read = (analysis for batch in batches for analysis in self._loaded(batch))
        return [next(read) if isinstance(verdict, Admitted) else verdict for verdict in verdicts]

    def _admit(self, document: Document) -> Admitted | Analysis:
        try:
            return self.gate.admit(document)
        except Exception as error:  # noqa: BLE001 - the analyse loop: a text that cannot be read is counted as failed
            return _failed(document, error)

    def _loaded(self, batch: Sequence[Admitted]) -> Sequence[Analysis]:
        """Reads a batch; with the first one all that lasts is loaded."""
        with nullcontext() if "_nlp" in vars(self) else to_stay():
            return self._read(batch)

    def _read(self, batch: Sequence[Admitted]) -> Sequence[Analysis]:
        """Reads a batch at once; when a text makes it fail, one by one, so that only that text does."""
        nlp = self._nlp  # that it cannot be built is no document's fault
        try:
            with nlp.memory_zone():  # else spaCy remembers every string it ever read
                docs = nlp.pipe([self._doc(admitted) for admitted in batch])
                read = [_analysis(admitted, doc) for admitted, doc in zip(batch, docs, strict=True)]
            if nlp.has_pipe(_STORY):
                cast("StoryComponent", nlp.get_pipe(_STORY)).keep()
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - the analyse loop
            if len(batch) == 1:
                return [_failed(batch[0].document, error)]
            return [analysis for admitted in batch for analysis in self._read([admitted])]
        return read

    def _doc(self, admitted: Admitted) -> "Doc":
        """The title and text of a document as spaCy reads them, with what the gate knows.

        Words cost as much as three steps, so a text is one token unless a trained part reads words.
        """
        from analysis.components import reading  # noqa: PLC0415 - spaCy takes two seconds

        document = admitted.document
        whole = f"{document.title}\n{document.text}"
        text = whole.strip()[:_LONGEST_READ]
        doc = self._nlp.make_doc(text) if self._reads_words else reading.one_token(self._nlp.vocab, text)
        doc._.document, doc._.matches = document, admitted.matches
        doc._.text_start = len(document.title) + 1 - (len(whole) - len(whole.lstrip()))
        return doc


def build_analyser(
    brands: Sequence[Brand], settings: Analyse, stories: StoryIndex, themes: Sequence[Theme] | None = None
) -> BrandAnalyser:
    """The analyser of a configuration; what takes seconds to load waits for a document that needs it.

    Without `themes` the shipped ones are looked for. Raises: QueryError when a brand's query cannot be read.
    """
    from analysis.components.spam_page import sold  # noqa: PLC0415 - numpy

    gate = Gate(brands, settings.languages, switched_on(settings), sold if settings.profile == "quality" else None)
    return BrandAnalyser(gate, partial(build_pipeline, settings, stories, themes))


def build_pipeline(settings: Analyse, stories: StoryIndex, themes: Sequence[Theme] | None = None) -> "Language":
    """The spaCy pipeline: the trained parts that are read where the model is installed, then the components."""
    import_spacy()
    from analysis.components import reading  # noqa: PLC0415 - spaCy takes more than a second

    steps = {name: options for name, options in switched_on(settings).items() if name in COMPONENTS}
    reading.declare_attributes()
    nlp = _trained(settings.spacy_model, {part for options in steps.values() for part in options.parts})
    for name, options in steps.items():
        import_module(f"analysis.components.{name}")  # registers its factory
        nlp.add_pipe(_OURS + name, config=dict(options.arguments(settings)))
    if nlp.has_pipe(_STORY):
        cast("StoryComponent", nlp.get_pipe(_STORY)).remember_in(stories)
    if themes is not None and nlp.has_pipe(_THEMES):
        cast("ThemesComponent", nlp.get_pipe(_THEMES)).find_with(themes)
    return nlp


def _trained(model: str, parts: Set[str]) -> "Language":
    """A pipeline of the trained `parts` alone, mostly none; of none where the model is missing.

    Without parts nothing is cut into words, so that the rules of French (two seconds, 35 MB) are not loaded either.
    """
    import spacy  # noqa: PLC0415 - takes two seconds

    if parts:
        try:
            return spacy.load(model, exclude=[part for part in _TRAINED_PARTS if part not in parts])
        except OSError:
            message = f"{', '.join(sorted(parts))} not read: pip install {model}"
            _LOG.warning("event=spacy_model_missing model=%s message=%r", model, message)
    return spacy.blank("xx")


def _analysis(admitted: Admitted, doc: "Doc") -> Analysis:
    """What was read of a document; a field that was lost has its neutral value, and the reason names what was lost."""
    document, lost = admitted.document, [*admitted.lost, *doc._.failures]
    enrichment = _enrichment(doc)
    mentions = tuple(_mention(admitted, match, doc, enrichment) for match in admitted.matches)
    return Analysis(document.id, Outcome.STORED, mentions, ", ".join(f"{WITHOUT}{what}" for what in lost), admitted.compromised)


def _mention(admitted: Admitted, match: BrandMatch, doc: "Doc", enrichment: Enrichment) -> Mention:
    document = admitted.document
    return Mention(
        id=mention_id(document.id, match.brand_id),
        brand_id=match.brand_id,
        document=document,
        spans=match.spans,
        language=admitted.language,
        relevance=(doc._.relevance or {}).get(match.brand_id, match.relevance),
        sentiment=doc._.sentiment or _UNKNOWN_TONE,
        story_id=doc._.story_id or document.id,
        target=(doc._.target or {}).get(match.brand_id),
        enrichment=enrichment,
        reason=match.reason,
        doubtful=not match.is_relevant,
    )


def _enrichment(doc: "Doc") -> Enrichment:
    """What the components that ran found, each under the name of its field."""
    found = {name: doc._.get(name) for name in _ENRICHED}
    return Enrichment(**{name: value for name, value in found.items() if value is not None})


def _failed(document: Document, error: Exception) -> Analysis:
    _LOG.warning("event=analysis_failed document=%s error=%s", document.id, type(error).__name__)
    return Analysis(document.id, Outcome.FAILED, reason=f"{type(error).__name__}: {error}")
