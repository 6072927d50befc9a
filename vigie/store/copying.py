"""Mentions from one store to another, over the contracts of `vigie.ports` only: what `vigie store copy` does.

Beside the data's way. The state stays where it is: it is on the machine that schedules, whatever the mention store.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vigie.errors import StoreError
from vigie.ports import EVERYTHING, MentionStore
from vigie.store.transfer import in_order, write_mentions


@dataclass(frozen=True, slots=True)
class Copied:
    """How far a copy came: `done` mentions, `created` of them new; `cursor` asks for those that follow.

    `route` says from where to where, `total` how many there were when it began: a place in something else is of no use.
    """

    route: str
    total: int
    done: int = 0
    created: int = 0
    cursor: str | None = None


def copy_mentions(origin: MentionStore, target: MentionStore, begun: Copied) -> Iterator[Copied]:
    """Writes every mention of `origin` into `target`; each place given is safe to go on from, but for the last one.

    Repeating it changes nothing. What people decided in `target` is kept. Raises: StoreUnavailable.
    """
    place = begun
    for mentions, cursor in in_order(origin, begun.cursor):
        upserted = write_mentions(target, mentions)
        place = replace(place, done=place.done + len(mentions), created=place.created + upserted.created, cursor=cursor)
        yield place
    target.refresh()


def empty_copied(origin: MentionStore, target: MentionStore) -> int:
    """Removes every mention from `origin` after a copy; returns how many. Raises: StoreError when `target` holds fewer."""
    copied, held = origin.count(EVERYTHING).total, target.count(EVERYTHING).total
    if held < copied:
        raise StoreError(f"{copied} mentions were to be copied, {held} are there: nothing was removed; copy again")
    return origin.clear()


def begin_copy(origin: MentionStore, route: str, earlier: Copied | None) -> Copied:
    """Where to go on: behind what `earlier` copied on the same route while `origin` stayed the same, else at the start."""
    total = origin.count(EVERYTHING).total
    if earlier is not None and (earlier.route, earlier.total) == (route, total):
        return earlier
    return Copied(route, total)
