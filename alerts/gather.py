"""Reads from the store and the state what an incident's mail or a digest has to say, into `alerts.views`."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts import excerpts
from alerts.links import discover_link, search_command
from alerts.usual import (
    HISTORY,
    HISTORY_DAYS,
    HOUR,
    daily_habits,
    hourly_bands,
    is_weekend,
    local_days,
    middle,
    past_watched,
    tally_by,
    usual,
)
from alerts.views import (
    BrandDigest,
    Curve,
    DelayView,
    DigestView,
    IncidentLine,
    IncidentView,
    MentionView,
    PartView,
    Period,
    RuleView,
    SourcesView,
    StoryView,
    ThreadView,
    UnseenSource,
    VoiceView,
)
from config.schema import Brand, Config, DigestRow, RuleRow
from vigie.charts import Band
from vigie.model import (
    DateSource,
    DocumentKind,
    Incident,
    Mention,
    SentimentLabel,
    SignalKind,
    SourceHealth,
    SourceState,
    Story,
    WorkflowState,
    host_of,
)
from vigie.ports import Bucket, Filter, MentionStore, State, Tally

TITLE_LENGTH = 110
QUOTE_LENGTH = 260
_STORIES, _QUOTES, _PARTS, _TO_HANDLE, _NEW_SOURCES, _VOICES = 4, 4, 5, 6, 5, 6
_ON_TIME = timedelta(hours=3)
_LEAD = timedelta(hours=24)  # shown before the onset
_LONGEST_CURVE = timedelta(days=7)
_ENOUGH_HISTORY = timedelta(days=5)
_CENTURY = timedelta(days=36525)  # the model of the counts says nothing of rarer things
_PAGE, _MOST_READ = 200, 1000
_THREADS, _BUSY_THREAD = 3, 3  # how many are named, from so many messages on


def gather_incident(store: MentionStore, state: State, config: Config, incident: Incident, now: datetime) -> IncidentView:
    """What is known of `incident` at `now`. Raises: StoreUnavailable."""
    since = min(incident.onset, incident.first.at - incident.first.window)
    chosen = Filter(brands=[incident.brand_id], start=since, end=now)
    is_bad = incident.kind.is_about_negatives
    told = replace(chosen, labels=[SentimentLabel.NEGATIVE]) if is_bad else chosen
    first = _first_mention(store, told)
    history = _history(store, config, incident.brand_id, since)
    return IncidentView(
        incident=incident,
        brand=brand_name(config, incident.brand_id),
        since=since,
        total=store.count(chosen),
        curve=_incident_curve(store, config, incident.brand_id, since, now),
        kinds=_kinds(store, chosen, history),
        places=_places(store, config, chosen, history),
        threads=_threads(store, chosen),
        stories=tuple(story_view(story) for story in _leading(store, chosen, incident.kind)),
        quotes=tuple(mention_view(mention) for mention in _quoted(store, told)),
        first_mention=mention_view(first) if first else None,
        sources=sources_view(state, config),
        rule=_rule_view(config.rules, incident.rule_id),
        chance_below=chance_below(incident.first.evidence, config.settings.schedule.tick),
        kibana=discover_link(config.settings.kibana, incident.brand_id, since, now, is_bad),
        search=search_command(config.folder, config.settings.team.zone, incident.brand_id, since, now, is_bad),
    )


def gather_digest(
    store: MentionStore, state: State, config: Config, digest: DigestRow, period: Period, now: datetime
) -> DigestView:
    """What the digest says of `period`; `now` is when it is made. Raises: StoreUnavailable."""
    brands = [brand for brand in config.brands if (brand.id in digest.brands if digest.brands else brand.role == "own")]
    brands = brands or config.brands
    ids = [brand.id for brand in brands]
    negative = [SentimentLabel.NEGATIVE]
    to_handle = Filter(brands=ids, labels=negative, states=[WorkflowState.NEW], start=period.start, end=period.end)
    return DigestView(
        id=digest.id,
        period=period,
        late=now - period.end > _ON_TIME,
        brands=tuple(_brand_digest(store, config, brand, period) for brand in brands),
        voice=_voice(store, config, period, ids),
        to_handle=tuple(mention_view(mention) for mention in store.search(to_handle, limit=_TO_HANDLE).mentions),
        to_handle_total=store.count(to_handle).total,
        overdue=store.count(Filter(brands=ids, states=[WorkflowState.NEW], due_before=now)).total,
        incidents=_incidents(state, config, period, ids),
        sources=sources_view(state, config),
        delay=_delay(store, ids, period),
    )


def chance_below(evidence: float, tick: timedelta) -> timedelta | None:
    """The time in which chance alone shows such a signal less than once: a look every `tick`, each at 10^-`evidence`.

    At most a century. None when it is under a day: then chance does explain it.
    """
    seconds = tick.total_seconds() * math.pow(10, min(evidence, 15))
    return timedelta(seconds=min(seconds, _CENTURY.total_seconds())) if seconds >= 86_400 else None


def brand_name(config: Config, brand_id: str) -> str:
    """The brand as the configuration writes it; its id when the row is gone."""
    return next((excerpts.shorten(brand.name, 60) for brand in config.brands if brand.id == brand_id), brand_id)


def source_name(config: Config, source_id: str) -> str:
    """The source as the configuration names it: its name, else its host, else (the row is gone) its id."""
    row = next((source for source in config.sources if source.id == source_id), None)
    return excerpts.shorten(row.name or (row.url.host or "").removeprefix("www."), 60) if row else source_id


def sources_view(state: State, config: Config) -> SourcesView:
    """The enabled sources, and those that cannot be trusted to have been seen, in the order of the configuration."""
    known = {each.source_id: each for each in state.states()}
    enabled = [known.get(row.id, SourceState(row.id)) for row in config.sources if row.enabled]
    unseen = [each for each in enabled if each.health is not SourceHealth.OK]
    return SourcesView(
        total=len(enabled),
        unseen=tuple(UnseenSource(source_name(config, each.source_id), each.health, _unseen_since(each)) for each in unseen),
    )


def mention_view(mention: Mention) -> MentionView:
    """The mention as it is quoted: the passage that decided its tone."""
    document = mention.document
    return MentionView(
        url=excerpts.safe_url(document.url),
        title=excerpts.shorten(document.title, TITLE_LENGTH),
        kind=document.kind,
        site=excerpts.shorten(document.site, 60),
        published_at=document.published.at,
        day_only=document.published.day_only,
        quotation=excerpts.quotation(document.text or document.title, mention.sentiment.evidence, QUOTE_LENGTH),
    )


def story_view(story: Story) -> StoryView:
    """The story as it is listed; its excerpt stands for a title that is missing."""
    return StoryView(
        url=excerpts.safe_url(story.url),
        title=excerpts.shorten(story.title or story.excerpt, TITLE_LENGTH),
        site=excerpts.shorten(host_of(story.url), 60),
        first_published_at=story.first_published_at,
        documents=story.documents,
        copies=story.copies,
        sites=story.sites,
        negative=story.negative,
    )


def _unseen_since(each: SourceState) -> datetime | None:
    return each.last_item_at if each.health is SourceHealth.SILENT else each.last_ok_at


def _rule_view(rules: Sequence[RuleRow], rule_id: str) -> RuleView:
    """The rule's row without its recipients, which are nobody's business but the file's."""
    row = next((rule for rule in rules if rule.id == rule_id), None)
    if row is None:
        return RuleView(rule_id, ())
    options = [f"{name} = {value}" for name, value in sorted(row.options.items())]
    brands = [f"brands = {', '.join(row.brands)}"] if row.brands else []
    return RuleView(rule_id, (f"kind = {row.kind}", *brands, *(excerpts.shorten(option, 80) for option in options)))


