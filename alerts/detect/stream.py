"""One brand's mentions on their way into a detector that judges counts: they wait for the next tick, and are then counted."""

from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from alerts.detect.detector import Conditions
from alerts.detect.intake import Intake, Seen, last_bin, seen
from vigie.model import Arrival

_SEEN = itemgetter(0)  # those seen within one bin stay in the order in which they were given


class Step(NamedTuple):
    """What a tick did: the bins it opened and the mentions it brought. No bins: it was the first, or not later than the last."""

    intake: Intake
    opened: int
    brought: int


class Stream:
    """Takes mentions between ticks. `zone` is the IANA zone whose hours and weekends the brand's public lives by."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._waiting: list[Seen] = []
        self._given: set[str] = set()  # ids of the mentions that wait
        self._intake: Intake | None = None

    def observe(self, arrival: Arrival) -> None:
        """Takes in a mention; it counts from the next tick on. One that is given twice in a tick counts once."""
        if arrival.compromised or arrival.mention_id in self._given:
            return
        self._given.add(arrival.mention_id)
        self._waiting.append(seen(arrival))

    def advance(self, at: datetime, conditions: Conditions) -> Step:
        """Counts what waits, up to `at`. A tick that is not later than the last loses nothing."""
        waiting, self._waiting = sorted(self._waiting, key=_SEEN), []
        self._given.clear()
        last = last_bin(at)
        if self._intake is None:
            self._intake = Intake.begun(self._zone, last, waiting, conditions)
            return Step(self._intake, 0, len(waiting))
        opened = max(0, last - self._intake.bins.last)
        if opened:
            self._intake.move_to(last, waiting, conditions)
        else:
            self._intake.absorb(waiting)
        return Step(self._intake, opened, len(waiting))

    def state(self) -> dict[str, Any] | None:
        """What the last tick knew, for `restored`; what waits is not in it. None before the first tick."""
        return self._intake.state() if self._intake else None

    @classmethod
    def restored(cls, zone: str, state: dict[str, Any] | None) -> "Stream":
        """The stream that `state` was taken from."""
        stream = cls(zone)
        stream._intake = Intake.restored(zone, state) if state else None
        return stream
