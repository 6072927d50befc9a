"""Tells by its meaning whether a paragraph sells what spam sells: a small model over the sentence encoder and the filter's signs.

Second opinion of the spam filter, for offers in words that its list lacks; training/spam.py fits spam_meaning.npz. The signs
alone, which cost little, say first whether the encoder is worth asking.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from analysis.components.spam_signs import Signs
from analysis.sentiment import encoder

SIGNS = 0.5
"""How much the signs count beside the meaning, whose vectors have length 1."""
GAMMA = 1.0
"""How fast likeness falls with the squared distance of two paragraphs: radial basis functions, exp(-GAMMA * d²)."""

# Cross-validated and asked of every paragraph: 1 clean paragraph in 1,000 of the corpus lies above, and 4 in 100 of those written
# to look like spam.
_SURE = -0.05
_WORTH_ASKING = -4.2  # log-odds of the signs alone; 4 in 5 press texts lie under, 2 in 100 spam paragraphs
_LONGEST_READ = 1400  # characters: two windows of the encoder


@dataclass(frozen=True, slots=True)
class _Model:
    """`signs` and `signs_bias` are a logistic regression on the signs; the rest a support vector machine on what `seen` gives."""

    signs: NDArray[np.float64]
    signs_bias: float
    vectors: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float

    def score(self, seen: NDArray[np.float64]) -> float:
        """Above 0 for what the fit holds for spam."""
        distances = ((self.vectors - seen) ** 2).sum(axis=1)
        return float(np.exp(-GAMMA * distances) @ self.weights) + self.bias


def sells(paragraph: str) -> bool:
    """Whether the paragraph is spam by its meaning; never where the encoder is not installed. Its first use takes a second."""
    read = paragraph[:_LONGEST_READ]
    signs = _signs(read)
    if not _leave_open(signs) or (sense := encoder.load()) is None:
        return False
    return _model().score(seen(encoder.meaning(read, sense), signs)) >= _SURE


def is_worth_asking(paragraph: str) -> bool:
    """Whether the signs alone leave it open that the paragraph sells."""
    return _leave_open(_signs(paragraph))


def _leave_open(signs: NDArray[np.float64]) -> bool:
    model = _model()
    return float(signs @ model.signs) + model.signs_bias >= _WORTH_ASKING


def _signs(paragraph: str) -> NDArray[np.float64]:
    return np.array(Signs(paragraph).vector())


def seen(meaning: NDArray[np.float64], signs: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the model sees of a paragraph."""
    return np.concatenate([meaning, SIGNS * signs])


@cache
def _model() -> _Model:
    with files("analysis.models").joinpath("spam_meaning.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        parts = {name: stored[name].astype(np.float64) for name in stored.files}
    return _Model(parts["signs"], parts["signs_bias"].item(), parts["vectors"], parts["weights"], parts["bias"].item())
