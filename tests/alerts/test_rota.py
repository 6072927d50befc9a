"""Who is told, hour by hour, in a team of two with a rota."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from alerts.calendar import Calendar
from alerts.rota import Roster
from config.schema import Person, Rota
from vigie.model import Level

PARIS = ZoneInfo("Europe/Paris")
PEOPLE = [Person(id="claire", address="claire@exemple.fr"), Person(id="paul", address="paul@exemple.fr")]
ROSTER = Roster(
    Rota(people=["claire", "paul"], begins=datetime(2026, 3, 2, 9)),  # noqa: DTZ001 - local
    PEOPLE,
    "Europe/Paris",
    Calendar().is_holiday,
)


def at(day: int, hour: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=PARIS)


def told(level: Level, moment: datetime, *already: str) -> str | None:
    person = ROSTER.next_to_tell({f"{name}@exemple.fr" for name in already}, level, moment)
    return person and person.id


@pytest.mark.parametrize(
    ("moment", "first"), [(at(2, 9), "claire"), (at(9, 8), "claire"), (at(9, 9), "paul"), (at(16, 9), "claire")]
)
def test_each_is_on_call_for_a_week_from_the_hour_of_the_handover(moment: datetime, first: str) -> None:
    assert ROSTER.order(moment)[0].id == first


def test_the_handover_keeps_its_local_hour_when_clocks_change() -> None:
    assert ROSTER.order(at(30, 8))[0].id == "paul"  # clocks went forward on 29 March
    assert ROSTER.order(at(30, 9))[0].id == "claire"


def test_the_one_on_call_is_told_first_and_then_the_next() -> None:
    assert told(Level.ALERT, at(3, 11)) == "claire"
    assert told(Level.ALERT, at(3, 11), "claire") == "paul"
    assert told(Level.ALERT, at(3, 11), "claire", "paul") is None


def test_in_the_evening_an_alert_reaches_only_the_one_on_call_and_a_notice_nobody() -> None:
    assert told(Level.ALERT, at(3, 20)) == "claire"
    assert told(Level.ALERT, at(3, 20), "claire") is None
    assert told(Level.NOTICE, at(3, 20)) is None


def test_in_quiet_hours_only_a_crisis_gets_through_to_everybody_in_turn() -> None:
    assert told(Level.ALERT, at(3, 3)) is None
    assert told(Level.CRISIS, at(3, 3)) == "claire"
    assert told(Level.CRISIS, at(3, 3), "claire") == "paul"


@pytest.mark.parametrize("moment", [at(7, 11), at(1, 11, month=5)])  # a Saturday; the first of May
def test_weekends_and_public_holidays_are_no_working_time(moment: datetime) -> None:
    assert told(Level.NOTICE, moment) is None
    assert told(Level.ALERT, moment) is not None
    assert told(Level.ALERT, moment, ROSTER.order(moment)[0].id) is None
