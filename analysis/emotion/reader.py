"""Tells which emotion prevails in a text, if any: entries of the lexicon weighed in their place, added up, the strongest wins."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.sentiment.hits import Hit
from analysis.sentiment.lexicon import Lexicon
from analysis.sentiment.passage import Passage
from analysis.wordlists import read_lexicon
from vigie.model import Emotion, SentimentLabel

_MAX_EVIDENCE = 5
_LEAST = 2.0  # a clear word, or two that only add
_SHORT, _WORDS_PER_POINT = 40, 60  # a long text names many things: one sad word in an article is not its emotion
_LEAD = 1.15  # how far ahead of the second the first must be
_THWARTED = 0.6  # joy denied or mocked is anger, weaker: « je ne suis pas content »
_POLITE = 0.6  # in a text without a tone thanks and « parfait » are mostly manners
_OVER = 0.5  # in a text that praises, what was feared or missed is mostly over


@dataclass(frozen=True, slots=True)
class EmotionReading:
    """The emotion that prevails, or None; the weight of each that was seen; its deciding words, heaviest first."""

    emotion: Emotion | None
    weights: Mapping[Emotion, float]
    evidence: tuple[str, ...] = ()


def read_emotion(passage: Passage, label: SentimentLabel | None = None) -> EmotionReading:
    """The emotion of a text, as it is shown or told by whoever speaks in it.

    `label` is the tone of the text where it is known: praise in a negative text mocks, a fear in a positive one is over.
    """
    found = ((_emotion(hit, label), _weight(hit, label), hit) for hit in passage.found(lexicon()))
    told = [(emotion, weight, hit) for emotion, weight, hit in found if emotion and weight]
    weights: dict[Emotion, float] = {}
    for emotion, weight, _ in told:
        weights[emotion] = weights.get(emotion, 0.0) + weight
    prevailing = _prevailing(weights, len(passage.row))
    shown = sorted((row for row in told if row[0] is prevailing), key=lambda row: (-row[1], row[2].start))
    return EmotionReading(prevailing, weights, tuple(dict.fromkeys(passage.written(hit) for *_, hit in shown))[:_MAX_EVIDENCE])


@cache
def lexicon() -> Lexicon:
    """The words, phrases and signs of the six emotions."""
    return read_lexicon("analysis.emotion", "emotions.tsv", Emotion)


def _emotion(hit: Hit, label: SentimentLabel | None) -> Emotion | None:
    """What a hit shows: its own emotion, or anger where joy is denied or mocks. None for a rating, and for a fear denied."""
    if not isinstance(hit.field, Emotion):
        return None
    if hit.field is Emotion.JOY:
        return Emotion.ANGER if _is_thwarted(hit, label) else Emotion.JOY
    return hit.field if hit.value > 0 else None


def _weight(hit: Hit, label: SentimentLabel | None) -> float:
    if hit.field is Emotion.JOY:
        is_flat = label is SentimentLabel.NEUTRAL and not _is_thwarted(hit, label)
        return abs(hit.value) * (_THWARTED if _is_thwarted(hit, label) else _POLITE if is_flat else 1.0)
    is_over = label is SentimentLabel.POSITIVE and hit.field is not Emotion.SURPRISE
    return abs(hit.value) * (_OVER if is_over else 1.0)


def _is_thwarted(hit: Hit, label: SentimentLabel | None) -> bool:
    return hit.value < 0 or label is SentimentLabel.NEGATIVE


def _prevailing(weights: Mapping[Emotion, float], words: int) -> Emotion | None:
    if not weights:
        return None
    first, *others = sorted(weights, key=lambda emotion: -weights[emotion])
    second = weights[others[0]] if others else 0.0
    least = _LEAST + max(0, words - _SHORT) / _WORDS_PER_POINT
    is_clear = weights[first] >= least and weights[first] >= _LEAD * second
    return first if is_clear else None
