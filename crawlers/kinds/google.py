"""Google News searches and Google Alerts: what other sites published, as Google's feeds announce it.

The links of Google News are encoded and change; an entry is known by its guid, and its page is not asked for: the title and the
publisher are what the feed is good for. Links of Google Alerts hold the real address, whose page is read like any article's.
"""

import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from pydantic import Field

from config.schema import Strict
from crawlers.articles import read_announced
from crawlers.feed_news import news_in
from crawlers.feeds import FeedEntry, read_feed
from crawlers.ledger import Announced, Ledger
from crawlers.place import Place
from crawlers.timeline import Answer, Post, Timeline, TimelineOptions, below, wanted
from crawlers.validators import get_if_changed
from crawlers.visit import Page, Visit
from vigie.model import Document

_GUID = re.compile(r"[\w=-]{10,2000}")


class GoogleNewsOptions(TimelineOptions):
    """Options of kind `google_news`."""

    queries: list[str] = Field([], description="Searches; empty: the brands' names.")
    language: str = Field("fr", pattern=r"^[a-z]{2}$", description="Language of the edition.")
    country: str = Field("FR", pattern=r"^[A-Z]{2}$", description="Country of the edition.")


def news_connector(options: GoogleNewsOptions) -> Timeline:
    """`source.url` is https://news.google.com."""

    async def starts(visit: Visit) -> Sequence[str]:
        edition = {
            "hl": options.language,
            "gl": options.country,
            "ceid": f"{options.country}:{options.language}",
        }
        return [below(visit.source, "/rss/search", q=one, **edition) for one in wanted(options.queries, visit)]

    return Timeline(starts, read_news, options.pages)


def read_news(page: Page, place: Place) -> Answer:
    """The entries of a search: the title without the publisher, the publisher as author, an address made of the guid."""
    feed = read_feed(page.body, page.content_type, page.url, now=place.now, zone=place.zone)
    return Answer([_found(entry, place) for entry in feed.entries if _GUID.fullmatch(entry.key) or entry.url])


def _found(entry: FeedEntry, place: Place) -> Post:
    title = entry.title.removesuffix(f" - {entry.publisher}") if entry.publisher else entry.title
    url = place.address(f"/rss/articles/{quote(entry.key)}") if _GUID.fullmatch(entry.key) else entry.url
    return Post(url, "", title, entry.publisher or None, entry.published)


class GoogleAlertsOptions(Strict):
    """Options of kind `google_alerts`."""

    fetch_pages: bool = Field(True, description="Read the page of each result; false: title and extract are enough.")


@dataclass(frozen=True, slots=True)
class GoogleAlertsConnector:
    """`source.url` is the address of an alert's feed."""

    _options: GoogleAlertsOptions

    async def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        ledger = Ledger(visit.memory)
        try:
            page = await get_if_changed(visit, visit.source.url)
            news = news_in(visit, page, visit.source.url)
            for entry in news.feed.entries if news else ():
                ledger.announce(self._announced(entry, Place(page.url, visit.now, visit.source.zone)))
            if news and not ledger.full:
                news.keep(visit)
            async for document in read_announced(visit, ledger):
                yield document
        finally:
            ledger.save()

    def _announced(self, entry: FeedEntry, place: Place) -> Announced:
        return Announced(
            key=entry.key,
            url=real_address(entry.url, place) or entry.url,
            fingerprint=entry.fingerprint,
            title=entry.title,
            text=entry.content or entry.summary,
            published=entry.published,
            whole=not self._options.fetch_pages,
        )


def real_address(url: str, place: Place) -> str:
    """The address that a link of Google's leads to, from its own query; empty for any other link."""
    parts = urlsplit(url)
    if parts.path != "/url":
        return ""
    query = parse_qs(parts.query)
    return next((place.address(value) for name in ("url", "q") for value in query.get(name, ())), "")
