"""Feeds as they come (RSS 0.9x to 2.0, RDF, Atom, JSON Feed; broken, mislabelled, half empty) to entries of one shape."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from crawlers.place import Place
from crawlers.plain_feeds import read_plain
from crawlers.text import clean_line, clean_text, plain_text
from vigie.errors import FetchError
from vigie.model import PublicationDate

FeedKind = Literal["rss", "atom", "rdf", "json"]
_STILL_MARKUP = re.compile(
    r"</(?:p|a|em|strong|span|div|b|i|li|ul)>|<br ?/?>|&(?:amp|quot|lt|gt|nbsp|#\d{2,5}|#x[0-9a-f]{2,5});", re.IGNORECASE
)
_RDF_VERSIONS = ("rss10", "rss090")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed. `summary` and `content` are plain text, empty when absent.

    `key` is unique within the feed and the same on every reading. `url` is canonical, empty when there is none. `comments_feed`
    is the feed of its comments (wfw:commentRss), `comment_count` how many it shows (slash:comments, thr:total; None when it does
    not say), `parent_url` what it answers (thr:in-reply-to). `publisher` is where an aggregator found it (RSS `source`).
    `fingerprint` changes when the entry is edited.
    """

    key: str
    url: str
    title: str
    summary: str
    content: str
    author: str | None
    published: PublicationDate | None
    updated: PublicationDate | None
    comments_feed: str | None
    parent_url: str | None
    comment_count: int | None
    publisher: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was read, entries in its own order. `problem` says why it is broken, empty when it is well formed.

    `next_url` is where older entries are (RFC 5005: a paged feed's `next`, an archived one's `prev-archive`), `hub` is the WebSub
    hub that would announce new ones.
    """

    title: str
    kind: FeedKind
    entries: tuple[FeedEntry, ...]
    next_url: str | None
    problem: str
    language: str | None
    hub: str | None = None


def read_feed(body: bytes, content_type: str, url: str, *, now: datetime, zone: str) -> Feed:
    """The feed in `body`, as far as it can be read. Dates without an offset are in `zone`.

    Raises: FetchError with reason `not_a_feed` when it is a web page or anything else.
    """
    place = Place(url, now, zone)
    feed = (
        _read_json(body, place) if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else _read_xml(body, content_type, place)
    )
    return replace(feed, entries=_with_unique_keys(feed.entries))


def _read_xml(body: bytes, content_type: str, place: Place) -> Feed:
    parsed = read_plain(body, content_type, place.url) or _parsed(body, content_type, place)
    version: str = parsed.get("version") or ""
    if not version and not parsed["entries"]:
        raise FetchError(place.url, "not_a_feed", "no RSS, Atom or JSON feed was found; check the address of the feed")
    kind: FeedKind = "rdf" if version in _RDF_VERSIONS else "atom" if version.startswith("atom") else "rss"
    return Feed(
        title=_title(parsed["feed"], kind),
        kind=kind,
        entries=tuple(_xml_entry(entry, kind, place) for entry in parsed["entries"]),
        next_url=_linked(parsed["feed"], place, "next", "prev-archive"),
        hub=_linked(parsed["feed"], place, "hub"),
        problem=_problem(parsed),
        language=parsed["feed"].get("language") or None,
    )


def _parsed(body: bytes, content_type: str, place: Place) -> Mapping[str, Any]:
    import feedparser  # noqa: PLC0415 - a tenth of a second that commands without feeds need not pay

    headers = {"content-type": content_type, "content-location": place.url}
    parsed: Mapping[str, Any] = feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    return parsed


def _problem(parsed: Mapping[str, Any]) -> str:
    """Why a feed is not well formed. A wrong media type or charset that could be mended is none of the reader's business."""
    if not parsed.get("bozo"):
        return ""
    import feedparser  # noqa: PLC0415

    error = parsed.get("bozo_exception")
    if isinstance(error, feedparser.NonXMLContentType | feedparser.CharacterEncodingOverride):
        return ""
    return clean_line(str(error)) or type(error).__name__


def _xml_entry(entry: Any, kind: FeedKind, place: Place) -> FeedEntry:
    url = place.address(_own(entry, "link")) or place.address(_own(entry, "feedburner_origlink"))
    if not url and _own(entry, "guidislink"):
        url = place.address(_own(entry, "id"))
    content = "\n".join(_plain(part.get("value")) for part in _own(entry, "content") or ())
    published = place.date(_own(entry, "published")) or place.date(_own(entry, "created"))
    updated = place.date(_own(entry, "updated"))
    return _entry(
        key=_own(entry, "id") or url,
        url=url,
        title=_title(entry, kind) or _plain(_own(entry, "media_title")),
        summary=_plain(_own(entry, "summary")) or _plain(_own(entry, "media_description")),
        content=content,
        author=_author(entry),
        published=published or updated,
        updated=updated,
        comments_feed=place.address(_own(entry, "wfw_commentrss")) or None,
        parent_url=_parent(entry, place),
        comment_count=_count(_own(entry, "slash_comments") or _own(entry, "thr_total")),
        publisher=clean_line(_plain((_own(entry, "source") or {}).get("title"))),
    )


