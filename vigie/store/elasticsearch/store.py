"""The mention store in Elasticsearch: one document for each mention, in the index of the month in which it was published.

Between the pipeline and the cluster. A mention's id is its document's: writing is idempotent. What people decided about a mention
is kept by a script that runs where the document is, so that a new analysis and a person's mark can cross without losing either.
"""

import re
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from config.schema import Config
from vigie.model import Mention, SentimentLabel, Story, WorkflowState, document_id
from vigie.ports import Bucket, Filter, Page, Tally, Upserted
from vigie.store.buckets import bucket_starts, fill, tallies
from vigie.store.codec import microseconds
from vigie.store.elasticsearch import queries
from vigie.store.elasticsearch.client import open_client
from vigie.store.elasticsearch.cluster import Body, Cluster, Layout, Place
from vigie.store.elasticsearch.documents import author_hash, kept, mention_of, restored, source_of
from vigie.store.elasticsearch.mapping import end_of, index_name
from vigie.store.elasticsearch.scripts import correction, decision, writing
from vigie.store.telling import story_of

T = TypeVar("T")

_SLICE = 500  # mentions in one request
_RANGES = 5_000  # buckets in one request; with their tones far below the 65,536 that a server gives
_EXACT_COUNT = 10_000  # distinct documents or sites of one story up to which the server counts them exactly
_WITHOUT_WORDS = {"excludes": ["vigie.words"]}
_CURSOR = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,18})\.(.+)", re.DOTALL)
_ORDER = (queries.PUBLISHED, queries.STORED, queries.MENTION_ID)
_NEWEST_FIRST: list[Body] = [{field: "desc"} for field in _ORDER]
_FIRST_TOLD: list[Body] = [{field: "asc"} for field in _ORDER]


