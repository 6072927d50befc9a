"""What a tick filed is composed afterwards, on a real state: once for all recipients, and in its bare form at worst."""

import email
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.policy import default
from pathlib import Path

import pytest

from alerts.announce import Announcer
from alerts.gather_incident import gather_incident
from alerts.incidents import CLOSED, NOTICES, OPENED, WORSE
from alerts.views import IncidentView
from tests.alerts.fake_store import FakeState, FakeStore
from tests.alerts.sample_mails import NOW, config, crisis, healthy, incident, ordinary_month
from vigie.clock import SimulatedClock
from vigie.errors import StoreUnavailable
from vigie.model import Delivery, DeliveryState, Incident
from vigie.ports import State
from vigie.store import open_database, open_state

STORE = FakeStore([*ordinary_month(), *crisis()])


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    database = open_database(tmp_path)
    opened = open_state(database, SimulatedClock(NOW))
    opened.save(incident())
    yield opened
    database.close()


def look(incident: Incident, now: datetime, at_length: bool) -> IncidentView:
    return gather_incident(STORE, FakeState(healthy()), config(), incident, now, at_length)


def file(state: State, recipient: str = "a@exemple.fr", purpose: str = OPENED, **changes: str) -> str:
    key = f"{purpose}/{recipient}"
    state.add(Delivery(key, "smtp", recipient, purpose, changes.get("subject", incident().id), b"", NOW))
    return key


def messages(state: State) -> list[email.message.EmailMessage]:
    return [email.message_from_bytes(one.content, policy=default) for one in state.deliveries()]


@pytest.mark.parametrize("purpose", NOTICES)
def test_every_kind_of_notice_has_a_whole_mail(state: State, purpose: str, caplog: pytest.LogCaptureFixture) -> None:
    file(state, purpose=purpose)
    with caplog.at_level(logging.ERROR):
        Announcer(config(), state, look).compose_waiting(NOW)
    [message] = messages(state)
    assert not caplog.records
    assert message["To"] == "a@exemple.fr" and "Kerlann" in message["Subject"]
    assert message.get_body(("html",)) is not None


def test_the_store_is_asked_once_for_all_recipients_of_an_incident(state: State) -> None:
    asked = []

    def counting(incident: Incident, now: datetime, at_length: bool) -> IncidentView:
        asked.append(at_length)
        return look(incident, now, at_length)

    for name in "abc":
        file(state, f"{name}@exemple.fr")
    assert Announcer(config(), state, counting).compose_waiting(NOW) == 3
    assert asked == [True]
    assert len({message["Message-ID"] for message in messages(state)}) == 3


def test_what_only_an_alarm_tells_is_not_asked_for_a_follow_up(state: State) -> None:
    asked = []

    def noting(incident: Incident, now: datetime, at_length: bool) -> IncidentView:
        asked.append(at_length)
        return look(incident, now, at_length)

    for purpose in (WORSE, CLOSED):
        file(state, purpose=purpose)
    Announcer(config(), state, noting).compose_waiting(NOW)
    assert asked == [False]


def test_what_is_composed_again_after_a_crash_is_the_same_message(state: State) -> None:
    key = file(state)
    announcer = Announcer(config(), state, look)
    announcer.compose_waiting(NOW)
    [first] = state.deliveries()
    state.update(Delivery(key, "smtp", first.recipient, OPENED, first.subject_id, b"", NOW))
    announcer.compose_waiting(NOW + timedelta(minutes=1))
    assert email.message_from_bytes(first.content)["Message-ID"] == messages(state)[0]["Message-ID"]


def test_a_mail_goes_out_in_its_bare_form_while_the_store_is_away(state: State, caplog: pytest.LogCaptureFixture) -> None:
    def away(incident: Incident, now: datetime, at_length: bool) -> IncidentView:
        raise StoreUnavailable("Elasticsearch does not answer")

    file(state)
    with caplog.at_level(logging.ERROR):
        Announcer(config(), state, away).compose_waiting(NOW)
    [message] = messages(state)
    assert "gather_failed" in caplog.text
    assert message["Subject"] == "[Vigie] ALERTE bad buzz : Kerlann"
    assert "négatives" in message.get_content()


def test_a_delivery_whose_incident_is_gone_is_given_up(state: State) -> None:
    file(state, subject="gone")
    Announcer(config(), state, look).compose_waiting(NOW)
    [delivery] = state.deliveries()
    assert delivery.state is DeliveryState.ABANDONED and "incident" in delivery.error
