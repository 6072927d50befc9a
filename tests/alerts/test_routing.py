"""Who is told of what, when: routes by brand, level, theme, kind, hour and day, on the team's clock."""

from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from alerts.brief import brief_in
from alerts.gather_incident import gather_incident
from alerts.mail import compose_incident
from alerts.routing import Occasion, Routing, Target, occasion_of
from config.schema import RouteRow
from tests.alerts.fake_store import FakeState, FakeStore
from tests.alerts.sample_mails import NOW, config, crisis, healthy, incident, ordinary_month
from vigie.model import Arrival, Delivery, Level, SignalKind

PARIS = "Europe/Paris"
MONDAY_NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
MONDAY_NIGHT = datetime(2026, 11, 23, 2, tzinfo=UTC)  # 3 o'clock in Paris


def occasion(at: datetime = MONDAY_NOON, level: Level = Level.ALERT, **changes: object) -> Occasion:
    given_ = {"brand_id": "marelle", "level": level, "kind": SignalKind.BAD_BUZZ, "at": at, **changes}
    return Occasion(**given_)  # type: ignore[arg-type]


def told(route: dict[str, object], when: Occasion, own: tuple[str, ...] = ()) -> list[Target]:
    row = RouteRow.model_validate({"id": "r", "to": ["equipe@exemple.fr"], **route})
    return Routing([row], PARIS).targets(own, when)


@pytest.mark.parametrize(
    ("route", "when", "fits"),
    [
        ({}, occasion(), True),
        ({"brands": ["marelle"]}, occasion(), True),
        ({"brands": ["autre"]}, occasion(), False),
        ({"level": "alerte"}, occasion(), True),
        ({"level": "crise"}, occasion(), False),
        ({"level": "crisis"}, occasion(level=Level.CRISIS), True),
        ({"level": "alert"}, occasion(level=Level.NOTICE), False),
        ({"themes": ["livraison"]}, occasion(), False),
        ({"themes": ["livraison", "prix"]}, occasion(themes=frozenset({"prix"})), True),
        ({"kinds": ["silence"]}, occasion(), False),
        ({"kinds": ["bad_buzz"]}, occasion(), True),
        ({"days": [1]}, occasion(), True),
        ({"days": [6, 7]}, occasion(), False),
        ({"hours": "12:00-13:00"}, occasion(), True),
        ({"hours": "09:00-12:00"}, occasion(), False),
        ({"hours": "22:00-06:00"}, occasion(MONDAY_NIGHT), True),
        ({"days": [7]}, occasion(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)), False),  # Monday already, in Paris
    ],
)
def test_a_route_counts_where_all_that_it_asks_for_is_so(route: dict[str, object], when: Occasion, fits: bool) -> None:
    assert bool(told(route, when)) is fits


def test_the_rules_own_recipients_come_first_and_nobody_is_told_twice() -> None:
    targets = told({"to": ["b@exemple.fr", "a@exemple.fr", "slack-crise"]}, occasion(), own=("a@exemple.fr",))
    assert [one.recipient for one in targets] == ["a@exemple.fr", "b@exemple.fr", "slack-crise"]


def test_in_quiet_hours_an_alert_waits_for_their_end_and_a_crisis_does_not() -> None:
    [target] = told({"quiet": "22:00-07:00"}, occasion(MONDAY_NIGHT))
    assert target.held_until == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert told({"quiet": "22:00-07:00"}, occasion(MONDAY_NIGHT, Level.CRISIS)) == [Target("equipe@exemple.fr")]
    assert told({"quiet": "22:00-07:00"}, occasion()) == [Target("equipe@exemple.fr")]


def test_whoever_is_told_by_another_way_too_does_not_wait() -> None:
    assert told({"quiet": "22:00-07:00"}, occasion(MONDAY_NIGHT), own=("equipe@exemple.fr",)) == [Target("equipe@exemple.fr")]


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)])
def test_quiet_hours_end_at_seven_on_the_wall_when_clocks_change(day: datetime) -> None:
    [target] = told({"quiet": "22:00-07:00"}, occasion(day))
    assert target.held_until is not None
    assert target.held_until.astimezone(ZoneInfo(PARIS)).time() == time(7)


def arrival(number: int, themes: tuple[str, ...], negative: float = 0.9, brand: str = "marelle") -> Arrival:
    return Arrival(number, f"m{number}", brand, MONDAY_NOON, MONDAY_NOON, negative, f"s{number}", "s", "x.example", themes=themes)


def test_an_incident_is_about_what_a_quarter_of_its_negative_mentions_complain_of() -> None:
    arrivals = [
        *(arrival(number, ("livraison",)) for number in range(3)),
        *(arrival(number, ()) for number in range(3, 9)),
        arrival(9, ("prix",)),
        *(arrival(number, ("accueil",), negative=0.1) for number in range(10, 20)),
        *(arrival(number, ("panne",), brand="autre") for number in range(20, 40)),
    ]
    opened = replace(incident(), brand_id="marelle", onset=MONDAY_NOON)
    assert occasion_of(opened, MONDAY_NOON, arrivals).themes == {"livraison"}


def test_a_rule_about_themes_names_them_itself() -> None:
    signal = replace(incident().last, matched=("prix",))
    about = replace(incident(), kind=SignalKind.THEME, last=signal)
    assert occasion_of(about, MONDAY_NOON, ()).themes == {"prix"}


def test_what_a_channel_gets_is_the_mail_in_short() -> None:
    store = FakeStore([*ordinary_month(), *crisis()])
    view = gather_incident(store, FakeState(healthy(2)), config(), incident(), NOW)
    content = compose_incident(view, purpose="incident_opened", recipient="slack-crise", config=config(), key="k", now=NOW)
    brief = brief_in(Delivery("k", "slack-crise", "slack-crise", "incident_opened", view.incident.id, content, created_at=NOW))
    assert "bad buzz" in brief.title and brief.level is view.incident.level
    assert brief.lead and brief.figures and brief.links
    assert brief.about == view.incident.id
