"""Comments of a blog or a newspaper: a comment feed, completed by the article pages that the new comments belong to."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import Field

from config.schema import Strict
from crawlers.comment_pages import comment_document, comment_key, read_comment_pages
from crawlers.comments import Comment
from crawlers.feed_news import feed_in, news_in
from crawlers.feeds import FeedEntry
from crawlers.ledger import Ledger
from crawlers.threads import Threads
from crawlers.urls import canonicalise_url
from crawlers.validators import get_if_changed, mark_read
from crawlers.visit import Page, Visit
from vigie.errors import FetchError
from vigie.model import Document

_COMMENT_PAGE = re.compile(r"/comment-page-\d+(?=/|$)")  # WordPress: the article's own address with the comment page behind it


class CommentsOptions(Strict):
    """Options of kind `comments`."""

    threads: bool = Field(
        True, description="Read the article page of each new comment: who answers whom, and what the feed left out."
    )
    comment_days: int = Field(7, ge=0, description="Days during which an article's page is read again for new comments.")


@dataclass(frozen=True, slots=True)
class CommentsConnector:
    """`source.url` is a comment feed (of a site or of one article) or an article's page."""

    _options: CommentsOptions

    async def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        ledger = Ledger(visit.memory)
        threads = Threads(visit.memory, timedelta(days=self._options.comment_days))
        try:
            page = await get_if_changed(visit, visit.source.url)
            async for document in self._read_page(visit, ledger, threads, page):
                yield document
            for url, published in threads.due(visit.now) if self._options.threads else ():
                async for document in _on_thread(visit, ledger, url, ()):
                    yield document
                threads.visited(url, published, visit.now)
        finally:
            threads.save()

    async def _read_page(self, visit: Visit, ledger: Ledger, threads: Threads, page: Page) -> AsyncIterator[Document]:
        if page.not_modified:
            return
        if looks_like_html(page):
            async for document in read_comment_pages(visit, ledger, page, canonicalise_url(visit.source.url)):
                yield document
            mark_read(visit, visit.source.url, page)
            return
        news = news_in(visit, page, visit.source.url)
        if news is None:
            return
        for thread_url, entries in _new_by_thread(ledger, news.feed.entries).items():
            found = (
                _on_thread(visit, ledger, thread_url, entries)
                if self._options.threads
                else _from_feed(visit, ledger, thread_url, entries)
            )
            async for document in found:
                yield document
            for entry in entries:
                ledger.note(f"feed:{entry.key}", entry.fingerprint)
            threads.visited(thread_url, _latest(entries, visit), visit.now)
        news.keep(visit)


async def comments_of(visit: Visit, ledger: Ledger, entry: FeedEntry) -> AsyncIterator[Document]:
    """The new comments of an article, from the feed that its own entry names; not asked for while their number stays the same."""
    key = f"comments:{entry.key}"
    count = str(entry.comment_count)
    if not entry.comments_feed or entry.comment_count == 0 or (entry.comment_count and ledger.is_known(key, count)):
        return
    try:
        feed = feed_in(visit, await visit.get(entry.comments_feed))
    except FetchError:
        return  # counted by the visit; a later change of the entry asks again
    async for document in _from_feed(visit, ledger, canonicalise_url(entry.url), feed.entries, entry.title):
        yield document
    ledger.note(key, count)


def looks_like_html(page: Page) -> bool:
    """True for a page that is meant to be read in a browser, not a feed."""
    start = page.body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html")) or (
        b"<html" in start and b"<rss" not in start and b"<feed" not in start
    )


def thread_of(entry: FeedEntry) -> str:
    """The article that a comment of a feed belongs to."""
    return canonicalise_url(_COMMENT_PAGE.sub("", entry.url))


def _latest(entries: Sequence[FeedEntry], visit: Visit) -> datetime:
    return max((entry.published.at for entry in entries if entry.published), default=visit.now)


def _new_by_thread(ledger: Ledger, entries: Sequence[FeedEntry]) -> dict[str, list[FeedEntry]]:
    by_thread: dict[str, list[FeedEntry]] = {}
    for entry in entries:
        if entry.url and not ledger.is_known(f"feed:{entry.key}", entry.fingerprint):
            by_thread.setdefault(thread_of(entry), []).append(entry)
    return by_thread


async def _on_thread(visit: Visit, ledger: Ledger, url: str, entries: Sequence[FeedEntry]) -> AsyncIterator[Document]:
    """What the article's page has, then what only the feed has."""
    try:
        page = await visit.get(url)
        async for document in read_comment_pages(visit, ledger, page, url):
            yield document
    except FetchError:
        pass  # counted by the visit; the feed's own text is there
    async for document in _from_feed(visit, ledger, url, entries):
        yield document


async def _from_feed(
    visit: Visit, ledger: Ledger, thread_url: str, entries: Sequence[FeedEntry], thread_title: str = ""
) -> AsyncIterator[Document]:
    for entry in entries:
        text = entry.content or entry.summary
        key = comment_key(thread_url, entry.url)
        if text and not ledger.knows(key):
            ledger.note(key, "feed")
            comment = Comment(entry.url, entry.author, entry.published, text, entry.parent_url)
            yield comment_document(visit, comment, thread_url, thread_title)
