"""The logistic regression that turns features into probabilities. bench/sentiment/fit.py fits its weights, model.json."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from analysis.sentiment.features import NAMES
from vigie.model import DocumentKind

LABELS = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Model:
    """One row of weights and one bias per label, in the order of `LABELS`; `kinds` adds to the biases by kind of document."""

    weights: tuple[tuple[float, ...], ...]
    biases: tuple[float, ...]
    kinds: dict[DocumentKind, tuple[float, ...]]

    def probabilities(self, features: Sequence[float], kind: DocumentKind | None) -> tuple[float, float, float]:
        """Of negative, neutral, positive; they sum to 1."""
        shift = self.kinds.get(kind, (0.0, 0.0, 0.0)) if kind else (0.0, 0.0, 0.0)
        logits = [
            sum(map(float.__mul__, row, features)) + bias + extra
            for row, bias, extra in zip(self.weights, self.biases, shift, strict=True)
        ]
        top = max(logits)
        negative, neutral, positive = (math.exp(logit - top) for logit in logits)
        total = negative + neutral + positive
        return negative / total, neutral / total, positive / total


@cache
def load() -> Model:
    """The fitted model of the package. Raises: ValueError when it was fitted for other features than these."""
    stored = json.loads(files("analysis.sentiment").joinpath("model.json").read_text(encoding="utf-8"))
    if tuple(stored["features"]) != NAMES:
        raise ValueError("model.json was fitted for other features: run bench/sentiment/fit.py")
    return Model(
        weights=tuple(tuple(map(float, stored["weights"][label])) for label in LABELS),
        biases=tuple(float(stored["biases"][label]) for label in LABELS),
        kinds={DocumentKind(kind): tuple(map(float, shift)) for kind, shift in stored["kinds"].items()},
    )
