"""Reads from the store what a digest says of one brand: how much, against what is usual, which stories, who speaks, of what."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import dropwhile
from zoneinfo import ZoneInfo

from alerts import excerpts
from alerts.calendar import Calendar, team_calendar
from alerts.digest_views import AuthorView, BrandDigest, DigestStory, PartOfWeek, ShareView, Voices
from alerts.gather import busy_threads, source_name, story_view
from alerts.periods import periods_before
from alerts.usual import HISTORY, HISTORY_DAYS, HOUR, daily_habits, local_days, middle, tally_by, tally_sum, usual
from alerts.views import Curve, Period, StoryView, Usual
from config.schema import Brand, Config, DigestRow
from vigie.charts import Band
from vigie.model import DocumentKind, Mention, Role, SentimentLabel
from vigie.paging import read_mentions
from vigie.ports import Bucket, Filter, MentionStore, Tally
from vigie.terms import emerging, name_words

_STORIES, _OUTLETS, _NEW_SOURCES, _AUTHORS, _THEMES, _TERMS, _RELEASES = 4, 20, 5, 3, 5, 6, 3
_NAMED_OUTLETS = 5
_COMPARED = 8  # periods before
_MOST_READ = 5_000  # mentions of the period, and as many of the time before
_DAY_AND_A_BIT = timedelta(hours=25)


@dataclass(frozen=True, slots=True)
class _Days:
    """The local days that lead up to the end of a period, with what they brought and what is usual for such days."""

    days: Sequence[Period]
    tallies: Sequence[Tally]
    habits: Mapping[bool, Sequence[Tally]]
    calendar: Calendar

    def usual_of(self, off: bool) -> Usual | None:
        return usual([tally.total for tally in self.habits[off]])

    def curve(self) -> Curve:
        """With the band of a working day or of a day off; without bands while one of them lacks history."""
        found = [self.usual_of(self.calendar.is_day_off(middle(day))) for day in self.days]
        return Curve(
            buckets=tuple(Bucket(day.start, tally) for day, tally in zip(self.days, self.tallies, strict=True)),
            step=timedelta(days=1),
            usual=tuple(Band(each.low, each.high) for each in found if each) if all(found) else (),
        )

    def parts(self, period: Period) -> tuple[PartOfWeek, ...]:
        """The working days and the days off of `period`, when it has both."""
        within = [pair for pair in zip(self.days, self.tallies, strict=True) if pair[0].start >= period.start]
        parts = []
        for off in (False, True):
            alike = [(day, tally) for day, tally in within if self.calendar.is_day_off(middle(day)) is off]
            if not alike or len(alike) == len(within):
                return ()
            tally = tally_sum([tally for _, tally in alike])
            holidays = sum(off and self.calendar.is_holiday(middle(day)) for day, _ in alike)
            parts.append(PartOfWeek(off, middle(alike[0][0]), len(alike), tally, self.usual_of(off), holidays))
        return tuple(parts)


def gather_brand(
    store: MentionStore, config: Config, digest: DigestRow, brand: Brand, period: Period, *, regular: bool
) -> BrandDigest:
    """What the digest says of `brand`; not `regular`: the period is longer than the digest's own. Raises: StoreUnavailable."""
    days = _days(store, config, digest, brand, period)
    chosen = Filter(brands=[brand.id], start=period.start, end=period.end)
    alike = _alike(store, config, digest, brand, period, days) if regular else []
    before = tally_sum(alike)
    habit = usual([tally.total for tally in alike])
    tally, mentions = store.count(chosen), list(read_mentions(store, chosen, _MOST_READ))
    is_long = digest.every in ("week", "month")
    return BrandDigest(
        id=brand.id,
        name=excerpts.shorten(brand.name, 60),
        tally=tally,
        usual=habit,
        usual_negative_share=before.negative / before.total if habit and before.total else None,
        curve=days.curve(),
        threads=busy_threads(mentions, tally.total),
        stories=_stories(store, chosen),
        new_sources=_new_sources(store, config, chosen, days.days[0].start) if habit else (),
        voices=_voices(store, config, brand, chosen, mentions),
        before=alike[-1] if is_long and alike else None,
        parts=days.parts(period) if digest.every != "month" else (),
        releases=_releases(store, chosen),
    )


