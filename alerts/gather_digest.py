"""Reads from the store and the state what a digest has to say, into `alerts.views`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts import excerpts
from alerts.gather import brand_name, busy_threads, mention_view, read_mentions, source_name, sources_view, story_view
from alerts.usual import HISTORY, HISTORY_DAYS, HOUR, daily_habits, is_weekend, local_days, middle, tally_by, usual
from alerts.views import BrandDigest, Curve, DelayView, DigestView, IncidentLine, Period, VoiceView
from config.schema import Brand, Config, DigestRow
from vigie.charts import Band
from vigie.model import DateSource, SentimentLabel, WorkflowState
from vigie.ports import Bucket, Filter, MentionStore, State, Tally

_STORIES, _PARTS, _TO_HANDLE, _NEW_SOURCES, _VOICES = 4, 5, 6, 5, 6
_ON_TIME = timedelta(hours=3)


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
        threads=busy_threads(store, chosen),
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
    mentions = read_mentions(store, Filter(brands=brands, start=period.start, end=period.end))
    delays = sorted(
        max(timedelta(0), document.seen_at - document.published.at)
        for document in {mention.document.id: mention.document for mention in mentions}.values()
        if not document.published.day_only and document.published.source is not DateSource.FIRST_SEEN
    )
    if len(delays) < 5:
        return None
    return DelayView(median=delays[len(delays) // 2], p95=delays[math.ceil(len(delays) * 0.95) - 1], samples=len(delays))
