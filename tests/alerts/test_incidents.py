"""The life of an incident, verdict by verdict."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from alerts.detect import Verdict
from alerts.incidents import CALM_FOR, CLOSED, OPENED, WORSE, follow, incident_id
from vigie.model import Incident, IncidentState, Level, Signal, SignalKind

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEP = timedelta(minutes=5)


def signal(evidence: float = 6.0, kind: SignalKind = SignalKind.BAD_BUZZ, at: datetime = NOW) -> Signal:
    return Signal(
        at=at,
        brand_id="orange",
        kind=kind,
        evidence=evidence,
        window=timedelta(hours=1),
        seen=30,
        expected=4.0,
        expected_high=9,
        negatives=20,
        expected_negatives=1.0,
        usual_negative_share=0.25,
        stories=30,
        sites=12,
        copies=3,
        onset=at - timedelta(minutes=25),
    )


def alerting(one: Signal) -> Verdict:
    return Verdict(one, one, calm=False)


def quiet(evidence: float = 0.0) -> Verdict:
    return Verdict(None, signal(evidence))


def busy(evidence: float = 6.0, kind: SignalKind = SignalKind.BAD_BUZZ) -> Verdict:
    return Verdict(None, signal(evidence, kind), calm=False)


def opened(kind: SignalKind = SignalKind.BAD_BUZZ) -> Incident:
    incident = follow(None, alerting(signal(kind=kind)), "crise", NOW).incident
    assert incident is not None
    return incident


def test_an_alert_opens_an_incident_and_tells_it() -> None:
    step = follow(None, alerting(signal()), "crise", NOW)
    assert step.notice == OPENED
    assert step.incident is not None
    assert (step.incident.state, step.incident.rule_id) == (IncidentState.OPEN, "crise")
    assert step.incident.first == step.incident.peak == step.incident.last == signal()
    assert step.incident.onset == signal().onset


def test_without_an_alert_nothing_opens() -> None:
    assert follow(None, busy(), "crise", NOW).incident is None


def test_the_identity_follows_from_brand_rule_and_moment() -> None:
    assert opened().id == opened().id == incident_id("orange", "crise", NOW)
    others = {incident_id("sfr", "crise", NOW), incident_id("orange", "autre", NOW), incident_id("orange", "crise", NOW + STEP)}
    assert len(others | {opened().id}) == 4


def test_a_second_alert_while_open_is_neither_a_new_incident_nor_a_mail() -> None:
    step = follow(opened(), alerting(signal(6.5)), "crise", NOW + STEP)
    assert step.notice is None
    assert step.incident is not None and step.incident.id == opened().id


def test_the_peak_is_the_strongest_signal_and_the_last_is_the_latest() -> None:
    step = follow(opened(), busy(9.0), "crise", NOW + STEP)
    assert step.incident is not None
    step = follow(step.incident, busy(7.0), "crise", NOW + 2 * STEP)
    assert step.incident is not None
    assert (step.incident.peak.evidence, step.incident.last.evidence) == (9.0, 7.0)


def test_clearly_worse_is_told() -> None:
    step = follow(opened(), replace(busy(12.0), worse=True), "crise", NOW + STEP)
    assert step.notice == WORSE
    assert step.incident is not None and step.incident.state is IncidentState.WORSE


def test_a_buzz_that_turns_bad_is_upgraded_and_told_as_worse() -> None:
    step = follow(opened(SignalKind.BUZZ), alerting(signal(5.5)), "crise", NOW + STEP)
    assert step.notice == WORSE
    assert step.incident is not None
    assert (step.incident.kind, step.incident.peak) == (SignalKind.BAD_BUZZ, signal(5.5))


def test_a_bad_buzz_is_never_downgraded() -> None:
    step = follow(opened(), alerting(signal(9.0, SignalKind.BUZZ)), "crise", NOW + STEP)
    assert step.notice is None
    assert step.incident is not None
    assert (step.incident.kind, step.incident.peak.evidence) == (SignalKind.BAD_BUZZ, 6.0)


def test_growing_calmer_tells_nothing() -> None:
    step = follow(opened(), quiet(), "crise", NOW + STEP)
    assert step.notice is None
    assert step.incident is not None and step.incident.state is IncidentState.CALMER


def test_it_closes_after_three_hours_of_calm_without_a_break() -> None:
    incident, at, notices = opened(), NOW, []
    while incident.state is not IncidentState.CLOSED:
        at += STEP
        step = follow(incident, quiet(), "crise", at)
        assert step.incident is not None
        incident = step.incident
        notices.append(step.notice)
    assert incident.closed_at == at == NOW + STEP + CALM_FOR
    assert notices[-1] == CLOSED and not any(notices[:-1])


def test_a_break_in_the_calm_starts_the_three_hours_anew() -> None:
    calmer = follow(opened(), quiet(), "crise", NOW + STEP).incident
    again = follow(calmer, busy(), "crise", NOW + CALM_FOR).incident
    assert again is not None and again.state is IncidentState.OPEN
    calmer = follow(again, quiet(), "crise", NOW + CALM_FOR + STEP).incident
    step = follow(calmer, quiet(), "crise", NOW + CALM_FOR + 2 * STEP)
    assert step.incident is not None and step.incident.state is IncidentState.CALMER


def test_the_level_of_an_incident_is_that_of_its_strongest_signal() -> None:
    incident = opened()
    assert incident.level is Level.ALERT
    assert replace(incident, peak=signal(12.0), last=signal(2.0)).level is Level.CRISIS


def test_what_is_not_a_bad_buzz_is_a_notice_however_rare() -> None:
    assert replace(opened(SignalKind.BUZZ), peak=signal(40.0, SignalKind.BUZZ)).level is Level.NOTICE
