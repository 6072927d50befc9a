"""What the last twelve hours say: for each window, how rare its counts are. The two channels of the detector, without memory."""

import math
from dataclasses import dataclass

from alerts.detect.recent import SPAN, WINDOWS, Bins, Sums
from alerts.detect.tails import rarity, rise_start, share_rarity

DEFAULT_WINDOW = 2
"""Three hours: where WINDOWS has the one that is shown when none tells more than the others."""

_BURST = 0.05
"""Mentions added to every expectation: one remark draws replies, so that a handful within minutes is less rare than it looks."""

_LOOKS = tuple(math.log10(window / 18) for window in WINDOWS)
"""Added to a rise of negatives: an hour is looked at anew twelve times as often as half a day, so chance shows more in it.

Log of the window over an hour and a half. Figures in docs/detection.md.
"""

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
    """The most telling window of one channel, by its place in WINDOWS, and its evidence; three hours when none has any."""

    evidence: float
    window: int

    @property
    def bins(self) -> int:
        """The length of the window."""
        return WINDOWS[self.window]


_NOTHING = Reading(0.0, DEFAULT_WINDOW)


def read_negatives(sums: Sums, options: Options) -> Reading:
    """The bad-buzz channel: more negatives than usual and a larger share of them, or a far larger share at a usual volume."""
    best = _NOTHING
    if sums.negatives[-1] >= options.min_negatives:
        for window in range(len(WINDOWS)):
            evidence = _negatives_in(window, sums, options)
            if evidence > best.evidence:
                best = Reading(evidence, window)
    return best


def read_volume(sums: Sums, options: Options) -> Reading:
    """The buzz channel: more mentions than usual, of whatever tone."""
    best = _NOTHING
    if sums.mentions[-1] >= options.min_mentions:
        for window in range(len(WINDOWS)):
            evidence = _volume_in(window, sums, options)
            if evidence > best.evidence:
                best = Reading(evidence, window)
    return best


def onset_bin(bins: Bins, reading: Reading, *, of_negatives: bool) -> int:
    """The bin in which the excess most likely began, at most twelve hours ago; the window's first when there is no excess."""
    window = reading.bins
    if reading.evidence < _EXCESS:
        return bins.last - window + 1
    counts, usual = (bins.negatives, bins.usual_negatives) if of_negatives else (bins.mentions, bins.usual)
    start = min(rise_start(counts, usual, sum(counts[-window:]) / window), SPAN - 1)
    return bins.last - (SPAN - 1 - start)


def _negatives_in(window: int, sums: Sums, options: Options) -> float:
    negatives = _distinct(sums.negatives[window], sums.negative_copies[window])
    usual = sums.usual_negatives[window]
    if negatives < options.min_negatives or negatives <= usual:
        return 0.0
    mentions = max(negatives, _distinct(sums.mentions[window], sums.copies[window]))
    tilt = share_rarity(negatives, mentions, usual / sums.usual[window])
    if tilt < _SHARE_CONFIRMS_FLOOD:
        return 0.0
    rise = rarity(negatives, usual + _BURST)
    evidence = max(0.0, rise + _LOOKS[window]) if tilt >= (_SHARE_CONFIRMS if rise < _FLOOD else _SHARE_CONFIRMS_FLOOD) else 0.0
    if mentions >= _SHARE_MENTIONS and tilt >= _SHARE_ALONE:
        evidence = max(evidence, _SHARE_TRUST * tilt)
    return evidence


def _volume_in(window: int, sums: Sums, options: Options) -> float:
    mentions = _distinct(sums.mentions[window], sums.copies[window])
    usual = sums.usual[window]
    if mentions < options.min_mentions or mentions <= usual:
        return 0.0
    return rarity(mentions, usual + _BURST)


def _distinct(count: float, copies: float) -> float:
    """A count less the copies that were probably taken for texts of their own: their mean and one deviation."""
    missed = _MISSED_COPIES * copies
    return count - missed - math.sqrt(missed)
