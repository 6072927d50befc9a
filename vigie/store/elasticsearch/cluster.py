"""Requests to the mention indexes of one cluster: what is said with each of them, and what their answers come to.

Between the store, which knows mentions, and the client, which knows HTTP. Errors leave here as StoreUnavailable or StoreError.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from vigie.errors import StoreError, StoreUnavailable
from vigie.store.elasticsearch.client import BACK_OFF_S, patiently, refusal, translated
from vigie.store.elasticsearch.mapping import alias_name, template_body
from vigie.store.elasticsearch.queries import Clause

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

Body = dict[str, Any]
T = TypeVar("T")

_CHUNK = 500  # actions in one bulk request
_CHUNK_BYTES = 8 * 2**20
_GROUPS = 1000  # groups in one answer; a server gives at most 65,536 of all levels together
_ERASE_TURNS = 10  # deletions begun again for what was being written meanwhile
_COPIES = 4  # indexes in which a mention can be found at most; moves that were cut short leave more than one
_MOST_UNSEEN = 20_000  # ids kept in mind between two refreshes
_NAMED = 3  # refused mentions that a message names


@dataclass(frozen=True, slots=True)
class Layout:
    """How indexes are named and made."""

    prefix: str
    shards: int = 1
    replicas: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mention stands, and what people decided about it."""

    index: str
    id: str
    workflow: Mapping[str, Any]


