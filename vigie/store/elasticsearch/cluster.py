"""Requests to the mention indexes of one cluster: what is said with each of them, and what their answers come to.

Between the store, which knows mentions, and the client, which knows HTTP. Errors leave here as StoreUnavailable or StoreError.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from config.schema import Store
from vigie.errors import StoreError, StoreUnavailable
from vigie.store.elasticsearch.client import BACK_OFF_S, patiently, refusal, translated
from vigie.store.elasticsearch.mapping import MENTIONS, alias_name, template_body
from vigie.store.elasticsearch.queries import Clause

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

Body = dict[str, Any]
T = TypeVar("T")

_CHUNK = 500  # actions in one bulk request
_CHUNK_BYTES = 8 * 2**20
_GROUPS = 1000  # groups in one answer; a server gives at most 65,536 of all levels together
_ERASED_AT_ONCE = 1000
_ERASE_TURNS = 10  # times that others may change meanwhile what is being removed
_COPIES = 4  # indexes in which a mention can be found at most; moves that were cut short leave more than one
_MOST_UNSEEN = 20_000  # ids kept in mind between two refreshes
_NAMED = 3  # refused mentions that a message names
_TOO_LATE = {"create": (409,), "delete": (404, 409)}  # the statuses of an action that another writer came before


@dataclass(frozen=True, slots=True)
class Layout:
    """How indexes are named and made; `family` says what they hold."""

    prefix: str
    shards: int = 1
    replicas: int = 0
    family: str = MENTIONS

    @classmethod
    def of(cls, store: Store) -> "Layout":
        """That of the mentions, as `[store]` says."""
        return cls(store.index_prefix, store.shards, store.replicas)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mention stands, and what people decided about it; `seq_no` and `primary_term` change with every write."""

    index: str
    id: str
    workflow: Mapping[str, Any]
    seq_no: int
    primary_term: int

    @property
    def removal(self) -> Body:
        """The bulk action that removes the mention from here, unless somebody changed it meanwhile."""
        unchanged = {"if_seq_no": self.seq_no, "if_primary_term": self.primary_term}
        return {"_op_type": "delete", "_index": self.index, "_id": self.id, **unchanged}


