"""The phrases that tell a text's subject: runs of content words, scored by how often, how early and how rare they are.

TF-IDF against the document frequencies of `models/background.tsv`, with the early places of YAKE (Campos et al., "YAKE! Keyword
extraction from single documents using multiple local features", Information Sciences 509, 2020).
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from vigie.terms import Pieces, Sort, pieces_of, sort_of, terms_from

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
_GLUE = frozenset((" ", "'", "’"))


class _Word(NamedTuple):
    """What a word is, wherever it stands. `joins`: a small word that is no preposition, as in « le froid et la pluie ».

    `is_before_verbs` is None for what is not letters alone.
    """

    sort: Sort
    joins: bool
    is_verb: bool
    may_be_participle: bool
    is_before_verbs: bool | None


_Phrase = tuple[int, int]
"""The places of its first and its last word among the pieces of a text."""


def read_key_phrases(text: str, leave_out: Set[str] = frozenset(), classes: Mapping[int, str] | None = None) -> tuple[str, ...]:
    """The key phrases of `text` as written, in lower case, most telling first, eight at most.

    `leave_out` are folded words that no phrase may hold, such as brand names. `classes` gives the word class at each word's first
    character, as spaCy tags it, where the trained pipeline is: a phrase is then nouns with what belongs to them.
    """
    pieces = pieces_of(text)
    starts = pieces.starts
    found: dict[str, list[_Phrase]] = {}
    for wording, phrase in _noun_phrases(text, pieces, leave_out, classes):
        found.setdefault(wording, []).append(phrase)
    telling = ((wording, said) for wording, said in found.items() if _may_stand(wording, said, text, starts, classes))
    scored = [(-_score(wording, len(said), starts[said[0][0]]), said[0], wording) for wording, said in telling]
    chosen: dict[_Phrase, Set[str]] = {}
    for _, phrase, wording in sorted(scored):
        words = frozenset(wording.split())
        if not any(2 * len(words & other) >= min(len(words), len(other)) for other in chosen.values()):
            chosen[phrase] = words
        if len(chosen) == MOST:
            break
    return tuple(" ".join(text[starts[first] : pieces.ends[last]].lower().split()) for first, last in chosen)


def _noun_phrases(
    text: str, pieces: Pieces, leave_out: Set[str], classes: Mapping[int, str] | None
) -> Iterator[tuple[str, _Phrase]]:
    """The terms that are nouns with what belongs to them, and no clause or a part of one; each folded, in order."""
    words = list(map(_word, pieces.written))
    sorts = [word.sort for word in words]
    for first, (folded, is_full, _) in enumerate(sorts):
        if not is_full or folded in leave_out or (classes is None and _opens_clause(text, pieces, words, first)):
            continue
        read = first
        for wording, last in terms_from(sorts, first):
            if any(_ends_phrase(words, at, leave_out, has_classes=classes is not None) for at in range(read + 1, last + 1)):
                break
            read = last
            if classes is None or _are_nouns(range(pieces.starts[first], pieces.ends[last]), classes):
                yield wording, (first, last)


def _ends_phrase(words: Sequence[_Word], at: int, leave_out: Set[str], *, has_classes: bool) -> bool:
    """Whether no phrase goes on with the word at `at`: « a livré », « coupe le courant », « le froid et la pluie »."""
    word, is_after_full = words[at], words[at - 1].sort[1]
    if word.sort[0] in leave_out or (word.joins and is_after_full):
        return True
    return word.is_verb and not has_classes and not (is_after_full and word.may_be_participle)


def _opens_clause(text: str, pieces: Pieces, words: Sequence[_Word], first: int) -> bool:
    """Whether the word at `first` is a verb, by itself or by what stands before it."""
    if words[first].is_verb:
        return True
    start = pieces.starts[first]
    before = words[first - 1].is_before_verbs if first and text[pieces.ends[first - 1] : start] in _GLUE else None
    if before is None:
        found = _LAST_WORD.search(text[max(0, start - _LOOK_BACK) : start])
        return found is not None and found[1].lower() in _BEFORE_VERBS
    return before


def _are_nouns(place: range, classes: Mapping[int, str]) -> bool:
    tags = {classes[at] for at in place if at in classes}
    return bool(_NAMES & tags) and tags <= _NAMES | _QUALITIES


def _may_stand(
    wording: str, said: Sequence[_Phrase], text: str, starts: Sequence[int], classes: Mapping[int, str] | None
) -> bool:
    """Whether a phrase is a subject: several words, or one that comes back or is a name."""
    if " " in wording or len(said) >= _LEAST_LONE:
        return True
    start = starts[said[0][0]]
    return classes is not None and classes.get(start) == "PROPN" and text[start].isupper()


def _score(wording: str, times: int, start: int) -> float:
    words = [word for word in wording.split() if len(word) > 2]
    rarity = sum(map(_rarity, words)) / len(words)
    early = _EARLY_BONUS if start < _EARLY else 1.0
    return rarity * (1 + math.log(times)) * early * _LENGTH_BONUS[min(3, len(words))]


@lru_cache(_REMEMBERED)
def _word(written: str) -> _Word:
    lower, sort = written.lower(), sort_of(written)
    joins = not sort[1] and lower not in _PREPOSITIONS
    is_before_verbs = lower in _BEFORE_VERBS if written.isalpha() and len(written) < _LOOK_BACK else None
    return _Word(sort, joins, _is_verb(lower, sort[0]), lower.endswith(_PARTICIPLE_ENDINGS), is_before_verbs)


@lru_cache(_REMEMBERED)
def _rarity(word: str) -> float:
    return math.log(_SEEN_IN_ALL / _background().get(word, _RAREST - 1))


def _is_verb(word: str, folded: str) -> bool:
    """Whether a word is mostly a verb or an adverb, participles among them."""
    return (
        folded in _not_nominal()
        or word.endswith(_VERB_ENDINGS)
        or (len(word) > 6 and word.endswith(("ement", "amment")) and folded not in _background())
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
