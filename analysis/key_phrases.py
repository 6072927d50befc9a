"""The phrases that tell a text's subject: runs of content words, scored by how often, how early and how rare they are.

TF-IDF against the document frequencies of `models/background.tsv`, with the early places of YAKE (Campos et al., "YAKE! Keyword
extraction from single documents using multiple local features", Information Sciences 509, 2020).
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from vigie.query import WORD
from vigie.terms import Term, fold, is_content, terms_in

MOST = 8
"""Key phrases of one text."""

_EARLY = 200  # characters within which a subject is mostly named
_EARLY_BONUS = 1.3
_LENGTH_BONUS = {1: 0.6, 2: 1.0, 3: 1.15}
_SEEN_IN_ALL = 6260  # texts that the background was counted in
_RAREST = 3  # texts below which a word is not listed
_REMEMBERED = 50_000  # words whose answer is kept
_LEAST_LONE = 2  # how often a single word must stand to be a subject
_NAMES = frozenset(("NOUN", "PROPN"))
_QUALITIES = frozenset(("ADJ", "X", "NUM", "ADP", "DET", "PART"))
_VERB_ENDINGS = ("ait", "aient", "erai", "erais", "era", "eront", "rait", "raient", "erez", "issent")
_PARTICIPLE_ENDINGS = ("é", "ée", "és", "ées", "ie", "ies", "u", "ue", "us", "ues", "ite", "ites")
_PREPOSITIONS = frozenset(("de", "d", "du", "des", "à", "au", "aux", "en", "sur", "pour", "sans"))
# After these stands a verb: « il coupe le courant », « ne répond plus », « a livré ».
_BEFORE_VERBS = frozenset(
    """
    je j tu il elle on ils elles ne n se s me m te t y qui ça
    a ai as avons avez ont avait avais avaient aura avoir ayant est sont était étaient été être
    """.split()  # noqa: SIM905 - a list of words reads better so
)
_LAST_WORD = re.compile(r"([^\W\d_]+)['’\s]*\Z")
_LOOK_BACK = 12  # characters


@dataclass(frozen=True, slots=True)
class _Candidate:
    first: Term
    words: frozenset[str]
    score: float

    def overlaps(self, other: "_Candidate") -> bool:
        """Whether the two share most of the words of the shorter one."""
        return 2 * len(self.words & other.words) >= min(len(self.words), len(other.words))


def read_key_phrases(text: str, leave_out: Set[str] = frozenset(), classes: Mapping[int, str] | None = None) -> tuple[str, ...]:
    """The key phrases of `text` as written, in lower case, most telling first, eight at most.

    `leave_out` are folded words that no phrase may hold, such as brand names. `classes` gives the word class at each word's first
    character, as spaCy tags it, where the trained pipeline is: a phrase is then nouns with what belongs to them.
    """
    by_wording: dict[str, list[Term]] = {}
    for term in terms_in(text):
        by_wording.setdefault(term.folded, []).append(term)
    found = (
        [term for term in terms if _is_noun_phrase(term, text, classes)] for terms in _telling(by_wording, leave_out, classes)
    )
    scored = [_candidate(terms) for terms in found if terms and _may_stand(terms, text, classes)]
    chosen: list[_Candidate] = []
    for candidate in sorted(scored, key=lambda one: (-one.score, one.first.start)):
        if not any(map(candidate.overlaps, chosen)):
            chosen.append(candidate)
        if len(chosen) == MOST:
            break
    return tuple(" ".join(text[one.first.start : one.first.end].lower().split()) for one in chosen)


def _telling(
    by_wording: Mapping[str, Sequence[Term]], leave_out: Set[str], classes: Mapping[int, str] | None
) -> Iterator[Sequence[Term]]:
    """The terms of each wording that may come to stand: most are single words said once."""
    for wording, terms in by_wording.items():
        if (classes is not None or " " in wording or len(terms) >= _LEAST_LONE) and leave_out.isdisjoint(wording.split()):
            yield terms


def _candidate(terms: Sequence[Term]) -> _Candidate:
    return _Candidate(terms[0], frozenset(terms[0].folded.split()), _score(terms))


def _score(terms: Sequence[Term]) -> float:
    words = [word for word in terms[0].folded.split() if len(word) > 2]
    rarity = sum(map(_rarity, words)) / len(words)
    early = _EARLY_BONUS if terms[0].start < _EARLY else 1.0
    return rarity * (1 + math.log(len(terms))) * early * _LENGTH_BONUS[min(3, len(words))]


@lru_cache(_REMEMBERED)
def _rarity(word: str) -> float:
    return math.log(_SEEN_IN_ALL / _background().get(word, _RAREST - 1))


def _may_stand(terms: Sequence[Term], text: str, classes: Mapping[int, str] | None) -> bool:
    """Whether a phrase is a subject: several words, or one that comes back or is a name."""
    if " " in terms[0].folded or len(terms) >= _LEAST_LONE:
        return True
    start = terms[0].start
    return classes is not None and classes.get(start) == "PROPN" and text[start].isupper()


def _is_noun_phrase(term: Term, text: str, classes: Mapping[int, str] | None) -> bool:
    """Whether a term is nouns with what belongs to them, and no clause or a part of one."""
    words = [word.lower() for word in WORD.findall(text[term.start : term.end])]
    if any(words[at] not in _PREPOSITIONS for at in range(1, len(words)) if _is_link(words[at]) and not _is_link(words[at - 1])):
        return False  # « a livré », « coupe le courant », « le froid et la pluie »
    if classes is not None:
        tags = [classes[at] for at in range(term.start, term.end) if at in classes]
        return bool(_NAMES & set(tags)) and set(tags) <= _NAMES | _QUALITIES
    before = _LAST_WORD.search(text[max(0, term.start - _LOOK_BACK) : term.start])
    if (before and before[1].lower() in _BEFORE_VERBS) or _is_verb(words[0]):
        return False
    return not any(_is_verb(word) and (_is_link(one) or not word.endswith(_PARTICIPLE_ENDINGS)) for one, word in pairwise(words))


@lru_cache(_REMEMBERED)
def _is_link(word: str) -> bool:
    return not is_content(fold(word))


@lru_cache(_REMEMBERED)
def _is_verb(word: str) -> bool:
    """Whether a word is mostly a verb or an adverb, participles among them."""
    return (
        fold(word) in _not_nominal()
        or word.endswith(_VERB_ENDINGS)
        or (len(word) > 6 and word.endswith(("ement", "amment")) and fold(word) not in _background())
    )


@cache
def _background() -> Mapping[str, int]:
    """In how many texts of the project's corpus each folded word stands; words of fewer than three are left out."""
    rows = files("analysis.models").joinpath("background.tsv").read_text("utf-8").splitlines()
    return {word: int(count) for word, count in (row.split("\t") for row in rows if not row.startswith("#"))}


@cache
def _not_nominal() -> frozenset[str]:
    """The folded words of the project's corpus that are mostly no noun and no adjective there."""
    lines = files("analysis.models").joinpath("not_nominal.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
