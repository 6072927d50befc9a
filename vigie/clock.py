"""Time, as the pipeline sees it: real in production, moved by hand in the demo, in replays and in tests."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where every part of the pipeline takes the present time from."""

    def now(self) -> datetime:
        """The present, aware, in UTC. A simulated clock never goes back; the system's does when the machine's time is set."""
        ...


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SimulatedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware datetime")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta) -> None:
        """Moves forward by `step`. Raises: ValueError on a negative step."""
        if step < timedelta(0):
            raise ValueError("time does not go back")
        self._now += step

    def advance_to(self, moment: datetime) -> None:
        """Moves forward to `moment`; a moment already past changes nothing."""
        self._now = max(self._now, moment.astimezone(UTC))
