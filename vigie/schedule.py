"""`vigie run`: the live system. APScheduler starts each step in its rhythm on one asyncio loop, until a signal ends it.

Every job is `coalesce` (a machine that slept runs it once) and, but for collection, `max_instances=1`. A step that finds the
store or the mail server away is logged and comes again: the inbox and the outbox keep what waits.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from vigie.errors import VigieError
from vigie.watch import Watch

_LOG = logging.getLogger(__name__)
_LOOK_FOR_DUE_SOURCES = timedelta(seconds=15)
_LOOK_FOR_MAIL = timedelta(seconds=10)  # apart from the ticks: a mail server that hangs must not hold detection up
_PASSES_AT_ONCE = 8
_PATIENCE_AT_STOP_S = 8.0


async def run(watch: Watch) -> None:
    """Runs until SIGTERM or SIGINT; then ends what is under way within 10 seconds and returns."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    jobs = _Jobs(watch)
    scheduler = _schedule(watch, jobs)
    scheduler.start()
    _LOG.info("event=started sources=%d brands=%d", len(watch.config.watched_sources), len(watch.config.brands))
    try:
        await stop.wait()
    finally:
        scheduler.shutdown(wait=False)
        watch.stopping.set()
        await jobs.end()
        _LOG.info("event=stopped")


async def run_once(watch: Watch) -> Mapping[str, str]:
    """One round of every step, for cron; the steps that failed, with the reason. The others are done all the same."""
    jobs = _Jobs(watch)
    for step in (jobs.plant, jobs.collect, jobs.tick, jobs.send, jobs.digest, jobs.send, jobs.tidy):
        await step()
    return jobs.failed


def _schedule(watch: Watch, jobs: "_Jobs") -> AsyncIOScheduler:
    scheduler = AsyncIOScheduler(
        timezone=watch.config.settings.team.zone, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    tick = watch.config.settings.schedule.tick
    steps: tuple[tuple[str, Callable[[], Awaitable[None]], timedelta, int], ...] = (
        ("collect", jobs.collect, _LOOK_FOR_DUE_SOURCES, _PASSES_AT_ONCE),
        ("tick", jobs.tick, tick, 1),
        ("digest", jobs.digest, timedelta(minutes=1), 1),
        ("plant", jobs.plant, timedelta(minutes=1), 1),
        ("send", jobs.send, _LOOK_FOR_MAIL, 1),
        ("tidy", jobs.tidy, timedelta(hours=6), 1),
    )
    for name, step, every, at_once in steps:
        scheduler.add_job(step, IntervalTrigger(seconds=every.total_seconds()), id=name, max_instances=at_once)
    scheduler.add_job(jobs.collect, id="first-collect")
    return scheduler


class _Jobs:
    """The steps as jobs: each keeps its own failure to itself and is known while it runs, so that a stop can wait for it."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._running: set[asyncio.Task[None]] = set()
        self._analysing = asyncio.Lock()
        self.failed: dict[str, str] = {}  # why each job failed last

    async def collect(self) -> None:
        await self._guard("collect", self._collect_and_analyse())

    async def tick(self) -> None:
        await self._guard("tick", self._detect())

    async def plant(self) -> None:
        await self._guard("plant", self._watch.plant())

    async def digest(self) -> None:
        await self._guard("digest", self._digest())

    async def send(self) -> None:
        await self._guard("send", self._send())

    async def tidy(self) -> None:
        await self._guard("tidy", self._tidy())

    async def _collect_and_analyse(self) -> None:
        reports = await self._watch.collect()
        async with self._analysing:
            await self._watch.analyse()
        if reports:
            await self._watch.show()

    async def _detect(self) -> None:
        async with self._analysing:
            await self._watch.analyse()
        self._watch.detect()
        await self._watch.look_at_canary()
        await self._watch.show()

    async def _digest(self) -> None:
        if self._watch.digest():
            await self._watch.show()

    async def _send(self) -> None:
        if (await self._watch.send()).sent:
            await self._watch.show()

    async def _tidy(self) -> None:
        await asyncio.to_thread(self._watch.tidy)

    async def _guard(self, name: str, step: Awaitable[None]) -> None:
        task = asyncio.ensure_future(step)
        self._running.add(task)
        try:
            await task
        except asyncio.CancelledError:
            _LOG.info("event=cancelled job=%s", name)
        except VigieError as error:
            self.failed[name] = str(error)
            _LOG.error("event=job_failed job=%s reason=%s", name, error)
        except Exception as error:  # noqa: BLE001 - a surprise in one step must not end the round, nor hold the next one up
            self.failed[name] = repr(error)
            _LOG.exception("event=job_broken job=%s", name)
        finally:
            self._running.discard(task)

    async def end(self) -> None:
        """Cancels what runs and waits for its end, for a few seconds at most."""
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(set(self._running), timeout=_PATIENCE_AT_STOP_S)
