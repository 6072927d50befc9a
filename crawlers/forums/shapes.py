"""What every forum engine's pages are read into."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from vigie.model import PublicationDate


@dataclass(frozen=True, slots=True)
class TopicLink:
    """A topic as a board lists it. `replies` counts the answers, without the opening post."""

    url: str
    title: str
    replies: int | None
    last_post_at: PublicationDate | None


@dataclass(frozen=True, slots=True)
class BoardLink:
    """A board as a list of boards shows it. `state` is other when the list shows new posts there; empty when it shows nothing."""

    url: str
    state: str


@dataclass(frozen=True, slots=True)
class Board:
    """A page that lists boards, topics or both. `next_pages` are further pages of this list, in order."""

    topics: tuple[TopicLink, ...]
    next_pages: tuple[str, ...]
    boards: tuple[BoardLink, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `url` is its own permalink, `parent_url` that of the first it quotes; `position` counts from 0 in a topic."""

    url: str
    author: str | None
    published: PublicationDate | None
    text: str
    parent_url: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Topic:
    """One page of a topic. `url` is the address of its first page, the same on every page and in the board's list.

    `block` is where posts were found to stand on a page of an unknown engine: what tells the only post of another of its pages.
    """

    url: str
    title: str
    posts: tuple[Post, ...]
    next_pages: tuple[str, ...]
    block: str = ""


@dataclass(frozen=True, slots=True)
class PageContext:
    """Where and when a page was read: what addresses and dates on it are relative to. `base` resolves its relative links.

    `day_first` decides what 03/04/2026 means on this page. `block` is that of another topic of the site (`Topic.block`).
    """

    url: str
    base: str
    now: datetime
    zone: str
    day_first: bool = True
    block: str = ""


@dataclass(frozen=True, slots=True)
class Engine:
    """What an engine's module offers. `signature` is found in every page that the engine makes and in no other.

    One of `marks` (lower case) is in whatever `signature` finds: looking for them first is fifty times as fast.
    """

    signature: re.Pattern[bytes]
    marks: tuple[bytes, ...]
    read_board: Callable[[HtmlElement, PageContext], Board]
    read_topic: Callable[[HtmlElement, PageContext], Topic]


NO_BOARD = Board((), (), ())
