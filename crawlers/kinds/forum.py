"""Forums: boards, the topics that have new posts, and of those the pages where the new posts are."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import Field

from config.schema import Strict
from crawlers.dates import choose_date
from crawlers.forum_markup import Board, BoardLink, Post, Topic, TopicLink, engine_of, read_board, read_topic
from crawlers.ledger import Ledger, is_news
from crawlers.threads import Threads
from crawlers.urls import canonicalise_url
from crawlers.visit import GONE, REFUSED, Page, Visit
from vigie.errors import FetchError
from vigie.model import Document, DocumentKind, document_id

RECHECK = timedelta(hours=6)  # for boards that show neither replies nor dates
ABSOLUTE = 0.7  # confidence of `crawlers.dates` from which a date does not depend on the moment of reading
CLOCK_SLACK = timedelta(minutes=2)
BLOCK = "block"  # the row of the memory that says where posts stand on pages of an unknown engine


class ForumOptions(Strict):
    """Options of kind `forum`."""

    board_pages: int = Field(5, ge=1, description="Pages read of each board; later visits stop at the first page without news.")
    depth: int = Field(2, ge=0, description="Levels of boards below the address given that are read too.")
    edit_days: int = Field(
        7,
        ge=0,
        description="Days after its last post during which a topic is read again for edits, ever more rarely; 0 for never.",
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """How far a topic was read: what the board showed then, and the last page."""

    replies: int | None
    last_post_at: datetime | None
    page: str
    visited: datetime

    def is_behind(self, link: TopicLink, now: datetime) -> bool:
        """True when the board shows more than was read."""
        if link.replies is not None and self.replies is not None and link.replies > self.replies:
            return True
        shown = _dated(link)
        if shown and self.last_post_at and shown > self.last_post_at + CLOCK_SLACK:
            return True
        if link.last_post_at and not link.last_post_at.day_only and link.last_post_at.at > self.visited:
            return True  # "il y a 5 minutes", and it was read an hour ago
        return link.replies is None and shown is None and now - self.visited >= RECHECK


class ForumConnector:
    """`source.url` is the index, a board, or one topic."""

    def __init__(self, options: ForumOptions, of_interest: Callable[[datetime], bool] | None = None) -> None:
        """`of_interest` is asked by the time of the last post which topics to open, where the board shows it."""
        self._options = options
        self._of_interest = of_interest

    async def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        page = await visit.get(visit.source.url, keep=True)
        board = _board_in(page, visit)
        if board.topics or board.boards:
            async for document in self._read_boards(visit):
                yield document
            return
        _topic_in(page, visit, must_have_posts=True)
        link = TopicLink(visit.source.url, "", None, None)
        async for document in self._topics(visit).read(link):
            yield document

    async def _read_boards(self, visit: Visit) -> AsyncIterator[Document]:
        """The board of the source, then those below it that show something new, level by level; then topics that still live."""
        walk = _Walk()
        walk.add([BoardLink(visit.source.url, "")], 0)
        reading = self._topics(visit)
        for board, depth in walk.boards:
            row = f"shown:{canonicalise_url(board.url)}"
            if not board.state or visit.memory.get(row) != board.state:
                async for document in self._read_board(visit, reading, walk, board.url, depth):
                    yield document
        async for document in reading.read_living():
            yield document
        async for document in reading.read_again():
            yield document
        if not reading.failures:  # else the same rows must be opened again, whatever they show
            for board, _ in walk.boards:
                visit.memory.set(f"shown:{canonicalise_url(board.url)}", board.state or None)

    def _topics(self, visit: Visit) -> "_TopicReading":
        return _TopicReading(visit, Threads(visit.memory, timedelta(days=self._options.edit_days)), self._of_interest)

    async def _read_board(
        self, visit: Visit, reading: "_TopicReading", walk: "_Walk", url: str, depth: int
    ) -> AsyncIterator[Document]:
        """The new posts of one board: every page until all were read once, then as long as pages bring something new."""
        read_before = visit.memory.get(f"board:{url}") is not None
        failures = reading.failures
        following: str | None = url
        for _ in range(self._options.board_pages):
            if not following:
                break
            try:
                page = await visit.get(following, keep=True)  # it may be read once more, as a topic
                board = _board_in(page, visit)
            except FetchError as error:  # counted by the visit; the other boards can be read
                reading.failures += error.reason not in GONE | REFUSED
                return
            walk.add(board.boards if depth < self._options.depth else (), depth + 1)
            if not (board.topics or board.boards) and depth and engine_of(page.body) is None:
                async for document in reading.read(TopicLink(url, "", None, None)):  # its address only looked like a board's
                    yield document
            behind = [link for link in board.topics if reading.is_behind(link)]
            for link in behind:
                async for document in reading.read(link):
                    yield document
            walk.add(reading.take_boards() if depth < self._options.depth else (), depth + 1)
            following = walk.unasked(board.next_pages) if behind or not read_before else None
        visit.memory.set(f"board:{url}", "read" if reading.failures == failures else None)


class _Walk:
    """The boards to read with their depth, and their pages, each once; grows while it is walked."""

    def __init__(self) -> None:
        self.boards: list[tuple[BoardLink, int]] = []
        self._asked: set[str] = set()

    def add(self, boards: Iterable[BoardLink], depth: int) -> None:
        self.boards.extend((board, depth) for board in boards if self.unasked([board.url]))

    def unasked(self, urls: Iterable[str]) -> str | None:
        """The first address that was not asked for; it counts as asked from now on."""
        for url in urls:
            address = canonicalise_url(url)
            if address not in self._asked:
                self._asked.add(address)
                return url
        return None


class _TopicReading:
    """Reads topics of one source from where they were left."""

    def __init__(self, visit: Visit, living: Threads, of_interest: Callable[[datetime], bool] | None) -> None:
        self.failures = 0
        self._of_interest = of_interest
        self._visit = visit
        self._living = living
        self._ledger = Ledger(visit.memory)
        self._boards: list[BoardLink] = []
        self._waiting: list[TopicLink] = []

    def is_behind(self, link: TopicLink) -> bool:
        if self._of_interest and link.last_post_at and not self._of_interest(link.last_post_at.at):
            return False
        read = self._state(link.url)
        return read is None or read.is_behind(link, self._visit.now)

    async def read(self, link: TopicLink) -> AsyncIterator[Document]:
        """The new posts of a topic. A topic that cannot be read now stays behind, so that the next pass tries again."""
        state = self._state(link.url)
        last = state.page if state else link.url
        following: str | None = last
        walk = _Walk()
        walk.unasked([last])
        newest = state.last_post_at if state else None
        try:
            while following:
                last = following
                page = await self._visit.get(following)
                topic = _topic_in(page, self._visit)
                if not topic.posts and self._is_board(link, page):
                    break
                self._visit.found(bool(topic.posts))
                for post in topic.posts:
                    newest = _later(newest, post)
                    if is_news(self._ledger, post.url, post.text):
                        yield _post_document(self._visit, topic, post)
                following = walk.unasked(topic.next_pages)
        except FetchError as error:
            if error.reason not in GONE | REFUSED:
                self.failures += 1
                return
            self._visit.lost(error.reason)
            last = link.url  # a page that is gone must not be where the next visit starts
        self._keep(link, last, newest)

    def take_boards(self) -> Sequence[BoardLink]:
        """What was listed like topics and turned out to be boards since this was asked last: of an engine that nobody knows."""
        taken, self._boards = self._boards, []
        return taken

    def _is_board(self, link: TopicLink, page: Page) -> bool:
        """Whether a page without posts lists some. A topic of one post shows it only when a longer one was read before."""
        board = _board_in(page, self._visit)
        is_board = bool(board.topics or board.boards)
        if is_board:
            self._boards.append(BoardLink(link.url, ""))
        elif engine_of(page.body) is None and self._visit.memory.get(BLOCK) is None:
            self._waiting.append(link)
        return is_board

    async def read_again(self) -> AsyncIterator[Document]:
        """The topics that were read before it was known where posts stand on this site."""
        waiting, self._waiting = self._waiting, []
        for link in waiting if self._visit.memory.get(BLOCK) else ():
            async for document in self.read(link):
                yield document

    async def read_living(self) -> AsyncIterator[Document]:
        """The edited posts of topics that were active lately: their last page, after silences that grow with the topic's own."""
        for url, _ in self._living.due(self._visit.now):
            state = self._state(url)
            link = TopicLink(url, "", state.replies if state else None, None)
            async for document in self.read(link):
                yield document

    def _keep(self, link: TopicLink, last_page: str, newest: datetime | None) -> None:
        shown = _dated(link) or newest
        row = [link.replies, shown.isoformat() if shown else None, last_page, self._visit.now.isoformat()]
        self._visit.memory.set(_row(link.url), json.dumps(row))
        if newest:
            self._living.visited(link.url, newest, self._visit.now)
            self._living.save()

    def _state(self, url: str) -> _Read | None:
        stored = self._visit.memory.get(_row(url))
        if stored is None:
            return None
        replies, last_post_at, page, visited = json.loads(stored)
        return _Read(
            replies, datetime.fromisoformat(last_post_at) if last_post_at else None, page, datetime.fromisoformat(visited)
        )


