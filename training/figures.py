"""How good answers are: macro-F1, and whether probabilities are what they say."""

import numpy as np
from numpy.typing import NDArray

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


def softmax(logits: Matrix) -> Matrix:
    """Row by row."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
