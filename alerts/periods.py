"""When a digest is due, and which time it tells: from one of its sending days to the next, at its local hour. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.views import Period
from config.schema import DigestRow

_DAY = timedelta(days=1)


def latest_period(digest: DigestRow, zone: ZoneInfo, now: datetime) -> Period:
    """The last period that ended at or before `now`. A local day of it has 23 or 25 hours when clocks change."""
    days = _sending_days(digest, now.astimezone(zone).date())
    last = next(day for day in days if _due(digest, day, zone) <= now)
    return Period(start=_due(digest, next(days), zone), end=_due(digest, last, zone))


def periods_before(period: Period, digest: DigestRow, zone: ZoneInfo, number: int) -> list[Period]:
    """The `number` periods before `period` that it is to be compared with, oldest first; `period` is one of the digest's.

    Of a weekday's those that end on the same day of the week: Monday's holds a weekend, Tuesday's does not.
    """
    end = period.end.astimezone(zone).date()
    days = _sending_days(digest, end)
    next(days)
    found: list[Period] = []
    last = next(days)
    while len(found) < number:
        before = next(days)
        if digest.every != "weekday" or last.weekday() == end.weekday():
            found.append(Period(_due(digest, before, zone), _due(digest, last, zone)))
        last = before
    return found[::-1]


def _sending_days(digest: DigestRow, last: date) -> Iterator[date]:
    """The days on which the digest is sent, backwards from `last`."""
    while True:
        if _is_sent_on(digest, last):
            yield last
        last -= _DAY


def _is_sent_on(digest: DigestRow, day: date) -> bool:
    match digest.every:
        case "weekday":
            return day.weekday() < 5
        case "week":
            return day.isoweekday() == digest.on
        case "month":
            return day.day == 1
    return True


def _due(digest: DigestRow, day: date, zone: ZoneInfo) -> datetime:
    """The digest's hour on that local day. One that the clock change skips comes an hour later, one it repeats the first time."""
    return datetime.combine(day, digest.at, tzinfo=zone).astimezone(UTC)
