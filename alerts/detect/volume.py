"""The detector of plain counts, one every five minutes: scores any rise. For `vigie replay --counts` and public benchmarks.

Method N of the research note on spikes: expected counts from two fading means, three windows, a tail learnt per series, a record
of past floods, and silence after an alert until something clearly larger comes. Its constants were set on the development half
of the Numenta Anomaly Benchmark's brand series.
"""

import math
from collections import deque
from dataclasses import dataclass

_DAY = 288
_FEATURES = ((6, 0), (12, 0), (36, 1))  # window in ticks, and which mean it is compared with
_MEANS = (_DAY, 3 * _DAY)  # half-lives in ticks
_WARM_UP = 300
_BIN, _LOW, _BINS = 0.02, -5.0, 700  # histogram of log ratios, -5 to 9
_TAIL, _TAIL_SCALE, _TAIL_WEIGHT, _TAIL_EVERY = 0.99, 0.15, 20, 12
_RECORD_FADE, _RECORD_DELAY, _RECORD_WINDOW = 0.5 ** (1 / (14 * _DAY)), 36, 12
_REPEAT_FADE, _REPEAT_FACTOR = 0.5 ** (1 / 96), 1.5  # half-life of eight hours
_ALERT = 0.5
_HALF_SCORE = 10.0  # evidence that scores one half


@dataclass(frozen=True, slots=True)
class Score:
    """`value` is between 0 (nothing new) and 1; `alert` says whether it is worth one."""

    value: float
    alert: bool


class _Tail:
    """The upper tail of a series of log ratios, learnt as it goes: exponential above its 99 % quantile."""

    def __init__(self) -> None:
        self._counts = [0] * _BINS
        self._number = 0
        self._start, self._scale = 0.0, _TAIL_SCALE

    def score(self, ratio: float) -> float:
        """How many scales above the quantile: the probability is about 0.01 exp(-score)."""
        return (ratio - self._start) / self._scale

    def learn(self, ratio: float) -> None:
        self._counts[min(_BINS - 1, max(0, int((ratio - _LOW) / _BIN)))] += 1
        self._number += 1

    def fit(self) -> None:
        """Estimates quantile and scale anew; the scale is drawn towards 0.15 while excesses are few."""
        wanted, above = (1 - _TAIL) * self._number, 0
        excess = 0.0
        index = _BINS
        while index > 0 and above + self._counts[index - 1] <= wanted:
            index -= 1
            above += self._counts[index]
            excess += self._counts[index] * (_LOW + (index + 0.5) * _BIN)
        self._start = _LOW + index * _BIN
        self._scale = (excess - above * self._start + _TAIL_WEIGHT * _TAIL_SCALE) / (above + _TAIL_WEIGHT)


class VolumeDetector:
    """Scores counts one by one; a score depends on nothing that comes later."""

    def __init__(self) -> None:
        self._ticks = 0
        self._means: list[float] = []
        self._counts: deque[float] = deque(maxlen=36)
        self._usual = tuple(deque[float](maxlen=36) for _ in _MEANS)
        self._tails = tuple(_Tail() for _ in _FEATURES)
        self._record = 0.0
        self._late: deque[float] = deque()
        self._reported = 0.0

    def score(self, count: float) -> Score:
        """How exceptional the last minutes to hours are now that `count` was seen in the last five minutes."""
        if not self._means:
            self._means = [count + 0.5] * len(_MEANS)
        usual = [max(0.02, mean) for mean in self._means]
        self._counts.append(count)
        for kept, mean in zip(self._usual, usual, strict=True):
            kept.append(mean)
        evidence = self._evidence() + self._novelty_penalty()
        self._ticks += 1
        self._learn(count, usual)
        if self._ticks <= _WARM_UP:
            return Score(0.0, False)
        return self._report(evidence)

    def _evidence(self) -> float:
        """The mean over the windows; each tail scores first and learns then."""
        total = 0.0
        for (window, mean), tail in zip(_FEATURES, self._tails, strict=True):
            seen = sum(list(self._counts)[-window:])
            expected = sum(list(self._usual[mean])[-window:])
            ratio = math.log((seen + 2) / (expected + 2))
            if self._ticks % _TAIL_EVERY == 0 and self._ticks:
                tail.fit()
            total += tail.score(ratio)
            tail.learn(ratio)
        return total / len(_FEATURES)

    def _novelty_penalty(self) -> float:
        """Takes away from what stays below the record of the last weeks; a flood enters the record three hours later."""
        recent = sum(list(self._counts)[-_RECORD_WINDOW:])
        self._record *= _RECORD_FADE
        self._late.append(recent)
        if len(self._late) > _RECORD_DELAY:
            self._record = max(self._record, self._late.popleft())
        return min(0.0, math.log((recent + 2) / (self._record + 2)) + 0.3)

    def _learn(self, count: float, usual: list[float]) -> None:
        for index, (half_life, mean) in enumerate(zip(_MEANS, usual, strict=True)):
            pace = max(1 - 0.5 ** (1 / half_life), 1 / self._ticks)
            capped = min(count, (mean + 1) * math.exp(0.7))  # a flood moves the mean by at most twice its level
            self._means[index] += pace * (capped - self._means[index])

    def _report(self, evidence: float) -> Score:
        """Silent unless clearly above what was last exceptional, which fades."""
        past = self._reported * _REPEAT_FADE
        self._reported = max(past, evidence)
        if evidence <= 0 or evidence <= _REPEAT_FACTOR * past:
            return Score(0.0, False)
        return Score(evidence / (evidence + _HALF_SCORE), evidence >= _ALERT)
