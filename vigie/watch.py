"""The watch: collection, analysis, detection, digests and sending, each a step that may be repeated at any moment.

The scheduler calls the steps in real time, the demo on its own clock; both run exactly this code.
"""

import asyncio
import hashlib
import logging
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Event

from alerts.announce import Announcer
from alerts.channel_outages import report_outages
from alerts.channels import open_channels
from alerts.desk import AlertDesk, desk_of
from alerts.digest import DigestDesk
from alerts.gather_incident import gather_incident
from alerts.outbox import Dispatch, dispatch
from alerts.source_notices import SourceDesk
from alerts.views import IncidentView
from analysis.assemble import build_analyser
from analysis.crisis_words import CrisisWords
from analysis.second_reading import SecondReader, second_reader
from analysis.sieve import name_sieve
from analysis.taught import TaughtAnalyser
from config.schema import Config
from crawlers.barren import FOLDER as BARREN_PAGES
from crawlers.barren import forget_old_pages
from crawlers.collect import ScrapyCollector
from crawlers.health import next_state
from vigie.canary import CANARY_BRAND, Canary
from vigie.clock import Clock
from vigie.errors import StoreError
from vigie.keys import links_of, pseudonym_key
from vigie.lock import only_instance
from vigie.model import Delivery, Document, Incident, PassReport, Source, SourceHealth, SourceState, host_of
from vigie.pipeline import Analysed, Intake, Pipeline, noting_outage
from vigie.ports import Channel, Collector, MentionStore, Showcase, SourceMemory, State
from vigie.store import open_showcase, open_stores

_LOG = logging.getLogger(__name__)
_STORY_MEMORY = timedelta(days=30)  # more than the two weeks within which copies are looked for
_ARRIVAL_MEMORY = timedelta(days=90)  # more than the 60 days that a new detector learns from
_ANALYSIS_SLICE = 200  # documents between two looks at the stop signal: about a second of work


@dataclass(slots=True)
class Watch:
    """Everything that runs, put together. Steps are safe to repeat after a crash at any point."""

    config: Config
    clock: Clock
    state: State
    store: MentionStore
    intake: Intake
    collector: Collector
    pipeline: Pipeline
    desk: AlertDesk
    announcer: Announcer
    digests: DigestDesk
    channels: Mapping[str, Channel]
    showcase: Showcase | None = None
    notices: SourceDesk | None = None
    canary: Canary | None = None
    stopping: Event = field(default_factory=Event)
    _under_way: dict[str, str] = field(default_factory=dict)  # the host that is read, by source id
    _sending: asyncio.Lock = field(default_factory=asyncio.Lock)
    _showing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def due_sources(self, now: datetime) -> list[Source]:
        """The sources whose time has come and whose site nobody reads right now."""
        states = {state.source_id: state for state in self.state.states()}
        return [
            source
            for source in self.config.watched_sources
            if self._is_free(source) and _is_due(source, states.get(source.id), now)
        ]

    def _is_free(self, source: Source) -> bool:
        return source.id not in self._under_way and host_of(source.url) not in self._under_way.values()

    async def collect(self, sources: Sequence[Source] | None = None) -> Sequence[PassReport]:
        """One pass over `sources`, or over those that are due. Each is committed, and may be due again, as soon as it is read."""
        chosen = self.due_sources(self.clock.now()) if sources is None else list(sources)
        if not chosen:
            return []
        self._under_way |= {source.id: host_of(source.url) for source in chosen}
        try:
            memories = {source.id: self.state.memory(source.id) for source in chosen}
            return await self.collector.collect(chosen, _PassSink(self, chosen, memories), memories)
        finally:
            for source in chosen:
                self._under_way.pop(source.id, None)

    def commit(self, source: Source, report: PassReport, memory: SourceMemory) -> None:
        """Keeps what a pass learnt about a source, after everything it brought was received."""
        previous = self.state.state(source.id)
        times = self.state.document_times(source.id)
        now = self.clock.now()
        after = next_state(previous, report, source, times, now, _jitter(source.id, now))
        self.state.commit(report, memory, after)
        self._under_way.pop(source.id, None)
        _LOG.info(
            "event=pass source=%s health=%s documents=%d requests=%d not_modified=%d errors=%s",
            source.id, after.health, report.documents, report.requests, report.not_modified, dict(report.errors),
        )  # fmt: skip

    async def analyse(self) -> Analysed:
        """Empties the inbox, off the event loop. Stops early, between two slices, once `stopping` is set."""
        settled = deferred = 0
        while not self.stopping.is_set():
            done = await asyncio.to_thread(self.pipeline.analyse_waiting, _ANALYSIS_SLICE)
            settled, deferred = settled + done.settled, deferred + done.deferred
            if done.settled + done.deferred < _ANALYSIS_SLICE:
                break
        if self.canary is not None:
            await self.canary.look_in_store()
        return Analysed(settled, deferred)

    def detect(self) -> Sequence[Incident]:
        """One look of the detectors at what arrived since the last; what they open or change is saved with whom to tell.

        The operators' notices about sources are written then too.
        """
        incidents = self.desk.tick(self.clock.now())
        if self.notices is not None:
            self.notices.run(self.clock.now())
        return incidents

    async def plant(self) -> None:
        """Plants the next mention of the canary, when it is time and there is one."""
        if self.canary is not None:
            await self.canary.plant()

    async def look_at_canary(self) -> None:
        """After `detect`: notes which planted mentions it has read, and gives up those that are lost."""
        if self.canary is not None:
            await self.canary.look_at_arrivals()

    def digest(self) -> Sequence[Delivery]:
        """Writes the digests that are due now."""
        with noting_outage(self.state):
            return self.digests.run(self.clock.now())

    def tidy(self) -> int:
        """Retention: removes what is past its time, and returns how many mentions that were."""
        now = self.clock.now()
        self.state.forget(now - _STORY_MEMORY)
        self.state.trim(now - _ARRIVAL_MEMORY)
        forget_old_pages(self.config.data_folder / BARREN_PAGES, now)
        before = now - timedelta(days=self.config.settings.data.retention_days)
        self.state.trim_documents(before)
        self.state.trim_memories(before)
        with noting_outage(self.state):
            removed = self.store.purge(before)
            _LOG.info("event=tidied mentions_removed=%d", removed)
            if self.showcase is not None:
                self.showcase.forget(before)
        return removed

    async def show(self) -> None:
        """Copies what changed to where people look at it, off the event loop.

        It is never in the way of a step: when the copy fails, that is noted, and the next call does it.
        """
        if self.showcase is None:
            return
        async with self._showing:
            try:
                with noting_outage(self.state):
                    await asyncio.to_thread(self.showcase.show, self.state, self.clock.now())
            except StoreError as error:
                _LOG.warning("event=not_shown reason=%s", error)

    async def send(self) -> Dispatch:
        """Composes and sends what waits in the outbox, and files a message about a way that is blocked. Callers take turns."""
        async with self._sending:
            await asyncio.to_thread(self.announcer.compose_waiting, self.clock.now())
            now = self.clock.now()
            done = await dispatch(self.state, self.channels, now)
            if done.deferred or done.refused:
                report_outages(self.state, self.config, now)
            return done


