"""What a call costs, and what many calls cost in the middle and at the slow end."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds: `cpu` of this process, which a busy machine changes little, and `wall`, which holds the server's work too."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Costs:
    """Of calls of one kind."""

    all: Sequence[Cost]

    @property
    def cpu(self) -> float:
        """Seconds in all."""
        return sum(cost.cpu for cost in self.all)

    @property
    def wall(self) -> float:
        """Seconds in all."""
        return sum(cost.wall for cost in self.all)

    def cpu_ms(self, share: float) -> float:
        """Milliseconds below which `share` of the calls stay."""
        return 1000 * _percentile([cost.cpu for cost in self.all], share)

    def wall_ms(self, share: float) -> float:
        return 1000 * _percentile([cost.wall for cost in self.all], share)


def cost_of(call: Callable[[], T]) -> tuple[Cost, T]:
    """What one call cost, and what it gave."""
    cpu, wall = time.process_time(), time.perf_counter()
    given = call()
    return Cost(time.process_time() - cpu, time.perf_counter() - wall), given


def reference() -> Cost:
    """What a loop of ten million additions costs: how fast the machine is at this hour."""
    return cost_of(lambda: sum(number & 7 for number in range(10_000_000)))[0]


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[math.ceil(share * len(values)) - 1]


@dataclass(slots=True)
class Ledger:
    """Costs by name. With a second way to do the same work the two take turns in going first: noise hits both alike."""

    ours: dict[str, list[Cost]] = field(default_factory=dict)
    bare: dict[str, list[Cost]] = field(default_factory=dict)

    def note(self, name: str, ours: Callable[[], T], bare: Callable[[], object] | None = None) -> tuple[T, object]:
        """Does the work, once each way; what each gave, None where there is no other way."""
        costs = self.ours.setdefault(name, [])
        if bare is None:
            cost, given = cost_of(ours)
            costs.append(cost)
            return given, None
        others = self.bare.setdefault(name, [])
        if len(costs) % 2:
            other, other_given = cost_of(bare)
            cost, given = cost_of(ours)
        else:
            cost, given = cost_of(ours)
            other, other_given = cost_of(bare)
        costs.append(cost)
        others.append(other)
        return given, other_given

    def costs(self, name: str) -> Costs:
        """Of all works whose name begins with `name`."""
        return _together(self.ours, name)

    def bare_costs(self, name: str) -> Costs:
        return _together(self.bare, name)


def _together(costs: dict[str, list[Cost]], name: str) -> Costs:
    return Costs([cost for key, some in costs.items() if key.startswith(name) for cost in some])
