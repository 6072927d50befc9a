"""What a page shows of the software behind it and of the ways to read it: feeds, APIs, language. Pure.

The first half of `vigie source add`; `crawlers.survey` asks for what is named here and proposes.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree, html
from lxml.html import HtmlElement

from crawlers.forum_markup import engine_of
from crawlers.text import clean_line
from crawlers.urls import canonicalise_url
from vigie.model import host_of

_FEEDS = "//link[@rel='alternate'][@href][contains(@type, 'rss') or contains(@type, 'atom') or contains(@type, 'feed+json')]"
_COMMENT_FEED = re.compile(r"comment", re.IGNORECASE)
_GENERATORS = (
    ("wordpress", "wordpress"), ("ghost", "ghost"), ("dotclear", "dotclear"), ("blogger", "blogger"), ("spip", "spip"),
    ("drupal", "drupal"), ("joomla", "joomla"), ("hugo", "hugo"), ("jekyll", "jekyll"), ("hexo", "hexo"),
    ("over-blog", "over-blog"),
    ("overblog", "over-blog"), ("discourse", "discourse"), ("mastodon", "mastodon"), ("pleroma", "mastodon"), ("wix", "wix"),
    ("squarespace", "squarespace"), ("typepad", "typepad"), ("medium", "medium"), ("substack", "substack"),
)  # fmt: skip
BLOGS = frozenset(("ghost", "dotclear", "blogger", "hugo", "jekyll", "hexo", "over-blog", "typepad", "medium", "substack"))
"""Engines of blogs; WordPress runs both blogs and newspapers."""

_KNOWN_FEEDS = {
    "wordpress": ("/feed/",),
    "ghost": ("/rss/",),
    "dotclear": ("/feed/atom", "/feed/rss2"),
    "blogger": ("/feeds/posts/default",),
    "spip": ("/spip.php?page=backend",),
    "drupal": ("/rss.xml",),
    "joomla": ("/?format=feed&type=rss",),
    "over-blog": ("/rss",),
    "substack": ("/feed",),
}
_USUAL_FEEDS = ("/feed/", "/rss.xml", "/rss", "/atom.xml")


@dataclass(frozen=True, slots=True)
class DeclaredFeed:
    """A feed that a page names in its head."""

    url: str
    title: str
    of_comments: bool


@dataclass(frozen=True, slots=True)
class Marks:
    """What a page shows. `engine` and `forum` are empty when nothing says; `language` is BCP 47 as written, `fr-CA`."""

    engine: str
    forum: str
    feeds: tuple[DeclaredFeed, ...]
    language: str
    name: str

    @property
    def usual_feeds(self) -> tuple[str, ...]:
        """Paths below the site's root where its engine, or any, has its feed."""
        return _KNOWN_FEEDS.get(self.engine, _USUAL_FEEDS)


def read_marks(body: bytes, url: str, *, encoding: str | None) -> Marks:
    """The marks of a page; empty ones for what is no HTML. Never raises."""
    try:
        root = html.document_fromstring(body, parser=html.HTMLParser(encoding=encoding or None))
    except (etree.LxmlError, LookupError, ValueError):
        return Marks("", "", (), "", "")
    name = root.xpath("string(//meta[@property='og:site_name']/@content)") or root.xpath("string(//title)")
    return Marks(
        engine=_engine(root, body),
        forum=engine_of(body) or "",
        feeds=_feeds(root, url),
        language=str(root.xpath("string(/html/@lang | /html/@xml:lang)")).strip(),
        name=_short(clean_line(str(name))),
    )


def _engine(root: HtmlElement, body: bytes) -> str:
    """The software that the page names, or shows by a mark of its own."""
    named = " ".join(str(value) for value in root.xpath("//meta[@name='generator' or @name='application-name']/@content")).lower()
    for mark, engine in _GENERATORS:
        if mark in named:
            return engine
    if root.xpath("//link[@rel='https://api.w.org/']") or b"/wp-content/" in body:
        return "wordpress"
    if root.xpath("//*[@id='mastodon' or @id='initial-state']"):
        return "mastodon"
    return "lemmy" if b"window.isoData" in body and b"lemmy" in body.lower() else ""


def _feeds(root: HtmlElement, url: str) -> tuple[DeclaredFeed, ...]:
    found: dict[str, DeclaredFeed] = {}
    for link in root.xpath(_FEEDS):
        try:
            address = canonicalise_url(str(link.get("href")), url)
        except ValueError:
            continue
        title = clean_line(str(link.get("title") or ""))
        of_comments = bool(_COMMENT_FEED.search(urlsplit(address).path) or _COMMENT_FEED.search(title))
        found.setdefault(address, DeclaredFeed(address, title, of_comments))
    return tuple(found.values())


def _short(name: str) -> str:
    """The name alone: titles of front pages carry a motto behind it."""
    return re.split(r"\s+[|–—·•-]\s+", name)[0][:60].strip()


def service_of(url: str) -> str:
    """The kind that reads a service which is known by its address; empty for any other."""
    host, path = host_of(url), urlsplit(url).path
    for kind, hosts in _SERVICES.items():
        if any(host == one or host.endswith(f".{one}") for one in hosts):
            return kind
    if host == "news.google.com":
        return "google_news"
    return "google_alerts" if host.startswith("google.") and path.startswith("/alerts/feeds/") else ""


_SERVICES = {
    "reddit": ("reddit.com",),
    "youtube": ("youtube.com",),
    "bluesky": ("bsky.app", "bsky.social", "api.bsky.app"),
    "hackernews": ("news.ycombinator.com", "hn.algolia.com"),
    "stackexchange": ("stackoverflow.com", "stackexchange.com", "superuser.com", "serverfault.com"),
}
