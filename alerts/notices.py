"""Who is to be told what of an incident: one delivery a person and notice, filed empty in the tick's transaction.

`alerts.announce` composes what is filed here, outside of it. Nothing is told of a false alarm, and of a muted one only its end.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.brief import channel_of
from alerts.incidents import CLOSED, JOINED, OPENED, UNANSWERED
from alerts.rota import Roster
from alerts.routing import Routing, Target, occasion_of
from config.schema import Person, RuleRow
from vigie.model import Arrival, Delivery, Handling, Incident, IncidentState, SignalKind, handling_of
from vigie.ports import State

_LOG = logging.getLogger(__name__)
_TOGETHER = timedelta(hours=12)
"""An incident joins another only while that is so young: a story seldom reaches a second brand later."""
_SHARED = 0.5
"""The part of the stories of either that must be the other's, too."""
_BY_FLOOD = frozenset({SignalKind.BAD_BUZZ, SignalKind.BUZZ, SignalKind.SLOW_RISE, SignalKind.THEME})


PLAIN = Routing((), "UTC")
"""No routes: the recipients of the rule alone."""


class Notices:
    """Files the deliveries that follow from a tick. Holds nothing: what was filed is in the state, by its key."""

    def __init__(self, state: State, roster: Roster | None = None, routing: Routing = PLAIN) -> None:
        self._state = state
        self._routing = routing
        self._roster = roster

    def handling(self, incident: Incident) -> Handling:
        """How the incident stands with the team; one that joins another is handled with it."""
        return handling_of(self._state.actions(incident.thread), incident.reopened_at)

    def file(self, rule: RuleRow, incident: Incident, notice: str, now: datetime) -> None:
        """Adds what is to be told of `notice` to the recipients of the rule and of the routes that fit."""
        handling = self.handling(incident)
        if handling.is_false or (notice != CLOSED and handling.is_muted(now)):
            _LOG.info("event=not_told notice=%s incident=%s", notice, incident.id)
            return
        if incident.joins and notice in (OPENED, CLOSED):
            self._tell_with_the_other(rule, incident, notice, now)
            return
        told = self._state.deliveries(incident.id)
        targets = self._targets(rule, incident, now)
        routed = {target.recipient for target in targets}
        on_call = [Target(one.address) for one in self._rota_told(rule, told) if one.address not in routed]
        for target in (*targets, *on_call):
            number = 1 + sum((one.purpose, one.recipient) == (notice, target.recipient) for one in told)
            self._add(incident.id, notice, target, number, now)
        _LOG.info("event=%s incident=%s rule=%s brand=%s", notice, incident.id, rule.id, incident.brand_id)

    def joined(self, incident: Incident, others: Iterable[Incident]) -> str:
        """The id of the open incident that tells the same story of another brand; empty when there is none."""
        if incident.kind not in _BY_FLOOD:
            return ""
        near = [
            other
            for other in others
            if other.kind is incident.kind and other.brand_id != incident.brand_id and not other.joins
            if other.state is not IncidentState.CLOSED and incident.opened_at - other.opened_at < _TOGETHER
        ]
        if not near:
            return ""
        start = min(min(each.onset, each.first.at - each.first.window) for each in (incident, *near))
        arrivals = self._state.arrivals_since(start)
        mine = _stories(arrivals, incident)
        return next((other.id for other in near if _is_one_story(mine, _stories(arrivals, other))), "")

    def escalate(self, rule: RuleRow, incident: Incident, now: datetime) -> None:
        """Tells the next of the rota when nobody has taken the incident up for too long; the first one at once."""
        if self._roster is None or not rule.rota or incident.joins or incident.state is IncidentState.CLOSED:
            return
        handling = self.handling(incident)
        if handling.acknowledged or handling.is_false or handling.is_muted(now):
            return
        told = self._state.deliveries(incident.id)
        reached = self._rota_told(rule, told)
        addresses = {person.address for person in reached}
        last = max((one.created_at for one in told if one.recipient in addresses), default=None)
        if last is not None and now - last < self._roster.rota.wait:
            return
        person = self._roster.next_to_tell(addresses, incident.level, now)
        if person is not None:
            self._add(incident.id, UNANSWERED if reached else OPENED, Target(person.address), 1, now)
            _LOG.info("event=%s incident=%s person=%s", "unanswered" if reached else "on_call_told", incident.id, person.id)

    def _rota_told(self, rule: RuleRow, told: Sequence[Delivery]) -> list[Person]:
        """The people of the rota that were told of the incident."""
        if self._roster is None or not rule.rota:
            return []
        addresses = {one.recipient for one in told}
        return [person for person in self._roster.people if person.address in addresses]

    def _tell_with_the_other(self, rule: RuleRow, incident: Incident, notice: str, now: datetime) -> None:
        """Has the mails of the incident that this one joins name it too; its end is silent."""
        if notice == CLOSED:
            return
        told = self._state.deliveries(incident.joins)
        for target in self._targets(rule, incident, now):
            recipient = target.recipient
            fresh = not any(one.recipient == recipient and (one.content or one.created_at < now) for one in told)
            number = 1 + sum((one.purpose, one.recipient) == (JOINED, recipient) for one in told)
            self._add(incident.joins, OPENED if fresh else JOINED, target, 1 if fresh else number, now)
        _LOG.info("event=incident_joined incident=%s joins=%s", incident.id, incident.joins)

    def _targets(self, rule: RuleRow, incident: Incident, now: datetime) -> list[Target]:
        arrivals = self._state.arrivals_since(incident.onset) if self._routing.wants_themes else ()
        return self._routing.targets(rule.recipients, occasion_of(incident, now, arrivals))

    def _add(self, subject: str, notice: str, target: Target, number: int, now: datetime) -> None:
        key = f"{subject}/{notice}/{number}/{target.recipient}"
        delivery = Delivery(key, channel_of(target.recipient), target.recipient, notice, subject, b"", created_at=now)
        self._state.add(replace(delivery, next_at=target.held_until))


def _stories(arrivals: Sequence[Arrival], incident: Incident) -> frozenset[str]:
    """The stories that the incident is made of."""
    start = min(incident.onset, incident.first.at - incident.first.window)
    floor = 0.5 if incident.kind.is_about_negatives else 0.0
    return frozenset(
        one.story_id for one in arrivals if one.brand_id == incident.brand_id and one.seen_at >= start and one.negative >= floor
    )


def _is_one_story(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether half of the larger set is in the other: a brand that is only named in passing keeps its own mail."""
    return bool(mine and theirs) and len(mine & theirs) >= _SHARED * max(len(mine), len(theirs))
