"""The contracts of MentionStore and State kept in memory, as far as mails and digests read and write them."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from vigie.model import Action, Delivery, Incident, IncidentState, Mark, Mention, SentimentLabel, SourceState, Story
from vigie.ports import Bucket, Filter, Page, Tally


class FakeStore:
    """Mentions in a list."""

    def __init__(self, mentions: Sequence[Mention] = ()) -> None:
        self.mentions = list(mentions)

    def chosen(self, chosen: Filter) -> list[Mention]:
        assert chosen.query is None
        return [mention for mention in self.mentions if _matches(mention, chosen)]

    def search(self, chosen: Filter, limit: int = 20, cursor: str | None = None) -> Page:
        start = int(cursor or 0)
        found = sorted(self.chosen(chosen), key=lambda m: (m.document.published.at, m.id), reverse=True)
        more = len(found) > start + limit
        return Page(found[start : start + limit], str(start + limit) if more else None)

    def count(self, chosen: Filter) -> Tally:
        return tally(self.chosen(chosen))

    def histogram(self, chosen: Filter, step: timedelta, zone: str) -> Sequence[Bucket]:
        if chosen.start is None or chosen.end is None:
            raise ValueError("a histogram has two ends")
        found = self.chosen(chosen)
        starts = _starts(chosen.start, chosen.end, step, ZoneInfo(zone))
        groups: list[list[Mention]] = [[] for _ in starts]
        for mention in found:
            groups[bisect_right(starts, mention.document.published.at) - 1].append(mention)
        return [Bucket(start, tally(group)) for start, group in zip(starts, groups, strict=True)]

    def share_of_voice(self, chosen: Filter) -> Mapping[str, Tally]:
        found = self.chosen(chosen)
        return {brand: tally([m for m in found if m.brand_id == brand]) for brand in {m.brand_id for m in found}}

    def stories(self, chosen: Filter, limit: int = 10) -> Sequence[Story]:
        groups: dict[str, list[Mention]] = {}
        for mention in sorted(self.chosen(chosen), key=lambda m: m.document.published.at):
            groups.setdefault(mention.story_id, []).append(mention)
        told = [_story(story_id, group) for story_id, group in groups.items()]
        return sorted(told, key=lambda s: (s.documents, s.first_published_at), reverse=True)[:limit]

    def top_sources(self, chosen: Filter, limit: int = 10) -> Sequence[tuple[str, Tally]]:
        found = self.chosen(chosen)
        ids = sorted({m.document.source_id for m in found})
        counts = [(each, tally([m for m in found if m.document.source_id == each])) for each in ids]
        return sorted(counts, key=lambda pair: pair[1].total, reverse=True)[:limit]


class FakeState:
    """Source states, incidents, deliveries and the detectors' memory."""

    def __init__(self, states: Sequence[SourceState] = (), incidents: Sequence[Incident] = ()) -> None:
        self.source_states = list(states)
        self.all_incidents = list(incidents)
        self.done: list[Action] = []
        self.outbox: dict[str, Delivery] = {}
        self.memory: dict[str, bytes] = {}
        self.all_marks: list[Mark] = []

    def states(self) -> Sequence[SourceState]:
        return self.source_states

    def open_incidents(self) -> Sequence[Incident]:
        return [incident for incident in self.all_incidents if incident.state is not IncidentState.CLOSED]

    def incidents(
        self, start: datetime | None = None, end: datetime | None = None, limit: int | None = None
    ) -> Sequence[Incident]:
        found = [i for i in self.all_incidents if (start is None or start <= i.opened_at) and (end is None or i.opened_at < end)]
        return found if limit is None else found[-limit:]

    def actions(self, incident_id: str | None = None) -> Sequence[Action]:
        return [one for one in self.done if incident_id in (None, one.incident_id)]

    def actions_on(self, incident_ids: Collection[str]) -> Sequence[Action]:
        return [one for one in self.done if one.incident_id in incident_ids]

    def marks(self) -> Sequence[Mark]:
        return self.all_marks

    def detector_state(self, name: str) -> bytes | None:
        return self.memory.get(name)

    def save_detector_state(self, name: str, state: bytes) -> None:
        self.memory[name] = state

    def add(self, delivery: Delivery) -> bool:
        return self.outbox.setdefault(delivery.key, delivery) is delivery

    def known(self, key: str) -> bool:
        return key in self.outbox

    def deliveries(self, subject_id: str | None = None) -> Sequence[Delivery]:
        return [each for each in self.outbox.values() if subject_id in (None, each.subject_id)]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = dict(self.outbox), dict(self.memory)
        try:
            yield
        except BaseException:
            self.outbox, self.memory = before
            raise


def tally(mentions: Sequence[Mention]) -> Tally:
    labels = [mention.label for mention in mentions]
    return Tally(
        labels.count(SentimentLabel.NEGATIVE), labels.count(SentimentLabel.NEUTRAL), labels.count(SentimentLabel.POSITIVE)
    )


def _matches(mention: Mention, chosen: Filter) -> bool:
    at, seen = mention.document.published.at, mention.document.seen_at
    return (
        (not chosen.brands or mention.brand_id in chosen.brands)
        and (not chosen.labels or mention.label in chosen.labels)
        and (not chosen.kinds or mention.document.kind.value in chosen.kinds)
        and (not chosen.sources or mention.document.source_id in chosen.sources)
        and (not chosen.states or mention.workflow.state in chosen.states)
        and (chosen.due_before is None or (mention.workflow.due_at is not None and mention.workflow.due_at < chosen.due_before))
        and (not chosen.roles or (mention.target is not None and mention.target.role in chosen.roles))
        and (not chosen.themes or not set(chosen.themes).isdisjoint(mention.enrichment.themes))
        and (chosen.story_id is None or mention.story_id == chosen.story_id)
        and (chosen.start is None or chosen.start <= at)
        and (chosen.end is None or at < chosen.end)
        and (chosen.seen_start is None or chosen.seen_start <= seen)
        and (chosen.seen_end is None or seen < chosen.seen_end)
    )


def _starts(start: datetime, end: datetime, step: timedelta, zone: ZoneInfo) -> list[datetime]:
    starts, at = [], start
    while at < end:
        starts.append(at)
        if step == timedelta(days=1):
            next_day = at.astimezone(zone).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0) + step
            at = next_day.replace(tzinfo=zone).astimezone(UTC)
        else:
            at += step
    return starts


def _story(story_id: str, group: Sequence[Mention]) -> Story:
    first = group[0]
    return Story(
        id=story_id,
        title=first.document.title,
        url=first.document.url,
        first_published_at=first.document.published.at,
        documents=len(group),
        sites=len({mention.document.site for mention in group}),
        negative=tally(group).negative,
        excerpt=first.document.text[:200],
        evidence=first.sentiment.evidence,
    )
