"""The linear model that turns what was read of a text into probabilities. training/tone.py fits its weights, tone_*.npz.

Three blocks of numbers, each with a weight per label: the features of rules and lexicon, the meaning by the sentence encoder
(profile `quality` only), and the pieces of words in buckets. Texts of social networks have weights of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import IO

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment.features import NAMES
from analysis.sentiment.ngrams import Grams
from vigie.model import DocumentKind, SentimentLabel

LABELS = tuple(SentimentLabel)
_FARTHEST = 5.0  # a feature that many spreads from its mean says no more than one at that distance
# How far each block may pull: the prior of every weight is the same, so these are what was tuned (docs/sentiment.md).
_FEATURES_SCALE, _MEANING_SCALE = 0.08, 0.55

Matrix = NDArray[np.float64]


class Profile(StrEnum):
    """What may be spent on a text."""

    QUALITY = "quality"
    FAST = "fast"


class Domain(StrEnum):
    """Whose weights read a text."""

    ANY = "any"
    SOCIAL = "social"

    @classmethod
    def of(cls, kind: DocumentKind | None) -> "Domain":
        return cls.SOCIAL if kind is DocumentKind.SOCIAL else cls.ANY


@dataclass(frozen=True, slots=True)
class Seen:
    """What the model reads of a text; `meaning` is None in the profile `fast`."""

    features: tuple[float, ...]
    grams: Grams
    meaning: Matrix | None = None


@dataclass(frozen=True, slots=True)
class Scaling:
    """Mean and spread of each feature in the corpus, and how rare each bucket is in the fit; 0 for one that is not read."""

    centre: Matrix
    spread: Matrix
    rare_words: Matrix
    rare_pieces: Matrix

    def dense(self, seen: Seen) -> Matrix:
        """The features and the meaning of a text, scaled, in one row."""
        distance = (np.asarray(seen.features) - self.centre) / self.spread
        row = np.clip(distance, -_FARTHEST, _FARTHEST) * _FEATURES_SCALE
        return row if seen.meaning is None else np.concatenate([row, seen.meaning * _MEANING_SCALE])

    def words(self, seen: Seen) -> tuple[NDArray[np.int64], Matrix]:
        """The buckets of words in a text, each once, with their shares; the squares of the shares add up to 1."""
        return _shares(seen.grams.words, self.rare_words)

    def pieces(self, seen: Seen) -> tuple[NDArray[np.int64], Matrix]:
        """As `words`, of the pieces of words."""
        return _shares(seen.grams.pieces, self.rare_pieces)


def _shares(buckets: NDArray[np.int64], rare: Matrix) -> tuple[NDArray[np.int64], Matrix]:
    ordered = np.sort(buckets.astype(np.int32))  # of half the width in half the time
    firsts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))[: len(ordered)]
    once, counts = ordered[firsts].astype(np.int64), np.diff(firsts, append=len(ordered))
    shares = (1 + np.log(counts)) * rare[once]
    return once, shares / max(float(np.sqrt(shares @ shares)), 1e-9)


@dataclass(frozen=True, slots=True)
class Weights:
    """One column per label, in the order of `LABELS`."""

    dense: Matrix
    words: NDArray[np.float32]
    pieces: NDArray[np.float32]
    bias: Matrix


@dataclass(frozen=True, slots=True)
class Model:
    """`kinds` adds to the bias by kind of document; `temperature` divides the logits so that probabilities are true."""

    scaling: Scaling
    weights: Mapping[Domain, Weights]
    kinds: Mapping[DocumentKind, Matrix]
    temperature: float

    def probabilities(self, seen: Seen, kind: DocumentKind | None) -> tuple[float, float, float]:
        """Of negative, neutral, positive; they sum to 1."""
        own = self.weights[Domain.of(kind)]
        logits: Matrix = self.scaling.dense(seen) @ own.dense + own.bias
        for (buckets, shares), table in ((self.scaling.words(seen), own.words), (self.scaling.pieces(seen), own.pieces)):
            logits += shares @ table.take(buckets, axis=0)
        if kind is not None and kind in self.kinds:
            logits += self.kinds[kind]
        raised = np.exp((logits - logits.max()) / self.temperature)
        negative, neutral, positive = (float(part) for part in raised / raised.sum())
        return negative, neutral, positive


@cache
def load(profile: Profile) -> Model:
    """The fitted model of the package. Raises: ValueError when it was fitted for other features than these."""
    with files("analysis.sentiment").joinpath(f"tone_{profile}.npz").open("rb") as file:
        return stored(file)


def stored(file: IO[bytes]) -> Model:
    """The model that training/fit.py wrote to `file`. Raises: ValueError when it was fitted for other features than these."""
    with np.load(file, allow_pickle=False) as arrays:
        if tuple(arrays["names"]) != NAMES:
            raise ValueError("the tone model was fitted for other features: run `make train`")
        parts = {
            name: arrays[name].astype(np.float64) for name in arrays.files if name != "names" and not name.endswith("_table")
        }
        tables = {name: arrays[name].astype(np.float32) for name in arrays.files if name.endswith("_table")}
    return Model(
        scaling=Scaling(parts["centre"], parts["spread"], parts["rare_words"], parts["rare_pieces"]),
        weights={domain: _weights(parts, tables, domain) for domain in Domain},
        kinds={kind: parts[f"kind_{kind}"] for kind in DocumentKind if f"kind_{kind}" in parts},
        temperature=float(parts["temperature"]),
    )


def _weights(parts: Mapping[str, Matrix], tables: Mapping[str, NDArray[np.float32]], domain: Domain) -> Weights:
    words, pieces = (tables[f"{domain}_{block}_table"] for block in ("words", "pieces"))
    return Weights(parts[f"{domain}_dense"], words, pieces, parts[f"{domain}_bias"])
