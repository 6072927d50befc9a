"""How good answers are: macro-F1, pairs that belong together, and whether probabilities are what they say."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from analysis.target.model import softmax

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]


def macro_f1(labels: Labels, answers: Labels) -> float:
    """In %, over the three labels."""
    return float(np.mean(f1_of_each(labels, answers, 3)))


def f1_of_each(labels: Labels, answers: Labels, count: int) -> list[float]:
    """In %, of each of `count` labels; 0 where a label neither was nor was answered."""
    hits = [np.sum((labels == label) & (answers == label)) for label in range(count)]
    sizes = [np.sum(labels == label) + np.sum(answers == label) for label in range(count)]
    return [100 * float(2 * hit / size) if size else 0.0 for hit, size in zip(hits, sizes, strict=True)]


def pairwise_f1(true: Sequence[str], said: Sequence[str]) -> float:
    """In [0, 1], of pairs of texts that share a group; `true` and `said` give each text its group. 1 where there is no pair."""
    pairs = [(one == other, told == again) for (one, told), (other, again) in combinations(zip(true, said, strict=True), 2)]
    both = sum(same and together for same, together in pairs)
    count = sum(same + together for same, together in pairs)
    return 2 * both / count if count else 1.0


def reliability(labels: Labels, negative: Matrix) -> str:
    """What was said of negative, in fifths: mean said, share that was, number of texts."""
    fifths = np.minimum((negative * 5).astype(int), 4)
    return "  ".join(
        f"{negative[fifths == i].mean():.2f} -> {(labels[fifths == i] == 0).mean():.2f} ({np.sum(fifths == i)})"
        for i in range(5)
        if np.any(fifths == i)
    )


def temperature(labels: Labels, logits: Matrix) -> float:
    """What to divide logits by so that the true labels get the highest likelihood."""
    candidates = np.arange(0.3, 3.0, 0.02)
    chances = [softmax(logits / t)[np.arange(len(labels)), labels] for t in candidates]
    return float(candidates[np.argmax([np.log(chance).sum() for chance in chances])])
