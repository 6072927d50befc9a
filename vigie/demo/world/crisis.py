"""The last hours: how fast the crisis grows and fades, and the agency dispatch that must not look like one."""

from bisect import bisect_left
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from vigie.demo.world.rhythm import ONSET, TICKS_START

# Messages per ten minutes from the onset on: a steep rise, a long afternoon, then people tire.
_CURVE = (2, 4, 5, 6, 5, 5, 5, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1)


def message_times(count: int, rng: Random) -> list[datetime]:
    """`count` moments of the crisis, in order."""
    reached = list(accumulate(_CURVE))
    drawn = ((number + rng.uniform(0.2, 0.8)) / count * reached[-1] for number in range(count))
    return sorted(after_onset(10 * bisect_left(reached, share) + rng.randrange(10)) for share in drawn)


def late_times(count: int, first_minute: int, rng: Random) -> list[datetime]:
    """`count` moments spread from `first_minute` after the onset to the end, in order."""
    step = (355 - first_minute) // max(count, 1)
    return [after_onset(first_minute + number * step + rng.randrange(max(step, 1))) for number in range(count)]


def dispatch_times(count: int, rng: Random) -> list[datetime]:
    """When `count` outlets put the dispatch on their sites: within eighty minutes, before the crisis."""
    return sorted(TICKS_START + timedelta(minutes=10 + rng.randrange(80)) for _ in range(count))


def after_onset(minutes: int) -> datetime:
    """The moment `minutes` after the crisis began."""
    return ONSET + timedelta(minutes=minutes)
