"""When things are published: the fixed dates of the demo, and the rhythm of days and weeks."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from vigie.demo.world.stock import PARIS

END = datetime(2026, 3, 10, 18, 0, tzinfo=PARIS).astimezone(UTC)
START = END - timedelta(days=30)
TICKS_START = END - timedelta(hours=8)
ONSET = END - timedelta(hours=6)

# Relative weight of each local hour: people write in the evening and at lunch, newsrooms publish in the morning.
TALK = (2, 1, 0.5, 0.3, 0.3, 0.6, 2, 4, 6, 7, 7, 7, 9, 8, 6, 6, 6, 7, 9, 10, 11, 11, 8, 4)
PRESS = (0, 0, 0, 0, 0, 2, 7, 9, 9, 8, 8, 8, 6, 4, 6, 7, 7, 7, 6, 3, 2, 1, 0, 0)
_WEEKEND = {"talk": 0.85, "press": 0.5}


def talk_times(count: int, rng: Random) -> list[datetime]:
    """`count` moments of the thirty days at which people write, in order, in UTC, on whole minutes."""
    return _times(count, TALK, _WEEKEND["talk"], rng)


def press_times(count: int, rng: Random) -> list[datetime]:
    """`count` moments of the thirty days at which newsrooms publish, in order, in UTC, on whole minutes."""
    return _times(count, PRESS, _WEEKEND["press"], rng)


def mornings(first: date, count: int, rng: Random) -> list[datetime]:
    """One moment between 6:50 and 7:30 local time on each of `count` days from `first` on, in UTC."""
    return [_local(first + timedelta(days=day), 6, 50 + rng.randrange(40)) for day in range(count)]


def _local(day: date, hour: int, minute: int) -> datetime:
    return (datetime.combine(day, time(hour), PARIS) + timedelta(minutes=minute)).astimezone(UTC)


def _times(count: int, hours: Sequence[float], weekend: float, rng: Random) -> list[datetime]:
    """Evenly through the weights, with jitter: days differ a little, and no seed brings a burst by chance."""
    starts = [START + timedelta(hours=hour) for hour in range(30 * 24)]
    moods = {day: rng.uniform(0.8, 1.25) for day in sorted({start.astimezone(PARIS).date() for start in starts})}
    reached = list(accumulate(_weight(start.astimezone(PARIS), hours, weekend, moods) for start in starts))
    drawn = ((number + rng.random()) / count * reached[-1] for number in range(count))
    return sorted(starts[bisect_left(reached, weight)] + timedelta(minutes=rng.randrange(60)) for weight in drawn)


def _weight(local: datetime, hours: Sequence[float], weekend: float, moods: Mapping[date, float]) -> float:
    return hours[local.hour] * moods[local.date()] * (weekend if local.weekday() >= 5 else 1)
