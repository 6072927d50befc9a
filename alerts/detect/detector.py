"""What a detector is: the contract between a rule's watch and whatever judges its mentions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vigie.model import Arrival, Signal


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a tick. `alert` is set when something is to be reported; `current` always tells the most telling window.

    `worse`: clearly above what was last reported, with an alert or without one. `calm`: the last three hours were within the
    usual range.
    """

    alert: Signal | None
    current: Signal
    worse: bool = False
    calm: bool = True


class Detector(Protocol):
    """Judges the mentions of one brand, as a stream. Pure: what it says depends on what it was given alone."""

    def observe(self, arrival: Arrival) -> None:
        """Takes in a mention; it counts from the next tick on."""
        ...

    def tick(self, at: datetime) -> Verdict:
        """Judges the time up to `at`. A tick that is not later than the last never alerts."""
        ...

    def dump(self) -> bytes:
        """All that it knew at its last tick, at most 64 KB: restored from it, it goes on with the same verdicts."""
        ...
