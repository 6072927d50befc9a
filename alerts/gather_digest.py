"""Reads from the store and the state what a digest has to say, into `alerts.digest_views`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.canary import canary_view
from alerts.digest_views import DelayView, DigestView, IncidentLine, QualityView, VoiceView
from alerts.gather import brand_name, mention_view, sources_view
from alerts.gather_brand import gather_brand
from alerts.periods import latest_period
from alerts.rule_marks import false_incidents
from alerts.usual import HISTORY, centiles
from alerts.views import Period
from config.schema import Config, DigestRow
from vigie.model import DateSource, MarkSubject, Mention, SentimentLabel, WorkflowState, settled_marks
from vigie.paging import read_mentions
from vigie.ports import Filter, MentionStore, State, Tally

_TO_HANDLE, _OVERDUE, _VOICES = 6, 3, 6
_ON_TIME = timedelta(hours=3)
_FEWEST, _MOST_TIMED = 5, 1000  # mentions: of fewer, centiles say nothing


def gather_digest(
    store: MentionStore, state: State, config: Config, digest: DigestRow, period: Period, now: datetime
) -> DigestView:
    """What the digest says of `period`; `now` is when it is made. Raises: StoreUnavailable."""
    brands = [brand for brand in config.brands if (brand.id in digest.brands if digest.brands else brand.role == "own")]
    brands = brands or config.brands
    ids, own = [brand.id for brand in brands], [brand.id for brand in brands if brand.role == "own"]
    regular = period == latest_period(digest, ZoneInfo(config.settings.team.zone), period.end)
    to_handle = Filter(
        brands=own, labels=[SentimentLabel.NEGATIVE], states=[WorkflowState.NEW], start=period.start, end=period.end
    )
    overdue = Filter(brands=ids, states=[WorkflowState.NEW], due_before=now)
    return DigestView(
        id=digest.id,
        every=digest.every,
        period=period,
        late=now - period.end > _ON_TIME or not regular,
        brands=tuple(gather_brand(store, config, digest, brand, period, regular=regular) for brand in brands),
        voice=_voice(store, config, period, ids),
        to_handle=tuple(map(mention_view, _one_a_story(store, to_handle))) if own else (),
        to_handle_total=store.count(to_handle).total if own else 0,
        overdue=tuple(map(mention_view, store.search(overdue, limit=_OVERDUE).mentions)),
        overdue_total=store.count(overdue).total,
        incidents=_incidents(state, config, period, ids),
        sources=sources_view(state, config),
        quality=_quality(store, state, ids, period),
        team=digest.team or config.settings.team.name,
    )


def _one_a_story(store: MentionStore, chosen: Filter) -> list[Mention]:
    """The newest of the mentions; of one story, which is often copied, the newest one."""
    newest: dict[str, Mention] = {}
    for mention in read_mentions(store, chosen, 10 * _TO_HANDLE):
        newest.setdefault(mention.story_id, mention)
    return list(newest.values())[:_TO_HANDLE]


def _voice(store: MentionStore, config: Config, period: Period, told: Sequence[str]) -> tuple[VoiceView, ...]:
    """The brands of the digest and all competitors, most mentions first; nothing when there is nobody to compare with.

    A digest of competitors alone is compared with one's own brands.
    """
    own = {brand.id for brand in config.brands if brand.role == "own"}
    others = [brand.id for brand in config.brands if (brand.id in own if own.isdisjoint(told) else brand.role == "competitor")]
    names = list(dict.fromkeys([*told, *others]))
    if len(names) == len(told) and own.issuperset(told):
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
    false = false_incidents(ordered, state.actions_on({one.thread for one in ordered}))
    return tuple(IncidentLine(one, brand_name(config, one.brand_id), one.id in false) for one in ordered)


def _quality(store: MentionStore, state: State, brands: Sequence[str], period: Period) -> QualityView:
    marks = [mark for mark in settled_marks(state.marks()) if mark.brand_id in brands and period.start <= mark.at < period.end]
    tones = [mark for mark in marks if mark.about is MarkSubject.TONE]
    judged = [mark for mark in marks if mark.about is MarkSubject.RELEVANCE]
    return QualityView(
        tones=len(tones),
        tones_right=sum(mark.tone is mark.machine_tone for mark in tones),
        judged=len(judged),
        relevant=sum(mark.relevant is True for mark in judged),
        delay=_delay(store, brands, period),
        canary=canary_view(state, period.start, period.end),
    )


def _delay(store: MentionStore, brands: Sequence[str], period: Period) -> DelayView | None:
    """How long after their publication the period's mentions were seen, where their hour is known."""
    mentions = read_mentions(store, Filter(brands=brands, start=period.start, end=period.end), _MOST_TIMED)
    delays = [
        max(timedelta(0), document.seen_at - document.published.at)
        for document in {mention.document.id: mention.document for mention in mentions}.values()
        if not document.published.day_only and document.published.source is not DateSource.FIRST_SEEN
    ]
    return DelayView(*centiles(delays), len(delays)) if len(delays) >= _FEWEST else None
