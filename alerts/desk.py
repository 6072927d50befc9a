"""From arrivals to deliveries: at every tick feeds the detectors, follows the incidents and files the mails to send.

One tick is one transaction: after a crash it happened whole or not at all, and a tick run again does nothing twice.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.calendar import Calendar, team_calendar
from alerts.detect import Conditions
from alerts.incidents import OPENED, follow
from alerts.notices import Notices
from alerts.posts import Post, Posts, Tick, Watch
from alerts.rota import Roster
from alerts.routing import Routing
from alerts.rules import rule_options
from config.schema import Brand, Config, RouteRow, RuleRow
from vigie.model import Incident, IncidentState, SourceHealth
from vigie.ports import State

_LOG = logging.getLogger(__name__)
_LONGEST = timedelta(days=30)  # that an incident lives, when one is looked for that comes back


class Standing(StrEnum):
    """How a brand stands under a rule. BUSY: more than usual, not worth an alert; BLIND: too little is seen to say anything."""

    CALM = "calm"
    BUSY = "busy"
    ALERT = "alert"
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class Look:
    """A brand under a rule at one moment, and the share of its usual flow that can be seen."""

    rule_id: str
    brand_id: str
    standing: Standing
    coverage: float


class AlertDesk:
    """Applies the rules to what arrived. Between ticks it holds nothing that is not in the state, too."""

    def __init__(
        self,
        *,
        rules: Sequence[RuleRow],
        brands: Sequence[Brand],
        state: State,
        calendar: Calendar,
        sources: Sequence[str] = (),
        roster: Roster | None = None,
        routes: Sequence[RouteRow] = (),
    ) -> None:
        """The zone of `calendar` gives the local hours of the rhythm; `roster` says who is on call.

        `sources` are the ids of those that are read: their health says how much of the flow is seen.
        Raises: ConfigError when a rule's kind or an option is not known.
        """
        self._calendar = calendar
        self._sources = frozenset(sources)
        self._state = state
        self._posts = Posts(tuple(_watches(rules, brands)), state, calendar.zone, self._conditions)
        self._notices = Notices(state, roster, Routing(routes, calendar.zone))

    def tick(self, now: datetime) -> Sequence[Incident]:
        """The incidents that this tick opened or followed, as they are now, those it closed included; oldest watch first."""
        try:
            with self._state.transaction():
                return self._tick(Tick(now, self._unseen(), len(self._sources)))
        except BaseException:
            self._posts.forget()
            raise

    def _tick(self, tick: Tick) -> Sequence[Incident]:
        posts = self._posts.called()
        opened = {(incident.rule_id, incident.brand_id): incident for incident in self._state.open_incidents()}
        followed = [self._follow(post, opened.pop((post.watch.rule.id, post.watch.brand.id), None), tick) for post in posts]
        self._posts.keep(tick)
        for incident in opened.values():
            self._abandon(incident, tick.at)
        return [incident for incident in followed if incident is not None]

    def look(self, now: datetime) -> Sequence[Look]:
        """How every brand stands under every rule, without changing anything."""
        opened = {(incident.rule_id, incident.brand_id) for incident in self._state.open_incidents()}
        tick = Tick(now, self._unseen(), len(self._sources))
        looks = []
        for post in self._posts.read():
            rule_id, brand_id = post.watch.rule.id, post.watch.brand.id
            verdict = post.tick(now, self._conditions(brand_id, tick))
            standing = Standing.CALM if verdict.calm else Standing.BUSY
            if (rule_id, brand_id) in opened:
                standing = Standing.ALERT
            elif verdict.blind:
                standing = Standing.BLIND
            looks.append(Look(rule_id, brand_id, standing, verdict.current.coverage))
        return looks

    def _unseen(self) -> frozenset[str]:
        """The sources that cannot be trusted to have been seen."""
        seen = {one.source_id for one in self._state.states() if one.health is SourceHealth.OK} if self._sources else set()
        return self._sources - seen

    def _conditions(self, brand_id: str, tick: Tick) -> Conditions:
        calendar = self._calendar
        return Conditions(tick.unseen, tick.sources, calendar.is_holiday(tick.at), calendar.planned(brand_id, tick.at))

    def _follow(self, post: Post, incident: Incident | None, tick: Tick) -> Incident | None:
        """Ticks one watch and keeps all that follows from it."""
        watch, now = post.watch, tick.at
        verdict = post.tick(now, self._conditions(watch.brand.id, tick))
        previous = self._previous(watch, now) if verdict.alert is not None and incident is None else None
        step = follow(incident, verdict, watch.rule.id, now, previous)
        followed = step.incident
        if followed is None:
            return None
        if step.notice == OPENED:
            followed = replace(followed, joins=self._notices.joined(followed, self._state.open_incidents()))
        self._state.save(followed)
        if step.notice is not None:
            self._notices.file(watch.rule, followed, step.notice, now)
        self._notices.escalate(watch.rule, followed, now)
        return followed

    def _previous(self, watch: Watch, now: datetime) -> Incident | None:
        """The last incident of the brand under the rule that is over and was no false alarm."""
        recent = self._state.incidents(start=now - _LONGEST)
        mine = [one for one in recent if (one.rule_id, one.brand_id) == (watch.rule.id, watch.brand.id)]
        return mine[-1] if mine and not self._notices.handling(mine[-1]).is_false else None

    def _abandon(self, incident: Incident, now: datetime) -> None:
        """Ends an incident whose rule or brand is no longer configured: nobody follows it, nobody is told."""
        self._state.save(replace(incident, state=IncidentState.CLOSED, updated_at=now, closed_at=now))
        _LOG.info("event=incident_abandoned incident=%s rule=%s brand=%s", incident.id, incident.rule_id, incident.brand_id)


def looks(config: Config, state: State, now: datetime) -> Sequence[Look]:
    """How every brand of the configuration stands under every rule, without changing anything."""
    return desk_of(config, state).look(now)


def desk_of(config: Config, state: State) -> AlertDesk:
    """The desk of a configuration. Raises: ConfigError when a rule's kind or an option is not known."""
    calendar = team_calendar(config)
    return AlertDesk(
        rules=config.rules,
        brands=config.brands,
        state=state,
        calendar=calendar,
        sources=[source.id for source in config.watched_sources],
        roster=Roster(config.rota, config.people, calendar.zone, calendar.is_holiday) if config.rota else None,
        routes=config.routes,
    )


def _watches(rules: Sequence[RuleRow], brands: Sequence[Brand]) -> Iterator[Watch]:
    """Every rule with each of its brands; competitors are never alerted on."""
    for rule in rules:
        options = rule_options(rule)
        for brand in brands:
            if brand.role == "own" and (not rule.brands or brand.id in rule.brands):
                yield Watch(rule, brand, options)
