"""The mention store in Elasticsearch: one document for each mention, in the index of the month in which it was published.

Between the pipeline and the cluster. A mention's id is its document's: writing is idempotent. What people decided about a mention
is kept by a script that runs where the document is, so that a new analysis and a person's mark can cross without losing either.
"""

import re
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from config.schema import Config
from vigie.errors import StoreUnavailable
from vigie.model import Mention, SentimentLabel, Story, document_id
from vigie.ports import Bucket, Decision, Filter, Page, Tally, Upserted
from vigie.store.buckets import bucket_starts, fill, is_whole_days, tallies
from vigie.store.codec import microseconds
from vigie.store.elasticsearch import queries
from vigie.store.elasticsearch.client import open_client
from vigie.store.elasticsearch.cluster import Body, Cluster, Layout, Place
from vigie.store.elasticsearch.documents import author_hash, kept, mention_of, restored, source_of
from vigie.store.elasticsearch.mapping import end_of, index_name
from vigie.store.elasticsearch.scripts import correction, creating, marking, replacing
from vigie.store.telling import story_of

T = TypeVar("T")

_SLICE = 500  # mentions in one request
_TURNS = 5  # times that a write is begun again because others changed, moved or made the same mention meanwhile
_BUCKETS = 5_000  # of a histogram in one request; with their tones far below the 65,536 that a server gives
_EXACT_COUNT = 10_000  # distinct documents or sites of one story up to which the server counts them exactly
_WITHOUT_WORDS = {"excludes": ["vigie.words", "vigie.terms"]}
_CURSOR = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,18})\.(.+)", re.DOTALL)
_ORDER = (queries.PUBLISHED, queries.STORED, queries.MENTION_ID)
_NEWEST_FIRST: list[Body] = [{field: "desc"} for field in _ORDER]
_FIRST_TOLD: list[Body] = [{field: "asc"} for field in _ORDER]
_TONES: Body = {"terms": {"field": queries.LABEL, "size": len(SentimentLabel)}}  # all there are: counted exactly


def open_elasticsearch(config: Config, environment: Mapping[str, str]) -> "ElasticsearchMentionStore":
    """The mention store that `[store]` describes; the server is asked for nothing yet. Raises: ConfigError."""
    layout = Layout.of(config.settings.store)
    return ElasticsearchMentionStore(Cluster(open_client(config, environment), layout), layout.prefix)


