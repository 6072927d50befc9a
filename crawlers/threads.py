"""Which articles still live: their pages are read again for new comments, often at first and ever more rarely."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vigie.ports import SourceMemory

SHORTEST_GAP = timedelta(minutes=30)
GAP_SHARE = 0.25  # a thread is visited again once it is a quarter older: some twenty visits in the first week


@dataclass(frozen=True, slots=True)
class _Thread:
    published: datetime
    visited: datetime


class Threads:
    """The threads of one source, kept in its memory; those older than `lifetime` are forgotten."""

    def __init__(self, memory: SourceMemory, lifetime: timedelta) -> None:
        self._memory = memory
        self._lifetime = lifetime
        rows: dict[str, list[str]] = json.loads(memory.get("threads") or "{}")
        self._threads = {url: _Thread(*map(datetime.fromisoformat, dates)) for url, dates in rows.items()}

    def visited(self, url: str, published: datetime, now: datetime) -> None:
        """Notes that a thread was just read; one that is older than the lifetime is not followed."""
        if now - published < self._lifetime:
            self._threads[url] = _Thread(published, now)
        else:
            self._threads.pop(url, None)

    def forget(self, url: str) -> None:
        """Follows a thread no more."""
        self._threads.pop(url, None)

    def due(self, now: datetime) -> Sequence[tuple[str, datetime]]:
        """The threads to read again, with their publication: youngest first."""
        due = [(url, thread) for url, thread in self._threads.items() if now - thread.visited >= _gap(thread)]
        return [(url, thread.published) for url, thread in sorted(due, key=lambda row: row[1].published, reverse=True)]

    def save(self) -> None:
        """Writes the threads to the memory; call it however the pass ends."""
        rows = {url: [thread.published.isoformat(), thread.visited.isoformat()] for url, thread in self._threads.items()}
        self._memory.set("threads", json.dumps(rows) if rows else None)


def _gap(thread: _Thread) -> timedelta:
    return max(SHORTEST_GAP, (thread.visited - thread.published) * GAP_SHARE)
