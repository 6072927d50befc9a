"""Tells copies of one text from texts written apart: the arithmetic behind stories.

A text is the set of its runs of four words, each hashed. The smallest hashes of the set stand for it (bottom-k sketch: A. Broder,
"On the resemblance and containment of documents", 1997): two sketches tell how much of one text stands in the other, which
plain MinHash does not; that figure tells a shortened dispatch from an article that quotes one. The few smallest hashes serve
as index keys: copies share some of them.

A sketch also remembers which runs stand in the first half of the text, where what is told stands (a closing disclaimer does not),
and which names and figures the text holds: two adverts of one template differ in nothing else.
"""

import re
from array import array
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from hashlib import blake2b
from sys import byteorder

from analysis.folding import fold, folded_words, without_addresses

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


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What near-duplicate search knows of a text. Without `sketch`, sharing a band means being equal."""

    bands: tuple[int, ...]
    sketch: bytes


def fingerprint(title: str, text: str, *, author: str | None = None) -> Fingerprint:
    """The fingerprint of a text. The title counts only where the text is too short: copies often change it.

    Very short texts have no bands, unless an `author` is given: then they equal what the same author wrote word for word.
    """
    text = text[:_LONGEST_TEXT]
    words = folded_words(text)[:_LONGEST_READ]
    if len(words) >= _FEWEST_WORDS:
        runs = [_hash(" ".join(words[place : place + _RUN])) for place in range(len(words) - _RUN + 1)]
        head = frozenset(runs[: len(words) // 2])
        hashes = sorted(set(runs))[:_SKETCH]
        return Fingerprint(tuple(hashes[:BANDS]), _packed(Sketch(tuple(hashes), head, *_facts(text, len(words)))))
    words = folded_words(title) + words
    whole = "equal\x00" + " ".join(words)
    if len(words) >= _FEWEST_EQUAL_WORDS:
        return Fingerprint((_hash(whole),), b"")
    return Fingerprint((_hash(f"{whole}\x00{author}"),) if author and words else (), b"")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What stands for a text: its smallest run hashes in ascending order, which runs its first half holds, its names and figures.

    The last three are empty in sketches made before they were kept.
    """

    runs: tuple[int, ...]
    head: Set[int]
    names: Set[int]
    figures: Set[int]
    horizon: int = _IN_HEAD  # up to which value it holds every hash of its text

    def without(self, runs: Set[int]) -> "Sketch":
        """The sketch without `runs`."""
        return replace(self, runs=tuple(run for run in self.runs if run not in runs), head=self.head - runs)


def read_sketch(packed: bytes) -> Sketch:
    """The sketch of a fingerprint."""
    sections: list[list[int]] = [[]]
    for value in _unpacked(packed):
        if value == _SECTION:
            sections.append([])
        else:
            sections[-1].append(value)
    runs, names, figures = (*sections, [], [])[:3]
    head = frozenset(value - _IN_HEAD for value in runs if value >= _IN_HEAD)
    plain = tuple(value & ~_IN_HEAD for value in runs)
    return Sketch(plain, head, frozenset(names), frozenset(figures), plain[-1] if len(plain) >= _SKETCH else _IN_HEAD)


def repeated_share(later: bytes, earlier: bytes) -> float:
    """The share, between 0 and 1, of the later text's runs that stand in the earlier one (containment).

    Exact for texts of at most 400 different runs, an estimate for longer ones.
    """
    return share_in(read_sketch(later), read_sketch(earlier))


def share_in(one: Sketch, other: Sketch) -> float:
    """The share of the runs of `one` that stand in `other`."""
    limit = min(one.horizon, other.horizon)
    told = set(other.runs)
    compared = [value for value in one.runs if value <= limit]
    return sum(value in told for value in compared) / max(1, len(compared))


def head_share(one: Sketch, other: Sketch) -> float:
    """The share of the shorter first half that stands in the other first half; 1 where a sketch does not know its first half."""
    limit = min(one.horizon, other.horizon)
    first, second = ({run for run in sketch.head if run <= limit} for sketch in (one, other))
    return len(first & second) / min(len(first), len(second)) if first and second else 1.0


def own_runs(one: Sketch, other: Sketch) -> int:
    """How many runs each of the two has for itself, at least; of a long text only those that its sketch holds."""
    return min(len(set(one.runs).difference(other.runs)), len(set(other.runs).difference(one.runs)))


def replaced_share(old: Set[int], new: Set[int]) -> float:
    """The share of names, or figures, that stand in one text only, in the text that has fewer of them; 0 when one has none."""
    return min(len(old - new) / len(old), len(new - old) / len(new)) if old and new else 0.0


def _facts(text: str, words: int) -> tuple[Set[int], Set[int]]:
    """The hashed names of a text of so many words (what begins with a capital inside a sentence) and its figures."""
    plain = without_addresses(text)
    names = _NAME.findall(plain)
    return _smallest(map(fold, names if len(names) <= _MOST_NAMES * words else ())), _smallest(_FIGURE.findall(plain))


def _smallest(words: Iterable[str]) -> Set[int]:
    return frozenset(sorted({_hash(word) for word in words})[:_FACTS])


def _hash(text: str) -> int:
    """63 bits, so that a database's signed integer holds them; the same on every machine."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _packed(sketch: Sketch) -> bytes:
    runs = [run | _IN_HEAD if run in sketch.head else run for run in sketch.runs]
    packed = array("Q", [*runs, _SECTION, *sorted(sketch.names), _SECTION, *sorted(sketch.figures)])
    if byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _unpacked(sketch: bytes) -> "array[int]":
    unpacked = array("Q", sketch)
    if byteorder == "big":
        unpacked.byteswap()
    return unpacked
