"""Tells copies of one text from texts written apart: the arithmetic behind stories.

A text is the set of its runs of four words, each hashed. The smallest hashes of the set stand for it (bottom-k sketch: A. Broder,
"On the resemblance and containment of documents", 1997): two sketches tell how much of one text stands in the other, which
plain MinHash does not; that figure tells a shortened dispatch from an article that quotes one. The few smallest hashes serve
as index keys: copies share some of them.

A sketch also remembers which names and figures the text holds, as two adverts of one template differ in nothing else, and its
first content words in order: they tell what each of two texts says for itself beside a passage that both have.
"""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby, islice
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from analysis.folding import fold, plain_words, without_addresses
from vigie.stop_words import BOILERPLATE, FIGURES, STOP_WORDS

_RUN = 4  # words; a changed word costs four runs, and unrelated French texts share hardly any run of four
_SKETCH = 400  # hashes; shorter texts, which are most, are compared exactly
BANDS = 16  # two texts of resemblance r share no key with probability (1 - r) ** 16: 2.8 % at 0.2, 0.3 % at 0.3
_FACTS = 60  # names, and figures, that a sketch holds
_MOST_NAMES = 0.3  # of the words; a text in capitals, or in German, shows no names
_MOST_WORDS = 160  # content words: of some 350
_SHORTEST_WORD, _STEM = 4, 6  # letters of a content word, and by which two are held for one
_SAID_ALIKE = 3  # content words in a row that two texts hardly share by chance
_SHORTEST_LINE = 40  # characters; menus, by-lines and headings are shorter, and tell nothing
_REMEMBERED = 50_000  # words whose answer is kept
_TOP = 6_000  # characters: more than so many content words take
_RUN_BITS = 63  # sketches of earlier versions use the last bit for something else
_END = 1 << _RUN_BITS
_SECTION = (1 << 64) - 1
_FEWEST_WORDS = 20  # shorter texts are copies only when equal
_FEWEST_EQUAL_WORDS = 8  # below, equal texts are not even that: two customers may both write "même problème chez moi"
_SAY_NOTHING = STOP_WORDS | BOILERPLATE
_LONGEST_READ = 5000  # words
_LONGEST_TEXT = 100_000  # characters: more than so many words take
_NAME = re.compile(r"(?<=[^\s.!?…:«»\"“”>-])[ \u00a0]+(?:[dlDL]['’])?([^\W\d_a-zß-öø-ÿ][\w-]*)")
_OPENER = re.compile(r"(?:^|[.!?…:\n])[\s«\"“]*([^\W\d_a-zß-öø-ÿ][\w-]*)")
_FIGURE = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d+)*")  # « 4 118 » and « 1,07 » are one
# A run's hash: its words' CRCs times odd constants, summed and mixed by the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
_OF_PLACE = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64)
_MIXING = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1))

_Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What near-duplicate search knows of a text. Without `sketch`, sharing a band means being equal."""

    bands: tuple[int, ...]
    sketch: bytes


def fingerprint(title: str, text: str, *, author: str | None = None) -> Fingerprint:
    """The fingerprint of a text. The title counts only where the text is too short: copies often change it.

    Very short texts have no bands, unless an `author` is given: then they equal what the same author wrote word for word.
    """
    plain = without_addresses(text[:_LONGEST_TEXT])
    words = plain_words(plain)[:_LONGEST_READ]
    if len(words) >= _FEWEST_WORDS:
        runs = _runs(words)
        smallest = np.unique(runs)[:_SKETCH]
        return Fingerprint(tuple(smallest[:BANDS].tolist()), _packed(smallest, *_facts(plain, words), _content(plain, words)))
    words = plain_words(without_addresses(title)) + words
    whole = "equal\x00" + " ".join(words)
    if len(words) >= _FEWEST_EQUAL_WORDS:
        return Fingerprint((_hash(whole),), b"")
    return Fingerprint((_hash(f"{whole}\x00{author}"),) if author and words else (), b"")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What stands for a text: its smallest run hashes, its names inside sentences, its figures, the words that open its sentences
    with a capital, and its first content words in reading order.

    All but the runs may be empty in sketches of earlier versions.
    """

    runs: Set[int]
    names: Set[int]
    figures: Set[int]
    openers: Set[int]
    words: tuple[int, ...]
    horizon: int = _END  # up to which value it holds every hash of its text

    def without(self, runs: Set[int]) -> "Sketch":
        """The sketch without `runs`."""
        return replace(self, runs=self.runs - runs) if runs else self

    def within(self, other: "Sketch") -> Set[int]:
        """Its runs up to where both sketches hold all that their texts have."""
        return self.runs if other.horizon >= self.horizon else {run for run in self.runs if run <= other.horizon}


