"""A site or a blog: the articles that its sitemaps or its listing pages announce, with their comments if asked."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from pydantic import Field

from config.schema import Strict
from crawlers.articles import read_announced
from crawlers.comment_pages import read_comment_pages
from crawlers.dates import read_date
from crawlers.extract import Article
from crawlers.ledger import Announced, Ledger
from crawlers.listing import read_listing
from crawlers.sitemaps import Sitemap, SitemapEntry, read_sitemap, with_articles
from crawlers.threads import Threads
from crawlers.urls import canonicalise_url
from crawlers.validators import get_if_changed, mark_read
from crawlers.visit import GONE, Page, Visit
from vigie.errors import FetchError
from vigie.model import DateSource, Document

MAX_INDEX_DEPTH = 2
_LISTING_READ = "listing:read"
_NO_DATE = "-"  # fingerprint of an address whose changes nothing announces


class SiteOptions(Strict):
    """Options of kind `site`."""

    sitemap: str = Field("", description="Address of the sitemap; empty: those that robots.txt names.")
    listing: bool = Field(False, description="Follow the links of the page itself and of its next pages instead of sitemaps.")
    listing_pages: int = Field(
        10, ge=1, description="Listing pages read on the first visit; later only while they bring something new."
    )
    sitemaps: int = Field(50, ge=1, description="Files of a sitemap index that are read, the latest first.")
    history_days: int = Field(30, ge=0, description="Articles whose sitemap says that they are older are left out; 0: none are.")
    comments: bool = Field(False, description="Also read the comments on the article pages.")
    comment_days: int = Field(7, ge=0, description="Days during which an article's page is read again for new comments.")


_NOTHING_FOUND = "no sitemap, and no list of articles on the page: name the sitemap in the options, or the address of a list"


@dataclass(frozen=True, slots=True)
class SiteConnector:
    """Announces through sitemaps, else through listing pages; each article page is asked for once."""

    _options: SiteOptions

    async def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        comments = ArticleComments(visit, timedelta(days=self._options.comment_days))
        ledger = comments.ledger
        try:
            if self._options.listing or not await self._announce_sitemaps(visit, ledger):
                await self._announce_listing(visit, ledger)
            async for document in read_announced(visit, ledger, comments.on_page if self._options.comments else None):
                yield document
            async for document in comments.on_living_pages():
                yield document
        finally:
            comments.save()

    async def _announce_sitemaps(self, visit: Visit, ledger: Ledger) -> bool:
        """False when the site has no sitemap that can be read."""
        roots = (self._options.sitemap,) if self._options.sitemap else await visit.sitemaps()
        readable = False
        for root in roots:
            readable = await self._announce_sitemap(visit, ledger, SitemapEntry(root), depth=0) or readable
        return readable

    async def _announce_sitemap(self, visit: Visit, ledger: Ledger, entry: SitemapEntry, depth: int) -> bool:
        if entry.changed and ledger.is_known(entry.url, entry.changed):
            return True
        try:
            page = await get_if_changed(visit, entry.url)
            sitemap = _sitemap_in(page, visit)
        except FetchError:
            return False  # counted by the visit; the other sitemaps may do
        for child in with_articles(sitemap)[: self._options.sitemaps] if depth < MAX_INDEX_DEPTH else ():
            await self._announce_sitemap(visit, ledger, child, depth + 1)
        recent = [found for found in sitemap.pages if self._is_recent(found, visit)]
        visit.left_out += len(sitemap.pages) - len(recent)
        for found in recent:
            ledger.announce(Announced(found.url, found.url, found.changed or _NO_DATE, found.title, published=found.published))
        if not ledger.full and not sitemap.sitemaps:
            mark_read(visit, entry.url, page)
            ledger.note(entry.url, entry.changed or _NO_DATE)
        return True

    def _is_recent(self, entry: SitemapEntry, visit: Visit) -> bool:
        if not (self._options.history_days and entry.changed):
            return True
        changed = read_date(entry.changed, now=visit.now, zone=visit.source.zone, source=DateSource.SITEMAP)
        return changed is None or visit.now - changed.at <= timedelta(days=self._options.history_days)

    async def _announce_listing(self, visit: Visit, ledger: Ledger) -> None:
        """Page after page: to the end until that succeeded once, then as long as they bring something new."""
        url: str | None = visit.source.url
        asked: set[str] = set()
        backwards = False
        while url and url not in asked and len(asked) < self._options.listing_pages:
            asked.add(url)
            try:
                page = await visit.get(url)
                with visit.reading(page.url):
                    is_front = len(asked) == 1
                    listing = read_listing(page.body, page.url, encoding=page.encoding, is_front=is_front, backwards=backwards)
                    backwards = listing.backwards
                    if len(asked) == 1 and not listing.articles:
                        raise FetchError(url, "nothing_found", _NOTHING_FOUND)
            except FetchError:
                if len(asked) == 1:
                    raise
                return  # counted by the visit; the next pass goes on from the start
            fresh = [address for address in listing.articles if not ledger.knows(address)]
            for address in fresh:
                ledger.announce(Announced(address, address, _NO_DATE))
            url = listing.next_page if fresh or not visit.memory.get(_LISTING_READ) else None
        visit.memory.set(_LISTING_READ, "yes")


class ArticleComments:
    """The comments of a source's articles: on pages that are at hand, and on those that are read again while they live."""

    def __init__(self, visit: Visit, lifetime: timedelta) -> None:
        self.ledger = Ledger(visit.memory)
        self._visit = visit
        self._threads = Threads(visit.memory, lifetime)

    async def on_page(self, page: Page, article: Article) -> AsyncIterator[Document]:
        """The new comments of an article whose page was just read."""
        thread_url = canonicalise_url(article.url or page.url)
        async for comment in read_comment_pages(self._visit, self.ledger, page, thread_url):
            yield comment
        self._threads.visited(thread_url, article.published.at, self._visit.now)

    async def on_living_pages(self) -> AsyncIterator[Document]:
        """The new comments of the articles whose turn it is; one that cannot be read waits for its next turn."""
        for url, published in self._threads.due(self._visit.now):
            try:
                page = await self._visit.get(url)
                async for comment in read_comment_pages(self._visit, self.ledger, page, url):
                    yield comment
            except FetchError as error:  # counted by the visit
                if error.reason in GONE:
                    self._threads.forget(url)
                    continue
            self._threads.visited(url, published, self._visit.now)

    def save(self) -> None:
        self.ledger.save()
        self._threads.save()


def _sitemap_in(page: Page, visit: Visit) -> Sitemap:
    if page.not_modified:
        return Sitemap()
    limit = int(visit.manners.crawl.max_page_mb * 1_000_000) * 7  # the protocol's own limit is 50 MB, for 8 MB of ours
    with visit.reading(page.url):
        return read_sitemap(page.body, page.url, max_bytes=limit, now=visit.now, zone=visit.source.zone)
