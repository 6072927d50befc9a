"""The tone of what stands beside a brand's name: in its clause, its sentence, before and after it, and elsewhere in the text.

The words that carry tone are those by which the tone of the whole text was read (`analysis.sentiment.passage`), as weighed there.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.sentiment.passage import Passage

_WHERE = ("in_clause", "in_sentence", "elsewhere", "after_name", "before_name", "later", "earlier")
NAMES = (
    *(f"{side}_{where}" for where in _WHERE for side in ("praise", "blame")),
    "nearest",
    "no_tone",
    "here",
    "elsewhere",
    "agree",
)
_FAR = 3  # tokens at which what stands nearest says half
_SUM = 2.0  # a sum at which more words of tone say little more


@dataclass(frozen=True, slots=True)
class _Named:
    """Where the name stands: its tokens in order, and the first and last of them in each sentence."""

    places: Sequence[int]
    clauses: frozenset[int]
    first: dict[int, int]
    last: dict[int, int]


def tone_beside(passage: Passage, names: Sequence[tuple[int, int]]) -> tuple[float, ...]:
    """One figure per name in `NAMES`; `names` are the ranges of the passage's text in which the brand's name stands."""
    ranges = sorted(names)
    named = _named(passage, ranges)
    if not named.places:
        return (0.0,) * len(NAMES)
    starts = passage.cut.starts
    hits = [(hit.start, hit.value) for hit in passage.tone if hit.value and not _is_inside(starts[hit.start], ranges)]
    sentence, clause = passage.where.sentence, passage.where.clause
    sentences = sorted(named.first)
    sides: tuple[Callable[[int], bool], ...] = (
        lambda at: clause[at] in named.clauses,
        lambda at: sentence[at] in named.first and clause[at] not in named.clauses,
        lambda at: sentence[at] not in named.first,
        lambda at: sentence[at] in named.first and named.first[sentence[at]] < at,
        lambda at: sentence[at] in named.last and named.last[sentence[at]] > at,
        lambda at: sentence[at] > sentences[-1],
        lambda at: sentence[at] < sentences[0],
    )
    here = math.tanh(sum(value for at, value in hits if sentence[at] in named.first) / _SUM)
    elsewhere = math.tanh(sum(value for at, value in hits if sentence[at] not in named.first) / _SUM)
    sums = [figure for side in sides for figure in _praise_and_blame([value for at, value in hits if side(at)])]
    return (*sums, _nearest(hits, named, sentence), float(not hits), here, elsewhere, here * elsewhere)


def _named(passage: Passage, ranges: Sequence[tuple[int, int]]) -> _Named:
    starts = passage.cut.starts
    places = [at for start, end in ranges for at in range(bisect_left(starts, start), bisect_left(starts, end))]
    sentence = passage.where.sentence
    first = {sentence[at]: at for at in reversed(places)}
    last = {sentence[at]: at for at in places}
    return _Named(places, frozenset(passage.where.clause[at] for at in places), first, last)


def _is_inside(at: int, ranges: Sequence[tuple[int, int]]) -> bool:
    """Whether a character stands in one of the sorted ranges."""
    number = bisect_right(ranges, (at, math.inf)) - 1
    return number >= 0 and at < ranges[number][1]


def _praise_and_blame(values: Sequence[float]) -> tuple[float, float]:
    return math.log1p(sum(value for value in values if value > 0)), math.log1p(-sum(value for value in values if value < 0))


def _nearest(hits: Sequence[tuple[int, float]], named: _Named, sentence: Sequence[int]) -> float:
    """The tone of the word of tone nearest to each naming in its sentence, less the further off it stands."""
    total = 0.0
    for place in named.places:
        after = bisect_left(hits, (place, -math.inf))
        near = [hit for hit in hits[max(0, after - 1) : after + 1] if sentence[hit[0]] == sentence[place]]
        if near:
            at, value = min(near, key=lambda hit: abs(hit[0] - place))
            total += math.tanh(value) / (1 + abs(at - place) / _FAR)
    return math.tanh(total)