def read_sketch(packed: bytes) -> Sketch:
    """The sketch of a fingerprint."""
    values = np.frombuffer(packed, "<u8") if packed else np.zeros(0, np.uint64)
    first, *parts = np.split(values, np.flatnonzero(values == _SECTION))
    names, figures, openers, words = ([tuple(part[1:].tolist()) for part in parts] + [()] * 4)[:4]
    runs = (first & np.uint64(_END - 1)).tolist()
    horizon = max(runs) if len(runs) >= _SKETCH else _END
    return Sketch(frozenset(runs), frozenset(names), frozenset(figures), frozenset(openers), words, horizon)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of content words of a text; `start` and `share` are of all its content words."""

    words: Sequence[int]
    start: float
    share: float

    def told_in(self, words: Set[int]) -> float:
        """The share of its words that are among `words`."""
        own = set(self.words)
        return len(own & words) / max(1, len(own))


def own_passage(one: Sketch, other: Sketch) -> Passage:
    """The longest stretch of content words of `one` that holds nothing which `other` says in the same `_SAID_ALIKE` words."""
    shared = set(_rows(other.words))
    is_own = [True] * len(one.words)
    for place, row in enumerate(_rows(one.words)):
        if row in shared:
            is_own[place : place + _SAID_ALIKE] = [False] * _SAID_ALIKE
    stretches = [list(places) for own, places in groupby(range(len(one.words)), key=is_own.__getitem__) if own]
    longest = max(stretches, key=len, default=[0])
    count = max(1, len(one.words))
    return Passage([one.words[place] for place in longest], longest[0] / count, len(longest) / count)


def _rows(words: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [words[place : place + _SAID_ALIKE] for place in range(len(words) - _SAID_ALIKE + 1)]


def repeated_share(later: bytes, earlier: bytes) -> float:
    """The share, between 0 and 1, of the later text's runs that stand in the earlier one (containment).

    Exact for texts of at most 400 different runs, an estimate for longer ones.
    """
    return share_in(read_sketch(later), read_sketch(earlier))


def share_in(one: Sketch, other: Sketch) -> float:
    """The share of the runs of `one` that stand in `other`."""
    compared = one.within(other)
    return len(compared & other.runs) / max(1, len(compared))


def own_runs(one: Sketch, other: Sketch) -> int:
    """How many runs each of the two has for itself, at least; of a long text only those that its sketch holds."""
    return min(len(one.runs - other.runs), len(other.runs - one.runs))


def replaced_share(old: Set[int], new: Set[int]) -> float:
    """The share of names, or figures, that stand in one text only, in the text that has fewer of them; 0 when one has none."""
    return min(len(old - new) / len(old), len(new - old) / len(new)) if old and new else 0.0


def _runs(words: Sequence[str]) -> _Hashes:
    """63 bits for each run of words, in order, so that a database's signed integer holds them; the same on every machine."""
    coded = np.fromiter(map(_word_code, words), np.uint64, len(words))
    count = len(words) - _RUN + 1
    mixed = np.zeros(count, np.uint64)
    for place, factor in enumerate(_OF_PLACE):
        mixed += coded[place : place + count] * factor
    for shift, factor in _MIXING:
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed >> np.uint64(1)


@lru_cache(_REMEMBERED)
def _word_code(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


def _facts(plain: str, words: Sequence[str]) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """Hashed and ascending: the names of a text of those words (what begins with a capital inside a sentence), its figures, and
    what opens its sentences with a capital and is no function word.
    """
    names = _NAME.findall(plain)
    openers = (word for word in map(fold, _OPENER.findall(plain)) if word not in STOP_WORDS)
    return (
        _smallest(map(fold, names if len(names) <= _MOST_NAMES * len(words) else ())),
        _smallest([*_FIGURE.findall(plain), *FIGURES.intersection(words)]),
        _smallest(openers),
    )


def _content(plain: str, words: Sequence[str]) -> list[int]:
    """The stems of the first content words of what is no menu, hashed, in order; `words` are those of the whole text."""
    lines = plain[:_TOP].splitlines()
    if len(plain) > _TOP or any(len(line) < _SHORTEST_LINE for line in lines):
        words = plain_words("\n".join(line for line in lines if len(line) >= _SHORTEST_LINE))
    coded = (stem for stem in map(_content_stem, words) if stem is not None)
    return list(islice(coded, _MOST_WORDS))


@lru_cache(_REMEMBERED)
def _content_stem(word: str) -> int | None:
    """The stem of a content word, hashed; None for another word."""
    if len(word) < _SHORTEST_WORD or not word.isalpha() or word in _SAY_NOTHING:
        return None
    return _word_code(word[:_STEM])


def _smallest(words: Iterable[str]) -> Sequence[int]:
    return sorted(map(_word_hash, set(words)))[:_FACTS]


@lru_cache(_REMEMBERED)
def _word_hash(word: str) -> int:
    return _hash(word)


def _hash(text: str) -> int:
    """63 bits, as of a run."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _packed(runs: _Hashes, *sections: Sequence[int]) -> bytes:
    facts = np.array([value for section in sections for value in (_SECTION, *section)], np.uint64)
    return np.concatenate([runs, facts]).astype("<u8").tobytes()
