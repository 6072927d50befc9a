"""Hours of the day as a configuration writes them: `22:00-06:00`, local, over midnight too. Pure."""

from datetime import datetime, time, timedelta


def within(hours: str, at: time) -> bool:
    """Whether the local time `at` lies in `hours`, which hold their first minute and not their last; always when empty."""
    if not hours:
        return True
    start, end = map(time.fromisoformat, hours.split("-"))
    return start <= at < end if start < end else at >= start or at < end


def end_of(hours: str, at: datetime) -> datetime:
    """When the `hours` in which `at` lies are over, in the zone of `at`, on the wall's clock."""
    end = time.fromisoformat(hours.split("-")[1])
    day = at.date() if at.time() < end else at.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=at.tzinfo)
