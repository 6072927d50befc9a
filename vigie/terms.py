"""The terms of texts, and which of them emerge: said more of a brand lately than before. Pure; used by digests and `vigie terms`.

Scores are the log-odds ratio with an informative Dirichlet prior of Monroe, Colaresi and Quinn, "Fightin' Words", Political
Analysis 16 (2008), equations 15, 16 and 22, on stories that hold a term instead of words.
"""

import math
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from vigie.folding import unaccented
from vigie.model import Mention
from vigie.query import WORD
from vigie.stop_words import BOILERPLATE, STOP_WORDS

LONGEST_TERM = 3
"""Content words of a term; small words between them (« perte de données ») do not count."""

_LINKS = frozenset(["de", "du", "des", "d", "la", "le", "les", "l", "a", "au", "aux", "en", "et", "sur", "pour", "sans"])
_MOST_LINKS = 2  # in a row
_SHORTEST_WORD = 3
_READ = 20_000  # characters of a text
_REMEMBERED = 50_000  # words whose answer is kept
_WEB = re.compile(r"(?:https?://|www\.)\S+|@\w+")
_PIECES = re.compile(rf"({WORD.pattern}|[.!?…;:,()\[\]«»“”\"\n|/•–—])")

_LEAST_STORIES = 3
_SURE = 1.96  # standard deviations: one term in forty would pass by chance
_PRIOR_STORIES = 20.0  # weight of the prior, in stories; a term of three stories against an empty past then scores about 2.5
_SAME = 0.75  # a part of a longer term that hardly ever stands without it says nothing new


Sort = tuple[str, bool, bool]
"""Of a piece: its folded word, "" for a sign; whether it is a content word; whether it may stand between two."""


class Pieces(NamedTuple):
    """A text in words and the signs that end a clause: how each is written, where it starts and where it ends."""

    written: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]


@dataclass(frozen=True, slots=True)
class EmergingTerm:
    """A term said more than before. `recent` and `past` are how many stories hold it; `score` is in standard deviations."""

    term: str
    score: float
    recent: int
    past: int


@dataclass(frozen=True, slots=True)
class _Side:
    """One period: in how many stories each term stands, in how many it is written so, and how many stories there are."""

    counts: Counter[str]
    written: Counter[tuple[str, str]]
    stories: int


def terms_in(text: str, only: Container[str] | None = None) -> Iterator[tuple[str, int, int]]:
    """The terms that begin with a word of `only`, or all, each folded, with its place; addresses and stop words are left out.

    They have one to three content words. In order, longer ones after shorter ones.
    """
    written, starts, ends = pieces_of(text)
    sorts = list(map(sort_of, written))
    for first, (folded, is_full, _) in enumerate(sorts):
        if is_full if only is None else folded in only:
            yield from ((term, starts[first], ends[last]) for term, last in terms_from(sorts, first))


def pieces_of(text: str) -> Pieces:
    """The pieces of the first 20,000 characters of `text`, a line end in place of each character of an address."""
    read = text[:_READ]
    if "http" in read or "www." in read or "@" in read:
        read = _WEB.sub(lambda found: "\n" * len(found[0]), read)
    parts = _PIECES.split(read)  # what lies between, a piece, over and over
    ends = list(accumulate(map(len, parts)))
    return Pieces(parts[1::2], ends[:-1:2], ends[1::2])


@lru_cache(_REMEMBERED)
def sort_of(piece: str) -> Sort:
    """The sort of a piece."""
    folded = fold(piece) if piece[0].isalnum() else ""
    return folded, is_content(folded), folded in _LINKS


def terms_from(sorts: Sequence[Sort], first: int) -> Iterator[tuple[str, int]]:
    """The terms that begin with the content word at `first`, each folded, with the place of its last word; shorter ones first."""
    words, content, links = "", 0, 0
    for last, (folded, is_full, is_link) in enumerate(sorts[first : first + 3 * LONGEST_TERM], start=first):
        links = 0 if is_full else links + 1
        if not is_full and (not is_link or links > _MOST_LINKS):
            return
        words = f"{words} {folded}" if words else folded
        if is_full:
            yield words, last
            content += 1
            if content == LONGEST_TERM:
                return


