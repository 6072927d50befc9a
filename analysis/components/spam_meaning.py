"""Tells by its words and its meaning whether a paragraph sells what spam sells: a small model over words, signs and the encoder.

Second opinion of the spam filter, for offers in words that its list lacks; training/spam.py fits spam_meaning.npz. Words and
signs, which cost little, say first whether the encoder is worth asking.
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
class _Look:
    """What costs little: of a paragraph as far as it is read, the places of its words, what each is worth, and the signs."""

    text: str
    places: NDArray[np.int64]
    worth: NDArray[np.float64]
    signs: NDArray[np.float64]


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

    def look(self, paragraph: str) -> _Look:
        text = paragraph[:_LONGEST_READ]
        signs = Signs(text)
        places = places_of(signs.folded)
        return _Look(text, places, worth_of(places, self.rarity), np.array(signs.vector()))

    def is_worth_asking(self, look: _Look) -> bool:
        """Whether words and signs leave it open that the paragraph is spam."""
        said = float(look.worth @ self.first_words[look.places] + look.signs @ self.first_signs)
        return said + self.first_bias >= _WORTH_ASKING

    def score(self, look: _Look, meanings: NDArray[np.float64]) -> float:
        """Above 0 for what the fit holds for spam."""
        distances = ((self.vectors - seen(meanings, self.axes, look.signs)) ** 2).sum(axis=1)
        return float(np.exp(-GAMMA * distances) @ self.weights + look.worth @ self.words[look.places]) + self.bias


def sells(paragraph: str) -> bool:
    """Whether the paragraph is spam by its meaning; never where the encoder is not installed. Its first use takes a second."""
    model = _model()
    look = model.look(paragraph)
    if not model.is_worth_asking(look) or (sense := encoder.load()) is None:
        return False
    return model.score(look, meanings(look.text, sense)) >= _SURE


def is_worth_asking(paragraph: str) -> bool:
    """Whether words and signs alone leave it open that the paragraph sells."""
    return _model().is_worth_asking(_model().look(paragraph))


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
def _model() -> _Model:
    with files("analysis.models").joinpath("spam_meaning.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        parts = {name: stored[name].astype(np.float64) for name in stored.files}
    first_bias, bias = parts.pop("first_bias").item(), parts.pop("bias").item()
    return _Model(**parts, first_bias=first_bias, bias=bias)
