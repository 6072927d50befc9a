"""Reads from the store and the state what an incident's mail has to say, into `alerts.views`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts import excerpts
from alerts.gather import brand_name, busy_threads, mention_view, source_name, sources_view, story_view
from alerts.gather_context import new_terms, past_like, path_of, record_of, themes_of, voices_of
from alerts.links import discover_link, search_command
from alerts.rule_marks import false_incidents
from alerts.usual import HISTORY, HOUR, hourly_bands, past_watched
from alerts.views import Curve, IncidentView, PartView, RuleView
from config.schema import Config, RuleRow
from vigie.model import DocumentKind, Incident, Mention, SentimentLabel, SignalKind, Story, handling_of
from vigie.paging import read_mentions
from vigie.ports import Filter, MentionStore, State

_STORIES, _QUOTES, _PARTS, _STEPS = 4, 4, 5, 6
_MOST_READ = 1000  # mentions
_LEAD = timedelta(hours=24)  # shown before the onset
_LONGEST_CURVE = timedelta(days=7)
_ENOUGH_HISTORY = timedelta(days=5)
_CENTURY = timedelta(days=36525)  # the model of the counts says nothing of rarer things


def gather_incident(store: MentionStore, state: State, config: Config, incident: Incident, now: datetime) -> IncidentView:
    """What is known of `incident` at `now`. Raises: StoreUnavailable."""
    since = incident.since
    chosen = Filter(brands=[incident.brand_id], start=since, end=now)
    is_bad = incident.kind.is_about_negatives
    told = replace(chosen, labels=[SentimentLabel.NEGATIVE]) if is_bad else chosen
    first = _first_mention(store, told)
    history = _history(store, config, incident.brand_id, since)
    latest = list(read_mentions(store, chosen, _MOST_READ))
    heard = list(read_mentions(store, told, _MOST_READ)) if is_bad else latest
    before = list(read_mentions(store, history, _MOST_READ)) if history else []
    past = state.incidents()
    false = false_incidents(past, state.actions())
    name = brand_name(config, incident.brand_id)
    return IncidentView(
        incident=incident,
        brand=name,
        since=since,
        total=store.count(chosen),
        curve=_incident_curve(store, config, incident.brand_id, since, now),
        kinds=_kinds(store, chosen, history),
        places=_places(store, config, chosen, history),
        threads=busy_threads(latest),
        stories=tuple(story_view(story) for story in _leading(store, chosen, incident.kind)),
        quotes=tuple(mention_view(mention) for mention in _quoted(heard)),
        first_mention=mention_view(first) if first else None,
        sources=sources_view(state, config),
        rule=_rule_view(config.rules, incident.rule_id),
        chance_below=chance_below(incident.first.evidence, config.settings.schedule.tick),
        kibana=discover_link(config.settings.kibana, incident.brand_id, since, now, is_bad),
        search=search_command(config.folder, config.settings.team.zone, incident.brand_id, since, now, is_bad),
        joined=tuple(brand_name(config, one.brand_id) for one in state.open_incidents() if one.joins == incident.id),
        voices=voices_of(heard, store.count(told).total) if heard else None,
        terms=new_terms(heard, before, name) if before else (),
        themes=themes_of(heard, config),
        path=path_of(_first_of_places(store, told)),
        past=past_like(past, incident, false),
        record=record_of(past, incident.rule_id, now, false),
        handling=handling_of(state.actions(incident.thread), incident.reopened_at),
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
    zone = ZoneInfo(config.settings.team.zone)
    start = _full_hour(max(since - _LEAD, now - _LONGEST_CURVE))
    buckets = store.histogram(Filter(brands=[brand_id], start=start - HISTORY, end=now), HOUR, zone.key)
    shown = tuple(bucket for bucket in buckets if bucket.start >= start)
    return Curve(shown, HOUR, hourly_bands(shown, [bucket for bucket in buckets if bucket.start < start], zone))


def _full_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _history(store: MentionStore, config: Config, brand_id: str, end: datetime) -> Filter | None:
    """The brand's mentions of the four weeks before `end`, from the first day that has one; None when that is too short."""
    chosen = Filter(brands=[brand_id], start=end - HISTORY, end=end)
    watched = past_watched(store.histogram(chosen, timedelta(days=1), config.settings.team.zone))
    if not watched or end - watched[0].start < _ENOUGH_HISTORY:
        return None
    return replace(chosen, start=max(watched[0].start, end - HISTORY))


def _share_of_time(chosen: Filter, history: Filter) -> float:
    """How long `chosen` lasts beside `history`. Both are bounded."""
    bounds = (chosen.start, chosen.end, history.start, history.end)
    start, end, past_start, past_end = (bound.timestamp() if bound else 0.0 for bound in bounds)
    return (end - start) / (past_end - past_start)


def _kinds(store: MentionStore, chosen: Filter, history: Filter | None) -> tuple[PartView, ...]:
    """The chosen mentions by kind of document, largest excess first; kinds that brought nothing are left out."""
    seen = {kind.value: store.count(replace(chosen, kinds=[kind.value])).total for kind in DocumentKind}
    before = {kind: store.count(replace(history, kinds=[kind])).total for kind in seen if seen[kind]} if history else None
    return _by_excess(seen, before, _share_of_time(chosen, history) if history else 0.0)


def _places(store: MentionStore, config: Config, chosen: Filter, history: Filter | None) -> tuple[PartView, ...]:
    """The chosen mentions by source, by name, largest excess first."""
    seen = {source: tally.total for source, tally in store.top_sources(chosen, limit=_PARTS * 4)}
    before = None
    if history:
        before = {source: store.count(replace(history, sources=[source])).total for source in seen}
    parts = _by_excess(seen, before, _share_of_time(chosen, history) if history else 0.0)
    return tuple(replace(part, name=source_name(config, part.name)) for part in parts)


def _by_excess(seen: Mapping[str, int], before: Mapping[str, int] | None, share: float) -> tuple[PartView, ...]:
    parts = [
        PartView(name, count, None if before is None else before.get(name, 0) * share) for name, count in seen.items() if count
    ]
    return tuple(sorted(parts, key=lambda part: part.seen - (part.usual or 0), reverse=True)[:_PARTS])


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


def _first_of_places(store: MentionStore, told: Filter) -> list[Mention]:
    """The first mention of each of the sources that say most."""
    sources = [source for source, _ in store.top_sources(told, limit=_STEPS)]
    firsts = (_first_mention(store, replace(told, sources=[source])) for source in sources)
    return [first for first in firsts if first is not None]


def _first_mention(store: MentionStore, told: Filter) -> Mention | None:
    """The oldest of the mentions. The store gives the newest first, so the hour, then the minute of the first are looked for."""
    for step in (HOUR, timedelta(minutes=1)):
        first = next((bucket for bucket in store.histogram(told, step, "UTC") if bucket.tally.total), None)
        if first is None:
            return None
        told = replace(told, start=first.start, end=first.start + step)
    return min(read_mentions(store, told, _MOST_READ), key=lambda mention: mention.document.published.at, default=None)
