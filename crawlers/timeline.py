"""Timelines of services (social networks, questions and answers): newest first, page by page, until a page brings nothing new.

Between a service's module, which knows its addresses and the shape of its answers, and the documents. A pass that has to stop
before it met what is known leaves a cursor, and the next one goes on there once it has read what is newest.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NoReturn

from pydantic import Field

from config.schema import Strict
from crawlers.dates import choose_date
from crawlers.ledger import Ledger, is_news
from crawlers.manners import origin_of
from crawlers.place import Place
from crawlers.query import with_query
from crawlers.tokens import token_of
from crawlers.visit import Page, PassOver, Visit
from vigie.errors import FetchError
from vigie.model import Document, PublicationDate, Source, document_id

_SINGLES = 100  # posts that are asked for one by one in a pass


class TimelineOptions(Strict):
    """Options that every timeline has."""

    pages: int = Field(5, ge=1, description="Pages read of each timeline in one pass; what remains comes with the next.")


@dataclass(frozen=True, slots=True)
class Post:
    """One post of a service. `url` is its canonical permalink; the others as in `Document`."""

    url: str
    text: str
    title: str = ""
    author: str | None = None
    published: PublicationDate | None = None
    parent_url: str | None = None
    thread_url: str | None = None
    thread_title: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of a timeline, newest first. `next_url` has older posts; `threads` are asked every time the page is, `singles`
    once. `pause` is how long the service wants to be left alone.
    """

    posts: Sequence[Post] = ()
    next_url: str | None = None
    threads: Sequence[str] = ()
    singles: Sequence[str] = ()
    pause: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A connector for a service: `starts` gives the addresses of its newest pages, `read` what a page holds.

    `pause` is left after every request. `header` names the one that carries the source's token, if there is one.
    """

    starts: Callable[[Visit], Awaitable[Sequence[str]]]
    read_page: Callable[[Page, Place], Answer]
    pages: int
    pause: timedelta = timedelta(0)
    headers: Mapping[str, str] = field(default_factory=dict)

    async def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        ledger = Ledger(visit.memory)
        failure: FetchError | None = None
        well = False
        for start in _in_turn(visit, await self.starts(visit)):
            try:
                async for document in self._walk(visit, ledger, start):
                    yield document
                well = True
            except FetchError as error:  # counted by the visit; the other timelines can be read
                failure = error
        if failure and not well:
            raise failure

    async def _walk(self, visit: Visit, ledger: Ledger, start: str) -> AsyncIterator[Document]:
        """The new posts of one timeline. The history before the first visit is as long as the pages of a pass."""
        cursor, begun = f"cursor:{start}", f"begun:{start}"
        resume = visit.memory.get(cursor)
        is_first = visit.memory.get(begun) is None
        url: str | None = start
        for _ in range(self.pages):
            if not url:
                break
            if not is_first:
                visit.memory.set(cursor, url if url != start else resume)
            answer = await self._ask(visit, url)
            visit.memory.set(begun, "yes")
            found = 0
            async for document in self._new_in(visit, ledger, answer):
                found += 1
                yield document
            url, resume = (answer.next_url, resume) if found else (resume, None)
        visit.memory.set(cursor, None if is_first else url)

    async def _new_in(self, visit: Visit, ledger: Ledger, answer: Answer) -> AsyncIterator[Document]:
        for post in answer.posts:
            if is_news(ledger, post.url, f"{post.title}\n{post.text}"):
                yield post_document(visit, post)
        singles = [url for url in answer.singles if not ledger.knows(url)][:_SINGLES]
        for url in (*answer.threads, *singles):
            try:
                inner = await self._ask(visit, url)
            except FetchError:
                continue  # counted by the visit; a thread is asked again, a single as well
            ledger.note(url, "asked")
            for post in inner.posts:
                if is_news(ledger, post.url, f"{post.title}\n{post.text}"):
                    yield post_document(visit, post)

    async def _ask(self, visit: Visit, url: str) -> Answer:
        """One page. Raises: PassOver while the service is to be left alone."""
        origin = origin_of(url)
        visit.retry_after = visit.manners.held_for(origin)
        if visit.retry_after:
            raise PassOver("asked_to_wait", f"{origin} is to be left alone for a while, the rest waits for the next pass")
        page = await visit.get(url, headers=with_token(self.headers, visit.source))
        with visit.reading(page.url):
            answer = self.read_page(page, Place(page.url, visit.now, "UTC"))
        pause = max(self.pause, answer.pause)
        if pause:
            visit.manners.hold(origin, pause)
        return answer


def with_token(headers: Mapping[str, str], source: Source) -> dict[str, str]:
    """The headers with the source's token in place of `{token}`; none for a source without one."""
    token = token_of(source)
    return {name: value.format(token=token) for name, value in headers.items()} if token else {}


def post_document(visit: Visit, post: Post) -> Document:
    """A post as a document of its own."""
    return Document(
        id=document_id(post.url),
        source_id=visit.source.id,
        kind=visit.source.document_kind,
        url=post.url,
        title=post.title,
        text=post.text,
        author=post.author,
        published=choose_date([post.published], now=visit.now),
        seen_at=visit.now,
        language=post.language,
        parent_url=post.parent_url,
        thread_url=post.thread_url or post.url,
        thread_title=post.thread_title,
        tier=visit.source.tier,
    )


def wanted(given: Sequence[str], visit: Visit) -> Sequence[str]:
    """What to search for: what the options say, else the names of the brands, as phrases where they have several words.

    Raises: FetchError (`nothing_wanted`) when there is neither.
    """
    names = tuple(given) or tuple(f'"{name}"' if " " in name else name for name in visit.source.brand_names)
    return names or nothing_wanted(visit, "say in the options what to look for, or name a brand")


def hashtags(given: Sequence[str], visit: Visit) -> Sequence[str]:
    """Hashtags without their sign: what the options say, else the brands' handles and names. Raises: FetchError."""
    written = tuple(given) or (*visit.source.brand_handles, *visit.source.brand_names)
    tags = ("".join(sign for sign in one if sign.isalnum() or sign == "_") for one in written)
    found = tuple(dict.fromkeys(tag.lower() for tag in tags if tag))
    return found or nothing_wanted(visit, "say in the options which hashtags to read, or name a brand")


def nothing_wanted(visit: Visit, what_to_do: str) -> NoReturn:
    """Raises: FetchError, counted, for a source that was not told what to read."""
    with visit.reading(visit.source.url):
        raise FetchError(visit.source.url, "nothing_wanted", what_to_do)


def below(source: Source, path: str, /, **query: str | int | None) -> str:
    """An address of the service that the source names."""
    return with_query(origin_of(source.url) + path, **query)


def _in_turn(visit: Visit, starts: Sequence[str]) -> Sequence[str]:
    """The timelines, each pass beginning with another: where a service wants pauses, all get their turn."""
    turn = int(visit.memory.get("turn") or 0) % max(len(starts), 1)
    visit.memory.set("turn", str(turn + 1) if len(starts) > 1 else None)
    return (*starts[turn:], *starts[:turn])
