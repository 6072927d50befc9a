"""Slow rise: negatives that climb for a day, hour by hour, without any of the short windows standing out. Judged once an hour."""

import math
from datetime import datetime, timedelta
from typing import NamedTuple

from alerts.detect.baseline import bin_start
from alerts.detect.detector import NORMAL, Conditions, Verdict
from alerts.detect.intake import HOUR, Intake
from alerts.detect.recent import SPAN
from alerts.detect.saved import packed, unpacked
from alerts.detect.stream import Stream
from alerts.detect.tails import rarity, share_rarity, still_usual
from vigie.model import Arrival, Signal, SignalKind

_VERSION = 3
_DAYS = (24, 48)  # windows, in hours
_FILLING = SPAN // HOUR  # the latest hours, which late mentions still fill
_SHARE_CONFIRMS = 1.0  # evidence of the share test that a rise needs
_CLIMBS = 0.6  # of the excess, at least this part is in the later half: a flood that fades is over, not rising
_STEADY = 0.5  # and no three hours hold more than this part of it: a flood is the short windows' work
_AGAIN = 24  # hours


class _HourSum(NamedTuple):
    mentions: float
    negatives: float
    usual: float
    usual_negatives: float


class _Rise(NamedTuple):
    """The more telling of the windows: its hours and its evidence."""

    hours: int
    evidence: float


class SlowRiseDetector:
    """Tells when the negatives of a day or two are rare and still climb; again after a day at the earliest."""

    def __init__(self, brand_id: str, threshold: float, min_negatives: int, zone: str) -> None:
        """`threshold` is evidence: -log10 of the chance of such a day."""
        self._brand_id = brand_id
        self._threshold, self._min_negatives = threshold, min_negatives
        self._stream = Stream(zone)
        self._hours: list[_HourSum] = []  # the latest last, at most two days
        self._rise = _Rise(_DAYS[0], 0.0)
        self._told: int | None = None  # the hour

    def observe(self, arrival: Arrival) -> None:
        """Takes in a mention; it counts from the next tick on."""
        self._stream.observe(arrival)

    def tick(self, at: datetime, conditions: Conditions = NORMAL) -> Verdict:
        """Judges the full hours up to `at`."""
        intake, opened, _ = self._stream.advance(at, conditions)
        end = intake.bins.last + 1
        over, before = end // HOUR, (end - opened) // HOUR
        if over > before:
            self._read_hours(intake, before, over)
            self._rise = max((self._rise_of(hours) for hours in _DAYS), key=lambda rise: rise.evidence)
        return self._verdict(intake, may_tell=over > before and intake.is_known)

    def _read_hours(self, intake: Intake, before: int, over: int) -> None:
        """Adds the hours from `before` to `over`, and reads the last ones anew: late mentions have changed them."""
        bins = intake.bins
        usual, usual_negatives = bins.usual_by_now(bins.usual), bins.usual_by_now(bins.usual_negatives)
        first = min(before, over - _FILLING)
        del self._hours[max(0, len(self._hours) - (before - first)) :]
        for number in range(max(first, over - _FILLING), over):
            end = SPAN - (bins.last + 1 - (number + 1) * HOUR)
            part = slice(max(0, end - HOUR), end)
            counts = (bins.mentions, bins.negatives, usual, usual_negatives)
            self._hours.append(_HourSum(*(sum(series[part]) for series in counts)))
        del self._hours[: -_DAYS[-1]]

    def _rise_of(self, hours: int) -> _Rise:
        """The evidence of the last `hours`, nothing unless they climb steadily."""
        seen_hours = self._hours[-hours:]
        negatives, usual = sum(one.negatives for one in seen_hours), sum(one.usual_negatives for one in seen_hours)
        excess = [one.negatives - one.usual_negatives for one in seen_hours]
        above, half = negatives - usual, len(excess) // 2
        if len(seen_hours) < hours or negatives < self._min_negatives or above <= 0:
            return _Rise(hours, 0.0)
        busiest = max(sum(excess[start : start + 3]) for start in range(hours - 2))
        if sum(excess[half:]) < _CLIMBS * above or busiest > _STEADY * above:
            return _Rise(hours, 0.0)
        mentions, all_usual = sum(one.mentions for one in seen_hours), sum(one.usual for one in seen_hours)
        if share_rarity(negatives, max(mentions, negatives), usual / all_usual) < _SHARE_CONFIRMS:
            return _Rise(hours, 0.0)
        return _Rise(hours, rarity(negatives, usual) + math.log10(hours))

    def _verdict(self, intake: Intake, *, may_tell: bool) -> Verdict:
        current = self._signal(intake)
        hour = (intake.bins.last + 1) // HOUR
        is_due = self._told is None or hour - self._told >= _AGAIN
        if may_tell and is_due and self._rise.evidence >= self._threshold:
            self._told = hour
            return Verdict(current, current, calm=False)
        return Verdict(None, current, calm=self._rise.evidence < self._threshold / 2 and not current.is_blind)

    def _signal(self, intake: Intake) -> Signal:
        told = self._hours[-self._rise.hours :]
        mentions, negatives = sum(one.mentions for one in told), sum(one.negatives for one in told)
        expected, now = sum(one.usual for one in told), intake.bins.last + 1
        return Signal(
            at=bin_start(now),
            brand_id=self._brand_id,
            kind=SignalKind.SLOW_RISE,
            evidence=self._rise.evidence,
            window=timedelta(hours=self._rise.hours),
            seen=int(mentions),
            expected=expected,
            expected_high=still_usual(expected),
            negatives=int(negatives),
            expected_negatives=sum(one.usual_negatives for one in told),
            usual_negative_share=intake.baseline.share,
            stories=int(mentions),
            sites=sum(intake.bins.sites),
            copies=sum(intake.bins.copies),
            onset=bin_start(now - self._rise.hours * HOUR),
            coverage=intake.coverage,
        )

    def dump(self) -> bytes:
        """All that it knew at its last tick, as JSON of at most 64 KB."""
        stream = self._stream.state()
        return packed(_VERSION, brand=self._brand_id, stream=stream, hours=self._hours, rise=self._rise, told=self._told)

    @classmethod
    def load(cls, state: bytes, threshold: float, min_negatives: int, zone: str) -> "SlowRiseDetector":
        """The detector that `dump` saved, with today's settings. Raises: VigieError when the bytes are not such a state."""
        with unpacked(state, _VERSION) as read:
            detector = cls(read["brand"], threshold, min_negatives, zone)
            detector._stream = Stream.restored(zone, read["stream"])
            detector._hours = [_HourSum(*hour) for hour in read["hours"]]
            detector._rise, detector._told = _Rise(*read["rise"]), read["told"]
        return detector
