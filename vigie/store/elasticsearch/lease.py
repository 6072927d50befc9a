"""The right to migrate, which one program has at a time: a document that its holder writes anew for as long as it lives.

A holder that died writes no more, and another may take its place. That is seen by the document's version standing still, never by
comparing times: the clocks of two machines differ.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from vigie.errors import StoreUnavailable

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

DEAD_AFTER_S = 15.0
"""A holder that was silent for so long is dead; it speaks three times as often. Longer than a busy server hangs."""

_ID = "holder"
_SETTINGS = {"index.hidden": True, "index.number_of_shards": 1, "index.auto_expand_replicas": "0-1"}

Version = tuple[int, int]


@dataclass(slots=True)
class Lease:
    """What its holder has while nobody took it away."""

    client: "Elasticsearch"
    index: str
    holder: dict[str, str]
    version: Version
    _ended: Event = field(default_factory=Event)
    _lost: bool = False

    def require(self) -> None:
        """Raises: StoreUnavailable when another program took the lease, thinking this one dead."""
        if self._lost:
            raise StoreUnavailable("another migration began while this one stood still; let it end, then migrate again")

    def keep(self, every_s: float) -> None:
        """Says again and again that the holder lives, until `end`."""
        from elasticsearch import ApiError, ConflictError, TransportError

        while not self._ended.wait(every_s):
            try:
                self.version = _write(self.client, self.index, self.holder, self.version)
            except ConflictError:
                self._lost = True
                return
            except (ApiError, TransportError):  # the server is away: so it is for every other program
                continue

    def end(self) -> None:
        self._ended.set()

    def give_back(self) -> None:
        if not self._lost:
            self.client.options(ignore_status=404).indices.delete(index=self.index)


@contextmanager
def leased(client: "Elasticsearch", index: str, holder: str, dead_after_s: float = DEAD_AFTER_S) -> Iterator[Lease]:
    """The lease kept in `index`, for the length of the block; `holder` is what others are told.

    Waits for as long as it takes to see whether an earlier holder is dead. Raises: StoreUnavailable when it is alive.
    """
    lease = _take(client, index, {"holder": holder}, dead_after_s)
    keeper = Thread(target=lease.keep, args=(dead_after_s / 3,), daemon=True)
    keeper.start()
    try:
        yield lease
    finally:
        lease.end()
        keeper.join()
        lease.give_back()


def _take(client: "Elasticsearch", index: str, holder: dict[str, str], dead_after_s: float) -> Lease:
    from elasticsearch import ConflictError

    client.options(ignore_status=400).indices.create(index=index, settings=_SETTINGS)  # 400: it is there
    seen: Version | None = None
    seen_at = time.monotonic()
    while True:
        dead = seen if time.monotonic() - seen_at > dead_after_s else None
        try:
            return Lease(client, index, holder, _write(client, index, holder, dead))
        except ConflictError:
            found = client.options(ignore_status=404).get(index=index, id=_ID)
        if not found.get("found"):
            seen = None
        elif seen is None:
            seen, seen_at = _version(found), time.monotonic()
        elif seen != _version(found):
            raise StoreUnavailable(f"{found['_source']['holder']} migrates already; try again when it has ended")
        time.sleep(dead_after_s / 10)


def _write(client: "Elasticsearch", index: str, holder: dict[str, str], replaces: Version | None) -> Version:
    """Writes the document in place of the version `replaces`, or where there is none. Raises: ConflictError."""
    if replaces is None:
        return _version(client.index(index=index, id=_ID, document=holder, op_type="create"))
    return _version(client.index(index=index, id=_ID, document=holder, if_seq_no=replaces[0], if_primary_term=replaces[1]))


def _version(answer: Any) -> Version:
    return answer["_seq_no"], answer["_primary_term"]
