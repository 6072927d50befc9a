"""The words of a scene as numbered buckets: all of them, singly and in pairs, and those near the brand's name with their side.

Nothing is looked up: a word is hashed. What the words say of the tone towards the brand is learnt (`training/target.py`).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.hashing import buckets_of, singly_and_in_pairs
from analysis.target.scene import BRAND, Scene

BUCKETS = 1 << 18
_NEAR = 4  # words on each side of the name
# How far each block may pull, as the prior of every weight is the same, and how many pieces it has in a longish text: in a
# shorter one a word says no more than there.
_TEXT, _NEAR_NAME = (4.0, 100), (5.0, 20)
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+|[^\w\s]")  # the sign of the brand is one of the second


class Words(NamedTuple):
    """Each bucket once, with its share; the squares of the shares of a block add up to the square of its scale."""

    buckets: NDArray[np.int64]
    shares: NDArray[np.float64]


def words(scene: Scene) -> Words:
    """The words of the scene, and of the sentences that name the brand those near its name."""
    text = _block(singly_and_in_pairs(_cut(scene.whole)), *_TEXT)
    near = _block((piece for sentence in scene.naming for piece in _near(_cut(sentence.words))), *_NEAR_NAME)
    return Words(np.concatenate([text.buckets, near.buckets]), np.concatenate([text.shares, near.shares]))


def _cut(string: str) -> list[str]:
    """Words and marks, in order; all numbers are one word."""
    return _WORD.findall(_NUMBER.sub("0", string))


def _near(row: list[str]) -> Iterator[str]:
    """Of each name: the words before and after it, and once more the one and the two that stand right beside it."""
    for at in (place for place, word in enumerate(row) if word == BRAND):
        before, after = row[max(0, at - _NEAR) : at], row[at + 1 : at + 1 + _NEAR]
        yield from (f"< {word}" for word in before)
        yield from (f"> {word}" for word in after)
        yield f"<< {' '.join(before[-1:])}"
        yield f">> {' '.join(after[:1])}"
        yield f"<<< {' '.join(before[-2:])}"
        yield f">>> {' '.join(after[:2])}"


def _block(pieces: Iterator[str], scale: float, usual: int) -> Words:
    buckets = buckets_of(pieces, BUCKETS)
    return Words(buckets, np.full(len(buckets), scale / max(usual, len(buckets)) ** 0.5))
