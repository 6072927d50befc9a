"""Incidents, sources and digests as documents for people to see. Pure; the fields' types are in `mapping`.

Copies of what the state knows, on their way from `showing` to the cluster; nothing is ever read back. No address of a person is
in them. What happened once (a look of a detector, a pass over a source) has an id of its own and is never written again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vigie.model import (
    DIGEST_SUBJECT,
    Delivery,
    DeliveryState,
    Handling,
    Incident,
    IncidentState,
    PassReport,
    Signal,
    Source,
    SourceHealth,
    SourceState,
    host_of,
)
from vigie.store.codec import microseconds
from vigie.store.elasticsearch.documents import kept
from vigie.store.elasticsearch.mapping import DIGESTS, ECS_VERSION, INCIDENTS, SOURCES

Body = dict[str, Any]

INCIDENT, SIGNAL, SOURCE, PASS, DIGEST = "vigie.incident", "vigie.signal", "vigie.source", "vigie.pass", "vigie.digest"
"""The values of `event.dataset`."""

_MINUTE = timedelta(minutes=1)
_OUTCOMES = {SourceHealth.NEVER: "unknown", SourceHealth.OK: "success", SourceHealth.SILENT: "success"}
"""The ECS field event.outcome by health; of the others it is a failure."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One document of a family. `is_final`: it tells what happened once, and is not written where it is already."""

    family: str
    id: str
    body: Body
    is_final: bool = False


def of_incident(incident: Incident, handling: Handling) -> Iterator[Shown]:
    """The incident with its peak and what the team did; the looks at it that are known: the first, the strongest, the latest."""
    body = {**_body(incident.opened_at, "alert", INCIDENT, incident.id), **_about(incident, incident.peak, incident.state)}
    body["event"] |= _given(start=incident.onset, end=incident.closed_at)
    body["vigie"]["incident"] |= {"updated": incident.updated_at.isoformat(), "handling": _handling_fields(handling)}
    yield Shown(INCIDENTS, kept(incident.id), body)
    looks = [(incident.last, incident.state), (incident.first, IncidentState.OPEN), (incident.peak, None)]
    told = set()
    for signal, state in looks:
        if signal.at not in told:
            told.add(signal.at)
            yield _of_signal(incident, signal, state)


def of_source(source: Source, state: SourceState, unread_at: datetime) -> Shown:
    """A source as it is now, dated by its last pass; one that was never read is dated `unread_at`."""
    times = {"last_pass": state.last_pass_at, "last_ok": state.last_ok_at, "last_item": state.last_item_at, "next": state.next_at}
    own: Body = {
        "id": kept(source.id),
        "name": kept(source.name),
        "kind": source.kind,
        "tier": source.tier,
        "health": str(state.health),
        "failures": state.failures,
        **_given(**times),
    }
    if state.usual_gap is not None:
        own["usual_gap_min"] = state.usual_gap / _MINUTE
    body = _body(state.last_pass_at or unread_at, "state", SOURCE, source.id)
    body["event"]["outcome"] = _OUTCOMES.get(state.health, "failure")
    body |= {"url": {"full": kept(source.url), "domain": kept(host_of(source.url))}, **_error(state.error)}
    body["vigie"] = {"kind": str(source.document_kind), "source": own}
    return Shown(SOURCES, kept(source.id), body)


def of_pass(report: PassReport) -> Shown:
    """One pass over one source."""
    identity = f"{report.source_id}/{microseconds(report.finished_at)}"
    lasted = report.finished_at - report.started_at
    body = _body(report.finished_at, "metric", PASS, identity)
    body["event"] |= {
        "outcome": "success" if report.ok else "failure",
        "start": report.started_at.isoformat(),
        "end": report.finished_at.isoformat(),
        "duration": lasted // timedelta(microseconds=1) * 1000,  # ECS: nanoseconds
    }
    done: Body = {
        "documents": report.documents,
        "requests": report.requests,
        "not_modified": report.not_modified,
        "errors": sum(report.errors.values()),
        "reasons": sorted(map(kept, report.errors)),
    }
    body |= _error("" if report.ok else report.message)
    body["vigie"] = {"source": {"id": kept(report.source_id)}, "pass": done}
    return Shown(SOURCES, kept(identity), body, is_final=True)


