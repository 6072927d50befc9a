"""One store at one size, in a process of its own: filled, asked, ticked and measured.

The store is opened as the product opens it. What both stores answer is kept, so that they can be compared.
"""

import os
import resource
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.gather_incident import gather_incident
from bench.store import questions
from bench.store.corpus import END, START, Corpus, brand_id
from bench.store.costs import Cost, Ledger, cost_of, reference
from bench.store.place import Place, bytes_on_disk, command_line, configured, incident_of
from bench.store.questions import DAY
from config.schema import Config
from vigie.clock import SimulatedClock
from vigie.model import Mention
from vigie.ports import Filter, MentionStore, State, Tally
from vigie.store import open_stores

if TYPE_CHECKING:
    from bench.store.bare import BareCalls

_BATCH, _TICK, _PAGE = 500, 50, 20  # mentions
_TICKS, _DRAWS = 40, 20
_HOUR = timedelta(hours=1)
_ZONE = "Europe/Paris"
_ONE_IN = 10  # batches of the load are also written by bare calls
_UNKNOWN = Cost(0, 0)

Counts = tuple[int, int, int]
"""Negative, neutral, positive."""


class WrongAnswer(Exception):
    """What a store answered is not what it was filled with."""


@dataclass(slots=True)
class Trial:
    """What was measured, and the answer to every question, in order."""

    size: int
    place: Place
    ledger: Ledger = field(default_factory=Ledger)
    answers: list[tuple[str, object]] = field(default_factory=list)
    server: str = ""
    memory_mb: float = 0
    stored: int = 0
    bytes_on_disk: int = 0
    opened: Cost = _UNKNOWN
    command: Cost = _UNKNOWN
    loops: list[Cost] = field(default_factory=list)


def measure(place: Place, size: int) -> Trial:
    """Fills the place with `size` mentions and measures it. Leaves nothing on the disk; the caller cleans a server."""
    trial = Trial(size, place)
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as name:
        folder = Path(name)
        config = configured(folder, place)
        with open_stores(config, SimulatedClock(END)) as (state, store), _beside(trial, config) as bare:
            subject = _Subject(trial, store, bare)
            trial.loops.append(reference())
            subject.fill()
            trial.loops.append(reference())
            subject.ask()
            subject.gather(state, config)
            subject.tick()
        trial.opened, _ = cost_of(lambda: _open_and_count(config))
        trial.command = command_line(folder)
        trial.loops.append(reference())
        if not place.address:
            trial.bytes_on_disk = bytes_on_disk(config)
    return trial


@contextmanager
def _beside(trial: Trial, config: Config) -> Iterator["BareCalls | None"]:
    """The bare calls beside a server's store; what it takes there is noted at the end."""
    if not trial.place.address:
        yield None
        return
    from bench.store.bare import BareCalls, bytes_of, server_of  # noqa: PLC0415 - memory that SQLite's trial does not need
    from vigie.store.elasticsearch.client import open_client  # noqa: PLC0415

    with open_client(config, os.environ) as client:
        trial.server = server_of(client)
        yield BareCalls(client, trial.place.prefix)
        trial.bytes_on_disk = bytes_of(client, trial.place.prefix)


def _open_and_count(config: Config) -> Tally:
    with open_stores(config, SimulatedClock(END)) as (_, store):
        return store.count(questions.alerts()[0].chosen)


