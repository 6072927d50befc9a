"""Hours of the day as a configuration writes them: `22:00-06:00`, local, over midnight too. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def within(hours: str, at: time) -> bool:
    """Whether the local time `at` lies in `hours`, which hold their first minute and not their last; always when empty.

    Hours that begin and end with the same minute are the whole day.
    """
    if not hours:
        return True
    start, end = _bounds(hours)
    return start <= at < end if start < end else at >= start or at < end


def end_of(hours: str, at: datetime) -> datetime:
    """When the `hours` in which `at` lies are over, in the zone of `at`, on the wall's clock."""
    _, end = _bounds(hours)
    day = at.date() if at.time() < end else at.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=at.tzinfo)


def opens_in(hours: str, zone: str, now: datetime) -> timedelta:
    """How long it is until `hours`, local to `zone`, begin; zero within them, and where none are set."""
    local = now.astimezone(ZoneInfo(zone))
    if within(hours, local.time()):
        return timedelta(0)
    start, _ = _bounds(hours)
    day = local.date() if local.time() < start else local.date() + timedelta(days=1)
    return datetime.combine(day, start, tzinfo=local.tzinfo).astimezone(UTC) - now


def _bounds(hours: str) -> tuple[time, time]:
    start, end = map(time.fromisoformat, hours.split("-"))
    return start, end
