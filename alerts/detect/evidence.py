"""What the last twelve hours say: for each window, how rare its counts are. The two channels of the detector, without memory."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from alerts.detect.recent import SPAN, WINDOWS, Bins, Sums
from alerts.detect.tails import rarity, rise_start, share_rarity, stands_out

DEFAULT_WINDOW = 3
"""Three hours: where WINDOWS has the one that is shown when none tells more than the others."""

_ALIKE = 0.2  # three windows of an hour or less look at much the same: each of them takes so much more to tell
_LOOKS = tuple(math.log10(window / 12) - (_ALIKE if window <= 12 else 0) for window in WINDOWS)
"""Added to a rise of negatives, log10 of the hours: an hour is looked at anew twelve times as often as half a day, so chance
shows more in it. Figures in docs/detection.md.
"""

_OF_VOLUME = tuple(place for place, window in enumerate(WINDOWS) if window != 6)
"""Half an hour is for negatives, which sources that are late bring in part: it finds a flood of them five minutes earlier."""

_EXCESS = 2.0  # evidence worth asking where it began
_MISSED_COPIES = 0.25  # copies that the grouping of stories misses, as a part of those it finds
_REPLIES = 0.05  # mentions that one remark draws: a handful within minutes is less rare than it looks
_LEVEL_SIZE = 2.0  # gamma shape of the activity that all tones share: how firmly the usual level is believed against what is seen
_MOOD_SIZE = 8.0  # and of a mood that drifts by itself: a third more or fewer negatives from one day to the next
_TILT = 4.0  # evidence of the share test from which the others are not asked how much is going on
_FLOOD, _FLOOD_TILT = 8.0, 1.0  # a flood needs less of it: a tone model that misses every second complaint hides the share


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
    """The bad-buzz channel: more negatives than usual, and than the other mentions of the same hours lead one to expect."""
    if sums.negatives[-1] < options.min_negatives:
        return _NOTHING
    return _most_telling(range(len(WINDOWS)), lambda window: _negatives_in(window, sums, options))


def read_volume(sums: Sums, options: Options) -> Reading:
    """The buzz channel: more mentions than usual, of whatever tone."""
    if sums.mentions[-1] < options.min_mentions:
        return _NOTHING
    return _most_telling(_OF_VOLUME, lambda window: _volume_in(window, sums, options))


def _most_telling(windows: Iterable[int], evidence_in: Callable[[int], float]) -> Reading:
    best = _NOTHING
    for window in windows:
        evidence = evidence_in(window)
        if evidence > best.evidence:
            best = Reading(evidence, window)
    return best


def onset_bin(bins: Bins, reading: Reading, *, of_negatives: bool) -> int:
    """The bin in which the excess most likely began, at most twelve hours ago; the window's first when there is no excess."""
    window = reading.bins
    if reading.evidence < _EXCESS:
        return bins.last - window + 1
    counts, usual = (bins.negatives, bins.usual_negatives) if of_negatives else (bins.mentions, bins.usual)
    start = min(rise_start(counts, bins.usual_by_now(usual), sum(counts[-window:]) / window), SPAN - 1)
    return bins.last - (SPAN - 1 - start)


def _negatives_in(window: int, sums: Sums, options: Options) -> float:
    """How rare so many negatives are, given what else was said in the window.

    All mentions share one activity (gamma of size 2 around the usual), the negatives a mood besides (size 8). The others tell how
    active the window is, so a campaign raises what is expected, and a tone that turns lowers it; what remains is a negative
    binomial. Where the share is beyond doubt, or the rise a flood, it is also judged by itself: a flood brings others along.
    """
    seen, usual = sums.negatives[window], sums.usual_negatives[window]
    missed = _MISSED_COPIES * sums.negative_copies[window]
    voices = seen - missed
    if voices < options.min_negatives or voices <= usual:
        return 0.0
    others = max(0.0, sums.mentions[window] - seen - _MISSED_COPIES * (sums.copies[window] - sums.negative_copies[window]))
    usual_others = sums.usual[window] - usual
    firmness = _LEVEL_SIZE + others
    activity = firmness / (_LEVEL_SIZE + usual_others)
    expected, size = usual * activity + missed, 1 / (1 / firmness + 1 / _MOOD_SIZE)
    evidence = rarity(seen, expected, size) if stands_out(seen, expected, size) else 0.0
    tilt = share_rarity(voices, voices + others, usual / sums.usual[window])
    if tilt >= _FLOOD_TILT:
        rise = rarity(seen, usual + missed)
        if tilt >= _TILT or rise >= _FLOOD:
            evidence = max(evidence, rise)
    return max(0.0, evidence + _LOOKS[window]) if evidence else 0.0


def _volume_in(window: int, sums: Sums, options: Options) -> float:
    missed = _MISSED_COPIES * sums.copies[window]
    expected = sums.usual[window] + missed + _REPLIES
    if sums.mentions[window] - missed < options.min_mentions or not stands_out(sums.mentions[window], expected):
        return 0.0
    return rarity(sums.mentions[window], expected)
