"""What an address is: `vigie fetch` is given a site, a forum, an article or a feed, and finds out which by reading it."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html

from crawlers.comments import read_comments
from crawlers.extract import read_article
from crawlers.feeds import read_feed
from crawlers.forum_markup import is_forum, read_topic
from crawlers.kinds import KINDS
from crawlers.kinds.comments import looks_like_html
from crawlers.listing import read_listing
from crawlers.visit import Page, Visit
from vigie.model import Document, DocumentKind

WHOLE: Mapping[str, Mapping[str, Any]] = {
    "feed": {"history_pages": 100},
    "site": {"history_days": 0, "comments": True, "listing_pages": 1000, "sitemaps": 1000, "comment_days": 0},
    "comments": {"comment_days": 0},
    "forum": {"board_pages": 1000, "depth": 5, "edit_days": 0},
    "page": {"comment_days": 0},
}
"""The options with which each kind gives all it has, in one pass."""

_BLOG_ENGINES = ("wordpress", "dotclear", "blogger", "ghost", "over-blog", "overblog", "hexo", "jekyll", "hugo")


@dataclass(frozen=True, slots=True)
class Finding:
    """The kind of source that an address is, with the options that read all of it."""

    kind: str
    document_kind: DocumentKind
    options: Mapping[str, Any] = field(default_factory=dict)


class Discovery:
    """Looks at the page first, then reads the source as the kind it turned out to be; the page is not asked for again."""

    async def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        page = await visit.get(visit.source.url, keep=True)
        found = kind_of(page, visit)
        if found.kind == "site" and not await _announces_articles(page, visit, found) and (feed := _declared_feed(page, visit)):
            found = Finding("feed", found.document_kind, WHOLE["feed"])
            visit.source = replace(visit.source, url=feed)
        visit.source = replace(visit.source, document_kind=found.document_kind)
        async for document in KINDS[found.kind].connect(found.options).read(visit):
            yield document


def kind_of(page: Page, visit: Visit) -> Finding:
    """What a page shows itself to be. A page that is neither feed, forum nor article is taken for a site."""
    if not looks_like_html(page):
        return _kind_of_file(page, visit)
    if is_forum(page.body, page.url, encoding=page.encoding, now=visit.now, zone=visit.source.zone):
        return Finding("forum", DocumentKind.FORUM_POST, WHOLE["forum"])
    document_kind = _document_kind(page)
    at_root = urlsplit(page.url).path in ("", "/")
    if not at_root and _is_thread(page, visit):
        return Finding("forum", DocumentKind.FORUM_POST, WHOLE["forum"])
    if not at_root and _is_article(page, visit):
        return Finding("page", document_kind, WHOLE["page"])
    return Finding("site", document_kind, WHOLE["site"] if at_root else {**WHOLE["site"], "listing": True})


def _kind_of_file(page: Page, visit: Visit) -> Finding:
    """A feed of articles, a feed of comments, or a sitemap."""
    if b"<urlset" in page.body[:2000] or b"<sitemapindex" in page.body[:2000]:
        return Finding("site", DocumentKind.NEWS, {**WHOLE["site"], "sitemap": visit.source.url})
    with visit.reading(page.url):
        feed = read_feed(page.body, page.content_type, page.url, now=visit.now, zone=visit.source.zone)
    if feed.entries and all("#comment" in entry.url for entry in feed.entries):
        return Finding("comments", DocumentKind.COMMENT, WHOLE["comments"])
    return Finding("feed", DocumentKind.NEWS, WHOLE["feed"])


def _is_article(page: Page, visit: Visit) -> bool:
    if read_article(page.body, page.url, encoding=page.encoding, now=visit.now, zone=visit.source.zone).is_article:
        return True
    return bool(read_comments(page.body, page.url, encoding=page.encoding, now=visit.now, zone=visit.source.zone).comments)


def _is_thread(page: Page, visit: Visit) -> bool:
    """Whether a page of no known engine is a forum's: it holds posts, and they are not the comments of an article."""
    topic = read_topic(page.body, page.url, encoding=page.encoding, now=visit.now, zone=visit.source.zone)
    comments = read_comments(page.body, page.url, encoding=page.encoding, now=visit.now, zone=visit.source.zone).comments
    return len(topic.posts) > len(comments)


async def _announces_articles(page: Page, visit: Visit, site: Finding) -> bool:
    """Whether a site has what its connector goes by: headlines that are links, or a sitemap."""
    if read_listing(page.body, page.url, encoding=page.encoding).articles:
        return True
    return not site.options.get("listing") and bool(await visit.sitemaps())


def _declared_feed(page: Page, visit: Visit) -> str | None:
    """The first feed that a page names in its head."""
    with visit.reading(page.url):
        feeds = read_article(page.body, page.url, encoding=page.encoding, now=visit.now, zone=visit.source.zone).feeds
    return next(iter(feeds), None)


def _document_kind(page: Page) -> DocumentKind:
    """A blog when the page names a blog engine as its generator, news otherwise."""
    try:
        root = html.document_fromstring(page.body)
    except (etree.LxmlError, ValueError):
        return DocumentKind.NEWS
    generator = str(root.xpath("string(//meta[@name='generator']/@content)")).lower()
    return DocumentKind.BLOG if generator.startswith(_BLOG_ENGINES) else DocumentKind.NEWS
