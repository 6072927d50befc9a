"""The canary crosses the real chain, from a page on loopback to detection, and is loud when it does not arrive."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.canary import canary_view, flights, is_lost
from config.schema import Analyse, Brand, Canary, Config, Mail, RuleRow, Settings, Store
from tests.conftest import NewStore
from vigie.canary import CANARY_BRAND
from vigie.clock import SimulatedClock
from vigie.model import Outcome, PassReport, Source
from vigie.ports import EVERYTHING, Filter, Sink, SourceMemory
from vigie.watch import Watch, open_watch

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Deaf:
    """A collector that reads nothing."""

    async def collect(self, sources: Sequence[Source], sink: Sink, memories: Mapping[str, SourceMemory]) -> Sequence[PassReport]:
        return []


def configuration(folder: Path, store: Store | None = None) -> Config:
    settings = Settings(
        analysis=Analyse(spacy_model="absent", profile="fast"),
        canary=Canary(enabled=True),
        mail=Mail(operators=["technique@exemple.fr"]),
        store=store or Store(),
    )
    rules = [RuleRow(id="tout", kind="mention", recipients=["com@exemple.fr"])]
    brands = [Brand(id="marelle", name="Marelle", query="marelle")]
    return Config(folder=folder, settings=settings, brands=brands, sources=[], rules=rules, digests=[])


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    with open_watch(configuration(tmp_path), SimulatedClock(NOON), {}) as opened:
        yield opened


def clock(watch: Watch) -> SimulatedClock:
    assert isinstance(watch.clock, SimulatedClock)
    return watch.clock


async def fly(watch: Watch) -> None:
    """One flight: two minutes to the analysis, three more to the tick."""
    await watch.plant()
    clock(watch).advance(2 * MINUTE)
    await watch.analyse()
    clock(watch).advance(3 * MINUTE)
    watch.detect()
    await watch.look_at_canary()


async def lose(watch: Watch) -> None:
    """One flight that is never collected, until it is given up."""
    assert watch.canary is not None
    working, watch.canary.collector_at = watch.canary.collector_at, lambda _: Deaf()
    await watch.plant()
    clock(watch).advance(HOUR)
    await watch.look_at_canary()
    watch.canary.collector_at = working


async def test_each_step_of_a_flight_is_dated(watch: Watch) -> None:
    await fly(watch)
    (flight,) = flights(watch.state)
    assert flight.collected_at == NOON
    assert flight.stored_at == NOON + 2 * MINUTE
    assert flight.detected_at == NOON + 5 * MINUTE
    assert not flight.lost


async def test_its_mention_is_in_the_store_on_the_way_and_gone_afterwards(watch: Watch) -> None:
    await watch.plant()
    await watch.analyse()
    assert watch.store.count(Filter(brands=[CANARY_BRAND.id])).total == 1
    watch.detect()
    await watch.look_at_canary()
    assert watch.store.count(EVERYTHING).total == 0


async def test_it_opens_no_incident_and_mails_nobody(watch: Watch) -> None:
    await fly(watch)
    assert watch.state.incidents() == []
    assert watch.state.deliveries() == []
    assert watch.state.states() == []


async def test_it_is_planted_again_when_its_time_has_come_and_not_before(watch: Watch) -> None:
    for _ in range(4):
        await fly(watch)
    assert len(flights(watch.state)) == 1
    clock(watch).advance(HOUR)
    await fly(watch)
    assert [flight.detected_at is not None for flight in flights(watch.state)] == [True, True]


async def test_two_flights_are_two_documents_with_one_outcome_each(watch: Watch) -> None:
    await fly(watch)
    clock(watch).advance(HOUR)
    await fly(watch)
    assert watch.state.outcomes()[Outcome.STORED] == 2


async def test_the_delays_are_a_median_and_a_95th_centile_of_those_that_arrived(watch: Watch) -> None:
    for _ in range(3):
        await fly(watch)
        clock(watch).advance(HOUR)
    await lose(watch)
    view = canary_view(watch.state, NOON, clock(watch).now() + MINUTE)
    assert view is not None
    assert (view.flights, view.lost, view.median, view.p95) == (4, 1, 5 * MINUTE, 5 * MINUTE)


async def test_a_lost_canary_is_logged_and_mailed_with_its_last_step(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    await lose(watch)
    assert is_lost(watch.state)
    assert "event=canary_lost" in caplog.text
    (mail,) = watch.state.deliveries("canary")
    assert (mail.recipient, mail.purpose) == ("technique@exemple.fr", "canary_lost")
    assert b"jamais collect=C3=A9e" in mail.content


async def test_one_that_is_stored_but_never_detected_is_lost_too(watch: Watch) -> None:
    await watch.plant()
    await watch.analyse()
    clock(watch).advance(HOUR)
    assert watch.canary is not None
    watch.canary._read_until = 10**9  # detection that no longer sees what arrives
    await watch.look_at_canary()
    (flight,) = flights(watch.state)
    assert (flight.lost, flight.last_step) == (True, "stored")


async def test_while_it_stays_lost_one_mail_a_day_says_so_and_one_when_it_is_back(watch: Watch) -> None:
    for _ in range(30):
        await lose(watch)
    clock(watch).advance(HOUR)
    await fly(watch)
    assert [mail.purpose for mail in watch.state.deliveries("canary")] == ["canary_lost", "canary_lost", "canary_back"]
    assert not is_lost(watch.state)


async def test_a_flight_goes_on_after_a_restart(tmp_path: Path) -> None:
    with open_watch(configuration(tmp_path), SimulatedClock(NOON), {}) as first:
        await first.plant()
    with open_watch(configuration(tmp_path), SimulatedClock(NOON + 4 * MINUTE), {}) as second:
        await second.analyse()
        second.detect()
        await second.look_at_canary()
        (flight,) = flights(second.state)
    assert flight.detected_at == NOON + 4 * MINUTE


async def test_without_the_switch_there_is_no_canary(tmp_path: Path) -> None:
    config = configuration(tmp_path)
    off = config.model_copy(update={"settings": config.settings.model_copy(update={"canary": Canary()})})
    with open_watch(off, SimulatedClock(NOON), {}) as watch:
        await fly(watch)
        assert flights(watch.state) == ()


async def test_it_crosses_elasticsearch_too(
    tmp_path: Path, new_elasticsearch_mentions: NewStore, open_elasticsearch_address: str
) -> None:
    with new_elasticsearch_mentions() as (_, _, prefix):
        store = Store(kind="elasticsearch", hosts=[open_elasticsearch_address], index_prefix=prefix)
        with open_watch(configuration(tmp_path, store), SimulatedClock(NOON), {}) as watch:
            await fly(watch)
            (flight,) = flights(watch.state)
            watch.store.refresh()
            assert watch.store.count(EVERYTHING).total == 0
    assert flight.stored_at == NOON + 2 * MINUTE
    assert flight.detected_at == NOON + 5 * MINUTE
