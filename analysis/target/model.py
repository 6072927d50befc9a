"""From what is seen in a text and its tone to the part the brand plays and the tone towards it. Weights: model.json.

The tone of the text is not learnt again here. The model knows how likely each part is where a text of that tone shows these
signs, and which tone towards the brand people read in a text of each tone when the brand plays that part. So it goes with any
scorer of the text, and a better one makes it better without a new fit. training/target.py fits both tables.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from analysis.target.features import names
from vigie.model import SentimentLabel

PARTS = ("subject", "won", "lost", "even", "passing", "own", "victim")  # won, lost and even are comparisons
TONES = tuple(SentimentLabel)


@dataclass(frozen=True, slots=True)
class Model:
    """`weights` and `biases` are per part; `by_tone` adds to the biases by the tone of the text.

    `tones[part][tone of the text]` are the chances of each tone towards the brand.
    """

    weights: tuple[tuple[float, ...], ...]
    biases: tuple[float, ...]
    by_tone: tuple[tuple[float, ...], ...]
    tones: tuple[tuple[tuple[float, ...], ...], ...]

    def chances(self, features: Sequence[float], text_tone: Sequence[float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Of each part and of each tone towards the brand, given those of the text's tones; both sum to 1."""
        seen = [bias + sum(map(float.__mul__, row, features)) for row, bias in zip(self.weights, self.biases, strict=True)]
        parts, tones = [0.0] * len(PARTS), [0.0] * len(TONES)
        for number, chance in enumerate(text_tone):
            likely = _softmax([logit + extra[number] for logit, extra in zip(seen, self.by_tone, strict=True)])
            for part, of_part in enumerate(likely):
                parts[part] += chance * of_part
                for tone, of_tone in enumerate(self.tones[part][number]):
                    tones[tone] += chance * of_part * of_tone
        return tuple(parts), tuple(tones)


def _softmax(logits: Sequence[float]) -> list[float]:
    top = max(logits)
    raised = [math.exp(logit - top) for logit in logits]
    total = sum(raised)
    return [value / total for value in raised]


@cache
def load() -> Model:
    """The fitted model of the package. Raises: ValueError when it was fitted for other cues than these."""
    stored = json.loads(files("analysis.target").joinpath("model.json").read_text(encoding="utf-8"))
    if tuple(stored["features"]) != names():
        raise ValueError("model.json was fitted for other cues: run `make train`")
    parts = [stored["parts"][part] for part in PARTS]
    return Model(
        weights=tuple(tuple(map(float, part["weights"])) for part in parts),
        biases=tuple(float(part["bias"]) for part in parts),
        by_tone=tuple(tuple(map(float, part["by_tone"])) for part in parts),
        tones=tuple(tuple(tuple(map(float, row)) for row in part["tones"]) for part in parts),
    )
