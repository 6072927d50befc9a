"""The mentions that a filter chooses, page after page: between the store and those who read more than one page of it."""

from collections.abc import Iterator
from itertools import islice

from vigie.model import Mention
from vigie.ports import Filter, MentionStore

_PAGE = 500


def read_mentions(store: MentionStore, chosen: Filter, most: int | None = None) -> Iterator[Mention]:
    """The chosen mentions, newest publication first, `most` at most. Raises: StoreUnavailable."""
    page = _PAGE if most is None else min(most, _PAGE)
    return islice(_pages(store, chosen, page), most)


def _pages(store: MentionStore, chosen: Filter, size: int) -> Iterator[Mention]:
    cursor: str | None = None
    while True:
        page = store.search(chosen, limit=size, cursor=cursor)
        yield from page.mentions
        cursor = page.cursor
        if cursor is None:
            return
