"""Puts the brand names that the gate found onto the tokens, and tells how sure it is that they are names.

Writes `doc._.relevance`: brand id to a figure in [0, 1].
"""

from spacy.language import Language
from spacy.tokens import Doc, Span

from analysis.components.reading import attempt
from vigie.model import Span as Characters

NAME = "vigie_brand_match"
_NAME_TAGS = frozenset({"PROPN", "X", ""})  # X: foreign words and what the tagger does not know, as brand names often are


class BrandMatchComponent:
    """`doubtful` is the relevance of a brand whose name is everywhere tagged as a common word, as in « une orange ».

    `of_thread` is that of a brand which only the thread's title names.
    """

    def __init__(self, doubtful: float, of_thread: float) -> None:
        self._doubtful = doubtful
        self._of_thread = of_thread

    def __call__(self, doc: Doc) -> Doc:
        return attempt(doc, "relevance", self._relevance)

    def _relevance(self, doc: Doc) -> dict[str, float]:
        spans = {match.brand_id: [_on_tokens(doc, span) for span in match.spans] for match in doc._.matches}
        found = {brand: [span for span in on_tokens if span is not None] for brand, on_tokens in spans.items()}
        judged = {match.brand_id: match.relevance for match in doc._.matches}
        named = {brand: self._of_brand(on_tokens) for brand, on_tokens in found.items()}
        return {brand: self._total(judged[brand], figure, bool(spans[brand])) for brand, figure in named.items()}

    def _total(self, judged: float, named: float, has_spans: bool) -> float:
        """What the gate judged, less where the name is tagged as a common word, or where only the thread names it."""
        return min(judged, named if has_spans else self._of_thread)

    def _of_brand(self, spans: list[Span]) -> float:
        """1 where at least one hit reads as a name, or where none lies in the part of the text that was read."""
        return 1.0 if not spans or any(map(_is_name, spans)) else self._doubtful


def _on_tokens(doc: Doc, span: Characters) -> Span | None:
    """The tokens that `span` touches; None when it lies beyond the part of the text that was read."""
    shift = 0 if span.field_name == "title" else doc._.text_start
    return doc.char_span(span.start + shift, span.end + shift, alignment_mode="expand")


def _is_name(span: Span) -> bool:
    """Whether a hit reads as a name: several words, a hashtag or an account, or so tagged, or not tagged at all."""
    return len(span) > 1 or span.text.startswith(("#", "@")) or span[0].pos_ in _NAME_TAGS


@Language.factory(NAME, default_config={"doubtful": 0.5, "of_thread": 0.8})
def create(nlp: Language, name: str, doubtful: float, of_thread: float) -> BrandMatchComponent:
    """The component; both figures are in [0, 1]."""
    return BrandMatchComponent(doubtful, of_thread)
