"""How long after publication a brand's mentions are usually seen: which of them are late, and how many are still to come."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

_EDGES = (0, 1, 2, 3, 4, 6, 9, 12, 18, 24, 36, 48, 72, 108, 144)  # lags in bins of five minutes, up to twelve hours
_BEYOND = _EDGES[-1]  # what is older is history that came to light, and says nothing of the collection's pace
_SHARE = 0.95
_START = 20.0  # mentions seen at once that an unknown brand is taken to have had
_MEMORY = 1000.0  # mentions
_LEAST_SEEN = 0.05  # what is to be expected by now never shrinks further: a mention from nowhere must not look like a flood
_PLACES = tuple(bisect_left(_EDGES, lag) for lag in range(_BEYOND + 1))

FINE = 36
"""The latest bins, three hours, each of which has a share of its own in a pace."""

OLDER = ((0, 36), (36, 72), (72, 108))
"""The nine hours before, as stretches of the twelve hours' bins: each has one share, that of its middle."""

_AGES = (*(_BEYOND - (start + end) // 2 for start, end in OLDER), *range(FINE - 1, -1, -1))

Pace = tuple[float, ...]
"""The share, of what was published, that has been seen in time by now: for each of OLDER, then for each of the FINE bins."""

COMPLETE: Pace = (1.0,) * len(_AGES)


class Lateness:
    """Learns the lag within which 19 in 20 mentions are seen: those count as fresh, the others are late."""

    LEAST = 6
    """Bins: whoever is seen within half an hour is not late."""

    def __init__(self) -> None:
        self._counts = [_START] + [0.0] * len(_EDGES)
        self._pace: Pace | None = None  # as long as nothing is learnt
        self.limit = self.LEAST

    def learn(self, lags: Iterable[int]) -> None:
        """Takes in lags, in bins; the limit follows at the next `settle`."""
        for lag in lags:
            if lag <= _BEYOND:
                self._counts[_PLACES[lag]] += 1
        self._pace = None

    def settle(self) -> Pace:
        """Draws the limit and the pace from the lags learnt, and lets half of them fade when they are many."""
        if self._pace is not None:
            return self._pace
        total = sum(self._counts)
        within = [count / total for count in accumulate(self._counts)]
        enough = (edge for edge, share in zip(_EDGES, within, strict=False) if share >= _SHARE)
        self.limit = max(self.LEAST, next(enough, _BEYOND))
        pace = _pace_of(within, self.limit)
        if total > _MEMORY:
            self._counts = [count / 2 for count in self._counts]
        else:
            self._pace = pace
        return pace

    def state(self) -> list[float]:
        return [*self._counts, self.limit]

    @classmethod
    def restored(cls, state: list[float]) -> "Lateness":
        lateness = cls()
        *lateness._counts, limit = state
        lateness.limit = int(limit)
        return lateness


def _pace_of(within: Sequence[float], limit: int) -> Pace:
    """The share seen at each age, from the share `within` each of the edges; none comes after `limit`, one of the edges."""
    by_lag = [within[0]]
    for (edge, share), (next_edge, next_share) in pairwise(zip(_EDGES, within, strict=False)):
        if edge >= limit:
            break
        step = (next_share - share) / (next_edge - edge)
        by_lag += [share + step * (lag - edge) for lag in range(edge + 1, next_edge + 1)]
    by_lag = [max(_LEAST_SEEN, share) for share in by_lag]
    return tuple([by_lag[min(age, limit)] for age in _AGES])
