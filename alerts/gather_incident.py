"""Reads from the store and the state what an incident's mail has to say, into `alerts.views`."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from alerts import excerpts
from alerts.calendar import team_calendar
from alerts.gather import brand_name, busy_threads, mention_view, sources_view, story_view
from alerts.gather_context import gather_surroundings
from alerts.links import discover_link, search_command
from alerts.usual import HISTORY, HOUR, hourly_bands
from alerts.views import Curve, IncidentView, RuleView, Surroundings
from config.schema import Config, RuleRow
from vigie.model import Incident, Mention, SentimentLabel, SignalKind, Story, handling_of
from vigie.paging import read_mentions
from vigie.ports import Filter, MentionStore, State

_STORIES, _QUOTES = 4, 4
_MOST_READ = 200  # mentions
_LEAD = timedelta(hours=24)  # shown before the onset
_LONGEST_CURVE = timedelta(days=7)
_CENTURY = timedelta(days=36525)  # the model of the counts says nothing of rarer things


def gather_incident(
    store: MentionStore, state: State, config: Config, incident: Incident, now: datetime, at_length: bool = True
) -> IncidentView:
    """What is known of `incident` at `now`; `at_length` with its surroundings, as an alarm tells it. Raises: StoreUnavailable.

    However many mentions it has, the latest 200 are read; figures, but those of threads and voices, are the store's counts.
    """
    since, is_bad = incident.since, incident.kind.is_about_negatives
    chosen = Filter(brands=[incident.brand_id], start=since, end=now)
    told = replace(chosen, labels=[SentimentLabel.NEGATIVE]) if is_bad else chosen
    total = store.count(chosen)
    latest = list(read_mentions(store, chosen, _MOST_READ))
    heard = list(read_mentions(store, told, _MOST_READ)) if is_bad else latest
    return IncidentView(
        incident=incident,
        brand=brand_name(config, incident.brand_id),
        since=since,
        total=total,
        curve=_incident_curve(store, config, incident.brand_id, since, now),
        threads=busy_threads(latest, total.total),
        stories=tuple(story_view(story) for story in _leading(store, chosen, incident.kind)),
        quotes=tuple(mention_view(mention) for mention in _quoted(heard)),
        sources=sources_view(state, config),
        rule=_rule_view(config.rules, incident.rule_id),
        chance_below=chance_below(incident.first.evidence, config.settings.schedule.tick),
        kibana=discover_link(config.settings.kibana, incident.brand_id, since, now, is_bad),
        search=search_command(config.folder, config.settings.team.zone, incident.brand_id, since, now, is_bad),
        joined=tuple(brand_name(config, one.brand_id) for one in state.open_incidents() if one.joins == incident.id),
        handling=handling_of(state.actions(incident.thread), incident.reopened_at),
        around=gather_surroundings(store, state, config, incident, told, heard, now) if at_length else Surroundings(),
    )


def chance_below(evidence: float, tick: timedelta) -> timedelta | None:
    """The time in which chance alone shows such a signal less than once: a look every `tick`, each at 10^-`evidence`.

    At most a century. None when it is under a day: then chance does explain it.
    """
    seconds = tick.total_seconds() * math.pow(10, min(evidence, 15))
    return timedelta(seconds=min(seconds, _CENTURY.total_seconds())) if seconds >= 86_400 else None


def _rule_view(rules: Sequence[RuleRow], rule_id: str) -> RuleView:
    """The rule's row without its recipients, which are nobody's business but the file's."""
    row = next((rule for rule in rules if rule.id == rule_id), None)
    if row is None:
        return RuleView(rule_id, ())
    options = [f"{name} = {value}" for name, value in sorted(row.options.items())]
    brands = [f"brands = {', '.join(row.brands)}"] if row.brands else []
    return RuleView(rule_id, (f"kind = {row.kind}", *brands, *(excerpts.shorten(option, 80) for option in options)))


def _incident_curve(store: MentionStore, config: Config, brand_id: str, since: datetime, now: datetime) -> Curve:
    """Mentions per hour, from a day before the incident (a week before `now` at most) to `now`."""
    calendar = team_calendar(config)
    start = _full_hour(max(since - _LEAD, now - _LONGEST_CURVE))
    buckets = store.histogram(Filter(brands=[brand_id], start=start - HISTORY, end=now), HOUR, calendar.zone)
    shown = tuple(bucket for bucket in buckets if bucket.start >= start)
    return Curve(shown, HOUR, hourly_bands(shown, [bucket for bucket in buckets if bucket.start < start], calendar))


def _full_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _leading(store: MentionStore, chosen: Filter, kind: SignalKind) -> list[Story]:
    """The stories told more than once, most documents first, for a bad buzz most negative ones first."""
    stories = [story for story in store.stories(chosen, limit=50) if story.copies]
    if kind.is_about_negatives:
        stories = sorted((story for story in stories if story.negative), key=lambda story: story.negative, reverse=True)
    return stories[:_STORIES]


def _quoted(heard: Sequence[Mention]) -> list[Mention]:
    """The most negative of the mentions, those with deciding words before others; one per story, two of a site, oldest first."""
    best: dict[str, Mention] = {}
    for mention in sorted(heard, key=lambda m: (bool(m.sentiment.evidence), m.sentiment.negative), reverse=True):
        best.setdefault(mention.story_id, mention)
    chosen: list[Mention] = []
    for mention in best.values():
        if sum(mention.document.site == other.document.site for other in chosen) < 2:
            chosen.append(mention)
    return sorted(chosen[:_QUOTES], key=lambda mention: mention.document.published.at)
