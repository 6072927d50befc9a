"""Pieces of a text as numbered buckets: words, pairs of words, and two to five letters within a word.

Nothing is looked up: a piece is hashed, so that a misspelt or unknown word still shares letters with those the model has seen.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BITS = 18
BUCKETS = 1 << BITS
_LONGEST_PIECE = 5
_MANY_LETTERS, _REMEMBERED = 150, 5_000  # different ones
_LINK, _HANDLE = re.compile(r"(?:https?://|www\.)\S+"), re.compile(r"@\w+")
_NUMBER, _STRETCHED = re.compile(r"\d+"), re.compile(r"(\w)\1{2,}")
_WORD = re.compile(r"\w+|[^\w\s]")
# Odd constants: the first spreads what is hashed over 64 bits (2^64 over the golden ratio), the others are of no importance.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_PAIR, _LETTER = np.uint64(31), np.uint64(1_000_003)
_SPACE = ord(" ")


class Grams(NamedTuple):
    """The buckets of the words and word pairs, and of the pieces of words; one entry per occurrence."""

    words: NDArray[np.int64]
    pieces: NDArray[np.int64]


def grams(text: str) -> Grams:
    """The buckets of `text`. Case, accents, numbers, addresses and names after @ make no difference."""
    plain = _plain(text)
    hashed = np.array([crc32(word.encode()) for word in _WORD.findall(plain)], np.uint64)
    pairs = hashed[:-1] * _PAIR + hashed[1:] + np.uint64(7)
    return Grams(_buckets(np.concatenate([hashed, pairs])), _buckets(_pieces(plain)))


def _plain(text: str) -> str:
    """`text` folded; what cannot be encoded is a question mark."""
    text = text.encode("utf-8", "replace").decode("utf-8").replace("’", "'")
    text = _without_marks(text.lower())
    if "://" in text or "www." in text:
        text = _LINK.sub(" ¤ ", text)
    if "@" in text:
        text = _HANDLE.sub("@", text)
    return _STRETCHED.sub(r"\1\1", _NUMBER.sub("0", text)).replace("œ", "oe")


def _without_marks(text: str) -> str:
    """`text` without accents. The few letters that most texts are made of are replaced, each in one go."""
    letters = set(filterfalse(str.isascii, set(text)))
    if len(letters) > _MANY_LETTERS:
        return "".join(map(_plain_letter, text))
    for letter in letters:
        text = text.replace(letter, _plain_letter(letter))
    return text


@lru_cache(_REMEMBERED)
def _plain_letter(letter: str) -> str:
    """`letter` without its accents, nothing for an accent that stands by itself."""
    return "".join(sign for sign in unicodedata.normalize("NFD", letter) if not unicodedata.combining(sign))


def _pieces(plain: str) -> NDArray[np.uint64]:
    """A hash for each run of two to five characters that has no blank inside; a rolling hash over the whole text at once."""
    padded = f" {' '.join(plain.split())} "
    codes = np.frombuffer(padded.encode("utf-32-le"), np.uint32).astype(np.uint64)
    blank = codes == _SPACE
    rolled = (codes[:-1] + np.uint64(1)) * _LETTER + codes[1:]
    crossing, found = np.zeros(len(rolled), np.bool_), [rolled + np.uint64(2)]
    for length in range(3, _LONGEST_PIECE + 1):
        rolled = rolled[:-1] * _LETTER + codes[length - 1 :]
        crossing = crossing[:-1] | blank[length - 2 : -1]
        found.append((rolled + np.uint64(length))[~crossing])
    return np.concatenate(found)


def _buckets(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (hashes * _SPREAD >> np.uint64(64 - BITS)).astype(np.int64)
