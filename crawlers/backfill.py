"""`vigie backfill`: a source's past, from sitemaps, older pages of feeds and lists, and boards, in as many passes as it takes.

What is found goes the way of everything else, as history: what was published within the last day is left to the regular passes,
so that nothing of it is fresh to the detectors. How far it came is in the source's memory, beside the memory of those passes;
what either has read, the other does not ask for again.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from crawlers.articles import read_announced
from crawlers.dates import read_date
from crawlers.feeds import FeedEntry, read_feed
from crawlers.kinds.feed import FeedConnector, FeedOptions
from crawlers.kinds.forum import ForumConnector, ForumOptions
from crawlers.ledger import Announced, Ledger
from crawlers.listing import read_listing
from crawlers.manners import origin_of
from crawlers.query import with_query
from crawlers.sitemaps import Sitemap, SitemapEntry, read_sitemap, with_articles
from crawlers.visit import Page, Visit
from vigie.errors import FetchError
from vigie.model import DateSource, Document
from vigie.ports import SourceMemory

KINDS_WITH_A_PAST = ("feed", "site", "forum")
YOUNG = timedelta(days=1)
_SHARED = ("read:", "topic:")
_PREFIX = "backfill:"
_TRAIL = "trail"
_CHUNK = 1000
_BOARD_PAGES, _BOARD_DEPTH = 10_000, 5


class HistoryMemory:
    """A source's memory as a backfill sees it: what was read is shared with the regular passes, all else is its own."""

    def __init__(self, memory: SourceMemory) -> None:
        self._memory = memory

    def get(self, key: str) -> str | None:
        return self._memory.get(_own(key))

    def set(self, key: str, value: str | None) -> None:
        self._memory.set(_own(key), value)


def _own(key: str) -> str:
    return key if key.startswith(_SHARED) else _PREFIX + key