class ElasticsearchMentionStore:
    """Implements `vigie.ports.MentionStore`.

    "All or nothing" holds for each mention, not for a batch: a batch that was cut short is completed by writing it again, and the
    pipeline does so. A mention whose month changes is written to its new index before it leaves the old one.
    """

    def __init__(self, cluster: Cluster, prefix: str) -> None:
        self._cluster = cluster
        self._prefix = prefix
        self._last_stored_us = 0

    def close(self) -> None:
        self._cluster.close()

    # --- writing

    def upsert(self, mentions: Sequence[Mention]) -> Upserted:
        """As the contract says. Raises: StoreError, after the others of the request, when the server refuses some for good."""
        latest = {mention.id: mention for mention in mentions}
        updated = sum(self._write_until_settled(some) for some in _slices(list(latest.values())))
        return Upserted(len(latest) - updated, updated)

    def remove_documents(self, document_ids: Sequence[str], keep: Sequence[str] = ()) -> int:
        clauses = [queries.one_of(queries.DOCUMENT, document_ids)]
        if keep:
            clauses.append(queries.none_of([queries.one_of(queries.MENTION_ID, keep)]))
        chosen = queries.all_of(clauses)
        return self._cluster.delete(chosen) if self._cluster.total(chosen) else 0

    def mark(self, mention_id: str, decision: Decision) -> bool:
        return self._change(mention_id, marking(decision))

    def correct(self, mention_id: str, label: SentimentLabel | None) -> bool:
        return self._change(mention_id, correction(label))

    def erase_author(self, author: str) -> int:
        return self._cluster.delete(queries.one_of("user.hash", [author_hash(author)]))

    def erase_url(self, url: str) -> int:
        return self._cluster.delete(queries.one_of(queries.DOCUMENT, [document_id(url)]))

    def clear(self) -> int:
        self._cluster.refresh()
        removed = self._cluster.total(queries.all_of([]))
        for index in self._cluster.indexes():
            self._cluster.drop(index)
        return removed

    def purge(self, before: datetime) -> int:
        """Drops the indexes of whole months, and removes one by one what is left before `before`.

        Then has the server merge away, in the background, the words and texts of everything that was erased: it keeps them for
        half a minute for its own recovery, so that it cannot be done by the erasure itself.
        """
        spared = queries.spared()
        dropped = 0
        self._cluster.refresh()
        for index in self._cluster.indexes():
            end = end_of(index)
            if end is not None and end <= before and not self._cluster.total(spared, index):
                dropped += self._cluster.total(queries.all_of([]), index)
                self._cluster.drop(index)
        removed = self._cluster.delete(queries.all_of([queries.before(before), queries.none_of([spared])]))
        self._cluster.expunge()
        return dropped + removed

    # --- reading

    def refresh(self) -> None:
        self._cluster.refresh()

    def get(self, mention_id: str) -> Mention | None:
        hits = self._cluster.hits(queries.one_of("_id", [mention_id]), size=1, source=_WITHOUT_WORDS)
        return mention_of(hits[0]["_source"]) if hits else None

    def search(self, chosen: Filter, limit: int = 20, cursor: str | None = None) -> Page:
        """As the contract says. Raises: ValueError for a cursor that no page gave, or a limit below 1."""
        if limit < 1:
            raise ValueError("a page holds at least one mention")
        hits = self._newest(queries.query_of(chosen), limit + 1, None if cursor is None else _position(cursor))
        page = [mention_of(hit["_source"]) for hit in hits[:limit]]
        return Page(page, _cursor(hits[limit - 1]) if len(hits) > limit else None)

    def count(self, chosen: Filter) -> Tally:
        found = self._cluster.aggregate(queries.query_of(chosen), _TONES)
        numbers = {bucket["key"]: bucket["doc_count"] for bucket in found.get("buckets", ())}
        return Tally(**{str(label): numbers.get(str(label), 0) for label in SentimentLabel})

    def histogram(self, chosen: Filter, step: timedelta, zone: str) -> Sequence[Bucket]:
        if chosen.start is None or chosen.end is None:
            raise ValueError("a histogram needs a start and an end")
        starts = bucket_starts(chosen.start, chosen.end, step, ZoneInfo(zone))
        ends = [*starts[_BUCKETS::_BUCKETS], chosen.end]
        parts = zip((some[0] for some in _slices(starts, _BUCKETS)), ends, strict=False)
        return fill(starts, (count for start, end in parts for count in self._counts(chosen, start, end, step, zone)))

    def share_of_voice(self, chosen: Filter) -> Mapping[str, Tally]:
        return self._tallies(queries.BRAND, chosen)

    def top_sources(self, chosen: Filter, limit: int = 10) -> Sequence[tuple[str, Tally]]:
        found = self._tallies(queries.SOURCE, chosen).items()
        return sorted(found, key=lambda one: (-one[1].total, one[0]))[:limit]

    def stories(self, chosen: Filter, limit: int = 10) -> Sequence[Story]:
        query = queries.query_of(chosen)
        groups = sorted(self._cluster.groups(query, [queries.STORY], _STORY_MEASURES), key=_largest_first)[:limit]
        negative = {"term": {queries.LABEL: str(SentimentLabel.NEGATIVE)}}
        told = []
        for some in _slices(groups):
            stories = {"terms": {queries.STORY: [group["key"][0] for group in some]}}
            first = self._first_of_each(queries.all_of([query, stories]), len(some))
            first_negative = self._first_of_each(queries.all_of([query, stories, negative]), len(some))
            told += [_story(group, first, first_negative) for group in some if group["key"][0] in first]
        return told

    # --- requests

    def _write_until_settled(self, mentions: Sequence[Mention]) -> int:
        """Writes some mentions, again those that others wrote meanwhile; returns how many replaced an earlier version."""
        updated: set[str] = set()
        waiting = {kept(mention.id): mention for mention in mentions}
        for _ in range(_TURNS):
            found, late = self._write(waiting)
            updated |= found
            if not late:
                return len(updated)
            waiting = {key: waiting[key] for key in late}
            self._cluster.refresh()
        raise _in_turmoil()

    def _write(self, mentions: Mapping[str, Mention]) -> tuple[set[str], set[str]]:
        """Writes mentions, by id; returns the ids of those that were there, and of those to be written again."""
        places = self._places(list(mentions))
        targets = {key: index_name(self._prefix, mention.document.published.at) for key, mention in mentions.items()}
        self._cluster.make_ready(targets.values())
        actions: list[Body] = []
        leaving: list[Body] = []
        for key, mention in mentions.items():
            source = source_of(mention, self._next_stored_us())
            elsewhere = [place for place in places[key] if place.index != targets[key]]
            action = replacing(source, elsewhere[0].workflow if elsewhere else None) if places[key] else creating(source)
            actions.append({"_index": targets[key], "_id": key, **action})
            leaving += [place.removal for place in elsewhere]
        late = self._cluster.bulk(actions)
        if leaving:
            late |= self._cluster.bulk(leaving)
        return {key for key in mentions if places[key]}, late

    def _next_stored_us(self) -> int:
        """Now, and never the same twice: of mentions published at one moment, those that come later stand before the others."""
        self._last_stored_us = max(self._last_stored_us + 1, time.time_ns() // 1000)
        return self._last_stored_us

    def _places(self, keys: Sequence[str]) -> Mapping[str, list[Place]]:
        """Where each mention stands: nowhere, in one index, or in two when a move was cut short."""
        places: dict[str, list[Place]] = defaultdict(list)
        for place in self._cluster.places(keys):
            places[place.id].append(place)
        return places

    def _change(self, mention_id: str, script: Body) -> bool:
        """Runs `script` on a mention wherever it stands, also when it is being moved; False when it is nowhere."""
        for _ in range(_TURNS):
            changed = [self._cluster.change(place, script) for place in self._cluster.places([kept(mention_id)])]
            if all(changed):
                return bool(changed)
            self._cluster.refresh()
        raise _in_turmoil()

    def _newest(self, query: queries.Clause, limit: int, after: list[object] | None) -> list[Body]:
        hits: list[Body] = []
        while len(hits) < limit:
            size = min(_SLICE, limit - len(hits))
            found = self._cluster.hits(query, size=size, sort=_NEWEST_FIRST, search_after=after, source=_WITHOUT_WORDS)
            hits += found
            if len(found) < size:
                break
            after = found[-1]["sort"]
        return hits

    def _counts(
        self, chosen: Filter, start: datetime, end: datetime, step: timedelta, zone: str
    ) -> Iterator[tuple[int, str, int]]:
        """(a moment of a bucket in microseconds, tone, number) of what is chosen; the first bucket begins at `start`."""
        first, interval = microseconds(start), step // timedelta(microseconds=1)
        if is_whole_days(step):
            days = {"field": "@timestamp", "calendar_interval": "day", "time_zone": zone, "min_doc_count": 1}
            steps, unit = {"date_histogram": days}, 1000
        else:
            even = {"field": queries.PUBLISHED, "interval": interval, "offset": first % interval, "min_doc_count": 1}
            steps, unit = {"histogram": even}, 1
        found = self._cluster.aggregate(
            queries.query_of(replace(chosen, start=start, end=end)), {**steps, "aggs": {"tones": _TONES}}
        )
        for bucket in found.get("buckets", ()):
            for tone in bucket["tones"]["buckets"]:
                yield max(first, int(bucket["key"]) * unit), tone["key"], tone["doc_count"]

    def _tallies(self, field: str, chosen: Filter) -> dict[str, Tally]:
        groups = self._cluster.groups(queries.query_of(chosen), [field, queries.LABEL])
        return tallies((restored(group["key"][0]), group["key"][1], group["doc_count"]) for group in groups)

    def _first_of_each(self, query: queries.Clause, stories: int) -> dict[str, Mention]:
        """The mention that told each story first, by the story as the index knows it."""
        hits = self._cluster.hits(query, size=stories, sort=_FIRST_TOLD, collapse={"field": queries.STORY}, source=_WITHOUT_WORDS)
        return {hit["_source"]["vigie"]["story"]["id"]: mention_of(hit["_source"]) for hit in hits}


def _in_turmoil() -> StoreUnavailable:
    return StoreUnavailable("Elasticsearch: others change the same mentions all the time; try again")


def _distinct(field: str) -> Body:
    return {"cardinality": {"field": field, "precision_threshold": _EXACT_COUNT}}


_STORY_MEASURES: Mapping[str, Body] = {
    "documents": _distinct(queries.DOCUMENT),
    "sites": _distinct(queries.SITE),
    "latest": {"max": {"field": queries.PUBLISHED}},
    "negatives": {
        "filter": {"term": {queries.LABEL: str(SentimentLabel.NEGATIVE)}},
        "aggs": {"documents": _distinct(queries.DOCUMENT)},
    },
}


def _largest_first(group: Body) -> tuple[int, float, str]:
    return -group["documents"]["value"], -group["latest"]["value"], group["key"][0]


def _story(group: Body, first: Mapping[str, Mention], first_negative: Mapping[str, Mention]) -> Story:
    key = group["key"][0]
    return story_of(
        first[key],
        documents=group["documents"]["value"],
        sites=group["sites"]["value"],
        negatives=group["negatives"]["documents"]["value"],
        negative=first_negative.get(key),
    )


def _slices(items: Sequence[T], size: int = _SLICE) -> Iterator[Sequence[T]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]


def _cursor(hit: Body) -> str:
    return ".".join(map(str, hit["sort"]))


def _position(cursor: str) -> list[object]:
    """Where the page that gave `cursor` ended."""
    found = _CURSOR.fullmatch(cursor)
    if not found:
        raise ValueError(f"{cursor!r} is not the cursor of a page")
    return [int(found[1]), int(found[2]), found[3]]
