"""Sitemaps (sitemaps.org 0.9, with Google's news extension): the addresses a site wants read. Pure."""

import re
import zlib
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from crawlers.dates import read_date
from crawlers.urls import canonicalise_url
from vigie.errors import FetchError
from vigie.model import DateSource, PublicationDate

# Names in WordPress, Yoast, Ghost...: wp-sitemap-taxonomies-category-1.xml, post_tag-sitemap.xml, sitemap-authors.xml.
_NOT_ARTICLES = re.compile(
    r"(?:^|[-_.])(?:taxonom\w+|categor\w+|tags?|authors?|users?|images?|videos?)(?:[-_.\d]|$)"
    r"|posts-page|^page-sitemap|-pages\."
)


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """A line of a sitemap. `changed` is its lastmod as written; `published` and `title` come from the news extension."""

    url: str
    changed: str = ""
    published: PublicationDate | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap: either `pages`, or the `sitemaps` of an index, in the order of the file."""

    pages: tuple[SitemapEntry, ...] = ()
    sitemaps: tuple[SitemapEntry, ...] = ()


def read_sitemap(body: bytes, url: str, *, max_bytes: int, now: datetime, zone: str) -> Sitemap:
    """The addresses of a sitemap, also a gzipped or a plain-text one. Raises: FetchError (`broken_sitemap`, `too_large`)."""
    content = _gunzipped(body, url, max_bytes) if body.startswith(b"\x1f\x8b") else body
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        lines = content.decode("utf-8-sig", "replace").split()
        return Sitemap(pages=tuple(SitemapEntry(address) for line in lines if (address := _canonical(line, url))))
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(content, parser)
    if root is None or _name(root) not in ("urlset", "sitemapindex"):
        raise FetchError(url, "broken_sitemap", "neither a urlset nor a sitemapindex")
    entries = tuple(entry for child in root if (entry := _entry(child, url, now, zone)))
    return Sitemap(sitemaps=entries) if _name(root) == "sitemapindex" else Sitemap(pages=entries)


def with_articles(index: Sitemap) -> list[SitemapEntry]:
    """The files of an index that may list articles, the latest first: not those of categories, tags, authors, pictures."""
    files = [entry for entry in index.sitemaps if not _NOT_ARTICLES.search(entry.url.rpartition("/")[2].lower())]
    return sorted(files or index.sitemaps, key=lambda entry: entry.changed, reverse=True)


def _entry(element: etree._Element, base: str, now: datetime, zone: str) -> SitemapEntry | None:
    values = {_name(node): (node.text or "").strip() for node in element.iter() if isinstance(node.tag, str)}
    url = _canonical(values.get("loc", ""), base)
    if not url:
        return None
    printed = values.get("publication_date", "")
    published = read_date(printed, now=now, zone=zone, source=DateSource.SITEMAP) if printed else None
    return SitemapEntry(url, values.get("lastmod", ""), published, values.get("title", ""))


def _canonical(text: str, base: str) -> str | None:
    try:
        return canonicalise_url(text, base) if text else None
    except ValueError:
        return None


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _gunzipped(body: bytes, url: str, max_bytes: int) -> bytes:
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        content = inflater.decompress(body, max_bytes)
    except zlib.error as error:
        raise FetchError(url, "broken_sitemap", str(error)) from error
    if inflater.unconsumed_tail:
        raise FetchError(url, "too_large", f"more than {max_bytes} bytes once unpacked")
    return content
