"""Which sources a brand is usually spoken of in: how much of its flow is seen when some of them cannot be read, or just were."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from alerts.detect.detector import Conditions
from alerts.detect.lateness import FINE, OLDER, Pace

_MOST = 60  # sources remembered; twice as many until the smaller half is forgotten
_MEMORY = 2000.0  # mentions
_PRIOR = 8.0
"""Mentions that an unknown brand is taken to have had, spread evenly over all sources."""

_MAIN = 0.05  # share of the flow from which a source's pace shows in the counts: read every hour, it brings an hour at once


class Flows:
    """Counts a brand's mentions by source; old ones fade as new ones come."""

    def __init__(self) -> None:
        self._counts: dict[str, float] = {}
        self._total = 0.0
        self._main: dict[str, float] = {}  # shares
        self._newest: dict[str, int] = {}  # of the main ones, the bin in which the latest of its mentions was published

    def see(self, sources: Sequence[str], published: Sequence[int]) -> None:
        """Counts mentions, each by its source and the bin of its publication."""
        counts, main, newest = self._counts, self._main, self._newest
        for source, at in zip(sources, published, strict=True):
            counts[source] = counts.get(source, 0.0) + 1
            if source in main and at > newest.get(source, at - 1):
                newest[source] = at
        self._total += len(sources)
        if len(counts) > 2 * _MOST:
            self._counts = dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST])

    def settle(self) -> None:
        """Lets half of what was learnt fade when it is much, and says anew which sources are the main ones."""
        if self._total > _MEMORY:
            self._counts = {source: count / 2 for source, count in self._counts.items()}
            self._total /= 2
        least = _MAIN * (self._total + _PRIOR)
        self._main = {source: count / (self._total + _PRIOR) for source, count in self._counts.items() if count >= least}
        self._newest = {source: newest for source, newest in self._newest.items() if source in self._main}

    def shown(self, last: int) -> Pace | None:
        """The share of the flow up to the bin `last` that has certainly been shown.

        A main source of which something has been seen has shown what was published in it before. None when there is none.
        """
        ages = [(max(0, last - newest), self._main[source]) for source, newest in self._newest.items() if last - newest < FINE]
        if not ages:
            return None
        by_age = [0.0] * FINE
        for age, share in ages:
            by_age[age] += share
        shares = tuple(accumulate(by_age))[::-1]
        return (shares[0],) * len(OLDER) + shares

    def coverage(self, conditions: Conditions) -> float:
        """The share of the usual flow, in [0, 1], that comes from sources that are seen."""
        if not conditions.unseen:
            return 1.0
        lost = sum(self._counts.get(source, 0.0) for source in conditions.unseen)
        return 1 - (lost + _PRIOR * (1 - conditions.seen_share)) / (self._total + _PRIOR)

    def state(self) -> dict[str, Any]:
        return {"counts": self._counts, "total": self._total, "main": self._main, "newest": self._newest}

    @classmethod
    def restored(cls, state: dict[str, Any]) -> "Flows":
        flows = cls()
        flows._counts, flows._total = state["counts"], state["total"]
        flows._main, flows._newest = state["main"], state["newest"]
        return flows