class Cluster:
    """The mention indexes. Nothing is asked of the server before the first call.

    Searches see what this object wrote: it refreshes the indexes before a search that follows a write. What another process wrote
    is seen within a second, the server's own rhythm.
    """

    def __init__(self, client: "Elasticsearch", layout: Layout) -> None:
        self._client = client
        self._layout = layout
        self._alias = alias_name(layout.prefix, layout.family)
        self._ready: set[str] = set()
        self._unseen: set[str] = set()  # documents written since the last refresh

    def close(self) -> None:
        self._client.close()

    # --- reading

    def search(self, query: Clause, source: bool | Body = False, **body: Any) -> Body:
        """One search; an answer that lacks a part of the indexes is an error, never a smaller number."""
        self._refresh_own()
        return self._search(query, source, **body)

    def hits(self, query: Clause, source: bool | Body = False, **body: Any) -> list[Body]:
        found: list[Body] = self.search(query, source, **body)["hits"]["hits"]
        return found

    def total(self, query: Clause, index: str | None = None) -> int:
        """How many mentions `query` chooses, in all indexes or in one."""
        return int(self.search(query, index=index, size=0, track_total_hits=True)["hits"]["total"]["value"])

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
            self.refresh()
        return self._standing({"ids": {"values": list(ids)}}, _COPIES * len(ids))

    def indexes(self) -> list[str]:
        """Vigie's indexes behind the alias, in order of their names; what somebody else put there is not among them."""
        answer = self._ask(lambda: self._client.options(ignore_status=404).indices.get_alias(name=self._alias).body)
        return sorted(name for name in answer if name.startswith(f"{self._alias}-v"))

    def refresh(self) -> None:
        """Has searches see everything that was written, by others too."""
        self._ask(lambda: self._client.indices.refresh(index=self._alias, ignore_unavailable=True, allow_no_indices=True))
        self._unseen.clear()

    # --- writing

    def make_ready(self, indexes: Iterable[str]) -> None:
        """Makes the indexes that are not there, from this program's template.

        Raises: StoreUnavailable, whatever the reason: no mention is at fault when its index cannot be made.
        """
        missing = sorted(set(indexes) - self._ready)
        try:
            if missing:
                self.install_template()
            for index in missing:
                self._make(index)
        except StoreUnavailable:
            raise
        except StoreError as error:
            raise StoreUnavailable(f"{error}; `vigie store doctor` says more") from error
        self._ready.update(missing)

    def _make(self, index: str) -> None:
        from elasticsearch import BadRequestError

        with translated():
            try:
                self._client.indices.create(index=index)
            except BadRequestError as error:
                if error.error != "resource_already_exists_exception":
                    raise

    def install_template(self) -> None:
        """Writes the index template. Idempotent. Raises: StoreError when the cluster's is of a newer Vigie."""
        body = template_body(**asdict(self._layout))
        with translated():
            found = self._client.options(ignore_status=404).indices.get_index_template(name=self._alias).body
            for template in found.get("index_templates", ()):
                if template["index_template"].get("version", 0) > body["version"]:
                    raise StoreError(f"the index template {self._alias} comes from a newer Vigie; update this one")
            self._client.indices.put_index_template(name=self._alias, **body)

    def bulk(self, actions: Sequence[Body]) -> set[str]:
        """Does every action, again after a pause where the server had too much to do, refused ones once more alone.

        Returns the ids of those that came too late: a document to create was there, one to delete had changed or gone.
        Raises: StoreUnavailable when the server could not do some of them now; StoreError, naming them, when it refused some for
        good, after the others are done.
        """
        self._unseen.update(action["_id"] for action in actions)  # first: a request that fails may have been done in part
        refused, late = self._send(actions, _CHUNK)
        if refused:
            self._raise_if_away(refused)
            refused, late_too = self._send([action for action, _ in refused], 1)
            self._raise_if_away(refused)
            late |= late_too
        if len(self._unseen) > _MOST_UNSEEN:
            self.refresh()
        if refused:
            named = "; ".join(f"mention {action['_id']}: {error}" for action, error in refused[:_NAMED])
            raise StoreError(f"{len(refused)} of {len(actions)} mentions were not taken: {named}") from refused[0][1]
        return late

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

    def delete(self, query: Clause) -> int:
        """Removes what `query` chooses, also what others have just written or change meanwhile; returns how many.

        Not by the server's `_delete_by_query`: on a full disk that tries for minutes, and answers nothing.
        """
        deleted = conflicts = 0
        while conflicts < _ERASE_TURNS:
            self.refresh()
            places = self._standing(query, _ERASED_AT_ONCE)
            if not places:
                return deleted
            late = self.bulk([place.removal for place in places])
            deleted += len(places) - len(late)
            conflicts += bool(late)
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

    def _standing(self, query: Clause, most: int) -> list[Place]:
        answer = self._search(query, {"includes": ["vigie.workflow"]}, size=most, seq_no_primary_term=True)
        return [_place(hit) for hit in answer["hits"]["hits"]]

    def _search(self, query: Clause, source: bool | Body, index: str | None = None, **body: Any) -> Body:
        return self._ask(
            lambda: (
                self._client.search(
                    index=index or self._alias,
                    ignore_unavailable=True,
                    allow_no_indices=True,
                    allow_partial_search_results=False,
                    query=query,
                    source=source,
                    **{"track_total_hits": False, **body},
                ).body
            )
        )

    def _refresh_own(self) -> None:
        if self._unseen:
            self.refresh()

    def _ask(self, request: Callable[[], T]) -> T:
        with translated():
            return patiently(request)

    def _send(self, actions: Sequence[Body], chunk: int) -> tuple[list[tuple[Body, StoreError]], set[str]]:
        """Sends `actions`: those that were refused, each with the reason, and the ids of those that came too late."""
        from elasticsearch.helpers import streaming_bulk

        refused = []
        late = set()
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
                if not ok and item["status"] in _TOO_LATE.get(operation, ()):
                    late.add(action["_id"])
                elif not ok:
                    refused.append((action, refusal(item["status"], item.get("error") or {})))
        return refused, late

    def _raise_if_away(self, refused: Sequence[tuple[Body, StoreError]]) -> None:
        """A server that takes nothing now is not asked again for each mention; whether an index is gone is seen the next time."""
        for _, error in refused:
            if isinstance(error, StoreUnavailable):
                self._ready.clear()
                raise error


def _place(hit: Body) -> Place:
    workflow = hit["_source"].get("vigie", {}).get("workflow", {})  # what is shown beside mentions has none
    return Place(hit["_index"], hit["_id"], workflow, hit["_seq_no"], hit["_primary_term"])
