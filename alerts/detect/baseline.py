"""What is usual for a brand: mentions a day, their rhythm over the week, and the share of negatives.

Counts and watched time are kept as two sums that fade at the same pace, and a level is their quotient. So a mention that comes to
light late is simply added with the weight of its age, and time in which nobody watched adds to neither.
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from operator import mul
from typing import Any
from zoneinfo import ZoneInfo

from alerts.detect.saved import row, row_of
from alerts.detect.tails import SIZE

BIN_S = 300
"""Time is counted in bins of five minutes since 1970-01-01 UTC."""

_BINS_A_DAY = 288
_LEVEL_DAYS = 10.0  # memory of the level and of the tone; research note of the prototype
_SEASON_DAYS = 28.0  # memory of the rhythm: four of each weekday
_SEASON_WEIGHT = 6.0  # mentions in a cell that weigh as much as the fixed rhythm
_START_A_DAY, _START_DAYS = 2.0, 1.0  # an unknown brand: two mentions a day, believed like one day of watching
_START_SHARE, _START_MENTIONS = 0.25, 8.0  # and a quarter of them negative, believed like eight mentions
_PAST_WEIGHT = 0.25
"""Weight of time before the first look: what feeds still show of last month is not all that was published."""

_PAST_DAYS = 60

_DAY = (0.4, 0.25, 0.15, 0.1, 0.1, 0.2, 0.5, 0.9, 1.3, 1.4, 1.4, 1.4, 1.4, 1.4, 1.4, 1.4, 1.4, 1.4, 1.5, 1.5, 1.4, 1.2, 0.9, 0.6)
"""Hours of a day as a newsroom and its readers live it: the rhythm of a brand of which nothing is known yet."""

_CELLS = 48  # hours of a weekday, then hours of a day of the weekend or a public holiday
_HOURS_A_WEEK = (5,) * 24 + (2,) * 24


def _scaled(shape: Sequence[float]) -> tuple[float, ...]:
    """`shape` with a mean of 1 over the week."""
    mean = sum(map(mul, shape, _HOURS_A_WEEK)) / 168
    return tuple([value / mean for value in shape])


FIXED_RHYTHM = _scaled([*_DAY, *(0.7 * value for value in _DAY)])


class Baseline:
    """The usual flow of one brand. Bins are numbers of five-minute spans; `zone` gives the local hour, across clock changes."""

    def __init__(self, zone: str, first_bin: int) -> None:
        self._zone = ZoneInfo(zone)
        self._first = first_bin  # watched from here on
        self._past = first_bin  # known from here on
        self._bin = first_bin  # the sums are as of this bin
        self._mentions = self._negatives = self._days = 0.0
        self._day_mentions = self._day_negatives = 0.0  # learnt within about a day
        self._cell_mentions = [0.0] * _CELLS
        self._cell_days = [0.0] * _CELLS
        self._rhythm = FIXED_RHYTHM

    @property
    def share(self) -> float:
        """The usual share of negatives, between 0 and 1."""
        return (self._negatives + _START_SHARE * _START_MENTIONS) / (self._mentions + _START_MENTIONS)

    @property
    def a_day(self) -> float:
        """The usual number of mentions a day, over a whole week."""
        return (self._mentions + _START_A_DAY * _START_DAYS) / (self._days + _START_DAYS)

    def cell(self, at_bin: int, holiday: bool = False) -> int:
        """Weekday, or weekend and public holiday, and the local hour: 0 to 47."""
        local = datetime.fromtimestamp(at_bin * BIN_S, self._zone)
        return local.hour + (24 if holiday or local.weekday() >= 5 else 0)

    def expected(self, cell: int) -> float:
        """Mentions that a bin of this cell usually holds."""
        return self.a_day * self._rhythm[cell] / _BINS_A_DAY

    def learn(self, cell: int, bins: float, mentions: float, negatives: float, *, capped: bool) -> None:
        """Takes in what `bins` watched bins of one cell, the last ones, brought; a bin of which half was seen counts half.

        `capped`: a flood counts for no more than three standard deviations above the usual hour, and above the usual day, so
        that it does not become usual.
        """
        if capped:
            hour, day, share = bins * self.expected(cell), self.a_day, self.share
            mentions = max(0.0, min(mentions, _most(hour), _most(day) - self._day_mentions))
            negatives = max(0.0, min(negatives, _most(hour * share), _most(day * share) - self._day_negatives))
        self._day_mentions += mentions
        self._day_negatives += negatives
        self._mentions += mentions
        self._negatives += negatives
        self._days += bins * self._rhythm[cell] / _BINS_A_DAY
        self._cell_mentions[cell] += mentions
        self._cell_days[cell] += bins / _BINS_A_DAY
        self.draw_rhythm()

    def advance(self, to_bin: int) -> None:
        """Lets everything learnt fade until `to_bin`."""
        days = (to_bin - self._bin) / _BINS_A_DAY
        self._day_mentions *= math.exp(-days)
        self._day_negatives *= math.exp(-days)
        fade = math.exp(-days / _LEVEL_DAYS)
        self._mentions *= fade
        self._negatives *= fade
        self._days *= fade
        season_fade = math.exp(-days / _SEASON_DAYS)
        self._cell_mentions = [value * season_fade for value in self._cell_mentions]
        self._cell_days = [value * season_fade for value in self._cell_days]
        self._bin = to_bin

    def learn_late(self, at_bin: int, negative: bool) -> None:
        """Takes in a mention published long before it was seen, as if it had been seen in time; older than 60 days: nothing."""
        if at_bin < self._first - _PAST_DAYS * _BINS_A_DAY:
            return
        if at_bin < self._past:
            self._know_since(at_bin)
        weight = _PAST_WEIGHT if at_bin < self._first else 1.0
        age = (self._bin - at_bin) / _BINS_A_DAY
        level_weight = weight * math.exp(-age / _LEVEL_DAYS)
        self._mentions += level_weight
        self._negatives += level_weight * negative
        self._cell_mentions[self.cell(at_bin)] += weight * math.exp(-age / _SEASON_DAYS)

    def _know_since(self, at_bin: int) -> None:
        """Counts the time back to `at_bin` as known, hour by hour, at the weight of the past."""
        while self._past > at_bin:
            self._past -= 12
            age = (self._bin - self._past) / _BINS_A_DAY
            cell = self.cell(self._past)
            self._days += _PAST_WEIGHT * math.exp(-age / _LEVEL_DAYS) * FIXED_RHYTHM[cell] / 24
            self._cell_days[cell] += _PAST_WEIGHT * math.exp(-age / _SEASON_DAYS) / 24

    def draw_rhythm(self) -> None:
        """Draws the rhythm anew: the fixed one, each cell pulled towards what it brought."""
        a_day = sum(self._cell_mentions) / max(sum(self._cell_days), 1e-9)
        self._rhythm = _scaled(
            [
                fixed * (mentions + _SEASON_WEIGHT) / (a_day * fixed * days + _SEASON_WEIGHT)
                for fixed, mentions, days in zip(FIXED_RHYTHM, self._cell_mentions, self._cell_days, strict=True)
            ]
        )

    def state(self) -> dict[str, Any]:
        """All of it but the zone, for `restored`."""
        return {
            "first": self._first,
            "past": self._past,
            "bin": self._bin,
            "sums": [self._mentions, self._negatives, self._days, self._day_mentions, self._day_negatives],
            "cell_mentions": row(self._cell_mentions),
            "cell_days": row(self._cell_days),
            "rhythm": row(self._rhythm),
        }

    @classmethod
    def restored(cls, zone: str, state: dict[str, Any]) -> "Baseline":
        """The baseline that `state` was taken from."""
        baseline = cls(zone, state["first"])
        baseline._past, baseline._bin = state["past"], state["bin"]
        baseline._mentions, baseline._negatives, baseline._days, *day = state["sums"]
        baseline._day_mentions, baseline._day_negatives = day
        baseline._cell_mentions, baseline._cell_days = row_of(state["cell_mentions"]), row_of(state["cell_days"])
        baseline._rhythm = tuple(row_of(state["rhythm"]))
        return baseline


def _most(mean: float) -> float:
    """Three standard deviations above the mean, and never less than one mention."""
    return max(1.0, mean + 3 * math.sqrt(mean + mean * mean / SIZE))


def bin_of(moment: datetime) -> int:
    """The bin that holds `moment`."""
    return int(moment.timestamp() // BIN_S)


def bin_start(number: int) -> datetime:
    """When a bin begins, in UTC."""
    return datetime.fromtimestamp(number * BIN_S, UTC)