def _later(newest: datetime | None, post: Post) -> datetime | None:
    """The date of the later of the two."""
    if post.published is None:
        return newest
    return post.published.at if newest is None else max(newest, post.published.at)


def _dated(link: TopicLink) -> datetime | None:
    """When the board says the last post was; None for "il y a 2 heures" or a day alone: both move without a post."""
    shown = link.last_post_at
    return shown.at if shown and shown.confidence >= ABSOLUTE and not shown.day_only else None


def _row(url: str) -> str:
    return f"topic:{canonicalise_url(url)}"


def _board_in(page: Page, visit: Visit) -> Board:
    with visit.reading(page.url):
        return read_board(page.body, page.url, encoding=page.encoding, now=visit.now, zone=visit.source.zone)


def _topic_in(page: Page, visit: Visit, *, must_have_posts: bool = False) -> Topic:
    with visit.reading(page.url):
        known = visit.memory.get(BLOCK) or ""
        topic = read_topic(page.body, page.url, encoding=page.encoding, now=visit.now, zone=visit.source.zone, block=known)
        if topic.block:
            visit.memory.set(BLOCK, topic.block)
        if must_have_posts and not topic.posts:
            raise FetchError(page.url, "no_forum", "neither boards nor topics nor posts were found on the page")
        return topic


def _post_document(visit: Visit, topic: Topic, post: Post) -> Document:
    """A post as a document of its own. The topic's title belongs to the opening post: nobody else wrote it."""
    url = canonicalise_url(post.url, keep_fragment=True)
    thread_url = canonicalise_url(topic.url)
    opening = post.position == 0
    answered = canonicalise_url(post.parent_url, keep_fragment=True) if post.parent_url else thread_url
    return Document(
        id=document_id(url),
        source_id=visit.source.id,
        kind=DocumentKind.FORUM_POST,
        url=url,
        title=topic.title if opening else "",
        text=post.text,
        author=post.author,
        published=choose_date([post.published], now=visit.now),
        seen_at=visit.now,
        parent_url=None if opening else answered,
        thread_url=thread_url,
        thread_title=topic.title,
        tier=visit.source.tier,
    )
