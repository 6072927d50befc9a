"""What a rule would have cost: the live detectors over a stored past, priced."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.calendar import Calendar
from alerts.price import Past, price, price_curve, proposed, replay_past, tune
from alerts.rules import BadBuzzOptions, CrisisWordOptions
from alerts.sensitivity import LADDER, PRESETS, evidence_for, per_month
from tests.contracts.state_samples import some_incident
from vigie.charts import CurveWords
from vigie.model import (
    Arrival,
    DateSource,
    Document,
    DocumentKind,
    Incident,
    IncidentState,
    Mention,
    PublicationDate,
    Sentiment,
    SentimentLabel,
    SignalKind,
    Workflow,
    WorkflowState,
)

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY, HOUR, STEP = timedelta(days=1), timedelta(hours=1), timedelta(minutes=5)
CRISIS = START + 20 * DAY + 10 * HOUR
UNTIL = START + 28 * DAY


def arrival(number: int, at: datetime, negative: float) -> Arrival:
    return Arrival(number, f"m{number}", "orange", at - STEP, at, negative, f"s{number}", "journal", "journal.example")


ARRIVALS = [
    *(arrival(number, START + number * HOUR, 0.9 if number % 4 == 0 else 0.1) for number in range(28 * 24)),
    *(arrival(1000 + number, CRISIS + number * timedelta(minutes=1), 0.9) for number in range(60)),
]
PAST = Past("orange", [], ARRIVALS, [])


def mention(number: int, workflow: Workflow) -> Mention:
    at = CRISIS + number * timedelta(minutes=1)
    published = PublicationDate(at, DateSource.META, 1.0)
    document = Document(f"d{number}", "s", DocumentKind.NEWS, "http://j.example/a", "", "", None, published, at)
    tone = Sentiment(SentimentLabel.NEGATIVE, -0.5, 0.9)
    return Mention(f"m{number}", "orange", document, (), "fr", 1.0, tone, f"s{number}", workflow)


def test_a_replay_finds_the_crisis_and_its_price_is_in_alerts_a_week() -> None:
    tag = price([PAST], BadBuzzOptions(), Calendar(), STEP, START + 14 * DAY, UNTIL)
    [one] = tag.alerts
    assert one.signal.kind is SignalKind.BAD_BUZZ
    assert CRISIS < one.signal.at < CRISIS + HOUR
    assert tag.a_week == pytest.approx(0.5)
    assert (tag.false, one.hours_before) == (0, None)


def test_what_was_told_before_the_replay_begins_is_not_counted_but_taught() -> None:
    assert replay_past(PAST, BadBuzzOptions(), Calendar(), STEP, CRISIS + DAY, UNTIL) == []


def test_an_alert_is_false_when_people_said_so_of_most_of_its_mentions() -> None:
    refuted = [mention(number, Workflow(WorkflowState.NOT_RELEVANT)) for number in range(3)]
    confirmed = [mention(9, Workflow(WorkflowState.HANDLED)), mention(10, Workflow())]
    told = [replace(PAST, mentions=mentions) for mentions in ([*refuted, *confirmed], confirmed)]
    tags = [price([past], BadBuzzOptions(), Calendar(), STEP, START + 14 * DAY, UNTIL) for past in told]
    assert [tag.false for tag in tags] == [1, 0]


def test_hours_before_the_incident_that_was_told_live() -> None:
    [signal] = replay_past(PAST, BadBuzzOptions(), Calendar(), STEP, START + 14 * DAY, UNTIL)
    later = signal.at + 2 * HOUR
    incident = Incident("i", "orange", "r", SignalKind.BAD_BUZZ, IncidentState.OPEN, later, CRISIS, later, signal, signal, signal)
    tag = price([replace(PAST, incidents=[incident])], BadBuzzOptions(), Calendar(), STEP, START + 14 * DAY, UNTIL)
    assert [one.hours_before for one in tag.alerts] == [2.0]


def test_a_wanted_number_of_alerts_proposes_the_most_sensitive_setting_that_keeps_to_it() -> None:
    ladder = tune([PAST], BadBuzzOptions(min_negatives=3), Calendar(), timedelta(minutes=30), START + 14 * DAY, UNTIL)
    costs = [tag.a_week for _, tag in ladder]
    assert costs == sorted(costs, reverse=True)
    best = proposed(ladder, 0.5)
    assert best is not None and dict(ladder)[best].a_week <= 0.5
    assert proposed(ladder, 0.0) is None


def test_facts_are_replayed_too() -> None:
    words = [replace(ARRIVALS[-1], words=("boycott",))]
    tag = price([Past("orange", [], words, [])], CrisisWordOptions(), Calendar(), STEP, START + 14 * DAY, UNTIL)
    assert [one.signal.matched for one in tag.alerts] == [("boycott",)]


def test_the_curve_holds_every_alert_in_its_week() -> None:
    tag = price([PAST], BadBuzzOptions(), Calendar(), STEP, START + 14 * DAY, UNTIL)
    chart = price_curve(tag, CurveWords("fausses", "alertes"))
    assert chart.png().startswith(b"\x89PNG")
    assert "<script" in chart.html() and "<script src" not in chart.html()


@pytest.mark.parametrize(("rate", "monthly"), [("1/month", 1.0), ("2/week", 60 / 7), (" 3 / YEAR", 90 / 365)])
def test_a_rate_is_read_as_alerts_a_month(rate: str, monthly: float) -> None:
    assert per_month(rate) == pytest.approx(monthly)


@pytest.mark.parametrize("rate", ["", "1", "0/month", "1/moon", "-1/week", "1.5/week", "x/week"])
def test_what_is_no_rate_is_refused(rate: str) -> None:
    with pytest.raises(ValueError, match="1/month"):
        per_month(rate)


def test_fewer_false_alarms_ask_for_more_evidence() -> None:
    rates = ["7/week", "1/week", "1/month", "1/quarter", "1/year"]
    asked = [evidence_for(rate) for rate in rates]
    assert asked == sorted(asked)
    assert LADDER[0][0] <= asked[0] < asked[-1] <= LADDER[-1][0] + 3
    assert PRESETS["high"] < PRESETS["normal"] < PRESETS["low"]


def test_a_rule_takes_either_a_rate_or_a_preset() -> None:
    assert BadBuzzOptions(false_alarms="1/month").threshold == evidence_for("1/month")
    with pytest.raises(ValueError, match="either"):
        BadBuzzOptions(false_alarms="1/month", sensitivity="low")


def test_an_alert_is_false_when_people_called_its_incident_so() -> None:
    signal = price([PAST], BadBuzzOptions(), Calendar(), STEP, START + 14 * DAY, UNTIL).alerts[0].signal
    told = replace(some_incident("told", opened_at=signal.at), onset=signal.onset, updated_at=signal.at)
    for false in (frozenset[str](), frozenset({"told"})):
        tag = price([replace(PAST, incidents=[told], false=false)], BadBuzzOptions(), Calendar(), STEP, START + 14 * DAY, UNTIL)
        assert tag.alerts[0].is_false is bool(false)
