"""Tells by its meaning whether a paragraph sells what spam sells: the sentence encoder and a linear model, spam_meaning.json.

Second opinion of the spam filter, for offers in words that its list lacks; training/spam.py fits the weights.
"""

import json
import math
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment import encoder

SURE = 0.8
"""The probability from which a paragraph is taken for spam."""

_LONGEST_READ = 1400  # characters: two windows of the encoder


def sells(paragraph: str) -> bool:
    """Whether the paragraph is spam by its meaning; never where the encoder is not installed. Its first use takes a second."""
    sense = encoder.load()
    if sense is None:
        return False
    weights, bias = _model()
    odds = float(encoder.meaning(paragraph[:_LONGEST_READ], sense) @ weights) + bias
    return odds >= math.log(SURE / (1 - SURE))


@cache
def _model() -> tuple[NDArray[np.float64], float]:
    stored = json.loads(files("analysis.models").joinpath("spam_meaning.json").read_text("utf-8"))
    return np.array(stored["weights"], np.float64), float(stored["bias"])
