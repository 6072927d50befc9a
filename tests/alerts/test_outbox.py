"""What becomes of deliveries that do not get through, and who hears of a way that is blocked."""

import asyncio
import email
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.policy import default
from pathlib import Path

import pytest

from alerts.brief import brief_in
from alerts.channel_outages import PURPOSE, outages, report_outages, undelivered
from alerts.outbox import dispatch
from config.schema import ChannelRow, Config, RuleRow
from tests.alerts.sample_mails import config as sample_config
from vigie.clock import SimulatedClock
from vigie.errors import DeliveryDeferred, DeliveryError, DeliveryRefused
from vigie.model import Delivery, DeliveryState
from vigie.ports import State
from vigie.store import open_stores

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


class Scripted:
    """A channel that does what its list says, then takes everything."""

    def __init__(self, *outcomes: DeliveryError | None) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[str] = []

    async def send(self, delivery: Delivery) -> None:
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome
        self.sent.append(delivery.key)

    async def check(self) -> str:
        return "answers"


def config(folder: Path, *recipients: str, channels: tuple[str, ...] = ("slack-crise",)) -> Config:
    rows = [ChannelRow(id=name, kind="slack") for name in channels]
    rules = [RuleRow(id="r", recipients=list(recipients))]
    return sample_config().model_copy(update={"folder": folder, "rules": rules, "digests": [], "routes": [], "channels": rows})


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_stores(config(tmp_path, "a@exemple.fr"), SimulatedClock(NOW)) as (state, _):
        yield state


def delivery(key: str, channel: str = "slack-crise", recipient: str = "", at: datetime = NOW) -> Delivery:
    return Delivery(key, channel, recipient or channel, "incident_opened", "i", b"x", created_at=at)


async def test_a_channel_that_asks_for_a_pause_is_left_alone_with_all_that_waits_for_it(state: State) -> None:
    for key in "abc":
        state.add(delivery(key))
    channel = Scripted(None, DeliveryDeferred("slack-crise", "429", timedelta(minutes=10)))
    done = await dispatch(state, {"slack-crise": channel}, NOW)
    assert (done.sent, done.deferred, channel.sent) == (1, 2, ["a"])
    assert not state.due(NOW + timedelta(minutes=9))
    assert [one.key for one in state.due(NOW + timedelta(minutes=10))] == ["b", "c"]
    assert {one.key: one.attempts for one in state.deliveries()} == {"a": 1, "b": 1, "c": 0}


async def test_no_service_may_ask_for_more_than_half_a_day(state: State) -> None:
    state.add(delivery("a"))
    await dispatch(state, {"slack-crise": Scripted(DeliveryDeferred("x", "429", timedelta(days=400)))}, NOW)
    assert state.due(NOW + timedelta(hours=12))


async def test_a_channel_that_hangs_holds_no_other_up(state: State) -> None:
    class Hanging(Scripted):
        async def send(self, delivery: Delivery) -> None:
            await others_sent.wait()
            await super().send(delivery)

    class Quick(Scripted):
        async def send(self, delivery: Delivery) -> None:
            await super().send(delivery)
            others_sent.set()

    others_sent = asyncio.Event()
    state.add(delivery("a"))
    state.add(delivery("b", "smtp", "a@exemple.fr"))
    async with asyncio.timeout(10):
        done = await dispatch(state, {"slack-crise": Hanging(), "smtp": Quick()}, NOW)
    assert done.sent == 2


async def test_a_channel_that_refuses_is_told_of_on_another_once(state: State, tmp_path: Path) -> None:
    settings = config(tmp_path, "slack-crise", "equipe@exemple.fr")
    channel = Scripted(DeliveryRefused("slack-crise", "400 invalid"), DeliveryRefused("slack-crise", "400 invalid"))
    for key in "ab":
        state.add(delivery(key))
        await dispatch(state, {"slack-crise": channel}, NOW)
        report_outages(state, settings, NOW)
    [told] = state.deliveries(next(one.subject_id for one in state.deliveries() if one.purpose == PURPOSE))
    assert (told.channel, told.recipient) == ("smtp", "equipe@exemple.fr")
    message = email.message_from_bytes(told.content, policy=default)
    assert message["Subject"] == "[Vigie] plus rien ne passe par slack-crise"
    assert "400 invalid" in message.get_content()


async def test_mail_that_waits_for_half_an_hour_is_told_of_by_a_channel_and_again_after_it_recovered(
    state: State, tmp_path: Path
) -> None:
    settings = config(tmp_path, "a@exemple.fr", "b@exemple.fr")
    away = DeliveryDeferred("x", "mail.exemple.fr:25: refused")

    async def failing(at: datetime, *keys: str) -> int:
        for key in keys:
            state.add(delivery(key, "smtp", f"{key[0]}@exemple.fr", at))
        await dispatch(state, {"smtp": Scripted(away, away), "slack-crise": Scripted()}, at)
        return len(report_outages(state, settings, at))

    assert await failing(NOW, "a1", "b1") == 0
    assert await failing(NOW + timedelta(minutes=31)) == 1
    assert await failing(NOW + timedelta(minutes=50)) == 0
    [told] = [one for one in state.deliveries() if one.purpose == PURPOSE]
    assert told.channel == "slack-crise"
    assert "mail.exemple.fr:25" in brief_in(told).lead
    well = NOW + timedelta(hours=3)
    await dispatch(state, {"smtp": Scripted()}, well)
    assert not outages(state.outlines(NOW), well)
    assert await failing(well + timedelta(hours=1), "a2", "b2") == 0
    assert await failing(well + timedelta(hours=2)) == 1


async def test_one_refused_address_is_no_dead_mail_server(state: State, tmp_path: Path) -> None:
    settings = config(tmp_path, "partie@exemple.fr", "equipe@exemple.fr", channels=())
    state.add(delivery("a", "smtp", "partie@exemple.fr"))
    state.add(delivery("b", "smtp", "equipe@exemple.fr"))
    await dispatch(state, {"smtp": Scripted(DeliveryRefused("partie@exemple.fr", "550 inconnue"))}, NOW)
    [outage] = report_outages(state, settings, NOW)
    assert (outage.channel, outage.recipient) == ("smtp", "partie@exemple.fr")
    [told] = [one for one in state.deliveries() if one.purpose == PURPOSE]
    assert told.recipient == "equipe@exemple.fr"


async def test_where_no_other_way_is_left_nothing_is_filed(state: State, tmp_path: Path) -> None:
    state.add(delivery("a", "smtp", "a@exemple.fr"))
    await dispatch(state, {"smtp": Scripted(DeliveryRefused("a@exemple.fr", "550"))}, NOW)
    assert not report_outages(state, config(tmp_path, "a@exemple.fr", channels=()), NOW)


def test_what_did_not_arrive_is_listed_by_recipient_until_something_does() -> None:
    refused = replace(delivery("a", "smtp", "a@exemple.fr"), state=DeliveryState.REFUSED, attempts=1, error="550")
    sent = replace(delivery("b", "smtp", "a@exemple.fr"), state=DeliveryState.SENT, attempts=1, sent_at=NOW)
    untried = delivery("c", "smtp", "b@exemple.fr")
    assert undelivered([refused, untried]) == [refused]
    assert undelivered([refused, sent, untried]) == []
