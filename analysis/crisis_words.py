"""Finds the team's crisis words near a brand's name: what is said elsewhere in a long text is about somebody else."""

from collections.abc import Sequence

from analysis.brand_terms import Hit, TermFinder
from analysis.folding import FoldedText
from vigie.model import Mention, Span
from vigie.query import Term

_NEAR = 300
"""Characters: about two sentences on either side."""


class CrisisWords:
    """The words of a list, compiled once."""

    def __init__(self, written: Sequence[str]) -> None:
        """`written` as in `crisis_words.txt`: words and phrases, a star at the end for any ending."""
        terms = {Term(one.removesuffix("*"), prefix=one.endswith("*")): one for one in written}
        self._names = terms
        self._finder = TermFinder(terms)

    def near(self, mention: Mention) -> tuple[str, ...]:
        """The words near the brand, in the order of the text, each once as the list writes it.

        Everything in a title is near. Where the brand is not named (an answer under a title that names it), everything is.
        """
        found = [*self._in_field(mention, "title"), *self._in_field(mention, "text")]
        return tuple(dict.fromkeys(self._names[hit.term] for hit in found))

    def _in_field(self, mention: Mention, name: str) -> list[Hit]:
        document = mention.document
        hits = self._finder.find(FoldedText(document.title if name == "title" else document.text))
        spans = [span for span in mention.spans if span.field_name == name]
        if name == "title" or not mention.spans:
            return hits
        return [hit for hit in hits if any(_is_near(hit, span) for span in spans)]


def _is_near(hit: Hit, span: Span) -> bool:
    return hit.start - span.end <= _NEAR and span.start - hit.end <= _NEAR