def open_elasticsearch(config: Config, environment: Mapping[str, str]) -> "ElasticsearchMentionStore":
    """The mention store that `[store]` describes; the server is asked for nothing yet. Raises: ConfigError."""
    store = config.settings.store
    layout = Layout(store.index_prefix, store.shards, store.replicas)
    return ElasticsearchMentionStore(Cluster(open_client(config, environment), layout), store.index_prefix)


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
        """As the contract says. Raises: StoreError, after the others are written, when the server refuses some for good."""
        latest = {mention.id: mention for mention in mentions}
        updated = sum(self._write(some) for some in _slices(list(latest.values())))
        return Upserted(len(latest) - updated, updated)

    def remove_document(self, document_id: str, keep: Sequence[str] = ()) -> int:
        clauses = [queries.one_of(queries.DOCUMENT, [document_id])]
        if keep:
            clauses.append(queries.none_of([queries.one_of(queries.MENTION_ID, keep)]))
        return self._delete(queries.all_of(clauses))

    def mark(self, mention_id: str, state: WorkflowState, note: str | None = None) -> bool:
        return self._change(mention_id, decision(state, note))

    def correct(self, mention_id: str, label: SentimentLabel | None) -> bool:
        return self._change(mention_id, correction(label))

    def erase_author(self, author: str) -> int:
        return self._delete(queries.one_of("user.hash", [author_hash(author)]))

    def erase_url(self, url: str) -> int:
        return self._delete(queries.one_of(queries.DOCUMENT, [document_id(url)]))

    def purge(self, before: datetime) -> int:
        """Drops the indexes of whole months, and removes one by one what is left before `before`.

        Then has the server merge away, in the background, the words and texts of everything that was erased: it keeps them for
        half a minute for its own recovery, so that it cannot be done by the erasure itself.
        """
        noted = {"term": {"vigie.workflow.has_note": True}}
        dropped = 0
        for index in self._cluster.indexes():
            end = end_of(index)
            if end is not None and end <= before and not self._cluster.total(noted, index):
                dropped += self._cluster.total(queries.all_of([]), index)
                self._cluster.drop(index)
        removed = self._delete(queries.all_of([queries.before(before), queries.none_of([noted])]))
        self._cluster.expunge()
        return dropped + removed

    # --- reading

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
        found = self._cluster.groups(queries.query_of(chosen), [queries.LABEL])
        numbers = {group["key"][0]: group["doc_count"] for group in found}
        return Tally(**{str(label): numbers.get(str(label), 0) for label in SentimentLabel})

    def histogram(self, chosen: Filter, step: timedelta, zone: str) -> Sequence[Bucket]:
        if chosen.start is None or chosen.end is None:
            raise ValueError("a histogram needs a start and an end")
        starts = bucket_starts(chosen.start, chosen.end, step, ZoneInfo(zone))
        return fill(starts, self._counts_from([*map(microseconds, starts), microseconds(chosen.end)], queries.query_of(chosen)))

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

    def _write(self, mentions: Sequence[Mention]) -> int:
        """Writes some mentions; returns how many replaced an earlier version of themselves."""
        places = self._places([mention.id for mention in mentions])
        targets = {kept(mention.id): index_name(self._prefix, mention.document.published.at) for mention in mentions}
        self._cluster.make_ready(targets.values())
        actions: list[Body] = []
        leaving: list[Body] = []
        for mention in mentions:
            key = kept(mention.id)
            elsewhere = [place for place in places[key] if place.index != targets[key]]
            earlier = elsewhere[0].workflow if elsewhere else None
            actions.append({"_index": targets[key], "_id": key, **writing(source_of(mention, self._next_stored_us()), earlier)})
            leaving += [{"_op_type": "delete", "_index": place.index, "_id": key} for place in elsewhere]
        self._cluster.bulk(actions)
        if leaving:
            self._cluster.bulk(leaving)
        return sum(1 for found in places.values() if found)

    def _next_stored_us(self) -> int:
        """Now, and never the same twice: of mentions published at one moment, those that come later stand before the others."""
        self._last_stored_us = max(self._last_stored_us + 1, time.time_ns() // 1000)
        return self._last_stored_us

    def _places(self, mention_ids: Sequence[str]) -> Mapping[str, list[Place]]:
        """Where each mention stands: nowhere, in one index, or in two when a move was cut short."""
        places: dict[str, list[Place]] = defaultdict(list)
        for place in self._cluster.places([kept(mention_id) for mention_id in mention_ids]):
            places[place.id].append(place)
        return places

    def _change(self, mention_id: str, script: Body) -> bool:
        places = self._places([mention_id])[kept(mention_id)]
        changed = [self._cluster.change(place, script) for place in places]
        return any(changed)

    def _delete(self, query: queries.Clause) -> int:
        return self._cluster.delete(query) if self._cluster.total(query) else 0

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

    def _counts_from(self, edges: Sequence[int], query: queries.Clause) -> Iterator[tuple[int, str, int]]:
        """(edge, tone, number) for what was published from each edge to the next."""
        ranges = [{"from": start, "to": end} for start, end in pairwise(edges)]
        for some in _slices(ranges, _RANGES):
            tones = {"tones": {"terms": {"field": queries.LABEL, "size": len(SentimentLabel)}}}
            found = self._cluster.aggregate(query, {"range": {"field": queries.PUBLISHED, "ranges": some}, "aggs": tones})
            for bucket in found.get("buckets", ()):
                for tone in bucket["tones"]["buckets"]:
                    yield int(bucket["from"]), tone["key"], tone["doc_count"]

    def _tallies(self, field: str, chosen: Filter) -> dict[str, Tally]:
        groups = self._cluster.groups(queries.query_of(chosen), [field, queries.LABEL])
        return tallies((restored(group["key"][0]), group["key"][1], group["doc_count"]) for group in groups)

    def _first_of_each(self, query: queries.Clause, stories: int) -> dict[str, Mention]:
        """The mention that told each story first, by the story as the index knows it."""
        hits = self._cluster.hits(query, size=stories, sort=_FIRST_TOLD, collapse={"field": queries.STORY}, source=_WITHOUT_WORDS)
        return {hit["_source"]["vigie"]["story"]["id"]: mention_of(hit["_source"]) for hit in hits}


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
