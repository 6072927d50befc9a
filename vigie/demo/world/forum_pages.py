"""The pages of a phpBB forum in its own style prosilver: index, boards, topics of ten posts a page; links carry a `sid`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import md5
from typing import Any
from zlib import crc32

from vigie.demo.world.items import Board, Post, Topic
from vigie.demo.world.pages import Rendered, forum_date, html, robots
from vigie.demo.world.places import Site

TOPICS_PER_PAGE = 10
POSTS_PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class _TopicRow:
    """A line of a board."""

    topic: Topic
    first: Post
    last: Post
    posts: int


@dataclass(frozen=True, slots=True)
class _BoardRow:
    """A line of the index."""

    board: Board
    topics: int
    posts: int
    last: Post | None


class ForumPages:
    """One forum. Like phpBB it sends no validators: its pages carry a session and the date of today."""

    def __init__(self, site: Site, boards: Sequence[Board], posts: Sequence[Post]) -> None:
        self._site, self._boards, self._posts = site, {str(board.number): board for board in boards}, tuple(posts)
        self._topics = {str(post.topic.number): post.topic for post in posts}
        self._topic_of_post = {str(post.number): post.topic for post in posts}

    def page(self, path: str, query: Mapping[str, str], now: datetime) -> Rendered | None:
        posts = [post for post in self._posts if post.published_at <= now]
        if path in ("/", "/index.php"):
            return self._index(posts, now)
        if path == "/robots.txt":
            return robots("")
        if path == "/viewforum.php" and (board := self._boards.get(query.get("f", ""))):
            return self._board(board, posts, _start(query), now)
        topic = self._topics.get(query.get("t", "")) or self._topic_of_post.get(query.get("p", ""))
        if path == "/viewtopic.php" and topic:
            return self._topic(topic, [post for post in posts if post.topic == topic], query, now)
        return None

    def _index(self, posts: Sequence[Post], now: datetime) -> Rendered:
        rows = [_board_row(board, [post for post in posts if post.topic.board == board]) for board in self._boards.values()]
        return self._page("index", now, "Index du forum", None, boards=rows, total=len(posts))

    def _board(self, board: Board, posts: Sequence[Post], start: int, now: datetime) -> Rendered:
        by_topic: dict[Topic, list[Post]] = {}
        for post in posts:
            if post.topic.board == board:
                by_topic.setdefault(post.topic, []).append(post)
        rows = [_TopicRow(topic, said[0], said[-1], len(said)) for topic, said in by_topic.items()]
        rows.sort(key=lambda row: row.last.number, reverse=True)
        shown = rows[start : start + TOPICS_PER_PAGE]
        return self._page("board", now, board.name, board, topics=shown, count=len(rows), start=start, size=TOPICS_PER_PAGE)

    def _topic(self, topic: Topic, posts: Sequence[Post], query: Mapping[str, str], now: datetime) -> Rendered | None:
        if not posts:
            return None
        start = _start(query)
        if "p" in query:
            position = next((place for place, post in enumerate(posts) if str(post.number) == query["p"]), 0)
            start = position // POSTS_PER_PAGE * POSTS_PER_PAGE
        shown = posts[start : start + POSTS_PER_PAGE]
        canonical = f"http://{self._site.host}/viewtopic.php?t={topic.number}" + (f"&start={start}" if start else "")
        return self._page(
            "topic", now, topic.title, topic.board, canonical, topic=topic, posts=shown, count=len(posts), start=start,
            size=POSTS_PER_PAGE,
        )  # fmt: skip

    def _page(self, sort: str, now: datetime, heading: str, board: Board | None, canonical: str = "", **values: Any) -> Rendered:
        section = {"index": "index", "board": "viewforum", "topic": "viewtopic"}[sort]
        sid = md5(f"{now:%Y%m%d%H%M}{heading}".encode(), usedforsecurity=False).hexdigest()
        common = {"site": self._site, "heading": heading, "board": board, "canonical": canonical, "section": section, "sid": sid}
        dated = {"now": now, "forum_date": partial(forum_date, now=now), "member": _member}
        return html(f"forum_{sort}.html.j2", None, **common, **dated, **values)


def _board_row(board: Board, posts: Sequence[Post]) -> _BoardRow:
    return _BoardRow(board, len({post.topic.number for post in posts}), len(posts), posts[-1] if posts else None)


def _member(author: str) -> int:
    """The number of a member, always the same."""
    return crc32(author.encode()) % 4000 + 2


def _start(query: Mapping[str, str]) -> int:
    written = query.get("start", "0")
    return int(written) if written.isdecimal() else 0
