"""The phrases that tell a text's subject: runs of content words, scored by how often, how early and how rare they are.

TF-IDF against the document frequencies of `models/background.tsv`, with the early places of YAKE (Campos et al., "YAKE! Keyword
extraction from single documents using multiple local features", Information Sciences 509, 2020).
"""

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from vigie.terms import Term, terms_in

MOST = 8
"""Key phrases of one text."""

_EARLY = 200  # characters within which a subject is mostly named
_EARLY_BONUS = 1.3
_LENGTH_BONUS = {1: 0.6, 2: 1.0, 3: 1.15}
_SEEN_IN_ALL = 6260  # texts that the background was counted in
_RAREST = 3  # texts below which a word is not listed
_LEAST_LONE = 2  # how often a single word must stand to be a subject
_NAMES = frozenset(("NOUN", "PROPN"))
_QUALITIES = frozenset(("ADJ", "X", "NUM", "ADP", "DET", "PART"))
_WORDY_ENDINGS = ("ment", "ez", "ait", "aient", "ions", "erai", "era", "eront")


@dataclass(frozen=True, slots=True)
class _Candidate:
    first: Term
    times: int
    score: float


def read_key_phrases(text: str, leave_out: Set[str] = frozenset(), classes: Mapping[int, str] | None = None) -> tuple[str, ...]:
    """The key phrases of `text` as written, in lower case, most telling first, eight at most.

    `leave_out` are folded words that no phrase may hold, such as brand names. `classes` gives the word class at each word's first
    character, as spaCy tags it, where the trained pipeline is: a phrase is then nouns with what belongs to them.
    """
    found: dict[str, list[Term]] = {}
    for term in terms_in(text):
        if not leave_out & set(term.folded.split()) and _is_noun_phrase(term, text, classes):
            found.setdefault(term.folded, []).append(term)
    scored = [_Candidate(terms[0], len(terms), _score(terms)) for terms in found.values() if _may_stand(terms, text, classes)]
    chosen: list[_Candidate] = []
    for candidate in sorted(scored, key=lambda one: (-one.score, one.first.start)):
        if not any(_overlap(candidate, other) for other in chosen):
            chosen.append(candidate)
        if len(chosen) == MOST:
            break
    return tuple(" ".join(text[one.first.start : one.first.end].lower().split()) for one in chosen)


def _score(terms: Sequence[Term]) -> float:
    words = [word for word in terms[0].folded.split() if len(word) > 2]
    rarity = sum(map(_rarity, words)) / len(words)
    early = _EARLY_BONUS if terms[0].start < _EARLY else 1.0
    return rarity * (1 + math.log(len(terms))) * early * _LENGTH_BONUS[min(3, len(words))]


def _rarity(word: str) -> float:
    return math.log(_SEEN_IN_ALL / _background().get(word, _RAREST - 1))


def _may_stand(terms: Sequence[Term], text: str, classes: Mapping[int, str] | None) -> bool:
    """Whether a phrase is a subject: several words, or one that comes back or is a name."""
    if " " in terms[0].folded or len(terms) >= _LEAST_LONE:
        return True
    start = terms[0].start
    return classes is not None and classes.get(start) == "PROPN" and text[start].isupper()


def _is_noun_phrase(term: Term, text: str, classes: Mapping[int, str] | None) -> bool:
    if classes is None:
        return not any(word.endswith(_WORDY_ENDINGS) for word in term.folded.split())
    tags = [classes[at] for at in range(term.start, term.end) if at in classes]
    return bool(_NAMES & set(tags)) and set(tags) <= _NAMES | _QUALITIES


def _overlap(one: _Candidate, other: _Candidate) -> bool:
    """Whether two phrases share most of the words of the shorter one."""
    words, others = set(one.first.folded.split()), set(other.first.folded.split())
    return 2 * len(words & others) >= min(len(words), len(others))


@cache
def _background() -> Mapping[str, int]:
    """In how many texts of the project's corpus each folded word stands; words of fewer than three are left out."""
    rows = files("analysis.models").joinpath("background.tsv").read_text("utf-8").splitlines()
    return {word: int(count) for word, count in (row.split("\t") for row in rows if not row.startswith("#"))}
