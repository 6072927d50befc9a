"""`vigie backfill`: the past of sources, as history; what was begun goes on where it was left."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vigie.cli.common import FORMATS, ConfigFolder, in_utc, load_config, local, print_table

if TYPE_CHECKING:
    from crawlers.backfill import Past
    from crawlers.collect import ScrapyCollector
    from vigie.model import Document, PassReport, Source
    from vigie.watch import Watch

_SPENT = "backfill:spent"
_PASS = 500  # pages between two commits: what is lost when it is stopped
_GOES_ON = ("page_limit", "time_limit")


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command()(backfill)


def backfill(
    since: Annotated[datetime, typer.Option(formats=FORMATS, help="How far back, in the team's time.")],
    sources: Annotated[list[str] | None, typer.Argument(help="Source ids in sources.toml.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every source that has a past to walk.")] = False,
    requests_per_day: Annotated[
        int, typer.Option(min=1, help="Requests to one site in a day (UTC) for its past, within those of [crawl].")
    ] = 2000,
    folder: ConfigFolder = Path(),
) -> None:
    """Read what sources published before they were watched: sitemaps, older pages of feeds, lists and boards. Never an alert.

    What is younger than a day is left to `vigie run`, which must stand still meanwhile. Ended early (Ctrl-C, the budget of a
    day), the same command goes on. Exit code 1 when a source is not done.

    Example: vigie backfill journal --since 2026-01-01
    """
    from crawlers.backfill import YOUNG, Past
    from vigie.clock import SystemClock
    from vigie.watch import open_watch

    config = load_config(folder)
    start = in_utc(since, config.settings.team.zone)
    now = datetime.now(UTC)
    if start is None or start >= now - YOUNG:
        raise typer.BadParameter("--since must lie more than a day back")
    chosen = _chosen(config.watched_sources, sources or [], everything)
    past = Past(start, now - YOUNG)
    with open_watch(config, SystemClock()) as watch:
        filled = [asyncio.run(_fill(watch, source, past, requests_per_day)) for source in chosen]
    print_table("Backfilled", ["source", "documents", "requests", "oldest", "state"], [one.row(config) for one in filled])
    if not all(one.state == "done" for one in filled):
        raise typer.Exit(1)


def _chosen(watched: "Sequence[Source]", named: Sequence[str], everything: bool) -> "list[Source]":
    """The sources that are meant. Raises: BadParameter for unknown ones, and kinds without a past."""
    from config.mistakes import nearest
    from crawlers.backfill import KINDS_WITH_A_PAST

    if everything == bool(named):
        raise typer.BadParameter("name sources, or give --all")
    if everything:
        return [source for source in watched if source.kind in KINDS_WITH_A_PAST]
    known = {source.id: source for source in watched}
    for name in named:
        if name not in known:
            raise typer.BadParameter(f"no enabled source {name!r} in sources.toml{nearest(name, list(known), 'sources')}")
        if known[name].kind not in KINDS_WITH_A_PAST:
            raise typer.BadParameter(
                f"{name} is of kind {known[name].kind}, only {', '.join(KINDS_WITH_A_PAST)} have a past to walk"
            )
    return [known[name] for name in named]


@dataclass(slots=True)
class _Filled:
    """What came of one source's past; a sink on the way to the inbox."""

    watch: "Watch"
    source_id: str
    state: str = ""
    requests: int = 0
    documents: int = 0
    oldest: datetime | None = None
    tell: Any = field(default=lambda _: None)

    def receive(self, documents: "Sequence[Document]") -> None:
        self.watch.intake.receive(documents)
        self.documents += len(documents)
        self.oldest = min([one.published.at for one in documents] + ([self.oldest] if self.oldest else []))
        self.tell(self)

    def lost(self, source_id: str, reason: str) -> None:
        self.watch.intake.lost(source_id, reason)

    def finished(self, report: "PassReport") -> None:
        self.requests += report.requests

    def row(self, config: Any) -> list[object]:
        return [self.source_id, self.documents, self.requests, local(self.oldest, config.settings.team.zone), self.state]


async def _fill(watch: "Watch", source: "Source", past: "Past", budget: int) -> _Filled:
    """Pass after pass, until the past is filled or nothing more may be asked today. Each pass is committed."""
    from crawlers.backfill import is_filled

    filled = _Filled(watch, source.id)
    collector = _collector(watch, source, past, budget)
    if collector is None:
        filled.state = "the requests of today are used up, the same command goes on tomorrow"
        return filled
    with _progress(filled):
        while True:
            memory = watch.state.memory(source.id)
            if is_filled(memory, past.since):
                filled.state = "done"
                return filled
            report = (await collector.collect([source], filled, {source.id: memory}))[0]
            day, spent = _spent_today(watch, source.id)
            memory.set(_SPENT, f"{day} {spent + report.requests}")
            watch.state.commit(report, memory, watch.state.state(source.id))
            await watch.analyse()
            if not report.ok or (report.reason and report.reason not in _GOES_ON):
                filled.state = report.message
                return filled


def _collector(watch: "Watch", source: "Source", past: "Past", budget: int) -> "ScrapyCollector | None":
    """A collector whose one kind walks the source's past, within what may still be asked today; None when nothing may."""
    from analysis.sieve import name_sieve
    from crawlers.backfill import Backfill
    from crawlers.collect import ScrapyCollector
    from crawlers.kinds import KINDS
    from crawlers.kinds.connector import Kind
    from crawlers.manners import Manners
    from vigie.model import host_of
    from vigie.watch import asked_today

    crawl, host = watch.config.settings.crawl, host_of(source.url)
    spent = _spent_today(watch, source.id)[1]
    allowed = budget - spent
    own = Manners(crawl, watch.clock).of_site(source.url).requests_per_day
    if limit := crawl.requests_per_day if own is None else own:
        allowed = min(allowed, limit - asked_today(watch.config, watch.state, watch.clock.now())[host])
    if allowed <= 0:
        return None
    sites = {name: one.model_copy(update={"requests_per_day": None}) for name, one in crawl.sites.items()}
    changes = {"requests_per_day": allowed, "sites": sites, "max_pages_per_pass": min(crawl.max_pages_per_pass, _PASS)}
    kind = Kind(KINDS[source.kind].options, lambda options: Backfill(source.kind, options, past))
    sieve = name_sieve(watch.config.brands)
    return ScrapyCollector(crawl.model_copy(update=changes), watch.clock, kinds={source.kind: kind}, may_name=sieve)


def _spent_today(watch: "Watch", source_id: str) -> tuple[str, int]:
    """Today (UTC), and the requests that were made for the past of a source since it began."""
    today = f"{watch.clock.now():%Y-%m-%d}"
    day, _, number = (watch.state.memory(source_id).get(_SPENT) or "").partition(" ")
    return today, int(number) if day == today else 0


@contextmanager
def _progress(filled: _Filled) -> Iterator[None]:
    """A line that moves on a terminal; nothing elsewhere."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task(filled.source_id, total=None)
        filled.tell = lambda one: bar.update(
            task, description=f"{one.source_id}: {one.documents} documents, back to {one.oldest:%Y-%m-%d}"
        )
        yield