@dataclass(frozen=True, slots=True)
class Past:
    """The time that is filled in, half-open."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


class Trail:
    """How far a backfill came: the pages of announcements that are done, and the one to go on with, by the way they are on."""

    def __init__(self, memory: SourceMemory, since: datetime) -> None:
        self._memory, self._since = memory, since.isoformat()
        stored = json.loads(memory.get(_TRAIL) or "{}")
        kept: Mapping[str, Any] = stored if stored.get("since") == self._since else {}
        self.is_done = bool(kept.get("is_done"))
        self.done: list[str] = list(kept.get("done", ()))
        self.next: dict[str, str] = dict(kept.get("next", {}))

    def save(self) -> None:
        row = {"since": self._since, "is_done": self.is_done, "done": self.done, "next": self.next}
        self._memory.set(_TRAIL, json.dumps(row))

    def passed(self, url: str) -> bool:
        """Whether a page was read on this way, and is of another time."""
        return self._memory.get(f"passed:{url}") == self._since

    def pass_by(self, url: str) -> None:
        """Remembers a page of another time."""
        self._memory.set(f"passed:{url}", self._since)


def is_filled(memory: SourceMemory, since: datetime) -> bool:
    """Whether a backfill since then came to its end."""
    return Trail(HistoryMemory(memory), since).is_done


class Backfill:
    """Reads the past of a source of one of KINDS_WITH_A_PAST, from where it was left. `options` are those of its kind."""

    def __init__(self, kind: str, options: Any, past: Past) -> None:
        self._kind, self._options, self._past = kind, options, past

    async def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        visit.memory = HistoryMemory(visit.memory)
        trail = Trail(visit.memory, self._past.since)
        documents = self._posts(visit) if self._kind == "forum" else self._articles(visit, trail)
        try:
            async for document in documents:
                yield document
            trail.is_done = True
        finally:
            trail.save()

    def _posts(self, visit: Visit) -> AsyncGenerator[Document, None]:
        """Whole topics, those whose last post is of the time wanted."""
        options = ForumOptions(board_pages=_BOARD_PAGES, depth=_BOARD_DEPTH, edit_days=0)
        return ForumConnector(options, self._past.holds).read(visit)

    async def _articles(self, visit: Visit, trail: Trail) -> AsyncIterator[Document]:
        ledger = Ledger(visit.memory)
        walk = _Walk(visit, ledger, trail, self._past)
        try:
            async for document in self._pending(visit, ledger, trail):
                yield document
            async for _ in walk.announce(self._kind, self._options):
                async for document in self._pending(visit, ledger, trail):
                    yield document
        finally:
            ledger.save()

    async def _pending(self, visit: Visit, ledger: Ledger, trail: Trail) -> AsyncIterator[Document]:
        def wanted(item: Announced, document: Document) -> bool:
            if self._past.holds(document.published.at) and document.published.source is not DateSource.FIRST_SEEN:
                return True
            trail.pass_by(item.url)
            return False

        async for document in read_announced(visit, ledger, wanted=wanted):
            yield document


class _Walk:
    """Announces what sitemaps, feeds and lists have of the past, page by page."""

    def __init__(self, visit: Visit, ledger: Ledger, trail: Trail, past: Past) -> None:
        self._visit, self._ledger, self._trail, self._past = visit, ledger, trail, past

    async def announce(self, kind: str, options: Any) -> AsyncIterator[None]:
        """One step per page, or part of a long one: what is pending then is to be read before the next."""
        named = getattr(options, "sitemap", "")
        roots = (named,) if named else await self._visit.sitemaps()
        usual = (f"{origin_of(self._visit.source.url)}/sitemap.xml",)
        for root in roots or usual:
            async for _ in self._sitemap(SitemapEntry(root), depth=0):
                yield
        if kind == "feed":
            async for _ in self._feed(options):
                yield
        elif getattr(options, "listing", False) or not self._trail.done:
            async for _ in self._listing():
                yield

    async def _sitemap(self, entry: SitemapEntry, depth: int) -> AsyncIterator[None]:
        if entry.url in self._trail.done or self._is_before(entry.changed):
            return
        try:
            sitemap = self._read_sitemap(await self._visit.get(entry.url))
        except FetchError:
            return  # counted by the visit; the other ways may do
        for child in with_articles(sitemap) if depth < 2 else ():
            async for _ in self._sitemap(child, depth + 1):
                yield
        fresh = [found for found in sitemap.pages if not self._is_before(found.changed)]
        for start in range(0, len(fresh), _CHUNK):
            for found in fresh[start : start + _CHUNK]:
                self._announce(Announced(found.url, found.url, found.changed or "-", found.title, published=found.published))
            yield
        self._trail.done.append(entry.url)

    def _read_sitemap(self, page: Page) -> Sitemap:
        limit = int(self._visit.manners.crawl.max_page_mb * 1_000_000) * 7
        with self._visit.reading(page.url):
            return read_sitemap(page.body, page.url, max_bytes=limit, now=self._visit.now, zone=self._visit.source.zone)

    async def _feed(self, options: FeedOptions) -> AsyncIterator[None]:
        """Older pages of the feed: those that it names, or those of WordPress (`?paged=2`), until they are too old or repeat."""
        url: str | None = self._trail.next.get("feed", self._visit.source.url)
        before: set[str] = set()
        while url:
            try:
                page = await self._visit.get(url)
                with self._visit.reading(page.url):
                    feed = read_feed(page.body, page.content_type, page.url, now=self._visit.now, zone=self._visit.source.zone)
            except FetchError:
                return  # the end of what the server has, or counted
            keys = {entry.key for entry in feed.entries}
            if not keys - before or _all_before(feed.entries, self._past.since):
                return
            for entry in feed.entries:
                if entry.url and (entry.published is None or self._past.holds(entry.published.at)):
                    self._announce(FeedConnector(options).announced(entry, feed))
            yield
            before, url = keys, feed.next_url or _paged(url, page)
            self._trail.next["feed"] = url or ""

    async def _listing(self) -> AsyncIterator[None]:
        url: str | None = self._trail.next.get("listing", self._visit.source.url)
        asked: set[str] = set()
        while url and url not in asked:
            asked.add(url)
            try:
                page = await self._visit.get(url)
            except FetchError:
                return
            with self._visit.reading(page.url):
                listing = read_listing(page.body, page.url, encoding=page.encoding)
            for address in listing.articles:
                self._announce(Announced(address, address, "-"))
            yield
            url = listing.next_page
            self._trail.next["listing"] = url or ""

    def _announce(self, item: Announced) -> None:
        if not self._ledger.knows(item.key) and not self._trail.passed(item.url):
            self._ledger.announce(item)

    def _is_before(self, changed: str) -> bool:
        """Whether a sitemap says that nothing of the time wanted can be there: it did not change since."""
        date = (
            read_date(changed, now=self._visit.now, zone=self._visit.source.zone, source=DateSource.SITEMAP) if changed else None
        )
        return date is not None and date.at < self._past.since - timedelta(days=1)


def _all_before(entries: Sequence[FeedEntry], since: datetime) -> bool:
    """Whether every entry is older; one without a date is not."""
    return all(entry.published is not None and entry.published.at < since for entry in entries)


def _paged(url: str, page: Page) -> str | None:
    """The next older page of a feed of WordPress; None for any other."""
    if b"wordpress.org/?v=" not in page.body[:5000] and b"wordpress.com/" not in page.body[:5000]:
        return None
    number = next((value for name, value in parse_qsl(urlsplit(url).query) if name == "paged"), "1")
    return with_query(url, paged=int(number) + 1) if number.isdecimal() else None
