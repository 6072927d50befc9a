"""From what is seen in a text and its tone to the part the brand plays and the tone towards it. Weights: model.npz.

Two readings of the tone towards the brand are averaged. The first goes by parts: how likely each is where a text of that tone
shows these signs and words, and which tone towards the brand people read in a text of each tone when the brand plays that part.
The second goes from the signs, the words and the tone of the text to the tone towards the brand at once. training/target.py fits
both.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from analysis.target.features import names
from analysis.target.words import Words
from vigie.model import SentimentLabel

PARTS = ("subject", "won", "lost", "even", "passing", "own", "victim")  # won, lost and even are comparisons
TONES = tuple(SentimentLabel)
_LEAST_CHANCE = 0.01  # of a tone of the text, before its logarithm

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """`parts` and `tones` are a column of weights per part and per tone over the rows of `part_rows` and `tone_rows`.

    `tables[part, tone of the text]` are the chances of each tone towards the brand; `words` has a row per bucket of words, with
    the columns of `parts` and then those of `tones`.
    """

    parts: Matrix
    tables: Matrix
    tones: Matrix
    words: NDArray[np.float32]

    def said(self, words: Words) -> Matrix:
        """How far the words of a text speak for each part and for each tone towards the brand."""
        return np.asarray([words.shares @ self.words[words.buckets]])

    def chances(self, figures: Matrix, text_tones: Matrix, said: Matrix) -> tuple[Matrix, Matrix]:
        """Of each part and of each tone towards the brand, a row per text; rows sum to 1.

        `text_tones` are chances as well; `said` is what the words of each text say (`said`).
        """
        of_parts, of_tones = said[:, : len(PARTS)], said[:, len(PARTS) :]
        parts, tones = np.zeros((len(figures), len(PARTS))), np.zeros((len(figures), len(TONES)))
        for number in range(len(TONES)):
            assumed = np.zeros_like(text_tones)
            assumed[:, number] = 1.0
            likely = text_tones[:, [number]] * softmax(part_rows(figures, assumed) @ self.parts + of_parts)
            parts += likely
            tones += likely @ self.tables[:, number, :]
        return parts, (tones + softmax(tone_rows(figures, text_tones) @ self.tones + of_tones)) / 2


def part_rows(figures: Matrix, text_tones: Matrix) -> Matrix:
    """What the parts are weighed by: the figures, the tone of the text, a constant."""
    return np.concatenate([figures, text_tones, np.ones((len(figures), 1))], axis=1)


def tone_rows(figures: Matrix, text_tones: Matrix) -> Matrix:
    """What the tones are weighed by: the figures, alone and in a text of blame and of praise, its tone, a constant."""
    blame, praise = text_tones[:, [0]], text_tones[:, [-1]]
    told = [text_tones, np.log(np.maximum(text_tones, _LEAST_CHANCE))]
    return np.concatenate([figures, figures * blame, figures * praise, *told, np.ones((len(figures), 1))], axis=1)


def softmax(logits: Matrix) -> Matrix:
    """Row by row."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


@cache
def load() -> Model:
    """The fitted model of the package. Raises: ValueError when it was fitted for other cues than these."""
    with files("analysis.target").joinpath("model.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        if tuple(arrays["features"]) != names():
            raise ValueError("model.npz was fitted for other cues: run `make train`")
        parts, tables, tones = (arrays[name].astype(np.float64) for name in ("parts", "tables", "tones"))
        return Model(parts, tables, tones, arrays["words"].astype(np.float32))
