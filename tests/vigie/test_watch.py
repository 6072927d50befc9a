"""The steps of the watch, beside one another: a slow source holds nobody up, and no mail goes out twice."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from alerts.announce import Announcer
from alerts.gather_incident import gather_incident
from config.schema import Brand, Config, Settings, SourceRow
from vigie.clock import SimulatedClock
from vigie.errors import ConfigError, StoreUnavailable
from vigie.keys import pseudonym_key
from vigie.model import Delivery, Document, PassReport, Source, SourceHealth
from vigie.pipeline import Analysed, Intake
from vigie.ports import MentionStore, Sink, SourceMemory, State
from vigie.schedule import run_once
from vigie.watch import Watch, asked_today

Stores = tuple[State, MentionStore]


def source_row(name: str, host: str | None = None) -> SourceRow:
    return SourceRow.model_validate({"id": name, "kind": "feed", "url": f"https://{host or name}.exemple/rss", "interval": 60})


def report(source: Source, at: datetime) -> PassReport:
    return PassReport(source.id, at, at, ok=True, documents=1)


class Slow:
    """A collector that ends the source « lente » only when it is let, and every other at once."""

    def __init__(self, clock: SimulatedClock, document: Document) -> None:
        self.let_go = asyncio.Event()
        self.begun: list[list[str]] = []
        self._clock, self._document = clock, document

    async def collect(self, sources: Sequence[Source], sink: Sink, memories: Mapping[str, SourceMemory]) -> Sequence[PassReport]:
        self.begun.append([source.id for source in sources])
        for source in sources:
            if source.id != "lente":
                sink.receive([self._document])
                memories[source.id].set("etag", "abc")
                sink.finished(report(source, self._clock.now()))
        if any(source.id == "lente" for source in sources):
            await self.let_go.wait()
        return []


class SlowChannel:
    """Counts the messages, each of which takes a while."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, delivery: Delivery) -> None:
        self.sent.append(delivery.key)
        await asyncio.sleep(0)

    async def check(self) -> str:
        return "ready"


class Step:
    """A desk whose every call is noted; one may fail."""

    def __init__(self, name: str, calls: list[str], error: Exception | None = None) -> None:
        self._name, self._calls, self._error = name, calls, error

    def __call__(self, *_: Any) -> list[Any]:
        self._calls.append(self._name)
        if self._error:
            raise self._error
        return []

    tick = run = analyse_waiting = __call__


class Idle:
    """A pipeline for which nothing waits."""

    def analyse_waiting(self, limit: int | None = None) -> Analysed:
        return Analysed()


@pytest.fixture
def make_watch(
    stores: Stores, clock: SimulatedClock, make_document: Callable[..., Document], tmp_path: Path
) -> Callable[..., Watch]:
    def make(*rows: SourceRow, **parts: Any) -> Watch:
        brand = Brand(id="marelle", name="Marelle", query="marelle")
        config = Config(folder=tmp_path, settings=Settings(), brands=[brand], sources=list(rows), rules=[], digests=[])
        calls: list[str] = []
        given: dict[str, Any] = {
            "config": config,
            "clock": clock,
            "state": stores[0],
            "store": stores[1],
            "intake": Intake(stores[0], b"key"),
            "collector": Slow(clock, make_document()),
            "pipeline": Step("analyse", calls),
            "announcer": Announcer(config, stores[0], partial(gather_incident, stores[1], stores[0], config)),
            "desk": Step("tick", calls),
            "digests": Step("digest", calls),
            "channels": {"smtp": SlowChannel()},
        }
        return Watch(**{**given, **parts})

    return make


async def test_a_source_is_committed_and_due_again_while_another_of_its_pass_still_reads(
    make_watch: Callable[..., Watch], clock: SimulatedClock
) -> None:
    watch = make_watch(source_row("rapide"), source_row("lente"))
    passing = asyncio.create_task(watch.collect())
    await asyncio.sleep(0)
    assert watch.state.state("rapide").health is SourceHealth.OK
    assert watch.state.memory("rapide").get("etag") == "abc"
    assert watch.state.state("lente").health is SourceHealth.NEVER
    clock.advance(timedelta(minutes=2))
    assert [source.id for source in watch.due_sources(clock.now())] == ["rapide"]
    watch.collector.let_go.set()  # type: ignore[attr-defined]
    await passing
    assert [source.id for source in watch.due_sources(clock.now())] == ["rapide", "lente"]


