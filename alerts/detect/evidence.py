"""What the last twelve hours say: for each window, how rare its counts are. The two channels of the detector, without memory."""

import math
from dataclasses import dataclass

from alerts.detect.recent import SPAN, Bins
from alerts.detect.tails import rarity, rise_start, share_rarity

WINDOWS = (3, 12, 36, 144)
"""15 minutes, 1 hour, 3 hours, 12 hours, in bins."""
_DEFAULT_WINDOW = 36

_BURST = 0.05
"""Mentions added to every expectation: one remark draws replies, so that a handful within minutes is less rare than it looks."""

_EXCESS = 2.0  # evidence worth asking where it began
_MISSED_COPIES = 0.25  # copies that the grouping of stories misses, as a part of those it finds
_SHARE_CONFIRMS = 2.0  # a rise of negatives needs at least this much of the share test
_FLOOD, _SHARE_CONFIRMS_FLOOD = 8.0, 1.0  # a flood needs less: a tone model that misses every second complaint hides the share
_SHARE_ALONE, _SHARE_MENTIONS, _SHARE_TRUST = 6.0, 30, 0.8  # without a rise, the share test alone


@dataclass(frozen=True, slots=True)
class Options:
    """Settings of a detector. `threshold` is evidence, -log10 of a probability; `volume`: also report rises that are not bad."""

    threshold: float = 5.0
    min_negatives: int = 4
    min_mentions: int = 8
    volume: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """The most telling window of one channel, in bins, and its evidence; three hours when no window has any."""

    evidence: float
    window: int


_NOTHING = Reading(0.0, _DEFAULT_WINDOW)


def read_negatives(bins: Bins, options: Options) -> Reading:
    """The bad-buzz channel: more negatives than usual and a larger share of them, or a far larger share at a usual volume."""
    if sum(bins.negatives) < options.min_negatives:
        return _NOTHING
    return max((_negatives_in(window, bins, options) for window in WINDOWS), key=_telling)


def read_volume(bins: Bins, options: Options) -> Reading:
    """The buzz channel: more mentions than usual, of whatever tone."""
    if sum(bins.mentions) < options.min_mentions:
        return _NOTHING
    return max((_volume_in(window, bins, options) for window in WINDOWS), key=_telling)


def onset_bin(bins: Bins, reading: Reading, *, of_negatives: bool) -> int:
    """The bin in which the excess most likely began, at most twelve hours ago; the window's first when there is no excess."""
    window = reading.window
    if reading.evidence < _EXCESS:
        return bins.last - window + 1
    counts, usual = (bins.negatives, bins.usual_negatives) if of_negatives else (bins.mentions, bins.usual)
    start = min(rise_start(counts, usual, sum(counts[-window:]) / window), SPAN - 1)
    return bins.last - (SPAN - 1 - start)


def _telling(reading: Reading) -> tuple[float, bool]:
    return reading.evidence, reading.window == _DEFAULT_WINDOW


def _negatives_in(window: int, bins: Bins, options: Options) -> Reading:
    negatives = _distinct(bins.negatives, bins.negative_copies, window)
    if negatives < options.min_negatives:
        return Reading(0.0, window)
    mentions = max(negatives, _distinct(bins.mentions, bins.copies, window))
    usual = sum(bins.usual_negatives[-window:])
    tilt = share_rarity(negatives, mentions, usual / sum(bins.usual[-window:]))
    rise = rarity(negatives, usual + _BURST)
    evidence = rise if tilt >= (_SHARE_CONFIRMS if rise < _FLOOD else _SHARE_CONFIRMS_FLOOD) else 0.0
    if mentions >= _SHARE_MENTIONS and tilt >= _SHARE_ALONE:
        evidence = max(evidence, _SHARE_TRUST * tilt)
    return Reading(evidence, window)


def _volume_in(window: int, bins: Bins, options: Options) -> Reading:
    mentions = _distinct(bins.mentions, bins.copies, window)
    if mentions < options.min_mentions:
        return Reading(0.0, window)
    return Reading(rarity(mentions, sum(bins.usual[-window:]) + _BURST), window)


def _distinct(counts: list[int], copies: list[int], window: int) -> float:
    """The window's count less the copies that were probably taken for texts of their own: their mean and one deviation."""
    missed = _MISSED_COPIES * sum(copies[-window:])
    return sum(counts[-window:]) - missed - math.sqrt(missed)