def of_digest(deliveries: Sequence[Delivery], brands: Sequence[str]) -> Shown:
    """One digest of one day, from its deliveries (at least one): to how many it went, never to whom."""
    first = min(deliveries, key=lambda delivery: delivery.created_at)
    identity, _, day = first.subject_id.removeprefix(DIGEST_SUBJECT).rpartition(":")
    states = [delivery.state for delivery in deliveries]
    sent_at = max((delivery.sent_at for delivery in deliveries if delivery.sent_at), default=None)
    body = _body(first.created_at, "event", DIGEST, first.subject_id)
    body["event"] |= _given(end=sent_at)
    digest: Body = {
        "id": kept(identity),
        "day": day,
        "channel": sorted({kept(delivery.channel) for delivery in deliveries}),
        "state": _state_of(states),
        "recipients": len(states),
        "sent": states.count(DeliveryState.SENT),
        "failed": len([state for state in states if state in _FAILED]),
    }
    body["vigie"] = {"brand": [kept(brand) for brand in brands], "digest": digest}
    return Shown(DIGESTS, kept(first.subject_id), body)


_FAILED = (DeliveryState.REFUSED, DeliveryState.ABANDONED)


def _state_of(states: Iterable[DeliveryState]) -> str:
    """`failed` when one recipient did not get it, else `waiting` while one waits, else `sent`."""
    known = set(states)
    if known.intersection(_FAILED):
        return "failed"
    return "waiting" if DeliveryState.PENDING in known else "sent"


def _of_signal(incident: Incident, signal: Signal, state: IncidentState | None) -> Shown:
    """One look at an incident; `state` is the incident's at that moment, None where nobody knows it any more."""
    identity = f"{incident.id}/{microseconds(signal.at)}"
    body = {**_body(signal.at, "metric", SIGNAL, identity), **_about(incident, signal, state)}
    return Shown(INCIDENTS, kept(identity), body, is_final=True)


def _handling_fields(handling: Handling) -> Body:
    """Who took it up, by name and not by address, until when it is silent, what was last said of it."""
    taken = handling.acknowledged
    fields = _given(taken_at=taken.at if taken else None, muted_until=handling.muted_until)
    if taken and (name := taken.by.partition("@")[0]):
        fields["taken_by"] = kept(name)
    if handling.is_false or handling.is_true:
        fields["verdict"] = "false" if handling.is_false else "true"
    if handling.notes:
        fields |= {"notes": len(handling.notes), "last_note": kept(handling.notes[-1].text)}
    return fields


def _about(incident: Incident, signal: Signal, state: IncidentState | None) -> Body:
    """What an incident and a look at it have in common."""
    about: Body = {"id": kept(incident.id), "kind": str(incident.kind)}
    if state is not None:
        about["state"] = str(state)
    seen: Body = {
        "at": signal.at.isoformat(),
        "evidence": signal.evidence,
        "window_min": signal.window / _MINUTE,
        "seen": signal.seen,
        "expected": signal.expected,
        "expected_high": signal.expected_high,
        "negatives": signal.negatives,
        "expected_negatives": signal.expected_negatives,
        "stories": signal.stories,
        "sites": signal.sites,
        "copies": signal.copies,
    }
    return {
        "rule": {"id": kept(incident.rule_id)},
        "vigie": {"brand": kept(incident.brand_id), "incident": about, "signal": seen},
    }


def _body(at: datetime, kind: str, dataset: str, identity: str) -> Body:
    """What every document has."""
    return {
        "@timestamp": at.isoformat(),
        "ecs": {"version": ECS_VERSION},
        "event": {"kind": kind, "module": "vigie", "dataset": dataset, "id": kept(identity)},
    }


def _given(**times: datetime | None) -> Body:
    return {name: moment.isoformat() for name, moment in times.items() if moment is not None}


def _error(message: str) -> Body:
    return {"error": {"message": kept(message)}} if message else {}