def _days(store: MentionStore, config: Config, digest: DigestRow, brand: Brand, period: Period) -> _Days:
    """Four weeks before the period's last day; two months of a monthly digest."""
    calendar = team_calendar(config)
    zone = ZoneInfo(calendar.zone)
    days = local_days(period, 62 if digest.every == "month" else HISTORY_DAYS + 1, zone)
    hours = store.histogram(Filter(brands=[brand.id], start=days[0].start, end=period.end), HOUR, zone.key)
    tallies = tally_by(days, hours)
    past = [(day, tally) for day, tally in zip(days, tallies, strict=True) if day.start < period.start]
    habits = daily_habits([day for day, _ in past], [tally for _, tally in past], calendar)
    return _Days(days, tallies, habits, calendar)


def _alike(store: MentionStore, config: Config, digest: DigestRow, brand: Brand, period: Period, days: _Days) -> Sequence[Tally]:
    """What comparable periods brought, oldest first, from the first that brought anything on."""
    zone = ZoneInfo(config.settings.team.zone)
    if period.end - period.start <= _DAY_AND_A_BIT:
        return days.habits[days.calendar.is_day_off(middle(period))]
    before = periods_before(period, digest, zone, _COMPARED)
    tallies = [store.count(Filter(brands=[brand.id], start=each.start, end=each.end)) for each in before]
    return list(dropwhile(lambda tally: tally.total == 0, tallies))


def _stories(store: MentionStore, chosen: Filter) -> tuple[DigestStory, ...]:
    """Most documents first."""
    earlier = replace(chosen, start=None, end=chosen.start)
    return tuple(
        DigestStory(story_view(story), is_new=not store.count(replace(earlier, story_id=story.id)).total)
        for story in store.stories(chosen, limit=_STORIES)
    )


def _releases(store: MentionStore, chosen: Filter) -> tuple[StoryView, ...]:
    """What the brand itself published, with its copies, most copied first."""
    page = store.search(replace(chosen, roles=[Role.OWN]), limit=20)
    told = [
        story
        for one in dict.fromkeys(m.story_id for m in page.mentions)
        for story in store.stories(replace(chosen, story_id=one), 1)
    ]
    return tuple(map(story_view, sorted(told, key=lambda story: story.documents, reverse=True)[:_RELEASES]))


def _new_sources(store: MentionStore, config: Config, chosen: Filter, history_start: datetime) -> tuple[str, ...]:
    """Sources that named the brand in the period and not in the time before that the curve shows, most mentions first."""
    before = replace(chosen, start=history_start, end=chosen.start)
    here = [source for source, _ in store.top_sources(chosen, limit=_OUTLETS)]
    new = [source for source in here if not store.count(replace(before, sources=[source])).total]
    return tuple(source_name(config, source) for source in new[:_NEW_SOURCES])


def _voices(store: MentionStore, config: Config, brand: Brand, chosen: Filter, mentions: Sequence[Mention]) -> Voices:
    """`mentions` are the newest of those that `chosen` chooses."""
    if not mentions or chosen.start is None:
        return Voices(0)
    past = read_mentions(store, replace(chosen, start=chosen.start - HISTORY, end=chosen.start), _MOST_READ)
    outlets = store.top_sources(chosen, limit=_NAMED_OUTLETS)
    return Voices(
        read=len(mentions),
        outlets=tuple(ShareView(source_name(config, source), tally.total, tally.negative) for source, tally in outlets),
        authors=_authors(mentions),
        themes=_themes(config, mentions),
        terms=tuple(emerging(mentions, past, name_words([brand.name, *brand.handles]), _TERMS)),
    )


def _authors(mentions: Iterable[Mention]) -> tuple[AuthorView, ...]:
    """Those who spoke at least twice, most messages first."""
    spoken: dict[tuple[str, str], list[bool]] = {}
    for mention in mentions:
        document = mention.document
        if document.author and document.kind is not DocumentKind.NEWS:
            spoken.setdefault((document.author, document.site), []).append(mention.label is SentimentLabel.NEGATIVE)
    ordered = sorted(spoken.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    found = [AuthorView(excerpts.shorten(name, 30), excerpts.shorten(site, 60), len(t), sum(t)) for (name, site), t in ordered]
    return tuple(author for author in found[:_AUTHORS] if author.messages > 1)


def _themes(config: Config, mentions: Iterable[Mention]) -> tuple[ShareView, ...]:
    """Complaint themes, most mentions first."""
    names = {theme.id: theme.name for theme in config.themes}
    said, negative = Counter[str](), Counter[str]()
    for mention in mentions:
        said.update(mention.enrichment.themes)
        negative.update(mention.enrichment.themes if mention.label is SentimentLabel.NEGATIVE else ())
    return tuple(ShareView(names.get(theme, theme), number, negative[theme]) for theme, number in said.most_common(_THEMES))
