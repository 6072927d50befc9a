"""How long after publication a brand's mentions are usually seen: which of them are late, and how many are still to come."""

from bisect import bisect_left
from itertools import accumulate, pairwise

_EDGES = (0, 1, 2, 3, 4, 6, 9, 12, 18, 24, 36)  # lags in bins of five minutes, up to three hours
_BEYOND = 144  # older than twelve hours: history that came to light, says nothing of the collection's pace
_SHARE = 0.8
_START = 20.0  # mentions seen at once that an unknown brand is taken to have had
_MEMORY = 1000.0  # mentions
_LEAST_SEEN = 0.05  # what is to be expected by now never shrinks further: a mention from nowhere must not look like a flood
_PLACES = tuple(bisect_left(_EDGES, lag) for lag in range(_BEYOND + 1))

LONGEST = _EDGES[-1]
"""Bins after which nothing that is fresh is still to come: three hours."""


class Lateness:
    """Learns the lag within which four in five mentions are seen: those count as fresh, the others are late."""

    LEAST = 6
    """Bins: whoever is seen within half an hour is not late."""

    def __init__(self) -> None:
        self._counts = [_START] + [0.0] * len(_EDGES)
        self.limit = self.LEAST

    def learn(self, lag: int) -> None:
        """Takes in one lag, in bins; the limit follows at the next `settle`."""
        if lag <= _BEYOND:
            self._counts[_PLACES[lag]] += 1

    def settle(self) -> tuple[float, ...]:
        """Draws the limit from the lags learnt, and lets half of them fade when they are many.

        Returns, for each of the last three hours' bins, oldest first, the share of what was published in it that has been
        seen in time by now.
        """
        total = sum(self._counts)
        within = [count / total for count in accumulate(self._counts)]
        enough = (edge for edge, share in zip(_EDGES, within, strict=False) if share >= _SHARE)
        self.limit = max(self.LEAST, next(enough, LONGEST))
        if total > _MEMORY:
            self._counts = [count / 2 for count in self._counts]
        by_lag = [within[0]]
        for (edge, share), (next_edge, next_share) in pairwise(zip(_EDGES, within, strict=False)):
            step = (next_share - share) / (next_edge - edge)
            by_lag += [share + step * (lag - edge) for lag in range(edge + 1, next_edge + 1)]
        return tuple(max(_LEAST_SEEN, by_lag[min(age, self.limit)]) for age in range(LONGEST - 1, -1, -1))

    def state(self) -> list[float]:
        return [*self._counts, self.limit]

    @classmethod
    def restored(cls, state: list[float]) -> "Lateness":
        lateness = cls()
        *lateness._counts, limit = state
        lateness.limit = int(limit)
        return lateness
