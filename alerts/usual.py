"""What is usual: counts of comparable hours and days, from the mentions of the last four weeks. Pure functions.

Alike is compared with alike: the same local hour or day, on working days or on days off (weekends and public holidays).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import dropwhile, pairwise
from math import ceil
from statistics import fmean, quantiles
from zoneinfo import ZoneInfo

from alerts.calendar import Calendar
from alerts.views import Period, Usual
from vigie.charts import Band
from vigie.ports import Bucket, Tally

HISTORY_DAYS = 28
HISTORY = timedelta(days=HISTORY_DAYS)
HOUR = timedelta(hours=1)
_ENOUGH = 5  # comparable days: with fewer the deciles say nothing


def usual(counts: Sequence[float]) -> Usual | None:
    """The range that holds eight in ten of `counts` (first to ninth decile) and their mean; None with fewer than five."""
    if len(counts) < _ENOUGH:
        return None
    deciles = quantiles(counts, n=10, method="inclusive")
    return Usual(low=deciles[0], high=deciles[-1], mean=fmean(counts), samples=len(counts))


def centiles(delays: Iterable[timedelta]) -> tuple[timedelta, timedelta]:
    """Median and 95th centile, by nearest rank, of at least one."""
    ordered = sorted(delays)
    return ordered[len(ordered) // 2], ordered[ceil(len(ordered) * 0.95) - 1]


def past_watched(buckets: Sequence[Bucket]) -> list[Bucket]:
    """`buckets` without the empty ones at their head: time before the first mention was not watched, so it is no habit."""
    return list(dropwhile(lambda bucket: bucket.tally.total == 0, buckets))


def hourly_bands(shown: Sequence[Bucket], past: Sequence[Bucket], calendar: Calendar) -> tuple[Band, ...]:
    """One band of usual counts per hour of `shown`, from the same hours of `past`; none at all when one hour lacks history."""
    counts: dict[tuple[bool, int], list[int]] = {}
    for bucket in past_watched(past):
        counts.setdefault(_slot(bucket, calendar), []).append(bucket.tally.total)
    habits = {slot: usual(seen) for slot, seen in counts.items()}
    found = [habits.get(_slot(bucket, calendar)) for bucket in shown]
    return tuple(Band(each.low, each.high) for each in found if each) if all(found) else ()


def local_days(last: Period, number: int, zone: ZoneInfo) -> list[Period]:
    """The `number` local days that lead up to `last` and end with it, each at the same wall-clock hour, across clock changes."""
    end = last.end.astimezone(zone)
    bounds = [(end - timedelta(days=back)).astimezone(UTC) for back in range(number, -1, -1)]
    return [Period(start, stop) for start, stop in pairwise(bounds)]


def tally_by(periods: Sequence[Period], buckets: Sequence[Bucket]) -> list[Tally]:
    """The buckets that start in each period, added up."""
    return [tally_sum([bucket.tally for bucket in buckets if period.start <= bucket.start < period.end]) for period in periods]


def daily_habits(days: Sequence[Period], tallies: Sequence[Tally], calendar: Calendar) -> dict[bool, list[Tally]]:
    """The tallies of working days (False) and of days off (True), from the first day with a mention on."""
    habits: dict[bool, list[Tally]] = {False: [], True: []}
    seen = dropwhile(lambda pair: pair[1].total == 0, zip(days, tallies, strict=True))
    for day, tally in seen:
        habits[calendar.is_day_off(middle(day))].append(tally)
    return habits


def middle(period: Period) -> datetime:
    """The moment that says which day a period from morning to morning belongs to."""
    return period.start + (period.end - period.start) / 2


def _slot(bucket: Bucket, calendar: Calendar) -> tuple[bool, int]:
    return calendar.is_day_off(bucket.start), bucket.start.astimezone(ZoneInfo(calendar.zone)).hour


def tally_sum(tallies: Sequence[Tally]) -> Tally:
    """All of them together."""
    return Tally(sum(t.negative for t in tallies), sum(t.neutral for t in tallies), sum(t.positive for t in tallies))
