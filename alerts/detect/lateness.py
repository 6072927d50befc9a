"""How long after publication a brand's mentions are usually seen, and so which of them are late."""

from bisect import bisect_left
from itertools import accumulate

_EDGES = (6, 9, 12, 18, 24, 36)  # bins of five minutes: 30, 45, 60, 90 minutes, 2 and 3 hours
_BEYOND = 144  # older than twelve hours: history that came to light, says nothing of the collection's pace
_SHARE = 0.8
_START = 20.0  # mentions seen at once that an unknown brand is taken to have had
_MEMORY = 1000.0  # mentions
_PLACES = tuple(bisect_left(_EDGES, lag) for lag in range(_BEYOND + 1))


class Lateness:
    """Learns the lag within which four in five mentions are seen: those count as fresh, the others are late."""

    LEAST = _EDGES[0]

    def __init__(self) -> None:
        self._counts = [_START] + [0.0] * len(_EDGES)
        self.limit = self.LEAST

    def learn(self, lag: int) -> None:
        """Takes in one lag, in bins; the limit follows at the next `settle`."""
        if lag <= _BEYOND:
            self._counts[_PLACES[lag]] += 1

    def settle(self) -> None:
        """Draws the limit from the lags learnt, and lets half of them fade when they are many."""
        total = sum(self._counts)
        within = bisect_left(list(accumulate(self._counts)), _SHARE * total)
        self.limit = _EDGES[min(within, len(_EDGES) - 1)]
        if total > _MEMORY:
            self._counts = [count / 2 for count in self._counts]

    def state(self) -> list[float]:
        return [*self._counts, self.limit]

    @classmethod
    def restored(cls, state: list[float]) -> "Lateness":
        lateness = cls()
        *lateness._counts, limit = state
        lateness.limit = int(limit)
        return lateness
