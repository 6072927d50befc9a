"""Tells by its words and its meaning how much a paragraph sells what spam sells: a small model over words, signs and the encoder.

Read by `spam_page`, which knows the page around; training/spam.py fits spam_meaning.npz. Words and signs, which cost little, say
first whether the encoder is worth asking.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from analysis.components.spam_signs import Signs
from analysis.hashing import buckets_of, singly_and_in_pairs
from analysis.sentiment import encoder

SIGNS, CLOSING = 0.5, 0.7
"""How much the signs and the meaning of the last sentence count beside that of the whole, whose vectors have length 1."""
GAMMA = 0.7
"""How fast likeness falls with the squared distance of two paragraphs: radial basis functions, exp(-GAMMA * d²)."""
WORTH_ASKING = -1.7
"""Log-odds of words and signs alone, cross-validated: 7 in 8 paragraphs of clean pages lie under, and 1 in 100 of the spam."""
PLACES = 2**15
"""Among which the stems of a paragraph, and their pairs, are hashed."""

_LONGEST_READ = 1400  # characters: two windows of the encoder
_SHORTEST_SENTENCE = 16  # characters; « Tarif libre. » closes nothing
_STEM = 5  # letters
_TERM = re.compile(r"\d+|\w+|[?!:€%$]")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Look:
    """What costs little: of a paragraph as far as it is read, the places of its words, what each is worth, and the signs."""

    text: str
    places: NDArray[np.int64]
    worth: NDArray[np.float64]
    signs: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic regression on words and signs (`first…`); a support vector machine, linear in the words, on what `seen` gives.

    `rarity` is how much a place of the words counts: what stands in fewer texts says more. `axes` are the directions in which the
    meanings of paragraphs differ most. `alone` and `in_page` weigh what `spam_page` knows of a paragraph; the last is the bias.
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
    alone: NDArray[np.float64]
    in_page: NDArray[np.float64]

    def look(self, paragraph: str) -> Look:
        """The paragraph as far as it is read."""
        text = paragraph[:_LONGEST_READ]
        signs = Signs(text)
        places = places_of(signs.folded)
        return Look(text, places, worth_of(places, self.rarity), np.array(signs.vector()))

    def is_worth_asking(self, look: Look) -> bool:
        """Whether words and signs leave it open that the paragraph is spam."""
        said = float(look.worth @ self.first_words[look.places] + look.signs @ self.first_signs)
        return said + self.first_bias >= WORTH_ASKING

    def score(self, look: Look, meanings: NDArray[np.float64]) -> float:
        """Above 0 for what sells as spam does, wherever it stands."""
        distances = ((self.vectors - seen(meanings, self.axes, look.signs)) ** 2).sum(axis=1)
        return float(np.exp(-GAMMA * distances) @ self.weights + look.worth @ self.words[look.places]) + self.bias


def places_of(folded: str) -> NDArray[np.int64]:
    """The places, each once and in order, of the stems of a folded text and of their pairs; all numbers are one stem."""
    stems = ["0" if term.isdigit() else term[:_STEM] for term in _TERM.findall(folded)]
    return buckets_of(singly_and_in_pairs(stems), PLACES)


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


@cache
def load() -> Model:
    """The shipped model; read once."""
    with files("analysis.models").joinpath("spam_meaning.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        parts = {name: stored[name].astype(np.float64) for name in stored.files}
    first_bias, bias = parts.pop("first_bias").item(), parts.pop("bias").item()
    return Model(**parts, first_bias=first_bias, bias=bias)
