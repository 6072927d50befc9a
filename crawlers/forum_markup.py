"""Forum pages to boards, topics and posts, whatever the engine: the registry of engines, and the way in.

A new engine is one module in `crawlers/forums/` and one row of `ENGINES`.
"""

from collections.abc import Mapping
from datetime import datetime

from lxml.html import HtmlElement

from crawlers.forums import phpbb
from crawlers.forums.shapes import Board, Engine, PageContext, Post, Topic, TopicLink
from crawlers.tree import base_of, parse_page
from vigie.errors import FetchError

__all__ = ["ENGINES", "Board", "Post", "Topic", "TopicLink", "engine_of", "read_board", "read_topic"]

ENGINES: Mapping[str, Engine] = {"phpbb": phpbb.ENGINE}


def engine_of(html: bytes) -> str | None:
    """The name of the engine that made the page, None when it is none that is known."""
    return next((name for name, engine in ENGINES.items() if engine.signature.search(html)), None)


def read_board(html: bytes, url: str, *, encoding: str | None, now: datetime, zone: str) -> Board:
    """The topics and boards that a page lists, pinned ones and announcements included; empty lists for a page without.

    Dates without an offset are in `zone`. Raises: FetchError with reason `unknown_engine`.
    """
    engine, root, context = _opened(html, url, encoding, now, zone)
    return Board((), (), ()) if root is None else engine.read_board(root, context)


def read_topic(html: bytes, url: str, *, encoding: str | None, now: datetime, zone: str) -> Topic:
    """The posts of one page of a topic, in page order; none for a page that shows none (a login form, an error).

    A post's text is its author's own: without quotes, signature, attachments or notices. Dates without an offset are in `zone`.
    Raises: FetchError with reason `unknown_engine`.
    """
    engine, root, context = _opened(html, url, encoding, now, zone)
    return Topic(url, "", (), ()) if root is None else engine.read_topic(root, context)


def _opened(
    html: bytes, url: str, encoding: str | None, now: datetime, zone: str
) -> tuple[Engine, HtmlElement | None, PageContext]:
    name = engine_of(html)
    if name is None:
        raise FetchError(url, "unknown_engine", f"no forum engine that Vigie knows ({', '.join(ENGINES)}) made this page")
    root = parse_page(html, encoding)
    base = url if root is None else base_of(root, url)
    return ENGINES[name], root, PageContext(url, base, now, zone)
