"""A text as the cues read it: folded sentences in which the brand's name is the sign §, whatever the brand is called.

Second step after `analysis.matching`, which says where the name stands.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.folding import fold
from analysis.sentiment.passage import LONGEST_READ
from vigie.model import Span

BRAND = "§"
_BREAK = re.compile(r"[!?…\n]+\s*|\.{1,9}\s+(?![a-zà-ÿ])")
_REPEATED = re.compile(rf"{BRAND}(?:\W{{0,3}}{BRAND})+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that is not blank: `words` is folded and masked; `span` is where it stands in the original."""

    words: str
    span: Span

    @property
    def names_brand(self) -> bool:
        return BRAND in self.words


@dataclass(frozen=True, slots=True)
class Scene:
    """The sentences of a title and a text, in that order; `naming` those that name the brand; `whole` all words, a line each."""

    sentences: tuple[Sentence, ...]
    naming: tuple[Sentence, ...]
    whole: str


def scene_of(title: str, text: str, spans: Sequence[Span]) -> Scene:
    """The scene of a document; `spans` are where the brand's name stands in the two strings."""
    sentences = tuple(
        sentence
        for field_name, string in (("title", title), ("text", text))
        for sentence in _sentences(field_name, string[:LONGEST_READ], spans)
    )
    naming = tuple(sentence for sentence in sentences if sentence.names_brand)
    return Scene(sentences, naming, "\n".join(sentence.words for sentence in sentences))


def _sentences(field_name: str, string: str, spans: Sequence[Span]) -> Iterator[Sentence]:
    names = sorted(span for span in spans if span.field_name == field_name and span.end <= len(string))
    starts = [name.start for name in names]
    start = 0
    for end in _ends(string, names):
        inside = names[bisect_left(starts, start) : bisect_left(starts, end)]
        words = fold(_masked(string, start, end, inside)).strip()
        if words:
            yield Sentence(words, Span(field_name, start, end))
        start = end


def _ends(string: str, names: Sequence[Span]) -> list[int]:
    """Where each sentence ends; a break inside the brand's name (« St. Brice ») is none."""
    inside = {at for name in names for at in range(name.start + 1, name.end)}
    breaks = [found.end() for found in _BREAK.finditer(string)]
    return [*(at for at in breaks if at not in inside), len(string)]


def _masked(string: str, start: int, end: int, names: Sequence[Span]) -> str:
    """`string[start:end]` with each name in it replaced; a § of the text's own (articles of law) vanishes."""
    pieces = []
    for name in names:
        pieces += [string[start : name.start].replace(BRAND, " "), BRAND]
        start = name.end
    masked = "".join([*pieces, string[start:end].replace(BRAND, " ")])
    return _REPEATED.sub(BRAND, masked)
