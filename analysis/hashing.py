"""Words as numbered buckets, for models whose weights stand under a hash: nothing is looked up, and no list of words is kept."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray


def buckets_of(pieces: Iterable[str], number: int) -> NDArray[np.int64]:
    """Those of `number` buckets that the pieces fall into, each once and in order."""
    return np.array(sorted({crc32(piece.encode("utf-8", "replace")) % number for piece in pieces}), np.int64)


def singly_and_in_pairs(row: Sequence[str]) -> Iterator[str]:
    """The words of `row`, then each two that stand side by side, with a blank between."""
    yield from row
    yield from map(" ".join, pairwise(row))