@lru_cache(_REMEMBERED)
def fold(word: str) -> str:
    """`word` without case, accents and ligatures."""
    plain = word.lower()
    return plain if plain.isascii() else unaccented(plain.replace("œ", "oe").replace("æ", "ae"))


def emerging(
    recent: Iterable[Mention], past: Iterable[Mention], leave_out: Set[str] = frozenset(), limit: int = 20
) -> Sequence[EmergingTerm]:
    """What is said of a brand in `recent` more than in `past`, highest score first; copies of one story count once.

    `leave_out` are folded words, such as the brand's name, that no term may hold. A term stands in three recent stories at least.
    """
    now = _side(recent)
    often = {term for term, count in now.counts.items() if count >= _LEAST_STORIES and not leave_out & set(term.split())}
    before = _side(past, often)
    scores = {term: score for term in often if (score := _score(term, now, before)) >= _SURE}
    spelling = _spellings(now.written, scores)
    scored = [EmergingTerm(spelling[term], score, now.counts[term], before.counts[term]) for term, score in scores.items()]
    scored.sort(key=lambda term: (-term.score, -len(term.term), term.term))
    return _without_parts(scored)[:limit]


def name_words(names: Iterable[str]) -> frozenset[str]:
    """The folded words of a brand's names, which say nothing new of it: what `emerging` leaves out."""
    return frozenset(fold(word) for name in names for word in WORD.findall(name))


def is_content(folded: str) -> bool:
    """Whether a folded word says something: three letters at least, no small word and no furniture of sites."""
    return len(folded) >= _SHORTEST_WORD and folded.isalpha() and folded not in STOP_WORDS and folded not in BOILERPLATE


def _side(mentions: Iterable[Mention], only: Set[str] | None = None) -> _Side:
    """What stands in `mentions`; of the terms only those of `only`, if given: then most of a text is passed over."""
    begins = None if only is None else {term.partition(" ")[0] for term in only}
    counts, written = Counter[str](), Counter[tuple[str, str]]()
    stories: dict[str, set[str]] = {}
    for mention in mentions:
        text = f"{mention.document.title}\n{mention.document.text}"
        held = stories.setdefault(mention.story_id, set())
        for term, start, end in terms_in(text, begins):
            if term not in held and (only is None or term in only):
                held.add(term)
                counts[term] += 1
                written[term, text[start:end].lower()] += 1
    return _Side(counts, written, len(stories))


def _spellings(written: Counter[tuple[str, str]], terms: Container[str]) -> dict[str, str]:
    """How each of `terms` is mostly written; of two ways as frequent, the one that was met first."""
    best: dict[str, tuple[int, str]] = {}
    for (term, spelling), number in written.items():
        if term in terms and number > best.get(term, (0, ""))[0]:
            best[term] = number, spelling
    return {term: spelling for term, (_, spelling) in best.items()}


def _score(term: str, now: _Side, before: _Side) -> float:
    """The log-odds ratio in standard deviations, with the share of the term in both periods together as prior."""
    recent, past = now.counts[term], before.counts[term]
    prior = _PRIOR_STORIES * (recent + past) / (now.stories + before.stories + 1)
    ratio = _log_odds(recent, now.stories, prior) - _log_odds(past, before.stories, prior)
    return ratio / math.sqrt(1 / (recent + prior) + 1 / (past + prior))


def _log_odds(count: int, stories: int, prior: float) -> float:
    return math.log((count + prior) / (stories + _PRIOR_STORIES - count - prior))


def _without_parts(scored: Sequence[EmergingTerm]) -> list[EmergingTerm]:
    """The terms without those that are part of a longer one which is said nearly as often, and longer ones that are rarer."""
    kept: list[EmergingTerm] = []
    for term in sorted(scored, key=lambda term: -len(term.term.split())):
        longer = [other for other in kept if f" {term.term} " in f" {other.term} "]
        if not any(other.recent >= _SAME * term.recent for other in longer):
            kept = [other for other in kept if other not in longer] + [term]
    return sorted(kept, key=lambda term: (-term.score, term.term))