@dataclass(frozen=True, slots=True)
class _Subject:
    """The store that is measured, and the bare calls that take turns with it where it is a server's."""

    trial: Trial
    store: MentionStore
    bare: "BareCalls | None"

    @property
    def _corpus(self) -> Corpus:
        return Corpus(self.trial.size)

    def fill(self) -> None:
        """Loads the corpus in the order of publication; one batch in ten is also written by bare calls."""
        size = self.trial.size
        for number, first in enumerate(range(0, size, _BATCH)):
            mentions = list(self._corpus.mentions(first, min(first + _BATCH, size)))
            self._write("load", mentions, beside=number % _ONE_IN == 0)
        self.trial.memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self._note("upkeep", lambda: self.store.purge(START))
        self._settle()
        stored = self.store.count(Filter()).total
        if stored != size:
            raise WrongAnswer(f"{stored} of {size} mentions are there")

    def ask(self) -> None:
        """Every question once, after one search of each kind that is not counted."""
        for question in questions.searches(self._corpus, 1, seed=1):
            self.store.search(question.chosen)
            if self.bare:
                self.bare.search(question.chosen, 1)
        for question in questions.searches(self._corpus, _DRAWS):
            self._search(question.kind, question.chosen)
        for question in [*questions.alerts(), *questions.counts(self._corpus, _DRAWS)]:
            self._count(question.kind, question.chosen)
        for rank in range(_DRAWS):
            self._histogram("28 days", questions.latest(brand_id(rank), 28 * DAY), _HOUR, {"fixed_interval": "1h"})
            self._histogram("18 months", questions.latest(brand_id(rank), END - START), DAY, {"calendar_interval": "1d"})

    def gather(self, state: State, config: Config) -> None:
        """Everything that an incident's mail asks; it names the folder, which is another for each store."""
        config = config.model_copy(update={"folder": Path()})
        for rank in range(_DRAWS):
            self._note("incident", partial(gather_incident, self.store, state, config, incident_of(brand_id(rank)), END))

    def tick(self) -> None:
        """Batches newer than all others, alone, then some more as the pipeline writes them."""
        for turn in range(_TICKS):
            self._write("tick", self._arriving(turn), beside=True)
        for turn in range(_TICKS, _TICKS + _DRAWS):
            self._note("pipeline", partial(_written_by_the_pipeline, self.store, self._arriving(turn)))
        self._settle()
        self.trial.stored = self.store.count(Filter()).total

    def _arriving(self, turn: int) -> list[Mention]:
        first = self.trial.size + turn * _TICK
        return list(self._corpus.mentions(first, first + _TICK))

    def _write(self, kind: str, mentions: Sequence[Mention], *, beside: bool) -> None:
        def created() -> int:
            return self.store.upsert(mentions).created

        if beside and self.bare:
            actions = self.bare.actions(mentions)
            self._note(f"{kind} beside", created, lambda bare: bare.bulk(actions))
        else:
            self._note(kind, created)

    def _search(self, kind: str, chosen: Filter) -> None:
        def ids() -> tuple[str, ...]:
            return tuple(mention.id for mention in self.store.search(chosen, _PAGE).mentions)

        self._note(f"search: {kind}", ids, lambda bare: bare.search(chosen, _PAGE))

    def _count(self, kind: str, chosen: Filter) -> None:
        self._note(kind, lambda: _numbers(self.store.count(chosen)), lambda bare: bare.count(chosen))

    def _histogram(self, kind: str, chosen: Filter, step: timedelta, interval: dict[str, str]) -> None:
        def buckets() -> tuple[tuple[int, Counts], ...]:
            found = self.store.histogram(chosen, step, _ZONE)
            return tuple((_milliseconds(each.start), _numbers(each.tally)) for each in found if each.tally.total)

        self._note(kind, buckets, lambda bare: bare.histogram(chosen, interval, _ZONE))

    def _note(self, kind: str, ours: Callable[[], object], bare: "Callable[[BareCalls], object] | None" = None) -> None:
        """Does the work, both ways where there are two, and keeps the answer. Raises: WrongAnswer when they differ."""
        calls = self.bare
        answer, other = self.trial.ledger.note(kind, ours, None if bare is None or calls is None else lambda: bare(calls))
        if other is not None and other != answer:
            raise WrongAnswer(f"{kind}: the store answers {answer}, a bare call {other}")
        self.trial.answers.append((kind, answer))

    def _settle(self) -> None:
        if self.bare:
            self.bare.settle()


def _written_by_the_pipeline(store: MentionStore, mentions: Sequence[Mention]) -> int:
    """As `vigie.pipeline` does it: what an edit took away of each document goes first."""
    store.remove_documents([mention.document.id for mention in mentions], keep=[mention.id for mention in mentions])
    return store.upsert(mentions).created


def _numbers(tally: Tally) -> Counts:
    return tally.negative, tally.neutral, tally.positive


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
