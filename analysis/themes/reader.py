"""Finds the complaint themes of a text: all queries in one pass, then for each theme whether its words stand in a complaint."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.brand_queries import FoundTerms, WordPlaces, evaluate, every_term, needs_no_term
from analysis.brand_terms import Hit, TermFinder
from analysis.sentiment.passage import Passage
from config.schema import Theme
from vigie.model import SentimentLabel
from vigie.query import Node, Term, parse

_BLAME = -1.0  # a clear word of blame, as the rules of the tone weigh it
_SHORT = 90  # words up to which the tone of the text is that of each of its sentences
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ThemeHit:
    """A theme that a text complains of, and the words that say so, as they stand there."""

    id: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Compiled:
    id: str
    words: Node
    alone: Node | None

    @property
    def queries(self) -> tuple[Node, ...]:
        return (self.words, self.alone) if self.alone else (self.words,)


class ThemeFinder:
    """Finds every theme of the configuration in a text, in one pass. Built once, read by every text."""

    def __init__(self, themes: Sequence[Theme]) -> None:
        """Raises: QueryError when a query cannot be read."""
        self._themes = [_Compiled(theme.id, parse(theme.words), parse(theme.alone) if theme.alone else None) for theme in themes]
        self._places: dict[Term, set[int]] = {}  # the themes, by their places, that a term speaks of
        for place, theme in enumerate(self._themes):
            for term in (term for query in theme.queries for term in every_term(query)):
                self._places.setdefault(term, set()).add(place)
        self._termless = {place for place, theme in enumerate(self._themes) if any(map(needs_no_term, theme.queries))}
        self._finder = TermFinder(self._places)

    def find(self, passage: Passage, label: SentimentLabel | None = None) -> tuple[ThemeHit, ...]:
        """The themes that the text complains of, in the order of the configuration.

        `label` is the tone of the text where it is known: in a short negative text every sentence counts as a complaint, in one
        that is not negative only what is a complaint by itself.
        """
        hits: dict[Term, list[Hit]] = {}
        for hit in self._finder.find(passage.folded):
            hits.setdefault(hit.term, []).append(hit)
        if not hits:
            return ()
        found = FoundTerms(hits, 0, WordPlaces(passage.text), None)
        is_blame = label is SentimentLabel.NEGATIVE and len(passage.row) <= _SHORT
        is_calm = label is not None and label is not SentimentLabel.NEGATIVE
        spoken_of = (self._themes[place] for place in sorted(self._termless.union(*(self._places[term] for term in hits))))
        read = ((theme, _alone(theme, found) or _named(theme, found, passage, is_blame, is_calm)) for theme in spoken_of)
        return tuple(ThemeHit(theme.id, _written(evidence, passage)) for theme, evidence in read if evidence)


def _alone(theme: _Compiled, found: FoundTerms) -> list[Hit]:
    """The phrases that are a complaint by themselves."""
    evidence = evaluate(theme.alone, found) if theme.alone else None
    return _in_order(evidence.hits) if evidence else []


def _named(theme: _Compiled, found: FoundTerms, passage: Passage, is_blame: bool, is_calm: bool) -> list[Hit]:
    """The words of the theme that stand in a complaint; none in a text that is known not to be one."""
    evidence = None if is_calm else evaluate(theme.words, found)
    return _in_order(hit for hit in evidence.hits if is_blame or _is_near_blame(hit, passage)) if evidence else []


def _in_order(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(dict.fromkeys(hits), key=lambda hit: hit.start)


def _is_near_blame(hit: Hit, passage: Passage) -> bool:
    """Whether a clear word of blame stands in the sentence of `hit` or in the next one."""
    place = bisect_right(passage.cut.starts, hit.start) - 1
    if place < 0:
        return False
    sentence = passage.where.sentence[place]
    near = (sentence, sentence + 1)
    return any(blame.value <= _BLAME and passage.where.sentence[blame.start] in near for blame in passage.tone)


def _written(hits: Sequence[Hit], passage: Passage) -> tuple[str, ...]:
    return tuple(dict.fromkeys(passage.text[hit.start : hit.end] for hit in hits))[:_SHOWN]