# --- an incident ----------------------------------------------------------------------------------------------------


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


def _threads(store: MentionStore, chosen: Filter) -> tuple[ThreadView, ...]:
    """The threads in which most is said, busiest first."""
    spoken: dict[str, list[Mention]] = {}
    for mention in _read(store, chosen):
        if mention.document.thread_url and mention.document.thread_title:
            spoken.setdefault(mention.document.thread_url, []).append(mention)
    busiest = sorted((told for told in spoken.values() if len(told) >= _BUSY_THREAD), key=len, reverse=True)
    return tuple(_thread_view(told) for told in busiest[:_THREADS])


def _thread_view(told: Sequence[Mention]) -> ThreadView:
    """`told` are the mentions of one thread, newest first."""
    document = told[0].document
    return ThreadView(
        url=excerpts.safe_url(document.thread_url or ""),
        title=excerpts.shorten(document.thread_title, TITLE_LENGTH),
        site=excerpts.shorten(document.site, 60),
        messages=len(told),
        negative=sum(mention.label is SentimentLabel.NEGATIVE for mention in told),
        latest_at=document.published.at,
    )


def _quoted(store: MentionStore, told: Filter) -> list[Mention]:
    """The most negative of the mentions, those with deciding words before others; one per story, two of a site, oldest first."""
    best: dict[str, Mention] = {}
    for mention in sorted(_read(store, told), key=lambda m: (bool(m.sentiment.evidence), m.sentiment.negative), reverse=True):
        best.setdefault(mention.story_id, mention)
    chosen: list[Mention] = []
    for mention in best.values():
        if sum(mention.document.site == other.document.site for other in chosen) < 2:
            chosen.append(mention)
    return sorted(chosen[:_QUOTES], key=lambda mention: mention.document.published.at)


def _first_mention(store: MentionStore, told: Filter) -> Mention | None:
    """The oldest of the mentions. The store gives the newest first, so the hour, then the minute of the first are looked for."""
    for step in (HOUR, timedelta(minutes=1)):
        first = next((bucket for bucket in store.histogram(told, step, "UTC") if bucket.tally.total), None)
        if first is None:
            return None
        told = replace(told, start=first.start, end=first.start + step)
    return min(_read(store, told), key=lambda mention: mention.document.published.at, default=None)


