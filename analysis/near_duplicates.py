"""Tells copies of one text from texts written apart: the arithmetic behind stories.

A text is the set of its runs of four words, each hashed. The smallest hashes of the set stand for it (bottom-k sketch: A. Broder,
"On the resemblance and containment of documents", 1997): two sketches tell how much of one text stands in the other, which
plain MinHash does not; that figure tells a shortened dispatch from an article that quotes one. The few smallest hashes serve
as index keys: copies share some of them.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from sys import byteorder

from analysis.folding import folded_words

_RUN = 4  # words; a changed word costs four runs, and unrelated French texts share hardly any run of four
_SKETCH = 400  # hashes; shorter texts, which are most, are compared exactly
_BANDS = 12  # two texts of resemblance r share no key with probability (1 - r) ** 12: 1.4 % at 0.3, 0.02 % at 0.5
_FEWEST_WORDS = 30  # shorter texts are copies only when equal
_FEWEST_EQUAL_WORDS = 8  # below, equal texts are not even that: two customers may both write "même problème chez moi"
_LONGEST_READ = 5000  # words


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What near-duplicate search knows of a text. Without `sketch`, sharing a band means being equal."""

    bands: tuple[int, ...]
    sketch: bytes


def fingerprint(title: str, text: str, *, author: str | None = None) -> Fingerprint:
    """The fingerprint of a text. The title counts only where the text is too short: copies often change it.

    Very short texts have no bands, unless an `author` is given: then they equal what the same author wrote word for word.
    """
    words = folded_words(text)[:_LONGEST_READ]
    if len(words) >= _FEWEST_WORDS:
        hashes = sorted({_hash(" ".join(words[place : place + _RUN])) for place in range(len(words) - _RUN + 1)})[:_SKETCH]
        return Fingerprint(tuple(hashes[:_BANDS]), _packed(hashes))
    words = folded_words(title) + words
    whole = "equal\x00" + " ".join(words)
    if len(words) >= _FEWEST_EQUAL_WORDS:
        return Fingerprint((_hash(whole),), b"")
    return Fingerprint((_hash(f"{whole}\x00{author}"),) if author and words else (), b"")


def repeated_share(later: bytes, earlier: bytes) -> float:
    """The share, between 0 and 1, of the later text's runs that stand in the earlier one (containment).

    Exact for texts of at most 400 different runs, an estimate for longer ones.
    """
    new, old = _unpacked(later), _unpacked(earlier)
    limit = min(_horizon(new), _horizon(old))
    told = set(old)
    compared = [value for value in new if value <= limit]
    return sum(value in told for value in compared) / max(1, len(compared))


def _horizon(hashes: Sequence[int]) -> int:
    """Up to which value a sketch holds every hash of its text."""
    return hashes[-1] if len(hashes) >= _SKETCH else 1 << 64


def _hash(text: str) -> int:
    """63 bits, so that a database's signed integer holds them; the same on every machine."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _packed(hashes: Sequence[int]) -> bytes:
    packed = array("Q", hashes)
    if byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _unpacked(sketch: bytes) -> "array[int]":
    unpacked = array("Q", sketch)
    if byteorder == "big":
        unpacked.byteswap()
    return unpacked
