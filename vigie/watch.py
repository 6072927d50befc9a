"""The watch: collection, analysis, detection, digests and sending, each a step that may be repeated at any moment.

The scheduler calls the steps in real time, the demo on its own clock; both run exactly this code.
"""

import asyncio
import hashlib
import logging
import os
import secrets as random_secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from alerts.channels import open_channels
from alerts.desk import AlertDesk
from alerts.digest import DigestDesk
from alerts.gather import gather_incident
from alerts.mail import compose_incident
from alerts.outbox import Dispatch, dispatch
from analysis.assemble import build_analyser
from config.schema import Config
from config.secrets import secret
from crawlers.collect import ScrapyCollector
from crawlers.health import next_state
from crawlers.urls import host_of
from vigie.clock import Clock
from vigie.lock import only_instance
from vigie.model import Delivery, Incident, PassReport, Source, SourceState
from vigie.pipeline import Analysed, Intake, Pipeline
from vigie.ports import Channel, Collector, MentionStore, SourceMemory, State
from vigie.store import open_stores

_LOG = logging.getLogger(__name__)
_STORY_MEMORY = timedelta(days=30)  # more than the two weeks within which copies are looked for
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
    digests: DigestDesk
    channels: Mapping[str, Channel]
    stopping: Event = field(default_factory=Event)
    _under_way: set[str] = field(default_factory=set)  # source ids
    _hosts: set[str] = field(default_factory=set)

    def due_sources(self, now: datetime) -> list[Source]:
        """The sources whose time has come and whose site nobody reads right now."""
        states = {state.source_id: state for state in self.state.states()}
        return [source for source in self.config.watched_sources if self._is_free(source) and _is_due(states.get(source.id), now)]

    def _is_free(self, source: Source) -> bool:
        return source.id not in self._under_way and host_of(source.url) not in self._hosts

    async def collect(self, sources: Sequence[Source] | None = None) -> Sequence[PassReport]:
        """One pass over `sources`, or over those that are due. A source's memory is kept only once its documents are durable."""
        chosen = self.due_sources(self.clock.now()) if sources is None else list(sources)
        if not chosen:
            return []
        ids, hosts = {source.id for source in chosen}, {host_of(source.url) for source in chosen}
        self._under_way |= ids
        self._hosts |= hosts
        try:
            memories = {source.id: self.state.memory(source.id) for source in chosen}
            reports = await self.collector.collect(chosen, self.intake, memories)
            by_id = {source.id: source for source in chosen}
            for report in reports:
                self._commit(by_id[report.source_id], report, memories)
        finally:
            self._under_way -= ids
            self._hosts -= hosts
        return reports

    def _commit(self, source: Source, report: PassReport, memories: Mapping[str, SourceMemory]) -> None:
        previous = self.state.state(source.id)
        times = self.state.document_times(source.id)
        now = self.clock.now()
        after = next_state(previous, report, source, times, now, _jitter(source.id, now))
        self.state.commit(report, memories[source.id], after)
        _LOG.info(
            "event=pass source=%s health=%s documents=%d requests=%d not_modified=%d errors=%s",
            source.id, after.health, report.documents, report.requests, report.not_modified, dict(report.errors),
        )  # fmt: skip

    async def analyse(self) -> Analysed:
        """Empties the inbox, off the event loop. Stops early, between two slices, once `stopping` is set."""
        settled = 0
        while not self.stopping.is_set():
            done = await asyncio.to_thread(self.pipeline.analyse_waiting, _ANALYSIS_SLICE)
            settled += done.settled
            if done.settled < _ANALYSIS_SLICE:
                return Analysed(settled, done.deferred)
        return Analysed(settled)

    def detect(self) -> Sequence[Incident]:
        """One look of the detectors at what arrived since the last; what they open or change is saved with its mails."""
        return self.desk.tick(self.clock.now())

    def digest(self) -> Sequence[Delivery]:
        """Writes the digests that are due now."""
        return self.digests.run(self.clock.now())

    def tidy(self) -> int:
        """Retention: removes mentions and story signatures that are past their time; returns how many mentions."""
        now = self.clock.now()
        self.state.forget(now - _STORY_MEMORY)
        removed = self.store.purge(now - timedelta(days=self.config.settings.data.retention_days))
        _LOG.info("event=tidied mentions_removed=%d", removed)
        return removed

    async def send(self) -> Dispatch:
        """Sends what waits in the outbox."""
        return await dispatch(self.state, self.channels, self.clock.now())


def _is_due(state: SourceState | None, now: datetime) -> bool:
    return state is None or state.next_at is None or state.next_at <= now


def _jitter(source_id: str, now: datetime) -> float:
    """In [0, 1): spreads the sources over their interval, the same way for the same source and moment, so that runs repeat."""
    digest = hashlib.sha256(f"{source_id} {now.isoformat()}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


@contextmanager
def open_watch(config: Config, clock: Clock, environment: Mapping[str, str] | None = None) -> Iterator[Watch]:
    """A watch on the configuration's data folder, which it locks. Raises: AlreadyRunning, StoreError, ConfigError."""
    environment = os.environ if environment is None else environment
    config.data_folder.mkdir(parents=True, exist_ok=True)
    with only_instance(config.data_folder), open_stores(config, clock) as (state, store):
        analyser = build_analyser(config.brands, config.settings.analysis, state)

        def compose(incident: Incident, purpose: str, recipient: str, key: str) -> bytes:
            view = gather_incident(store, state, config, incident, clock.now())
            return compose_incident(view, purpose=purpose, recipient=recipient, config=config, key=key, now=clock.now())

        yield Watch(
            config=config,
            clock=clock,
            state=state,
            store=store,
            intake=Intake(state, _pseudonym_key(config.data_folder, environment)),
            collector=ScrapyCollector(config.settings.crawl, clock),
            pipeline=Pipeline(state, store, analyser),
            desk=AlertDesk(
                rules=config.rules,
                brands=config.brands,
                zone=config.settings.team.zone,
                state=state,
                compose=compose,
                sender=config.settings.mail.sender,
            ),
            digests=DigestDesk(digests=config.digests, config=config, store=store, state=state),
            channels=open_channels(config.settings, environment),
        )


def _pseudonym_key(folder: Path, environment: Mapping[str, str]) -> bytes:
    """VIGIE_PSEUDONYM_KEY, or the key of this data folder, made at first use and readable by its owner only."""
    given = secret("VIGIE_PSEUDONYM_KEY", environment)
    if given:
        return given.encode()
    path = folder / "pseudonym.key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(random_secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip().encode()