@dataclass(frozen=True, slots=True)
class _PassSink:
    """Where one pass hands over its documents, and its reports."""

    watch: Watch
    sources: Sequence[Source]
    memories: Mapping[str, SourceMemory]

    def receive(self, documents: Sequence[Document]) -> None:
        self.watch.intake.receive(documents)

    def lost(self, source_id: str, reason: str) -> None:
        self.watch.intake.lost(source_id, reason)

    def finished(self, report: PassReport) -> None:
        source = next(source for source in self.sources if source.id == report.source_id)
        self.watch.commit(source, report, self.memories[source.id])


def _is_due(source: Source, state: SourceState | None, now: datetime) -> bool:
    """Whether its time has come; a well source whose interval was shortened does not wait for the old one to pass."""
    if state is None or state.next_at is None or state.next_at <= now:
        return True
    shortened = state.health is SourceHealth.OK and state.next_at - now > source.interval
    return shortened and state.last_pass_at is not None and state.last_pass_at + source.interval <= now


def asked_today(config: Config, state: State, now: datetime) -> Counter[str]:
    """How often each site was asked since midnight UTC, by the passes that ended since: a restart does not renew its budget."""
    hosts = {row.id: host_of(str(row.url)) for row in config.sources}
    asked: Counter[str] = Counter()
    for report in state.passes_since(now.replace(hour=0, minute=0, second=0, microsecond=0), limit=1_000_000):
        asked[hosts.get(report.source_id, "")] += report.requests
    return asked


def _jitter(source_id: str, now: datetime) -> float:
    """In [0, 1): spreads the sources over their interval, the same way for the same source and moment, so that runs repeat."""
    digest = hashlib.sha256(f"{source_id} {now.isoformat()}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


@contextmanager
def open_watch(config: Config, clock: Clock, environment: Mapping[str, str] | None = None) -> Iterator[Watch]:
    """A watch on the configuration's data folder, which it locks. Raises: AlreadyRunning, StoreError, ConfigError, ModelError."""
    environment = os.environ if environment is None else environment
    with (
        only_instance(config.data_folder),
        open_stores(config, clock) as (state, store),
        open_showcase(config) as showcase,
    ):
        brands = [*config.brands, CANARY_BRAND] if config.settings.canary.enabled else config.brands
        analyser = build_analyser(brands, config.settings.analysis, state, config.themes)
        intake = Intake(state, pseudonym_key(config.data_folder, environment))
        second = second_reader(config, store, state)
        yield Watch(
            config=config,
            clock=clock,
            state=state,
            store=store,
            intake=intake,
            collector=ScrapyCollector(
                config.settings.crawl,
                clock,
                asked=asked_today(config, state, clock.now()),
                barren_pages=config.data_folder / BARREN_PAGES,
                may_name=name_sieve(brands),
            ),
            pipeline=Pipeline(state, store, TaughtAnalyser(analyser, state), CrisisWords(config.crisis_words).near),
            desk=desk_of(config, state),
            announcer=Announcer(config, state, partial(_look, store, state, config, second), links_of(config, environment)),
            digests=DigestDesk(digests=config.digests, config=config, store=store, state=state),
            channels=open_channels(config, environment, clock),
            showcase=showcase,
            notices=SourceDesk(config, state),
            canary=_canary(config, clock, state, store, intake),
        )


def _canary(config: Config, clock: Clock, state: State, store: MentionStore, intake: Intake) -> Canary | None:
    """The canary, read by a collector of its own: it must not wait for a site's manners, nor the sites for it."""
    if not config.settings.canary.enabled:
        return None

    def collector_at(proxy: str) -> Collector:
        return ScrapyCollector(config.settings.crawl.model_copy(update={"proxy": proxy, "delay_s": 0}), clock)

    return Canary(config, clock, state, store, intake, collector_at)


def _look(
    store: MentionStore,
    state: State,
    config: Config,
    second: SecondReader | None,
    incident: Incident,
    now: datetime,
    at_length: bool,
) -> IncidentView:
    """What is known of an incident, once the second reader has been over it."""
    with noting_outage(state):
        if second is not None:
            second.read(incident, now)
        return gather_incident(store, state, config, incident, now, at_length)
