"""One tree of errors. Each class names its subject and its fate: what happens to the piece of work that failed."""

from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

_SHOWN = 120  # characters of a query around an error: a terminal's line, or the mark below would point nowhere


class Fate(StrEnum):
    """What becomes of a piece of work whose handling raised."""

    DROP = "drop"  # counted with its reason, never tried again
    RETRY = "retry"  # tried again later, with back-off
    QUARANTINE = "quarantine"  # kept, visible, replayable by hand


class VigieError(Exception):
    """Root of every error raised on purpose. The message says what happened and what to do about it."""

    fate: ClassVar[Fate] = Fate.QUARANTINE


class ConfigError(VigieError):
    """The configuration cannot be used. `problems` holds every problem found, one line each, with file and key path."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class QueryError(VigieError):
    """A query cannot be read. `column` is the 1-based position in `query` where reading stopped."""

    fate = Fate.DROP

    def __init__(self, query: str, column: int, message: str) -> None:
        first = max(0, column - 1 - _SHOWN // 2)
        shown = "".join(" " if one.isspace() else one for one in query[first : first + _SHOWN])
        super().__init__(f"column {column}: {message}\n  {shown}\n  {' ' * (column - 1 - first)}^")
        self.query = query
        self.column = column


class FetchError(VigieError):
    """An address could not be read. `reason` is a short code that is counted: `http_500`, `timeout`, `too_large`..."""

    fate = Fate.RETRY

    def __init__(self, url: str, reason: str, message: str = "") -> None:
        super().__init__(f"{url}: {message or reason}")
        self.url = url
        self.reason = reason


class FetchRefused(FetchError):
    """An address that must not be asked for again: robots.txt, a private address, a scheme that is not HTTP."""

    fate = Fate.DROP


class StoreError(VigieError):
    """The store did not take or give what was asked."""


class StoreUnavailable(StoreError):
    """The store does not answer now (locked, full, down): nothing was written, try again later."""

    fate = Fate.RETRY


class ModelError(VigieError):
    """A model that the user brought cannot be opened, or fails on a text."""


class DeliveryError(VigieError):
    """A message was not accepted for `recipient`."""

    def __init__(self, recipient: str, message: str) -> None:
        super().__init__(f"{recipient}: {message}")
        self.recipient = recipient


class DeliveryDeferred(DeliveryError):
    """Not now: the server is away or asks to come back later, after `pause` where it says so."""

    fate = Fate.RETRY

    def __init__(self, recipient: str, message: str, pause: timedelta | None = None) -> None:
        super().__init__(recipient, message)
        self.pause = pause


class DeliveryRefused(DeliveryError):
    """Never: the server refuses this recipient, this sender or these credentials."""

    fate = Fate.DROP


class AlreadyRunning(VigieError):
    """Another instance works on the same data folder."""