def _read(store: MentionStore, chosen: Filter) -> Iterator[Mention]:
    """The chosen mentions, newest first, a thousand at most."""
    cursor: str | None = None
    for _ in range(_MOST_READ // _PAGE):
        page = store.search(chosen, limit=_PAGE, cursor=cursor)
        yield from page.mentions
        cursor = page.cursor
        if cursor is None:
            return


# --- a digest -------------------------------------------------------------------------------------------------------


def _brand_digest(store: MentionStore, config: Config, brand: Brand, period: Period) -> BrandDigest:
    zone = ZoneInfo(config.settings.team.zone)
    days = local_days(period, HISTORY_DAYS + 1, zone)
    hours = store.histogram(Filter(brands=[brand.id], start=days[0].start, end=period.end), HOUR, zone.key)
    tallies = tally_by(days, hours)
    habits = daily_habits(days[:-1], tallies[:-1], zone)
    alike = habits[is_weekend(middle(period), zone)]
    before = sum(tally.total for tally in alike)
    habit = usual([tally.total for tally in alike])
    chosen = Filter(brands=[brand.id], start=period.start, end=period.end)
    return BrandDigest(
        id=brand.id,
        name=excerpts.shorten(brand.name, 60),
        tally=store.count(chosen),
        usual=habit,
        usual_negative_share=sum(tally.negative for tally in alike) / before if habit and before else None,
        curve=_daily_curve(days, tallies, habits, zone),
        threads=_threads(store, chosen),
        stories=tuple(story_view(story) for story in store.stories(chosen, limit=_STORIES)),
        new_sources=_new_sources(store, config, chosen, days[0].start) if habit else (),
    )


def _daily_curve(
    days: Sequence[Period], tallies: Sequence[Tally], habits: Mapping[bool, Sequence[Tally]], zone: ZoneInfo
) -> Curve:
    """The days with what is usual for a working day and for a weekend; without bands while one of them lacks history."""
    bands = {weekend: usual([tally.total for tally in alike]) for weekend, alike in habits.items()}
    found = [bands[is_weekend(middle(day), zone)] for day in days]
    return Curve(
        buckets=tuple(Bucket(day.start, tally) for day, tally in zip(days, tallies, strict=True)),
        step=timedelta(days=1),
        usual=tuple(Band(each.low, each.high) for each in found if each) if all(found) else (),
    )


def _new_sources(store: MentionStore, config: Config, chosen: Filter, history_start: datetime) -> tuple[str, ...]:
    """Sources that named the brand in the period and not in the four weeks before, most mentions first."""
    before = replace(chosen, start=history_start, end=chosen.start)
    here = [source for source, _ in store.top_sources(chosen, limit=_PARTS * 4)]
    new = [source for source in here if not store.count(replace(before, sources=[source])).total]
    return tuple(source_name(config, source) for source in new[:_NEW_SOURCES])


def _voice(store: MentionStore, config: Config, period: Period, own: Sequence[str]) -> tuple[VoiceView, ...]:
    """All declared brands, most mentions first; nothing when there is no competitor to compare with."""
    names = [brand.id for brand in config.brands if brand.id in own or brand.role == "competitor"]
    if len(names) == len(own):
        return ()
    counts = store.share_of_voice(Filter(brands=names, start=period.start, end=period.end))
    voices = [VoiceView(brand_name(config, name), name in own, counts.get(name, Tally())) for name in names]
    return tuple(sorted(voices, key=lambda voice: voice.tally.total, reverse=True)[:_VOICES])


def _incidents(state: State, config: Config, period: Period, brands: Sequence[str]) -> tuple[IncidentLine, ...]:
    """Incidents that were open at some time of the period, oldest first."""
    recent = [*state.incidents(start=period.start - HISTORY, end=period.end), *state.open_incidents()]
    lived = {
        each.id: each
        for each in recent
        if each.brand_id in brands and each.opened_at < period.end and (each.closed_at is None or each.closed_at >= period.start)
    }
    ordered = sorted(lived.values(), key=lambda incident: incident.opened_at)
    return tuple(IncidentLine(incident, brand_name(config, incident.brand_id)) for incident in ordered)


def _delay(store: MentionStore, brands: Sequence[str], period: Period) -> DelayView | None:
    """How long after their publication the period's mentions were seen; None with fewer than five whose hour is known."""
    mentions = _read(store, Filter(brands=brands, start=period.start, end=period.end))
    delays = sorted(
        max(timedelta(0), document.seen_at - document.published.at)
        for document in {mention.document.id: mention.document for mention in mentions}.values()
        if not document.published.day_only and document.published.source is not DateSource.FIRST_SEEN
    )
    if len(delays) < 5:
        return None
    return DelayView(median=delays[len(delays) // 2], p95=delays[math.ceil(len(delays) * 0.95) - 1], samples=len(delays))
