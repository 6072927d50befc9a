"""What a feed has that was not read before: between the page of a feed and the connectors. Known items are not even parsed."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawlers.feed_items import Item, digest_of, items_in, keep_parts, known_parts, without
from crawlers.feeds import Feed, read_feed
from crawlers.validators import mark_read
from crawlers.visit import Page, Visit
from vigie.errors import FetchError


@dataclass(frozen=True, slots=True)
class FeedNews:
    """The feed of `page` with its new and changed entries only; `is_first` when it was never read before."""

    url: str
    page: Page
    feed: Feed
    items: Sequence[Item]
    is_first: bool

    def keep(self, visit: Visit) -> None:
        """Lets the next pass skip all this; to be called once everything that is new is remembered."""
        keep_parts(visit.memory, self.url, self.page.body, self.items)
        mark_read(visit, self.url, self.page)


def news_in(visit: Visit, page: Page, url: str) -> FeedNews | None:
    """What is new in the page that was asked for at `url`; None when nothing is. Raises: FetchError, as `feed_in` does.

    Servers that know no conditional requests send the same feed again and again: it is known by its bytes.
    """
    known = known_parts(visit.memory, url)
    if page.not_modified or (known and digest_of(page.body) in known):
        return None
    items = items_in(page.body)
    feed = feed_in(visit, page, without(page.body, items, known)) if known else feed_in(visit, page)
    return FeedNews(url, page, feed, items, known is None)


def feed_in(visit: Visit, page: Page, body: bytes | None = None) -> Feed:
    """The feed of a page, or of the part of it that `body` holds.

    Raises: FetchError (`not_a_feed`, or `broken_feed` when nothing at all could be read from it).
    """
    with visit.reading(page.url):
        feed = read_feed(page.body if body is None else body, page.content_type, page.url, now=visit.now, zone=visit.source.zone)
        if feed.problem and not feed.entries and body is None:
            raise FetchError(page.url, "broken_feed", feed.problem)
    if feed.problem:
        visit.errors["broken_feed"] += 1
    return feed
