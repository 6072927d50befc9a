"""Tells copies of one text from texts written apart: the arithmetic behind stories.

A text is the set of its runs of four words, each hashed. The smallest hashes of the set stand for it (bottom-k sketch: A. Broder,
"On the resemblance and containment of documents", 1997): two sketches tell how much of one text stands in the other, which
plain MinHash does not; that figure tells a shortened dispatch from an article that quotes one. The few smallest hashes serve
as index keys: copies share some of them.

A sketch also remembers which runs stand in the first half of the text, where what is told stands (a closing disclaimer does not),
and which names and figures the text holds: two adverts of one template differ in nothing else.
"""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from hashlib import blake2b
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from analysis.folding import fold, plain_words, without_addresses

_RUN = 4  # words; a changed word costs four runs, and unrelated French texts share hardly any run of four
_SKETCH = 400  # hashes; shorter texts, which are most, are compared exactly
BANDS = 16  # two texts of resemblance r share no key with probability (1 - r) ** 16: 2.8 % at 0.2, 0.3 % at 0.3
_FACTS = 60  # names, and figures, that a sketch holds
_MOST_NAMES = 0.3  # of the words; a text in capitals, or in German, shows no names
_IN_HEAD = 1 << 63
_SECTION = (1 << 64) - 1
_FEWEST_WORDS = 20  # shorter texts are copies only when equal
_FEWEST_EQUAL_WORDS = 8  # below, equal texts are not even that: two customers may both write "même problème chez moi"
_LONGEST_READ = 5000  # words
_LONGEST_TEXT = 100_000  # characters: more than so many words take
_NAME = re.compile(r"(?<=[^\s.!?…:«»\"“”>-])[ \u00a0]+(?:[dlDL]['’])?([^\W\d_a-zß-öø-ÿ][\w-]*)")
_FIGURE = re.compile(r"\d+")
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
        return Fingerprint(tuple(smallest[:BANDS].tolist()), _packed(smallest, runs[: len(words) // 2], *_facts(plain, words)))
    words = plain_words(without_addresses(title)) + words
    whole = "equal\x00" + " ".join(words)
    if len(words) >= _FEWEST_EQUAL_WORDS:
        return Fingerprint((_hash(whole),), b"")
    return Fingerprint((_hash(f"{whole}\x00{author}"),) if author and words else (), b"")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What stands for a text: its smallest run hashes, which of them its first half holds, its names and figures.

    The last three are empty in sketches made before they were kept.
    """

    runs: Set[int]
    head: Set[int]
    names: Set[int]
    figures: Set[int]
    horizon: int = _IN_HEAD  # up to which value it holds every hash of its text

    def without(self, runs: Set[int]) -> "Sketch":
        """The sketch without `runs`."""
        return replace(self, runs=self.runs - runs, head=self.head - runs) if runs else self

    def within(self, other: "Sketch") -> Set[int]:
        """Its runs up to where both sketches hold all that their texts have."""
        return self.runs if other.horizon >= self.horizon else {run for run in self.runs if run <= other.horizon}


def read_sketch(packed: bytes) -> Sketch:
    """The sketch of a fingerprint."""
    values = np.frombuffer(packed, "<u8") if packed else np.zeros(0, np.uint64)
    marked, names, figures = (*np.split(values, np.flatnonzero(values == _SECTION)), values[:0], values[:0])[:3]
    plain = marked & np.uint64(_IN_HEAD - 1)
    runs, head = plain.tolist(), plain[marked >= _IN_HEAD].tolist()
    horizon = max(runs) if len(runs) >= _SKETCH else _IN_HEAD
    return Sketch(frozenset(runs), frozenset(head), frozenset(names[1:].tolist()), frozenset(figures[1:].tolist()), horizon)


def repeated_share(later: bytes, earlier: bytes) -> float:
    """The share, between 0 and 1, of the later text's runs that stand in the earlier one (containment).

    Exact for texts of at most 400 different runs, an estimate for longer ones.
    """
    return share_in(read_sketch(later), read_sketch(earlier))


def share_in(one: Sketch, other: Sketch) -> float:
    """The share of the runs of `one` that stand in `other`."""
    compared = one.within(other)
    return len(compared & other.runs) / max(1, len(compared))


def head_share(one: Sketch, other: Sketch) -> float:
    """The share of the shorter first half that stands in the other first half; 1 where a sketch does not know its first half."""
    first, second = one.head & one.within(other), other.head & other.within(one)
    return len(first & second) / min(len(first), len(second)) if first and second else 1.0


def own_runs(one: Sketch, other: Sketch) -> int:
    """How many runs each of the two has for itself, at least; of a long text only those that its sketch holds."""
    return min(len(one.runs - other.runs), len(other.runs - one.runs))


def replaced_share(old: Set[int], new: Set[int]) -> float:
    """The share of names, or figures, that stand in one text only, in the text that has fewer of them; 0 when one has none."""
    return min(len(old - new) / len(old), len(new - old) / len(new)) if old and new else 0.0


def _runs(words: Sequence[str]) -> _Hashes:
    """63 bits for each run of words, in order, so that a database's signed integer holds them; the same on every machine."""
    coded = np.array([crc32(word.encode("utf-8", "surrogatepass")) for word in words], np.uint64)
    count = len(words) - _RUN + 1
    mixed = np.zeros(count, np.uint64)
    for place, factor in enumerate(_OF_PLACE):
        mixed += coded[place : place + count] * factor
    for shift, factor in _MIXING:
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed >> np.uint64(1)


def _facts(plain: str, words: Sequence[str]) -> tuple[Sequence[int], Sequence[int]]:
    """The hashed names of a text of those words (what begins with a capital inside a sentence) and its figures, ascending."""
    names = _NAME.findall(plain)
    return _smallest(map(fold, names if len(names) <= _MOST_NAMES * len(words) else ())), _smallest(_FIGURE.findall(plain))


def _smallest(words: Iterable[str]) -> Sequence[int]:
    return sorted(map(_hash, set(words)))[:_FACTS]


def _hash(text: str) -> int:
    """63 bits, as of a run."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _packed(runs: _Hashes, head: _Hashes, names: Sequence[int], figures: Sequence[int]) -> bytes:
    marked = np.where(np.isin(runs, head), runs | np.uint64(_IN_HEAD), runs)
    facts = np.array([_SECTION, *names, _SECTION, *figures], np.uint64)
    return np.concatenate([marked, facts]).astype("<u8").tobytes()
