"""What a detector is: the contract between a rule's watch and whatever judges its mentions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vigie.model import Arrival, Signal


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is known, beside the mentions, of the time that a tick closes.

    `unseen` are the sources that could not be read, of `sources` that there are. `holiday`: it is a public holiday. `planned`
    names the brand's own campaigns and releases that are under way.
    """

    unseen: frozenset[str] = frozenset()
    sources: int = 0
    holiday: bool = False
    planned: tuple[str, ...] = ()

    @property
    def seen_share(self) -> float:
        """The share of the sources that was seen, in [0, 1]."""
        return 1 - len(self.unseen) / self.sources if self.sources else 1.0


NORMAL = Conditions()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a tick. `alert` is set when something is to be reported; `current` always tells the most telling window.

    `worse`: clearly above what was last reported, with an alert or without one. `calm`: the last three hours were within the
    usual range, and enough of the usual flow was seen to say so. `lasts`: False for what is told once and has no end.
    """

    alert: Signal | None
    current: Signal
    worse: bool = False
    calm: bool = True
    lasts: bool = True

    @property
    def blind(self) -> bool:
        """Whether too little was seen to judge: neither calm nor an alert."""
        return self.current.is_blind


class Detector(Protocol):
    """Judges the mentions of one brand, as a stream. Pure: what it says depends on what it was given alone."""

    def observe(self, arrival: Arrival) -> None:
        """Takes in a mention; it counts from the next tick on."""
        ...

    def tick(self, at: datetime, conditions: Conditions = NORMAL) -> Verdict:
        """Judges the time up to `at`. A tick that is not later than the last never alerts."""
        ...

    def dump(self) -> bytes:
        """All that it knew at its last tick, at most 64 KB: restored from it, it goes on with the same verdicts."""
        ...
