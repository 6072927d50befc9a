"""Tells which paragraphs of a page are spam: how much each sells (`spam_meaning`), and how it stands to the rest of its page.

Part of the spam filter in the profile `quality`. A firm's price list, a fraud in court and an injected offer sell alike: what was
injected speaks of something else than its page. training/spam.py fits the weights.
"""

from collections.abc import Mapping, Sequence
from math import log
from statistics import median

import numpy as np
from numpy.typing import NDArray

from analysis.components import spam_meaning
from analysis.components.spam_meaning import Look, Model
from analysis.components.spam_signs import Evidence
from analysis.sentiment import encoder

Meaning = NDArray[np.float64]
HARDLY = -1.0
"""The score of what words and signs alone leave no doubt about: it sells nothing."""

_FEWEST_WORDS = 5  # by which the meaning of an offer is
_POSSIBLE = -0.45  # score below which no page makes spam of a paragraph: one spam in 150 and nine clean ones in ten lie under
_MOST_JUDGED = 400  # paragraphs; on what comes after them the rules decide
_MOST_COMPARED = 12  # other paragraphs, the first of them, that say what a page is about
_LONGEST_COMPARED = 700  # characters of those: a window of the encoder
_MOST_COUNTED = 3  # as in `Signs.vector`


def sold(page: Sequence[Evidence]) -> list[bool] | None:
    """Whether each paragraph of a page is spam; None where the encoder is not installed. Its first use takes a second."""
    model = spam_meaning.load()
    judged, rest = page[:_MOST_JUDGED], page[_MOST_JUDGED:]
    asked = {at: look for at, each in enumerate(judged) if (look := _look(each, model)) is not None}
    verdicts = [False] * len(judged)
    if asked:
        if (sense := encoder.load()) is None:
            return None
        meant = {at: spam_meaning.meanings(look.text, sense) for at, look in asked.items()}
        scores = {at: model.score(look, meant[at]) for at, look in asked.items()}
        verdicts = _judged(judged, scores, {at: each[: encoder.SIZE] for at, each in meant.items()}, model, sense)
    return [*verdicts, *(each.is_sold for each in rest)]


def alone(each: Evidence, score: float) -> list[float]:
    """What there is to know of a paragraph that is all of its page."""
    signs = each.signs
    return [
        score,
        log(1 + len(signs.words)) / 5,
        min(_MOST_COUNTED, len(signs.said["report"])) / _MOST_COUNTED,
        float(signs.has_sum),
        signs.contacts / _MOST_COUNTED,
        float(each.is_sold),
    ]


def in_page(at: int, page: Sequence[Evidence], scores: Mapping[int, float], meant: Mapping[int, Meaning]) -> list[float]:
    """What there is to know of paragraph `at` of a page whose paragraphs `meant` are compared; others score `HARDLY`."""
    own, others = _unit(meant[at]), [_unit(each) for other, each in meant.items() if other != at]
    beside = [scores.get(other, HARDLY) for other in range(len(page)) if other != at]
    return [
        *alone(page[at], scores[at]),
        float(own @ _unit(np.mean(others, axis=0))),
        max(float(own @ other) for other in others),
        page[at].met,
        median(beside),
        max(beside),
    ]


def _look(each: Evidence, model: Model) -> Look | None:
    """The paragraph as the model reads it, None when it cannot be spam."""
    if len(each.signs.words) < _FEWEST_WORDS:
        return None
    look = model.look(each.signs.text)
    return look if each.is_sold or model.is_worth_asking(look) else None


def _judged(
    page: Sequence[Evidence], scores: Mapping[int, float], meant: dict[int, Meaning], model: Model, sense: encoder.Encoder
) -> list[bool]:
    """Each by itself where it has no page, or where most of the page sells; by its page otherwise."""
    possible = {at for at, score in scores.items() if score >= _POSSIBLE or page[at].is_sold}
    if len(page) == 1 or median(scores.get(at, HARDLY) for at in range(len(page))) > 0:
        return [at in possible and _is_above(alone(page[at], scores[at]), model.alone) for at in range(len(page))]
    if possible:
        new = [at for at in range(min(len(page), _MOST_COMPARED + 1)) if at not in meant]
        meant |= {at: encoder.meaning(page[at].signs.text[:_LONGEST_COMPARED], sense) for at in new}
    return [at in possible and _is_above(in_page(at, page, scores, meant), model.in_page) for at in range(len(page))]


def _is_above(known: Sequence[float], weights: NDArray[np.float64]) -> bool:
    return float(np.dot(known, weights[:-1])) + float(weights[-1]) > 0


def _unit(meant: Meaning) -> Meaning:
    return meant / max(1e-9, float(np.linalg.norm(meant)))
