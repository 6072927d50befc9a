"""Which sources a brand is usually spoken of in, and so how much of its flow is seen when some of them cannot be read."""

from typing import Any

from alerts.detect.detector import Conditions

_MOST = 60  # sources remembered; twice as many until the smaller half is forgotten
_MEMORY = 2000.0  # mentions
_PRIOR = 8.0
"""Mentions that an unknown brand is taken to have had, spread evenly over all sources."""


class Flows:
    """Counts a brand's mentions by source; old ones fade as new ones come."""

    def __init__(self) -> None:
        self._counts: dict[str, float] = {}
        self._total = 0.0

    def see(self, source: str) -> None:
        """Counts one mention from `source`."""
        counts = self._counts
        counts[source] = counts.get(source, 0.0) + 1
        self._total += 1
        if len(counts) > 2 * _MOST:
            self._counts = dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST])

    def settle(self) -> None:
        """Lets half of what was learnt fade when it is much."""
        if self._total > _MEMORY:
            self._counts = {source: count / 2 for source, count in self._counts.items()}
            self._total /= 2

    def coverage(self, conditions: Conditions) -> float:
        """The share of the usual flow, in [0, 1], that comes from sources that are seen."""
        if not conditions.unseen:
            return 1.0
        lost = sum(self._counts.get(source, 0.0) for source in conditions.unseen)
        return 1 - (lost + _PRIOR * (1 - conditions.seen_share)) / (self._total + _PRIOR)

    def state(self) -> dict[str, Any]:
        return {"counts": self._counts, "total": self._total}

    @classmethod
    def restored(cls, state: dict[str, Any]) -> "Flows":
        flows = cls()
        flows._counts, flows._total = state["counts"], state["total"]
        return flows
