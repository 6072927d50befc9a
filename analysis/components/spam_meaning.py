"""Tells by its words and its meaning whether a paragraph sells what spam sells: a small model over words, signs and the encoder.

Second opinion of the spam filter, for offers in words that its list lacks; training/spam.py fits spam_meaning.npz. Words and
signs, which cost little, say first whether the encoder is worth asking.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from analysis.components.spam_signs import Signs
from analysis.sentiment import encoder

SIGNS, CLOSING = 0.5, 0.7
"""How much the signs and the meaning of the last sentence count beside that of the whole, whose vectors have length 1."""
GAMMA = 0.7
"""How fast likeness falls with the squared distance of two paragraphs: radial basis functions, exp(-GAMMA * d²)."""
PLACES = 2**15
"""Among which the stems of a paragraph, and their pairs, are hashed."""

# Cross-validated, whole trades left out: above lie 1 clean paragraph in 100 of those written to look like spam, and 2 in 1,000
# of the corpus.
_SURE = 0.4
_WORTH_ASKING = -2.0  # log-odds of words and signs alone; 4 in 5 press texts lie under, and 1 in 100 of the offers found
_LONGEST_READ = 1400  # characters: two windows of the encoder
_SHORTEST_SENTENCE = 16  # characters; « Tarif libre. » closes nothing
_STEM = 5  # letters
_TERM = re.compile(r"\d+|\w+|[?!:€%$]")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class _Model:
    """A logistic regression on words and signs (`first…`); a support vector machine, linear in the words, on what `seen` gives.

    `rarity` is how much a place of the words counts: what stands in fewer texts says more. `axes` are the directions in which the
    meanings of paragraphs differ most.
    """

    rarity: NDArray[np.float64]
    first_words: NDArray[np.float64]
    first_signs: NDArray[np.float64]
    first_bias: float
    axes: NDArray[np.float64]
    vectors: NDArray[np.float64]
    weights: NDArray[np.float64]
    words: NDArray[np.float64]
    bias: float

    def first(self, places: NDArray[np.int64], worth: NDArray[np.float64], signs: NDArray[np.float64]) -> float:
        """Log-odds before anybody asks for the meaning."""
        return float(worth @ self.first_words[places] + signs @ self.first_signs) + self.first_bias

    def score(
        self, places: NDArray[np.int64], worth: NDArray[np.float64], meanings: NDArray[np.float64], signs: NDArray[np.float64]
    ) -> float:
        """Above 0 for what the fit holds for spam."""
        distances = ((self.vectors - seen(meanings, self.axes, signs)) ** 2).sum(axis=1)
        return float(np.exp(-GAMMA * distances) @ self.weights + worth @ self.words[places]) + self.bias


def sells(paragraph: str) -> bool:
    """Whether the paragraph is spam by its meaning; never where the encoder is not installed. Its first use takes a second."""
    read, model = paragraph[:_LONGEST_READ], _model()
    signs = Signs(read)
    places, numbers = places_of(signs.folded), np.array(signs.vector())
    worth = worth_of(places, model.rarity)
    if model.first(places, worth, numbers) < _WORTH_ASKING or (sense := encoder.load()) is None:
        return False
    return model.score(places, worth, meanings(read, sense), numbers) >= _SURE


def is_worth_asking(paragraph: str) -> bool:
    """Whether words and signs alone leave it open that the paragraph sells."""
    model, signs = _model(), Signs(paragraph[:_LONGEST_READ])
    places = places_of(signs.folded)
    return model.first(places, worth_of(places, model.rarity), np.array(signs.vector())) >= _WORTH_ASKING


def places_of(folded: str) -> NDArray[np.int64]:
    """The places, each once and in order, of the stems of a folded text and of their pairs; all numbers are one stem."""
    stems = ["0" if term.isdigit() else term[:_STEM] for term in _TERM.findall(folded)]
    return np.array(sorted({_place(run) for run in (*stems, *_pairs(stems))}), np.int64)


def worth_of(places: NDArray[np.int64], rarity: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each place counts in its text: rarer ones more, all of length 1."""
    worth = rarity[places]
    return worth / max(1e-9, float(np.linalg.norm(worth)))


def meanings(paragraph: str, sense: encoder.Encoder) -> NDArray[np.float64]:
    """What the paragraph means, then what its last sentence does, where the offer often stands: 2 * `encoder.SIZE` numbers."""
    sentences = [sentence for sentence in _SENTENCE_END.split(paragraph) if len(sentence) >= _SHORTEST_SENTENCE]
    whole = encoder.meaning(paragraph, sense)
    closing = encoder.meaning(sentences[-1], sense) if len(sentences) > 1 else whole
    return np.concatenate([whole, CLOSING * closing])


def seen(meanings: NDArray[np.float64], axes: NDArray[np.float64], signs: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the machine sees of a paragraph, or of several in rows."""
    return np.concatenate([meanings @ axes, SIGNS * signs], axis=-1)


def _pairs(stems: Sequence[str]) -> list[str]:
    return [f"{one} {other}" for one, other in pairwise(stems)]


def _place(run: str) -> int:
    return crc32(run.encode("utf-8", "replace")) % PLACES


@cache
def _model() -> _Model:
    with files("analysis.models").joinpath("spam_meaning.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        parts = {name: stored[name].astype(np.float64) for name in stored.files}
    first_bias, bias = parts.pop("first_bias").item(), parts.pop("bias").item()
    return _Model(**parts, first_bias=first_bias, bias=bias)