def _plain(markup: object) -> str:
    """Plain text; what many feeds escape twice ("&lt;p&gt;" inside CDATA) is read twice."""
    text = plain_text(markup) if isinstance(markup, str) else ""
    return plain_text(text) if _STILL_MARKUP.search(text) else text


def _own(entry: Any, name: str) -> Any:
    """A field as the feed gave it: feedparser's own lookup answers for an absent field with a similar one."""
    return dict.get(entry, name)


def _title(entry: Any, kind: FeedKind) -> str:
    """A title on one line. In Atom its type says whether it holds HTML; in RSS nobody says, and many do."""
    title = _own(entry, "title") or ""
    declared = (_own(entry, "title_detail") or {}).get("type", "")
    return clean_line(title if kind == "atom" and declared == "text/plain" else _plain(title))


def _author(entry: Any) -> str | None:
    name = (_own(entry, "author_detail") or {}).get("name") or _own(entry, "author") or ""
    return clean_line(plain_text(name)) or None


def _parent(entry: Any, place: Place) -> str | None:
    reply = _own(entry, "thr_in-reply-to")
    if not isinstance(reply, dict):
        return None
    return place.address(reply.get("href")) or place.address(reply.get("ref")) or None


def _count(value: object) -> int | None:
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 9 else None


def _linked(feed: Mapping[str, Any], place: Place, *relations: str) -> str | None:
    """The address of the first link with one of these relations, in their order."""
    by_relation = {link.get("rel"): link.get("href") for link in reversed(feed.get("links", ()))}
    return next((address for relation in relations if (address := place.address(by_relation.get(relation)))), None)


def _read_json(body: bytes, place: Place) -> Feed:
    try:
        feed = json.loads(body.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError) as error:
        raise FetchError(place.url, "not_a_feed", f"neither XML nor readable JSON: {error}") from error
    items = feed.get("items")
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version", "")):
        raise FetchError(place.url, "not_a_feed", "JSON, but no JSON Feed")
    return Feed(
        title=clean_line(_string(feed, "title")),
        kind="json",
        entries=tuple(_json_entry(item, place) for item in items if isinstance(item, dict)),
        next_url=place.address(feed.get("next_url")) or None,
        problem="",
        language=_string(feed, "language") or None,
        hub=next((hub["url"] for hub in feed.get("hubs") or () if isinstance(hub, dict) and _string(hub, "url")), None),
    )


def _json_entry(item: Mapping[str, Any], place: Place) -> FeedEntry:
    url = place.address(item.get("url")) or place.address(item.get("external_url"))
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [_string(author, "name") for author in authors or () if isinstance(author, dict)]
    published, updated = place.date(item.get("date_published")), place.date(item.get("date_modified"))
    return _entry(
        key=str(item.get("id") or url),
        url=url,
        title=clean_line(_string(item, "title")),
        summary=clean_text(_string(item, "summary")),
        content=plain_text(_string(item, "content_html")) or clean_text(_string(item, "content_text")),
        author=clean_line(", ".join(name for name in names if name)) or None,
        published=published or updated,
        updated=updated,
    )


def _string(node: Mapping[str, Any], name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""


def _entry(  # noqa: PLR0913 - the fields of an entry, by keyword
    *,
    key: str,
    url: str,
    title: str,
    summary: str,
    content: str,
    author: str | None,
    published: PublicationDate | None,
    updated: PublicationDate | None,
    comments_feed: str | None = None,
    parent_url: str | None = None,
    comment_count: int | None = None,
    publisher: str = "",
) -> FeedEntry:
    fingerprint = _hash(url, title, summary, content, author or "", updated.at.isoformat() if updated else "")
    return FeedEntry(
        key, url, title, summary, content, author, published, updated,
        comments_feed, parent_url, comment_count, publisher, fingerprint,
    )  # fmt: skip


def _with_unique_keys(entries: tuple[FeedEntry, ...]) -> tuple[FeedEntry, ...]:
    """Some feeds give every entry one guid, or none: then the address names it, and where that is shared too, what it says."""
    guids = Counter(entry.key for entry in entries)
    addresses = Counter(entry.url for entry in entries)
    keyed = []
    for entry in entries:
        key = entry.key if entry.key and guids[entry.key] == 1 else entry.url
        if not key or (key == entry.url and addresses[key] > 1) or (key != entry.key and guids[key]):
            key = _hash(entry.key, entry.url, entry.title, entry.content or entry.summary)
        keyed.append(entry if key == entry.key else replace(entry, key=key))
    return tuple({entry.key: entry for entry in keyed}.values())


def _hash(*parts: str) -> str:
    return hashlib.sha1("\x00".join(parts).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
