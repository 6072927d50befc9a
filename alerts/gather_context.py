"""Reads from the store and the state what surrounds an incident, for its alarm: what the excess is made of, who speaks, of what,
where it began and spread, and how such incidents ended before.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.gather import brand_name, mention_view, source_name
from alerts.rule_marks import false_incidents
from alerts.usual import HISTORY, HOUR, past_watched
from alerts.views import PartView, PastView, RecordView, StepView, Surroundings, VoicesView
from config.schema import Config
from vigie.model import DocumentKind, Incident, IncidentState, Mention
from vigie.paging import read_mentions
from vigie.ports import Filter, MentionStore, State
from vigie.terms import emerging, name_words

_PARTS, _THEMES, _TERMS, _STEPS, _PAST = 5, 4, 6, 6, 3
_WEIGHED = 20  # sources: so many of those that say most are looked at for the largest excess
_READ_BEFORE, _OF_A_SECOND = 400, 100  # mentions
_ENOUGH_HISTORY = timedelta(days=5)
_YEAR = timedelta(days=365)
_REMEMBERED = 2000  # incidents of the year: more than thirty a week, which only a rule that tells every mention brings


def gather_surroundings(
    store: MentionStore, state: State, config: Config, incident: Incident, told: Filter, heard: Sequence[Mention], now: datetime
) -> Surroundings:
    """What surrounds `incident`, which is about the mentions that `told` chooses; `heard` are the latest of them.

    Parts are counted by the store; terms come from `heard` and the latest 400 mentions before. Raises: StoreUnavailable.
    """
    everything = replace(told, labels=())
    history = _history(store, config, everything)
    first = _first_mention(store, told)
    before = list(read_mentions(store, history, _READ_BEFORE)) if history else []
    incidents = state.incidents(start=now - _YEAR, limit=_REMEMBERED)
    false = false_incidents(incidents, state.actions_on({one.thread for one in incidents}))
    return Surroundings(
        kinds=_kinds(store, everything, history),
        places=_places(store, config, everything, history),
        themes=_themes(store, config, told, heard),
        voices=voices_of(heard, store.count(told).total) if heard else None,
        terms=_new_terms(heard, before, brand_name(config, incident.brand_id)) if before else (),
        first_mention=mention_view(first) if first else None,
        path=path_of(_first_of_places(store, told)),
        past=past_like(incidents, incident, false),
        record=record_of(incidents, incident.rule_id, false, incidents[0].opened_at if len(incidents) == _REMEMBERED else None),
    )


def voices_of(mentions: Sequence[Mention], total: int) -> VoicesView:
    """How many speak in `mentions`, the latest of `total`, and how often the same is said. Who has no name is their site."""
    authors = Counter(mention.document.author or mention.document.site for mention in mentions)
    stories = {mention.story_id for mention in mentions}
    return VoicesView(
        texts=len(stories),
        copies=len(mentions) - len(stories),
        voices=len(authors),
        loudest=max(authors.values(), default=0),
        of_latest=len(mentions) if len(mentions) < total else 0,
    )


def _new_terms(mentions: Sequence[Mention], past: Sequence[Mention], brand: str) -> tuple[str, ...]:
    """What is said of the brand more than in `past`, most telling first."""
    return tuple(term.term for term in emerging(mentions, past, name_words([brand]), limit=_TERMS))


def _history(store: MentionStore, config: Config, chosen: Filter) -> Filter | None:
    """The mentions of the four weeks before those of `chosen`, from the first day that has one; None when that is too short."""
    end = chosen.start
    if end is None:
        return None
    history = replace(chosen, start=end - HISTORY, end=end)
    watched = past_watched(store.histogram(history, timedelta(days=1), config.settings.team.zone))
    if not watched or end - watched[0].start < _ENOUGH_HISTORY:
        return None
    return replace(history, start=max(watched[0].start, end - HISTORY))


def _kinds(store: MentionStore, chosen: Filter, history: Filter | None) -> tuple[PartView, ...]:
    """The chosen mentions by kind of document; kinds that brought nothing are left out."""
    seen = {kind.value: store.count(replace(chosen, kinds=[kind.value])).total for kind in DocumentKind}
    before = {kind: store.count(replace(history, kinds=[kind])).total for kind in seen if seen[kind]} if history else None
    return _by_excess(seen, before, _share_of_time(chosen, history))


def _places(store: MentionStore, config: Config, chosen: Filter, history: Filter | None) -> tuple[PartView, ...]:
    """The chosen mentions by source, by name."""
    seen = {source: tally.total for source, tally in store.top_sources(chosen, limit=_WEIGHED)}
    before = {source: store.count(replace(history, sources=[source])).total for source in seen} if history else None
    parts = _by_excess(seen, before, _share_of_time(chosen, history))
    return tuple(replace(part, name=source_name(config, part.name)) for part in parts)


def _themes(store: MentionStore, config: Config, told: Filter, heard: Sequence[Mention]) -> tuple[PartView, ...]:
    """The complaint themes by name, most mentions first: those that are the most frequent in `heard`, counted in all."""
    met = Counter(theme for mention in heard for theme in mention.enrichment.themes)
    names = {theme.id: theme.name for theme in config.themes}
    counts = {theme: store.count(replace(told, themes=[theme])).total for theme, _ in met.most_common(_THEMES)}
    return tuple(PartView(names.get(theme, theme), counts[theme], None) for theme in sorted(counts, key=lambda one: -counts[one]))


def _share_of_time(chosen: Filter, history: Filter | None) -> float:
    """How long `chosen` lasts beside `history`, if there is one. Both are bounded."""
    if history is None:
        return 0.0
    bounds = (chosen.start, chosen.end, history.start, history.end)
    start, end, past_start, past_end = (bound.timestamp() if bound else 0.0 for bound in bounds)
    return (end - start) / (past_end - past_start)


def _by_excess(seen: Mapping[str, int], before: Mapping[str, int] | None, share: float) -> tuple[PartView, ...]:
    """Largest excess first; `before` took `share` times as long."""
    parts = [
        PartView(name, count, None if before is None else before.get(name, 0) * share) for name, count in seen.items() if count
    ]
    return tuple(sorted(parts, key=lambda part: part.seen - (part.usual or 0), reverse=True)[:_PARTS])


def path_of(firsts: Sequence[Mention]) -> tuple[StepView, ...]:
    """Where it was said, in the order of the first time; `firsts` are the first mentions of the places. Nothing for one place."""
    steps: dict[str, StepView] = {}
    for mention in sorted(firsts, key=lambda one: one.document.published.at):
        steps.setdefault(mention.document.site, StepView(mention.document.site, mention.document.published.at))
    return tuple(steps.values()) if len(steps) > 1 else ()


def past_like(incidents: Iterable[Incident], incident: Incident, false: Set[str]) -> tuple[PastView, ...]:
    """Those of `incidents` that are over, of the same brand and kind, and came before: nearest in strength first.

    `false` are the ids of those that people call false alarms.
    """
    before = [
        one
        for one in incidents
        if (one.brand_id, one.kind, one.state) == (incident.brand_id, incident.kind, IncidentState.CLOSED)
        if one.opened_at < incident.opened_at
    ]
    before.sort(key=lambda one: (abs(_strength(one) - _strength(incident)), -one.opened_at.timestamp()))
    return tuple(PastView(one, one.id in false) for one in before[:_PAST])


def record_of(incidents: Iterable[Incident], rule_id: str, false: Set[str], since: datetime | None = None) -> RecordView:
    """How many of `incidents`, those of a year or `since`, the rule opened, and how many of them are `false`."""
    opened = [one for one in incidents if one.rule_id == rule_id]
    wrong = [one.opened_at for one in opened if one.id in false]
    return RecordView(alerts=len(opened), false=len(wrong), latest_false=max(wrong, default=None), since=since)


def _strength(incident: Incident) -> int:
    peak = incident.peak
    return peak.negatives if incident.kind.is_about_negatives else peak.seen


def _first_of_places(store: MentionStore, told: Filter) -> list[Mention]:
    """The first mention of each of the sources that say most."""
    sources = [source for source, _ in store.top_sources(told, limit=_STEPS)]
    firsts = (_first_mention(store, replace(told, sources=[source])) for source in sources)
    return [first for first in firsts if first is not None]


def _first_mention(store: MentionStore, told: Filter) -> Mention | None:
    """The oldest of the mentions. The store gives the newest first, so the hour, minute and second of the first are sought."""
    for step in (HOUR, timedelta(minutes=1), timedelta(seconds=1)):
        first = next((bucket for bucket in store.histogram(told, step, "UTC") if bucket.tally.total), None)
        if first is None:
            return None
        told = replace(told, start=first.start, end=first.start + step)
    return min(read_mentions(store, told, _OF_A_SECOND), key=lambda mention: mention.document.published.at, default=None)
