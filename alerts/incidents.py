"""The life of an incident: opened by an alert, followed tick by tick, closed when things are usual again. Pure.

One incident per brand and rule at a time. A notice goes out when it opens, when it is clearly worse and when it is over;
growing calmer sends nothing. What comes back within a day of its end is the same incident, opened again.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.detect import Verdict
from vigie.model import Incident, IncidentState, Signal, SignalKind

OPENED, WORSE, CLOSED = "incident_opened", "incident_worse", "incident_closed"
REOPENED, JOINED, UNANSWERED = "incident_reopened", "incident_joined", "incident_unanswered"
NOTICES = (OPENED, WORSE, CLOSED, REOPENED, JOINED, UNANSWERED)
"""The purposes of an incident's deliveries: JOINED when it reaches another brand, UNANSWERED when nobody took it up."""

TOLD_AT_LENGTH = frozenset({OPENED, JOINED, UNANSWERED})
"""Those that tell the incident as an alarm, with all that surrounds it."""

CALM_FOR = timedelta(hours=3)
"""« Retour à la normale »: so long must the brand have been calm without a break, calm being a usual last three hours."""

REOPENS_WITHIN = timedelta(hours=24)
"""Back so soon after its end, it is the same incident: one story, one mail thread."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a tick makes of an incident; None where there is none. `notice` is the purpose of the mail to send, if any."""

    incident: Incident | None
    notice: str | None = None


def follow(incident: Incident | None, verdict: Verdict, rule_id: str, now: datetime, previous: Incident | None = None) -> Step:
    """The incident after this verdict. `updated_at` is when its state last changed, `last` the signal of the latest tick.

    A buzz that turns into a bad buzz stays one incident, is upgraded and told as worse. What does not last is over once told.
    `previous` is the brand's last incident of the rule, which a new alert may open again.
    """
    if incident is None:
        return Step(None) if verdict.alert is None else _begun(verdict.alert, verdict.lasts, rule_id, now, previous)
    signal = verdict.current
    upgraded = verdict.alert is not None and _is_upgrade(incident, verdict.alert)
    followed = replace(incident, last=signal, peak=_stronger(incident.peak, signal, upgraded))
    if upgraded:
        return Step(_changed(replace(followed, kind=signal.kind), IncidentState.WORSE, now), WORSE)
    if verdict.worse:
        return Step(_changed(followed, IncidentState.WORSE, now), WORSE)
    if not verdict.calm:
        back = incident.state is IncidentState.CALMER
        return Step(_changed(followed, IncidentState.OPEN, now) if back else followed)
    if incident.state is not IncidentState.CALMER:
        return Step(_changed(followed, IncidentState.CALMER, now))
    if now - incident.updated_at < CALM_FOR:
        return Step(followed)
    return Step(replace(_changed(followed, IncidentState.CLOSED, now), closed_at=now), CLOSED)


def may_reopen(previous: Incident, now: datetime) -> bool:
    """Whether an alert at `now` is of that incident, which is over, and not of a new one. What was told once never comes back."""
    ended = previous.closed_at
    return ended is not None and ended > previous.opened_at and now - ended < REOPENS_WITHIN


def _begun(alert: Signal, lasts: bool, rule_id: str, now: datetime, previous: Incident | None) -> Step:
    if previous is not None and lasts and may_reopen(previous, now):
        return Step(_reopened(previous, alert, now), REOPENED)
    opened = _opened(alert, rule_id, now)
    return Step(opened if lasts else replace(opened, state=IncidentState.CLOSED, closed_at=now), OPENED)


def incident_id(brand_id: str, rule_id: str, opened_at: datetime) -> str:
    """The same for the same brand, rule and moment, so that a tick run again after a crash opens the same incident."""
    parts = ("incident", brand_id, rule_id, opened_at.isoformat())
    return hashlib.sha1("\x00".join(parts).encode(), usedforsecurity=False).hexdigest()


def _opened(alert: Signal, rule_id: str, now: datetime) -> Incident:
    return Incident(
        id=incident_id(alert.brand_id, rule_id, now),
        brand_id=alert.brand_id,
        rule_id=rule_id,
        kind=alert.kind,
        state=IncidentState.OPEN,
        opened_at=now,
        onset=alert.onset,
        updated_at=now,
        first=alert,
        peak=alert,
        last=alert,
    )


def _reopened(previous: Incident, alert: Signal, now: datetime) -> Incident:
    """The same incident, open again; a buzz that comes back bad is a bad buzz."""
    upgraded = _is_upgrade(previous, alert)
    again = replace(previous, state=IncidentState.OPEN, updated_at=now, closed_at=None, reopened_at=now, last=alert)
    return replace(again, kind=alert.kind if upgraded else previous.kind, peak=_stronger(previous.peak, alert, upgraded))


def _is_upgrade(incident: Incident, alert: Signal) -> bool:
    return incident.kind is SignalKind.BUZZ and alert.kind is SignalKind.BAD_BUZZ


def _stronger(peak: Signal, signal: Signal, upgraded: bool) -> Signal:
    """The peak is of the incident's own kind: the bad half of an upgraded buzz begins its own."""
    if upgraded:
        return signal
    return signal if signal.kind is peak.kind and signal.evidence > peak.evidence else peak


def _changed(incident: Incident, state: IncidentState, now: datetime) -> Incident:
    return replace(incident, state=state, updated_at=now)
