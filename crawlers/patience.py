"""How long servers are waited for: only the time in which this process listens counts.

While one page is read (seconds, when it is made to be slow) no answer is taken from any other server. A clock on the wall would
run out for all of them; this one stands still.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Patience:
    """Ends waits after `timeout_s` seconds of listening. For one event loop."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._step_s = min(timeout_s / 8, 0.5)
        self._listened_s = 0.0
        self._ends: dict[asyncio.Timeout, float] = {}
        self._pulse: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """Raises: TimeoutError when the block is not done in time."""
        if self._pulse is None:
            self._pulse = asyncio.create_task(self._count())
        async with asyncio.timeout(None) as wait:
            self._ends[wait] = self._listened_s + self._timeout_s
            try:
                yield
            finally:
                self._ends.pop(wait, None)

    async def _count(self) -> None:
        loop = asyncio.get_running_loop()
        before = loop.time()
        while True:
            await asyncio.sleep(self._step_s)
            now = loop.time()
            self._listened_s += min(now - before, 2 * self._step_s)
            before = now
            for wait in [wait for wait, end in self._ends.items() if end <= self._listened_s]:
                del self._ends[wait]  # it may still be ending at the next beat
                wait.reschedule(now)

    def close(self) -> None:
        """Stops counting."""
        if self._pulse is not None:
            self._pulse.cancel()
