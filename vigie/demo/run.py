"""Plays the demo: serves its world, moves its clock, and lets the ordinary watch do its job.

The month that is past is collected first; then the last eight hours go by in steps of five minutes, and the next morning
comes. A run that was killed goes on after the last step that was done; a run that had ended finds everything known.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from config.load import load
from vigie.clock import SimulatedClock
from vigie.demo.mailbox import mail_server
from vigie.demo.page import write_page
from vigie.demo.progress import Advance, Bookmark, Steps, open_bookmark, steps_for
from vigie.demo.report import print_report, summarise
from vigie.demo.world import DemoStore, World, WorldServer, build_world, demo_files
from vigie.extensions import extensions
from vigie.watch import Watch, open_watch

_TICK = timedelta(minutes=5)
_MORNING_HOUR = 8


def run_demo(out: Path, seed: int, store: DemoStore) -> int:
    """Runs or finishes the demo in `out`, its mentions in `store`, and prints its report; returns the exit code."""
    (out / "mails").mkdir(parents=True, exist_ok=True)
    console = Console()
    asyncio.run(_play(out, seed, store, console))
    return 0


async def _play(out: Path, seed: int, store: DemoStore, console: Console) -> None:
    began = time.perf_counter()
    bookmark = open_bookmark(out / "demo.json", seed)
    steps = steps_for(console)
    world = build_world(seed)
    clock = SimulatedClock(max(world.ticks_start, bookmark.moment or world.ticks_start))
    if bookmark.moment:
        steps.say(
            f"{out} holds an earlier run: it goes on from there, what it knows stays known (remove the folder to start afresh)"
        )
    steps.say(f"Vigie demo: {len(world.items)} texts on a small web, {world.start:%d %B} to {world.end:%d %B %Y}")
    with WorldServer(world, clock.now) as server:
        async with mail_server(out / "mails") as smtp_port:
            folder = _write_configuration(out, server.port, smtp_port, store)
            with open_watch(load(folder, extensions()), clock, {}) as watch:
                stage = _Stage(world, clock, watch, steps, out / "demo.json", bookmark)
                await stage.history()
                await stage.ticks()
                await stage.morning()
                summary = summarise(watch, world, out, time.perf_counter() - began)
                write_page(out, watch, world, summary)
    print_report(console, summary, out)


def _write_configuration(out: Path, web_port: int, smtp_port: int, store: DemoStore) -> Path:
    """The demo's configuration folder: an ordinary one, whose proxy and mail server are the demo's."""
    folder = out / "config"
    folder.mkdir(exist_ok=True)
    for name, text in demo_files(web_port, smtp_port, folder="..", store=store).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@dataclass(slots=True)
class _Stage:
    """The three acts. Each ends with a bookmark, after everything that belongs to it is done."""

    world: World
    clock: SimulatedClock
    watch: Watch
    steps: Steps
    path: Path
    bookmark: Bookmark
    told: dict[str, datetime] = field(default_factory=dict)  # when each incident last changed

    async def history(self) -> None:
        """Collects what is there already; the watch learns what is usual, and raises nothing about the past."""
        sources = self.watch.config.watched_sources
        with self.steps.counting("reading the past month", 2) as advance:
            await self.watch.collect(sources)
            advance(f"{self.watch.state.waiting()} documents wait")
            await self.watch.analyse()
            advance()
        self.watch.detect()
        await self.watch.send()
        await self.watch.show()
        self._mark()

    async def ticks(self) -> None:
        """The last eight hours, five minutes at a time."""
        moments = list(_moments(self.clock.now(), self.world.end))
        if not moments:
            return
        with self.steps.counting("the last eight hours, in five-minute steps", len(moments)) as advance:
            for moment in moments:
                self.clock.advance_to(moment)
                await self._round(advance)

    async def morning(self) -> None:
        """The next morning's round, which brings the digest."""
        zone = ZoneInfo(self.watch.config.settings.team.zone)
        evening = self.world.end.astimezone(zone)
        morning = (evening + timedelta(days=1)).replace(hour=_MORNING_HOUR, minute=0, second=0, microsecond=0)
        self.clock.advance_to(morning)
        with self.steps.counting("the next morning", 1) as advance:
            await self._round(advance)

    async def _round(self, advance: Advance) -> None:
        """What the scheduler of the live system does at one tick."""
        await self.watch.collect()
        await self.watch.analyse()
        changed = self.watch.detect()
        self.watch.digest()
        sent = await self.watch.send()
        await self.watch.show()
        self._mark()
        news = [f"incident {one.state}: {one.brand_id}" for one in changed if self.told.get(one.id) != one.updated_at]
        self.told |= {one.id: one.updated_at for one in changed}
        if sent.sent:
            news.append(f"{sent.sent} mail sent")
        local = self.clock.now().astimezone(ZoneInfo(self.watch.config.settings.team.zone))
        if news:
            self.steps.say(f"  {local:%d %b %H:%M}  {', '.join(news)}")
        advance(f"{local:%H:%M}")

    def _mark(self) -> None:
        self.bookmark = replace(self.bookmark, done_until=self.clock.now().isoformat())
        self.bookmark.save(self.path)


def _moments(start: datetime, end: datetime) -> Iterator[datetime]:
    """Every five minutes after `start`, `end` included."""
    moment = start + _TICK
    while moment <= end:
        yield moment
        moment += _TICK