class Cluster:
    """The mention indexes. Nothing is asked of the server before the first call.

    Searches see what this object wrote: it refreshes the indexes before a search that follows a write. What another process wrote
    is seen within a second, the server's own rhythm.
    """

    def __init__(self, client: "Elasticsearch", layout: Layout) -> None:
        self._client = client
        self._layout = layout
        self._alias = alias_name(layout.prefix)
        self._ready: set[str] = set()
        self._unseen: set[str] = set()  # documents written since the last refresh

    def close(self) -> None:
        self._client.close()

    # --- reading

    def search(self, query: Clause, source: bool | Body = False, **body: Any) -> Body:
        """One search; an answer that lacks a part of the indexes is an error, never a smaller number."""
        self._refresh()
        return self._search(query, source, **body)

    def hits(self, query: Clause, source: bool | Body = False, **body: Any) -> list[Body]:
        found: list[Body] = self.search(query, source, **body)["hits"]["hits"]
        return found

    def total(self, query: Clause, index: str | None = None) -> int:
        """How many mentions `query` chooses, in all indexes or in one."""
        self._refresh()
        answer = self._ask(
            lambda: (
                self._client.count(index=index or self._alias, ignore_unavailable=True, allow_no_indices=True, query=query).body
            )
        )
        return int(answer["count"])

    def groups(self, query: Clause, fields: Sequence[str], measures: Mapping[str, Body] | None = None) -> Iterator[Body]:
        """Every group of equal `fields`, counted exactly. `key` holds the fields in order, `measures` are more aggregations."""
        after: Body = {}
        while True:
            sources = [{str(place): {"terms": {"field": field}}} for place, field in enumerate(fields)]
            composite: Body = {"composite": {"sources": sources, "size": _GROUPS, **after}, "aggs": dict(measures or {})}
            found = self.aggregate(query, composite)
            for bucket in found.get("buckets", ()):
                yield {**bucket, "key": [bucket["key"][str(place)] for place in range(len(fields))]}
            if "after_key" not in found:
                return
            after = {"after": found["after_key"]}

    def aggregate(self, query: Clause, aggregation: Body) -> Body:
        """The answer to one aggregation; empty while there is no index."""
        found: Body = self.search(query, size=0, aggs={"asked": aggregation}).get("aggregations", {}).get("asked", {})
        return found

    def places(self, ids: Sequence[str]) -> list[Place]:
        """Where the documents of these ids stand: each in one index, in more when a move was cut short.

        Refreshes for those that were just written only: documents that are loaded once are never waited for.
        """
        if not self._unseen.isdisjoint(ids):
            self._refresh()
        answer = self._search({"ids": {"values": list(ids)}}, {"includes": ["vigie.workflow"]}, size=_COPIES * len(ids))
        return [Place(hit["_index"], hit["_id"], hit["_source"]["vigie"]["workflow"]) for hit in answer["hits"]["hits"]]

    def indexes(self) -> list[str]:
        """The indexes behind the alias, in order of their names."""
        if not self._ask(lambda: bool(self._client.indices.exists_alias(name=self._alias))):
            return []
        return sorted(self._ask(lambda: self._client.indices.get_alias(name=self._alias).body))

    # --- writing

    def make_ready(self, indexes: Iterable[str]) -> None:
        """Makes the indexes that are not there, from this program's template."""
        from elasticsearch import BadRequestError

        for index in sorted(set(indexes) - self._ready):
            if not self._ready:
                self.install_template()
            try:
                with translated():
                    self._client.indices.create(index=index)
            except StoreError as error:
                cause = error.__cause__
                if not (isinstance(cause, BadRequestError) and cause.error == "resource_already_exists_exception"):
                    raise
            self._ready.add(index)

    def install_template(self) -> None:
        """Writes the index template. Idempotent. Raises: StoreError when the cluster's is of a newer Vigie."""
        body = template_body(self._layout.prefix, self._layout.shards, self._layout.replicas)
        with translated():
            found = self._client.options(ignore_status=404).indices.get_index_template(name=self._alias).body
            for template in found.get("index_templates", ()):
                if template["index_template"].get("version", 0) > body["version"]:
                    raise StoreError(f"the index template {self._alias} comes from a newer Vigie; update this one")
            self._client.indices.put_index_template(name=self._alias, **body)

    def bulk(self, actions: Sequence[Body]) -> None:
        """Does every action, again after a pause where the server had too much to do, refused ones once more alone.

        Raises: StoreUnavailable when the server could not do some of them now; StoreError, naming them, when it refused some for
        good, after the others are done. To delete what is not there is no error.
        """
        self._unseen.update(action["_id"] for action in actions)  # first: a request that fails may have been done in part
        refused = self._send(actions, _CHUNK)
        _raise_if_away(refused)
        refused = self._send([action for action, _ in refused], 1)
        _raise_if_away(refused)
        if len(self._unseen) > _MOST_UNSEEN:
            self._refresh()
        errors = [error for _, error in refused]
        if refused:
            named = "; ".join(f"mention {action['_id']}: {error}" for action, error in refused[:_NAMED])
            raise StoreError(f"{len(refused)} of {len(actions)} mentions were not taken: {named}") from errors[0]

    def change(self, place: Place, script: Body) -> bool:
        """Runs `script` on one document, seen by everybody when it returns; False when the document is gone."""
        answer = self._ask(
            lambda: (
                self._client.options(ignore_status=404)
                .update(index=place.index, id=place.id, script=script, refresh=True, retry_on_conflict=5)
                .body
            )
        )
        return "error" not in answer

    def delete(self, query: Clause, index: str | None = None) -> int:
        """Removes what `query` chooses, also what was being changed meanwhile; returns how many."""
        deleted: int = 0
        for _ in range(_ERASE_TURNS):
            self._refresh()
            answer = self._ask(
                lambda: (
                    self._client.delete_by_query(
                        index=index or self._alias,
                        query=query,
                        conflicts="proceed",
                        refresh=True,
                        ignore_unavailable=True,
                        allow_no_indices=True,
                    ).body
                )
            )
            deleted += answer["deleted"]
            if answer["failures"]:
                failure = answer["failures"][0]
                raise refusal(failure.get("status", 500), failure.get("cause", {}))
            if not answer["version_conflicts"]:
                return deleted
        raise StoreUnavailable("Elasticsearch could not remove everything: the mentions are being changed; try again")

    def expunge(self) -> None:
        """Has what was removed merged away, words included; returns while the server is at it."""
        self._ask(lambda: self._client.indices.flush(index=self._alias, ignore_unavailable=True, allow_no_indices=True))
        self._ask(
            lambda: self._client.indices.forcemerge(
                index=self._alias,
                only_expunge_deletes=True,
                wait_for_completion=False,
                ignore_unavailable=True,
                allow_no_indices=True,
            )
        )

    def drop(self, index: str) -> None:
        """Removes an index whole."""
        self._ready.discard(index)
        self._ask(lambda: self._client.options(ignore_status=404).indices.delete(index=index))

    def _search(self, query: Clause, source: bool | Body, **body: Any) -> Body:
        return self._ask(
            lambda: (
                self._client.search(
                    index=self._alias,
                    ignore_unavailable=True,
                    allow_no_indices=True,
                    allow_partial_search_results=False,
                    track_total_hits=False,
                    query=query,
                    source=source,
                    **body,
                ).body
            )
        )

    def _refresh(self) -> None:
        if self._unseen:
            self._ask(lambda: self._client.indices.refresh(index=self._alias, ignore_unavailable=True, allow_no_indices=True))
            self._unseen.clear()

    def _ask(self, request: Callable[[], T]) -> T:
        with translated():
            return patiently(request)

    def _send(self, actions: Sequence[Body], chunk: int) -> list[tuple[Body, StoreError]]:
        """Sends `actions`; those that were not done, each with the reason."""
        from elasticsearch.helpers import streaming_bulk

        refused = []
        with translated():
            answers = streaming_bulk(
                self._client,
                actions,
                chunk_size=chunk,
                max_chunk_bytes=_CHUNK_BYTES,
                raise_on_error=False,
                max_retries=len(BACK_OFF_S),
                initial_backoff=BACK_OFF_S[0],
                max_backoff=BACK_OFF_S[-1],
            )
            for action, (ok, answer) in zip(actions, answers, strict=True):
                ((operation, item),) = answer.items()
                if not (ok or (operation == "delete" and item["status"] == 404)):
                    refused.append((action, refusal(item["status"], item.get("error") or {})))
        return refused


def _raise_if_away(refused: Sequence[tuple[Body, StoreError]]) -> None:
    """A server that takes nothing now is not asked again for each mention."""
    for _, error in refused:
        if isinstance(error, StoreUnavailable):
            raise error