async def test_two_sources_of_one_host_are_never_read_in_two_passes_at_once(
    make_watch: Callable[..., Watch], clock: SimulatedClock
) -> None:
    watch = make_watch(source_row("lente", "site"), source_row("autre", "site"))
    passing = asyncio.create_task(watch.collect())
    await asyncio.sleep(0)
    clock.advance(timedelta(minutes=2))
    assert watch.due_sources(clock.now()) == []
    watch.collector.let_go.set()  # type: ignore[attr-defined]
    await passing


async def test_a_pass_that_is_cancelled_frees_its_sources(make_watch: Callable[..., Watch], clock: SimulatedClock) -> None:
    watch = make_watch(source_row("lente"))
    passing = asyncio.create_task(watch.collect())
    await asyncio.sleep(0)
    passing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await passing
    assert [source.id for source in watch.due_sources(clock.now())] == ["lente"]


async def test_callers_that_send_at_the_same_time_send_each_mail_once(
    make_watch: Callable[..., Watch], clock: SimulatedClock
) -> None:
    channel = SlowChannel()
    watch = make_watch(channels={"smtp": channel})
    for number in range(5):
        watch.state.add(Delivery(f"k{number}", "smtp", "a@exemple.fr", "digest", "s", b"x", clock.now()))
    await asyncio.gather(*(watch.send() for _ in range(4)))
    assert channel.sent == [f"k{number}" for number in range(5)]


async def test_a_step_that_fails_does_not_keep_the_others_of_a_round_from_being_done(
    make_watch: Callable[..., Watch], clock: SimulatedClock
) -> None:
    calls: list[str] = []
    channel = SlowChannel()
    watch = make_watch(
        desk=Step("tick", calls, StoreUnavailable("away")),
        digests=Step("digest", calls, ValueError("surprise")),
        channels={"smtp": channel},
        pipeline=Idle(),
    )
    watch.state.add(Delivery("k", "smtp", "a@exemple.fr", "digest", "s", b"x", clock.now()))
    assert set(await run_once(watch)) == {"tick", "digest"}
    assert calls == ["tick", "digest"]
    assert channel.sent == ["k"]


class Window:
    """A showcase that counts the calls; the first `failing` ones fail."""

    def __init__(self, failing: int = 0) -> None:
        self.shown, self.forgotten, self._failing = 0, 0, failing

    def show(self, state: State, now: datetime) -> int:
        self.shown += 1
        if self.shown <= self._failing:
            raise StoreUnavailable("Elasticsearch does not answer")
        return 1

    def forget(self, before: datetime) -> int:
        self.forgotten += 1
        return 0


async def test_people_see_what_a_round_did_and_old_copies_leave(make_watch: Callable[..., Watch], clock: SimulatedClock) -> None:
    window = Window()
    watch = make_watch(source_row("rapide"), showcase=window, pipeline=Idle())
    watch.state.add(Delivery("k", "smtp", "a@exemple.fr", "digest", "s", b"x", clock.now()))
    assert await run_once(watch) == {}
    assert (window.shown, window.forgotten) == (2, 1)  # after detection, and after the mail


async def test_a_copy_for_people_that_fails_is_noted_and_stops_no_step(make_watch: Callable[..., Watch]) -> None:
    window = Window(failing=1)
    watch = make_watch(showcase=window, pipeline=Idle())
    assert await run_once(watch) == {}
    outage = watch.state.outage()
    assert outage is not None
    assert "does not answer" in outage.reason


def test_the_pseudonym_key_is_made_once_and_an_empty_one_is_refused(tmp_path: Path) -> None:
    key = pseudonym_key(tmp_path, {})
    assert len(key) == 64
    assert pseudonym_key(tmp_path, {}) == key
    assert (tmp_path / "pseudonym.key").stat().st_mode & 0o077 == 0
    assert pseudonym_key(tmp_path, {"VIGIE_PSEUDONYM_KEY": "autre"}) == b"autre"
    (tmp_path / "pseudonym.key").write_text("")
    with pytest.raises(ConfigError, match="empty"):
        pseudonym_key(tmp_path, {})


def test_a_restart_finds_how_often_each_site_was_asked_today(make_watch: Callable[..., Watch], clock: SimulatedClock) -> None:
    rows = [source_row("un", "www.gazette"), source_row("deux", "gazette"), source_row("trois")]
    watch = make_watch(*rows)
    clock.advance(timedelta(days=1))
    for source, requests, at in (("un", 3, 0), ("deux", 4, 0), ("trois", 1, 0), ("un", 50, 30)):
        ended = PassReport(source, clock.now(), clock.now() - timedelta(hours=at), ok=True, requests=requests)
        watch.state.commit(ended, watch.state.memory(source), watch.state.state(source))
    assert asked_today(watch.config, watch.state, clock.now()) == {"gazette.exemple": 7, "trois.exemple": 1}
