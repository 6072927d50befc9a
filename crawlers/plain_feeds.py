"""Feeds that are plain XML, read into the shape in which feedparser gives them, at a tenth of its price.

Between the bytes of a feed and `crawlers.feeds`. Most feeds are plain: well formed, in UTF-8, each part of an entry there once
and as text. Whatever else a feed holds is feedparser's to read, and this says None. Where both read, they say the same, but for
captions of pictures (media:description), which feedparser takes for the entry's text.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from crawlers.tree import charset_of

_RSS1 = "http://purl.org/rss/1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DC = "http://purl.org/dc/elements/1.1/"
_TERMS = "http://purl.org/dc/terms/"
_WFW = "http://wellformedweb.org/CommentAPI/"
_SLASH = "http://purl.org/rss/1.0/modules/slash/"
_THREAD = "http://purl.org/syndication/thread/1.0"
_MEDIA = "http://search.yahoo.com/mrss/"
_FEEDBURNER = "http://rssnamespace.org/feedburner/ext/1.0"

_PARTS = {  # what holds text, by the name under which feedparser keeps it
    "title": "title",
    "description": "summary",
    "guid": "id",
    "pubDate": "published",
    "author": "author",
    f"{{{_RSS1}}}title": "title",
    f"{{{_RSS1}}}description": "summary",
    f"{{{_ATOM}}}title": "title",
    f"{{{_ATOM}}}author": "author",
    f"{{{_ATOM}}}id": "id",
    f"{{{_ATOM}}}published": "published",
    f"{{{_ATOM}}}updated": "updated",
    f"{{{_ATOM}}}summary": "summary",
    f"{{{_ATOM}}}content": "content",
    f"{{{_CONTENT}}}encoded": "content",
    f"{{{_DC}}}creator": "author",
    f"{{{_DC}}}date": "updated",
    f"{{{_DC}}}description": "summary",
    f"{{{_TERMS}}}issued": "published",
    f"{{{_TERMS}}}modified": "updated",
    f"{{{_TERMS}}}created": "created",
    f"{{{_WFW}}}commentRss": "wfw_commentrss",
    f"{{{_SLASH}}}comments": "slash_comments",
    f"{{{_THREAD}}}total": "thr_total",
    f"{{{_FEEDBURNER}}}origLink": "feedburner_origlink",
}
_LINKS = frozenset(("link", f"{{{_RSS1}}}link", f"{{{_ATOM}}}link"))
_SOURCES = frozenset(("source", f"{{{_ATOM}}}source"))
_UNREAD = frozenset((
    "category", "comments", "enclosure", f"{{{_ATOM}}}category", f"{{{_ATOM}}}rights", f"{{{_ATOM}}}contributor",
    *(f"{{{_DC}}}{name}" for name in ("subject", "publisher", "rights", "identifier", "type", "format", "language", "source")),
))  # fmt: skip
_LEFT_OUT = (  # namespaces whose elements are no part of an entry that is read
    _WFW, _SLASH, _THREAD, _MEDIA, _FEEDBURNER,
    "http://www.georss.org/georss", "http://www.w3.org/2003/01/geo/wgs84_pos#", "http://purl.org/rss/1.0/modules/syndication/",
    "http://madskills.com/public/xml/rss/module/trackback/", "com-wordpress:feed-additions:1", "http://schemas.google.com/g/2005",
)  # fmt: skip
_ITEMS = {"rss": "item", f"{{{_RDF}}}RDF": f"{{{_RSS1}}}item", f"{{{_ATOM}}}feed": f"{{{_ATOM}}}entry"}
_HEADS = {"rss": "channel", f"{{{_RDF}}}RDF": f"{{{_RSS1}}}channel"}
_VERSIONS = {"rss": "rss", f"{{{_RDF}}}RDF": "rss10", f"{{{_ATOM}}}feed": "atom10"}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_HTML = frozenset(("html", "text/html"))
_TEXT = frozenset(("", "text", "plain", "text/plain"))
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)")
_NOT_PLAIN = re.compile(rb"<!DOCTYPE|xml:base", re.IGNORECASE)  # entities of its own, addresses relative to another place
_WERE_CP1252 = re.compile("[\x80-\x9f]")


class _NotPlain(Exception):
    """What only feedparser knows to read."""


def read_plain(body: bytes, content_type: str, url: str) -> Mapping[str, Any] | None:
    """`version`, `feed` and `entries` as feedparser gives them, with the fields that Vigie reads; None where that is not plain.

    `url` is the address of the feed.
    """
    declared = _DECLARED.match(body)
    charsets = {(charset_of(content_type) or "").lower(), declared[1].decode("ascii", "replace").lower() if declared else ""}
    if not charsets <= {"", "utf-8", "utf8"} or _NOT_PLAIN.search(body):
        return None
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return _read(etree.fromstring(body, parser), url)
    except (etree.XMLSyntaxError, _NotPlain):
        return None


def _read(root: etree._Element, url: str) -> Mapping[str, Any]:
    """Raises: _NotPlain."""
    name = str(root.tag)
    if name not in _ITEMS:
        raise _NotPlain
    head = root.find(_HEADS[name]) if name in _HEADS else root
    if head is None:
        raise _NotPlain
    items = list(root.iter(_ITEMS[name]))
    if any(item.getparent() not in (root, head) for item in items):
        raise _NotPlain
    entries = [_entry(item, url) for item in items]
    return {"version": _VERSIONS[name], "feed": _feed(root, head), "entries": entries}


def _feed(root: etree._Element, head: etree._Element) -> Mapping[str, Any]:
    feed: dict[str, Any] = {"links": []}
    if language := root.get(_LANG):
        feed["language"] = language.replace("_", "-")
    for node in head:
        key = _PARTS.get(str(node.tag))
        if key == "title" and not feed.get("title"):
            feed |= {"title": _text(node), "title_detail": {"type": _type(node)}}
        elif node.tag in ("language", f"{{{_DC}}}language"):
            feed["language"] = _text(node)
        elif node.tag in _LINKS and node.get("href"):
            feed["links"].append({"rel": node.get("rel", "alternate").lower(), "href": node.get("href")})
    if not feed.get("title"):
        raise _NotPlain
    return feed


def _entry(item: etree._Element, url: str) -> Mapping[str, Any]:
    entry: dict[str, Any] = {}
    if about := item.get(f"{{{_RDF}}}about"):
        entry["id"] = about
    for node in item:
        name = str(node.tag)
        if key := _PARTS.get(name):
            _keep_part(entry, key, node, url)
        elif name in _LINKS:
            _keep_link(entry, node)
        elif name in _SOURCES:
            entry["source"] = {"title": _source_title(node)}
        elif name == f"{{{_THREAD}}}in-reply-to":
            entry["thr_in-reply-to"] = {str(attribute): value for attribute, value in node.items()}
        elif name not in _UNREAD and name.rpartition("}")[0][1:] not in _LEFT_OUT:
            raise _NotPlain
    _keep_media(entry, item)
    if "content" in entry:
        entry.setdefault("summary", entry["content"][0]["value"])
    return entry


def _keep_part(entry: dict[str, Any], key: str, node: etree._Element, url: str) -> None:
    """Raises: _NotPlain for a part that is there twice."""
    value = _author(node) if key == "author" else _text(node)
    if key == "author" and (entry.get("author") or not value):
        return
    if key in entry:
        raise _NotPlain
    entry[key] = [{"value": value}] if key == "content" else value
    if key == "title":
        entry["title_detail"] = {"type": _type(node)}
    elif key in ("summary", "content"):
        _type(node)
    elif key == "id":
        _keep_id(entry, node, url)


def _keep_id(entry: dict[str, Any], node: etree._Element, url: str) -> None:
    """An id that may be an address stands for a link that is missing."""
    if node.get("isPermaLink", "true") != "true":
        return
    entry["id"] = urljoin(url, entry["id"]) if entry["id"] else ""
    entry["guidislink"] = "link" not in entry
    entry.setdefault("link", entry["id"])


def _keep_link(entry: dict[str, Any], node: etree._Element) -> None:
    address = node.get("href")
    if address is None:
        entry["link"] = _text(node)
        if not entry["link"]:
            raise _NotPlain
    elif node.get("rel", "alternate").lower() == "alternate" and node.get("type", "text/html").lower() in (
        "text/html",
        "application/xhtml+xml",
    ):
        entry["link"] = address


def _author(node: etree._Element) -> str:
    """The name; Raises: _NotPlain where it stands with an address, or where there are several."""
    if len(node) == 0:
        name = _text(node)
    elif next(node.itersiblings(node.tag), None) is not None:
        raise _NotPlain
    else:
        names = node.findall(f"{{{_ATOM}}}name")
        name = _text(names[0]) if len(names) == 1 else ""
    if "@" in name:
        raise _NotPlain
    return name


def _source_title(node: etree._Element) -> str:
    title = node if len(node) == 0 else node.find(f"{{{_ATOM}}}title")
    return "" if title is None else _text(title)


def _keep_media(entry: dict[str, Any], item: etree._Element) -> None:
    """The words of pictures and videos, for entries without others."""
    for key in ("title", "description"):
        node = next(item.iter(f"{{{_MEDIA}}}{key}"), None)
        if node is not None:
            entry[f"media_{key}"] = _text(node)


def _type(node: etree._Element) -> str:
    """Raises: _NotPlain for what is neither text nor HTML."""
    declared = node.get("type", "").lower()
    if node.get("src") or node.get("mode") or declared not in _HTML | _TEXT:
        raise _NotPlain
    return "text/html" if declared in _HTML else "text/plain"


def _text(node: etree._Element) -> str:
    """Raises: _NotPlain for an element that holds elements."""
    if len(node):
        raise _NotPlain
    text: str = (node.text or "").strip()
    if text.isascii():
        return text
    if _WERE_CP1252.search(text):
        raise _NotPlain
    try:  # UTF-8 that was read as Latin-1 and encoded again
        return text.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return text
