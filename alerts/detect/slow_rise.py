"""Slow rise: negatives that climb for a day, hour by hour, without any of the short windows standing out. Judged once an hour."""

import math
from datetime import datetime, timedelta
from typing import NamedTuple

from alerts.detect.baseline import bin_start
from alerts.detect.detector import NORMAL, Conditions, Verdict
from alerts.detect.intake import HOUR, Intake, Seen, last_bin, seen
from alerts.detect.recent import SPAN
from alerts.detect.saved import packed, unpacked
from alerts.detect.tails import rarity, share_rarity, still_usual
from vigie.model import Arrival, Signal, SignalKind

_VERSION = 1
_DAYS = (24, 48)  # windows, in hours
_SHARE_CONFIRMS = 1.0  # evidence of the share test that a rise needs
_CLIMBS = 0.6  # of the excess, at least this part is in the later half: a flood that fades is over, not rising
_STEADY = 0.5  # and no single hour holds more than this part of it: a flood is the short windows' work
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
        self._brand_id, self._zone = brand_id, zone
        self._threshold, self._min_negatives = threshold, min_negatives
        self._waiting: list[Seen] = []
        self._intake: Intake | None = None
        self._hours: list[_HourSum] = []  # the latest last, at most two days
        self._rise = _Rise(_DAYS[0], 0.0)
        self._told: int | None = None  # the hour

    def observe(self, arrival: Arrival) -> None:
        """Takes in a mention; it counts from the next tick on."""
        if not arrival.compromised:
            self._waiting.append(seen(arrival))

    def tick(self, at: datetime, conditions: Conditions = NORMAL) -> Verdict:
        """Judges the full hours up to `at`."""
        waiting, self._waiting = sorted(self._waiting), []
        last = last_bin(at)
        if self._intake is None:
            self._intake = Intake.begun(self._zone, last, waiting, conditions)
            return self._verdict(self._intake, may_tell=False)
        if last <= self._intake.bins.last:
            self._intake.absorb(waiting)
            return self._verdict(self._intake, may_tell=False)
        hour = (self._intake.bins.last + 1) // HOUR
        self._intake.move_to(last, waiting, conditions)
        over = (last + 1) // HOUR
        for number in range(max(hour, over - SPAN // HOUR), over):
            self._hours.append(_hour_sum(self._intake, number))
        del self._hours[: -_DAYS[-1]]
        if over > hour:
            self._rise = max((self._rise_of(hours) for hours in _DAYS), key=lambda rise: rise.evidence)
        return self._verdict(self._intake, may_tell=over > hour and self._intake.is_known)

    def _rise_of(self, hours: int) -> _Rise:
        """The evidence of the last `hours`, nothing unless they climb steadily."""
        seen_hours = self._hours[-hours:]
        negatives, usual = sum(one.negatives for one in seen_hours), sum(one.usual_negatives for one in seen_hours)
        excess = [one.negatives - one.usual_negatives for one in seen_hours]
        above, half = negatives - usual, len(excess) // 2
        if len(seen_hours) < hours or negatives < self._min_negatives or above <= 0:
            return _Rise(hours, 0.0)
        if sum(excess[half:]) < _CLIMBS * above or max(excess) > _STEADY * above:
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
        intake = self._intake.state() if self._intake else None
        return packed(_VERSION, brand=self._brand_id, intake=intake, hours=self._hours, rise=self._rise, told=self._told)

    @classmethod
    def load(cls, state: bytes, threshold: float, min_negatives: int, zone: str) -> "SlowRiseDetector":
        """The detector that `dump` saved, with today's settings. Raises: VigieError when the bytes are not such a state."""
        with unpacked(state, _VERSION) as read:
            detector = cls(read["brand"], threshold, min_negatives, zone)
            detector._intake = Intake.restored(zone, read["intake"]) if read["intake"] else None
            detector._hours = [_HourSum(*hour) for hour in read["hours"]]
            detector._rise, detector._told = _Rise(*read["rise"]), read["told"]
        return detector


def _hour_sum(intake: Intake, number: int) -> _HourSum:
    """What the hour of this number holds, of what is still in the bins."""
    bins = intake.bins
    end = SPAN - (bins.last + 1 - (number + 1) * HOUR)
    part = slice(max(0, end - HOUR), end)
    return _HourSum(
        sum(bins.mentions[part]),
        sum(bins.negatives[part]),
        sum(bins.usual[part]),
        sum(bins.usual_negatives[part]),
    )
