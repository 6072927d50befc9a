"""Who is told of an incident, on a real state: silence, stories that hit two brands, and an incident nobody takes up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.incidents import JOINED, OPENED, UNANSWERED, WORSE
from alerts.notices import Notices
from alerts.rota import Roster
from config.schema import Person, Rota, RuleRow
from vigie.clock import SimulatedClock
from vigie.model import (
    Action,
    ActionKind,
    Arrival,
    Incident,
    IncidentState,
    Outcome,
    Signal,
    SignalKind,
)
from vigie.ports import Settlement, State
from vigie.store import open_database, open_state

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)  # a Tuesday, 11 h in Paris
RULE = RuleRow(id="crise", recipients=["equipe@exemple.fr"])
ON_CALL = RULE.model_copy(update={"rota": True})
ROSTER = Roster(
    Rota(people=["claire", "paul"], begins=datetime(2026, 3, 2, 9)),  # noqa: DTZ001
    [Person(id="claire", address="claire@exemple.fr"), Person(id="paul", address="paul@exemple.fr")],
    "Europe/Paris",
    lambda at: False,
)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOW)


@pytest.fixture
def state(tmp_path: Path, clock: SimulatedClock) -> Iterator[State]:
    database = open_database(tmp_path)
    yield open_state(database, clock)
    database.close()


def incident(brand: str = "marelle", opened_at: datetime = NOW, **changes: object) -> Incident:
    start = opened_at - timedelta(minutes=40)
    signal = Signal(opened_at, brand, SignalKind.BAD_BUZZ, 7.0, timedelta(hours=1), 30, 4.0, 9.0, 20, 1.0, 0.2, 20, 9, 3, start)
    made = Incident(
        f"i-{brand}", brand, "crise", SignalKind.BAD_BUZZ, IncidentState.OPEN, opened_at, start, opened_at, signal, signal, signal
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def arrive(state: State, brand: str, stories: list[str]) -> None:
    at = NOW - timedelta(minutes=20)
    arrivals = [Arrival(0, f"{brand}-{story}", brand, at, at, 0.9, story, "forum", "forum.exemple") for story in stories]
    state.settle([Settlement(f"{brand}-{arrivals[0].mention_id}", "forum", Outcome.STORED, "", arrivals)])


def told(state: State) -> list[tuple[str, str]]:
    return [(one.purpose, one.recipient.partition("@")[0]) for one in state.deliveries()]


def act(state: State, kind: ActionKind, until: datetime | None = None) -> None:
    state.add_action(Action("i-marelle", str(kind), kind, NOW, "claire", until))


@pytest.mark.parametrize(
    ("kind", "until"), [(ActionKind.FALSE, None), (ActionKind.MUTED, NOW + timedelta(hours=2))], ids=["false", "muted"]
)
def test_nothing_more_is_told_of_what_is_muted_or_false(state: State, kind: ActionKind, until: datetime | None) -> None:
    act(state, kind, until)
    Notices(state).file(RULE, incident(), WORSE, NOW + timedelta(hours=1))
    assert not told(state)
    act(state, ActionKind.TRUE)
    Notices(state).file(RULE, incident(), WORSE, NOW + timedelta(hours=3))
    assert told(state) == [(WORSE, "equipe")]


def test_a_story_that_hits_two_brands_is_one_mail_when_both_alert_at_once(state: State) -> None:
    arrive(state, "marelle", ["a", "b", "c"])
    arrive(state, "pochon", ["a", "b", "d"])
    notices, first = Notices(state), incident()
    notices.file(RULE, first, OPENED, NOW)
    second = incident("pochon", joins=notices.joined(incident("pochon"), [first]))
    assert second.joins == first.id
    notices.file(RULE, second, OPENED, NOW)
    assert told(state) == [(OPENED, "equipe")]


def test_a_brand_that_is_hit_later_is_told_in_the_thread_of_the_first(state: State) -> None:
    notices, first = Notices(state), incident()
    notices.file(RULE, first, OPENED, NOW)
    notices.file(RULE.model_copy(update={"recipients": ["equipe@exemple.fr", "autre@exemple.fr"]}),
                 incident("pochon", joins=first.id), OPENED, NOW + timedelta(minutes=30))  # fmt: skip
    assert told(state) == [(OPENED, "equipe"), (JOINED, "equipe"), (OPENED, "autre")]
    assert {one.subject_id for one in state.deliveries()} == {first.id}


def test_brands_with_stories_of_their_own_keep_their_own_incidents(state: State) -> None:
    arrive(state, "marelle", ["a", "b", "c", "d", "e"])
    arrive(state, "pochon", ["a", "x", "y", "z"])
    assert Notices(state).joined(incident("pochon"), [incident()]) == ""


def test_an_old_incident_is_not_joined(state: State) -> None:
    arrive(state, "marelle", ["a"])
    arrive(state, "pochon", ["a"])
    old = incident(opened_at=NOW - timedelta(hours=13))
    assert Notices(state).joined(incident("pochon"), [old]) == ""


def test_who_is_on_call_is_told_and_then_the_next_until_somebody_takes_it_up(state: State, clock: SimulatedClock) -> None:
    notices = Notices(state, ROSTER)
    for _ in range(24):  # two hours of ticks
        notices.escalate(ON_CALL, incident(), clock.now())
        clock.advance(timedelta(minutes=5))
    assert told(state) == [(OPENED, "claire"), (UNANSWERED, "paul")]
    assert state.deliveries()[1].created_at == NOW + timedelta(minutes=30)


@pytest.mark.parametrize("kind", [ActionKind.ACKNOWLEDGED, ActionKind.FALSE])
def test_nobody_else_is_told_of_what_is_taken_up_or_false(state: State, clock: SimulatedClock, kind: ActionKind) -> None:
    notices = Notices(state, ROSTER)
    notices.escalate(ON_CALL, incident(), clock.now())
    act(state, kind)
    clock.advance(timedelta(hours=1))
    notices.escalate(ON_CALL, incident(), clock.now())
    assert told(state) == [(OPENED, "claire")]


def test_what_comes_back_must_be_taken_up_again(state: State) -> None:
    act(state, ActionKind.ACKNOWLEDGED)
    back = incident(reopened_at=NOW + timedelta(hours=5))
    Notices(state, ROSTER).escalate(ON_CALL, back, NOW + timedelta(hours=5))
    assert told(state) == [(OPENED, "claire")]


def test_an_alert_of_the_night_waits_for_the_morning(state: State, clock: SimulatedClock) -> None:
    clock.advance_to(NOW.replace(hour=23))
    notices, asleep = Notices(state, ROSTER), incident(opened_at=clock.now())
    while not state.deliveries():
        notices.escalate(ON_CALL, asleep, clock.now())
        clock.advance(timedelta(minutes=5))
    assert told(state) == [(OPENED, "claire")]
    assert state.deliveries()[0].created_at == datetime(2026, 3, 4, 6, tzinfo=UTC)  # quiet hours end at 7 h


def test_those_of_the_rota_who_were_told_hear_how_it_goes_on(state: State) -> None:
    notices = Notices(state, ROSTER)
    notices.escalate(ON_CALL, incident(), NOW)
    notices.file(ON_CALL, incident(), WORSE, NOW + timedelta(minutes=5))
    assert told(state) == [(OPENED, "claire"), (WORSE, "equipe"), (WORSE, "claire")]
