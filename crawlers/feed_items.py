"""The items of a feed that were read before, cut out of its bytes: between the page and the parser, which costs far more.

A feed that changed has one or two new items among twenty. An item is known by the hash of its bytes: one that was edited is new.
"""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from vigie.ports import SourceMemory

_MARK = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<(?P<end>/?)(?:item|entry)(?=[\s>])[^>]*(?<!/)>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Item:
    """Bytes `start` (included) to `end` (excluded) of a feed; `digest` names what they hold."""

    start: int
    end: int
    digest: str


def items_in(body: bytes) -> tuple[Item, ...]:
    """The items of an RSS, RDF or Atom feed in its own order; none where their bounds are not plain to see."""
    items: list[Item] = []
    start, depth = 0, 0
    for mark in _MARK.finditer(body):
        if mark["end"] is None:
            continue
        if not mark["end"]:
            start = mark.start() if depth == 0 else start
            depth += 1
            continue
        depth -= 1
        if depth < 0:
            return ()
        if depth == 0:
            items.append(Item(start, mark.end(), digest_of(body[start : mark.end()])))
    return tuple(items) if depth == 0 else ()


def without(body: bytes, items: Sequence[Item], known: Collection[str]) -> bytes:
    """The feed without its known items; `items` are those of `items_in`."""
    kept: list[bytes] = []
    place = 0
    for item in items:
        if item.digest in known:
            kept.append(body[place : item.start])
            place = item.end
    return b"".join((*kept, body[place:]))


def known_parts(memory: SourceMemory, url: str) -> frozenset[str] | None:
    """The digests of the feed as it was read last, whole and by item; None before the first time."""
    stored = memory.get(_row(url))
    return None if stored is None else frozenset(stored.split())


def keep_parts(memory: SourceMemory, url: str, body: bytes, items: Sequence[Item]) -> None:
    """Remembers the feed and its items as read; to be called once everything that they announce is remembered."""
    memory.set(_row(url), " ".join((digest_of(body), *(item.digest for item in items))))


def digest_of(body: bytes) -> str:
    """What names these bytes."""
    return hashlib.blake2b(body, digest_size=8).hexdigest()


def _row(url: str) -> str:
    return f"feed:{url}"
