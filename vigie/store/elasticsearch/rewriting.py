"""How an index is rewritten with this program's mapping while Vigie runs: read all the time, nothing lost, nothing doubled.

The old index, and the one in which this program writes the same month, are closed to writes, so that nobody changes or erases
what is being copied: who writes is refused and comes again (StoreUnavailable), the inbox keeps what arrives. The mentions are
copied to an index that is not behind the alias; one atomic change then shows the copy instead of the old index, which is removed.
Interrupted at any point, it is done again from the start, or ended.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from vigie.errors import StoreError

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

_LOOK_EVERY_S = 0.2
_COPY_MARK = "copy"
_MOST_COPIES = 10
_SLICE = 1000


def is_copy(name: str) -> bool:
    """Whether an index of this name was made by `rewrite`: it counts only once it is behind the alias."""
    return name.split("-")[-2].startswith(_COPY_MARK)


def rewrite(client: "Elasticsearch", old: str, written: str, alias: str, still_ours: Callable[[], None]) -> tuple[str, int]:
    """Puts what `old` holds into a new index, made by the index template; returns its name and how many mentions it holds.

    `written` is where this program writes the mentions of that month; what it holds already is newer, and left out of the copy.
    `still_ours` raises when another program took the migration over. Raises: StoreError when the copy is not complete; it is
    removed then, and `old` takes writes again.
    """
    with _closed(client, old, written, still_ours):
        copy = _empty_copy(client, written, alias)
        try:
            copied = _copy(client, old, copy)
            if written != old:
                copied -= _leave_out(client, copy, written)
            _check_complete(client, copy, copied)
        except StoreError:
            still_ours()
            discard(client, copy)
            raise
        still_ours()
        client.indices.put_mapping(index=old, meta=_moved_meta(copy))
        client.indices.update_aliases(actions=[{"add": {"index": copy, "alias": alias}}, *_unless_hidden(client, old, alias)])
        discard(client, old)
    return copy, copied


def moved_to(meta: dict[str, Any]) -> str | None:
    """The copy that took the place of the index whose `_meta` this is."""
    name: str | None = meta.get("vigie", {}).get("moved_to")
    return name


def discard(client: "Elasticsearch", index: str) -> None:
    """Removes an index, if it is there."""
    client.options(ignore_status=404).indices.delete(index=index)


def open_again(client: "Elasticsearch", index: str) -> None:
    """Lets an index take writes, if it is there."""
    client.options(ignore_status=404).indices.put_settings(index=index, settings={"index.blocks.write": None})


def stop_copying(client: "Elasticsearch", copy: str) -> None:
    """Ends the server's work on `copy`, which goes on when who asked for it is gone; returns when it has ended."""
    running = _tasks(client, "GET", "?actions=indices:data/write/reindex&detailed=true&group_by=none")["tasks"]
    for task in running:
        if f"[{copy}]" in task.get("description", ""):
            _tasks(client, "POST", f"/{task['node']}:{task['id']}/_cancel?wait_for_completion=true")


def _moved_meta(copy: str) -> dict[str, Any]:
    return {"vigie": {"moved_to": copy}}


@contextmanager
def _closed(client: "Elasticsearch", old: str, written: str, still_ours: Callable[[], None]) -> Iterator[None]:
    """Closes the two to writes, with everything written to them in sight, for the length of the block."""
    client.options(ignore_status=400).indices.create(index=written)  # 400: it is there
    indexes = list(dict.fromkeys((old, written)))
    try:
        for index in indexes:
            client.indices.add_block(index=index, block="write")  # returns when the writes under way have ended
        client.indices.refresh(index=indexes)
        yield
    finally:
        still_ours()  # whoever took the migration over has closed them for itself
        for index in indexes:
            open_again(client, index)


def _empty_copy(client: "Elasticsearch", written: str, alias: str) -> str:
    """A new index that the alias does not show; it did for a moment, while it was empty."""
    head, _, month = written.rpartition("-")
    names = (f"{head}-{_COPY_MARK}{number}-{month}" for number in range(1, _MOST_COPIES + 1))
    copy = next((name for name in names if not client.indices.exists(index=name)), None)
    if copy is None:
        raise StoreError(f"{written}: {_MOST_COPIES} indexes hold this month; merge them with the server's _reindex")
    client.indices.create(index=copy)
    client.indices.delete_alias(index=copy, name=alias)
    return copy


def _copy(client: "Elasticsearch", source: str, copy: str) -> int:
    """Copies every document; returns how many. Raises: StoreError when one was refused."""
    task = client.reindex(source={"index": source}, dest={"index": copy}, wait_for_completion=False)["task"]
    while not (done := _tasks(client, "GET", f"/{task}")).get("completed", True):
        time.sleep(_LOOK_EVERY_S)
    if "completed" not in done:
        raise StoreError(f"{source}: the server knows nothing of the copy any more; was it restarted? Migrate again")
    if "error" in done:
        raise StoreError(f"{source}: the copy ended early ({done['error'].get('type')}: {done['error'].get('reason')})")
    result = done["response"]
    if result["failures"]:
        cause = result["failures"][0].get("cause", {})
        raise StoreError(f"{source}: a mention does not fit the new mapping ({cause.get('type')}: {cause.get('reason')})")
    if result["created"] != result["total"]:
        raise StoreError(f"{source}: {result['created']} of {result['total']} mentions were copied")
    return int(result["created"])


def _tasks(client: "Elasticsearch", method: str, path: str) -> dict[str, Any]:
    """What `_tasks` answers. The client warns of its own methods for it as a preview; servers have had it since version 5."""
    asking = client.options(ignore_status=404)
    found: dict[str, Any] = asking.perform_request(method, f"/_tasks{path}", headers={"accept": "application/json"}).body
    return found


def _leave_out(client: "Elasticsearch", copy: str, newer: str) -> int:
    """Removes from the copy what `newer` holds too; returns how many. A writer that was refused half-way leaves such pairs."""
    client.indices.refresh(index=copy)
    removed, last = 0, None
    while True:
        page = client.search(
            index=newer, size=_SLICE, sort=["event.id"], search_after=last, source=False, track_total_hits=False
        )["hits"]["hits"]
        if not page:
            return removed
        ids = {"ids": {"values": [hit["_id"] for hit in page]}}
        removed += client.delete_by_query(index=copy, query=ids)["deleted"]
        last = page[-1]["sort"]


def _check_complete(client: "Elasticsearch", copy: str, copied: int) -> None:
    client.indices.refresh(index=copy)
    found = client.count(index=copy)["count"]
    if found != copied:
        raise StoreError(f"{copy}: {copied} mentions were copied, {found} are there")


def _unless_hidden(client: "Elasticsearch", old: str, alias: str) -> list[dict[str, Any]]:
    """The action that takes `old` from behind the alias, where it is behind it."""
    if not client.indices.exists_alias(index=old, name=alias):
        return []
    return [{"remove": {"index": old, "alias": alias}}]
