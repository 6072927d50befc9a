"""Forum pages to boards, topics and posts, whatever the engine: the registry of engines, and the way in.

A new engine is one module in `crawlers/forums/` and one row of `ENGINES`. A page of none of them is read by what it declares to
machines or by its repeated blocks (`crawlers/forums/unknown.py`).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from lxml.html import HtmlElement

from crawlers.clock import day_comes_first, zone_of
from crawlers.forums import (
    bbpress,
    discourse,
    flarum,
    fluxbb,
    invision,
    mybb,
    nodebb,
    phpbb,
    smf,
    unknown,
    vanilla,
    vbulletin,
    xenforo,
)
from crawlers.forums.shapes import NO_BOARD, Board, BoardLink, Engine, PageContext, Post, Topic, TopicLink
from crawlers.tree import base_of, parse_page

__all__ = ["ENGINES", "Board", "BoardLink", "Post", "Topic", "TopicLink", "engine_of", "read_board", "read_topic"]

ENGINES: Mapping[str, Engine] = {
    "phpbb": phpbb.ENGINE,
    "discourse": discourse.ENGINE,
    "nodebb": nodebb.ENGINE,
    "flarum": flarum.ENGINE,
    "fluxbb": fluxbb.ENGINE,
    "smf": smf.ENGINE,
    "mybb": mybb.ENGINE,
    "vbulletin": vbulletin.ENGINE,
    "invision": invision.ENGINE,
    "vanilla": vanilla.ENGINE,
    "xenforo": xenforo.ENGINE,
    "bbpress": bbpress.ENGINE,
}


def engine_of(html: bytes) -> str | None:
    """The name of the engine that made the page, None when it is none that is known."""
    lowered = html.lower()
    marked = ((name, engine) for name, engine in ENGINES.items() if any(mark in lowered for mark in engine.marks))
    return next((name for name, engine in marked if engine.signature.search(html)), None)


def read_board(html: bytes, url: str, *, encoding: str | None, now: datetime, zone: str) -> Board:
    """The topics and boards that a page lists, pinned ones and announcements included; empty lists for a page without.

    Dates without an offset are in `zone`, or in the zone that the page names.
    """
    root, context = _opened(html, url, encoding, now, zone)
    return NO_BOARD if root is None else _engine(html).read_board(root, context)


def is_forum(html: bytes, url: str, *, encoding: str | None, now: datetime, zone: str) -> bool:
    """Whether a page is a forum's index or one of its boards: made by a known engine, or listing what only forums list."""
    if engine_of(html):
        return True
    if read_board(html, url, encoding=encoding, now=now, zone=zone) == NO_BOARD:
        return False
    root, context = _opened(html, url, encoding, now, zone)
    return root is not None and unknown.lists_a_forum(root, context)


def read_topic(html: bytes, url: str, *, encoding: str | None, now: datetime, zone: str, block: str = "") -> Topic:
    """The posts of one page of a topic, in page order; none for a page that shows none (a login form, a list, an error).

    A post's text is its author's own: without quotes, signature, attachments or notices. Dates without an offset are in `zone`,
    or in the zone that the page names. `block` is that of another topic of the same site, "" while none is known.
    """
    root, context = _opened(html, url, encoding, now, zone)
    if root is None:
        return Topic(url, "", (), ())
    name = engine_of(html)
    topic = ENGINES[name].read_topic(root, context) if name else _by_any_names(root, context)
    if topic.posts:
        return topic
    again, _ = _opened(html, url, encoding, now, zone)  # reading takes a tree apart
    found = topic if again is None else unknown.ENGINE.read_topic(again, replace(context, block=block))
    if not found.posts:
        return topic
    return replace(found, url=topic.url) if name else found  # a named engine knows its addresses better


def _by_any_names(root: HtmlElement, context: PageContext) -> Topic:
    """A thread whose page names no engine, but keeps the names of one: a style that took the notices away, a part of a page."""
    topics = (engine.read_topic(root, context) for engine in ENGINES.values())
    nothing = Topic(context.url, "", (), ())
    return next((topic for topic in topics if any(post.author and post.published for post in topic.posts)), nothing)


def _engine(html: bytes) -> Engine:
    name = engine_of(html)
    return ENGINES[name] if name else unknown.ENGINE


def _opened(html: bytes, url: str, encoding: str | None, now: datetime, zone: str) -> tuple[HtmlElement | None, PageContext]:
    root = parse_page(html, encoding)
    if root is None:
        return None, PageContext(url, url, now, zone)
    return root, PageContext(url, base_of(root, url), now, zone_of(root, zone, now), day_comes_first(root))
