"""The same work by bare calls of the Elasticsearch client: what somebody would write who has only this one thing to do.

Mentions are written to indexes of their own with the store's mapping; the documents are made before the time is taken, and
nothing is looked up first, retried, or kept of what people decided. Questions go to the store's indexes: the same query for the
same page, and the aggregation that the server has for the purpose.
"""

import time
from collections.abc import Sequence
from typing import Any

from elasticsearch import Elasticsearch, helpers

from vigie.model import Mention
from vigie.ports import Filter
from vigie.store.elasticsearch.documents import source_of
from vigie.store.elasticsearch.mapping import alias_name, index_name, index_pattern, template_body
from vigie.store.elasticsearch.queries import LABEL, query_of

Counts = tuple[int, int, int]
_CHUNK = 500
_QUIET_S = 120  # how long the server may take to merge what it was given
_TONES = {"tones": {"terms": {"field": LABEL}}}
_NEWEST_FIRST = [{"vigie.date.published_us": "desc"}, {"vigie.date.stored_us": "desc"}, {"event.id": "desc"}]


class BareCalls:
    """Indexes beside the store's, on the same server."""

    def __init__(self, client: Elasticsearch, beside: str) -> None:
        """`beside` is the store's prefix."""
        self._client = client
        self._read = alias_name(beside)
        self._prefix = f"{beside}-bare"
        self._stored_us = 0
        client.indices.put_index_template(name=alias_name(self._prefix), **template_body(self._prefix))

    def actions(self, mentions: Sequence[Mention]) -> list[dict[str, Any]]:
        """What `bulk` takes."""
        made = []
        for mention in mentions:
            self._stored_us += 1
            index = index_name(self._prefix, mention.document.published.at)
            made.append({"_index": index, "_id": mention.id, "_source": source_of(mention, self._stored_us)})
        return made

    def bulk(self, actions: Sequence[dict[str, Any]]) -> int:
        """How many were written."""
        written, _ = helpers.bulk(self._client, actions, chunk_size=_CHUNK)
        return written

    def search(self, chosen: Filter, limit: int) -> tuple[str, ...]:
        """The ids of a page."""
        hits = self._ask(chosen, size=limit, sort=_NEWEST_FIRST, source={"excludes": ["vigie.words"]})["hits"]["hits"]
        return tuple(hit["_id"] for hit in hits)

    def count(self, chosen: Filter) -> Counts:
        """Negative, neutral, positive."""
        return _counts(self._ask(chosen, size=0, aggs=_TONES)["aggregations"])

    def histogram(self, chosen: Filter, interval: dict[str, str], zone: str) -> tuple[tuple[int, Counts], ...]:
        """(milliseconds of the bucket's start, counts) of the buckets that are not empty."""
        dates = {"field": "@timestamp", "time_zone": zone, "min_doc_count": 1, **interval}
        found = self._ask(chosen, size=0, aggs={"dates": {"date_histogram": dates, "aggs": _TONES}})["aggregations"]["dates"]
        return tuple((bucket["key"], _counts(bucket)) for bucket in found["buckets"])

    def settle(self) -> None:
        """Returns when what was written can be searched and the server has merged all its indexes, or after two minutes."""
        self._client.indices.refresh()
        until = time.monotonic() + _QUIET_S
        while self._client.indices.stats(metric="merge")["_all"]["total"]["merges"]["current"] and time.monotonic() < until:
            time.sleep(1)

    def _ask(self, chosen: Filter, **body: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.search(
            index=self._read, query=query_of(chosen), track_total_hits=False, **body
        ).body
        return answer


def bytes_of(client: Elasticsearch, prefix: str) -> int:
    """What the mentions of the store with this prefix take on the server's disk."""
    client.indices.flush(index=alias_name(prefix))
    return int(client.indices.stats(index=alias_name(prefix), metric="store")["_all"]["primaries"]["store"]["size_in_bytes"])


def server_of(client: Elasticsearch) -> str:
    """Version and heap, in words."""
    (node,) = client.nodes.stats(metric="jvm")["nodes"].values()
    heap = node["jvm"]["mem"]["heap_max_in_bytes"] / 2**30
    return f"Elasticsearch {client.info()['version']['number']}, one node, a heap of {heap:g} GB"


def remove(client: Elasticsearch, prefix: str) -> None:
    """Leaves nothing on the server of the store with this prefix, and of the bare calls beside it."""
    for each in (prefix, f"{prefix}-bare"):
        if indexes := list(client.indices.get(index=index_pattern(each)).body):
            client.indices.delete(index=indexes)
        client.options(ignore_status=404).indices.delete_index_template(name=alias_name(each))


def _counts(found: dict[str, Any]) -> Counts:
    numbers = {bucket["key"]: bucket["doc_count"] for bucket in found["tones"]["buckets"]}
    return numbers.get("negative", 0), numbers.get("neutral", 0), numbers.get("positive", 0)
