"""One pass over one source: asks for pages one after the other, keeps within the limits and counts what went wrong."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawlers.manners import OURS, Manners, origin_of
from crawlers.optouts import REASONS, opt_out
from crawlers.robots import Robots
from crawlers.tree import charset_of
from crawlers.urls import canonicalise_url
from crawlers.walls import is_challenge, wall_behind
from vigie.errors import FetchError, FetchRefused, VigieError
from vigie.model import PassReport, Source
from vigie.ports import Sink, SourceMemory

if TYPE_CHECKING:  # checking a configuration needs the kinds and their options, not Scrapy
    from scrapy.http import Response

logger = logging.getLogger(__name__)

KEPT_PAGES = 3  # of those in which nothing was found, for who mends the reader
MAX_STRIKES = 5  # failures in a row after which a site is left alone until the next pass

GONE = frozenset(
    {"http_404", "http_410", "not_http", "private_address", "robots", "too_large", "redirect_loop", "unreadable", "soft_404"}
) | frozenset(REASONS.values())
"""Reasons that speak of one page, and that a later attempt will not cure."""

REFUSED = frozenset({"http_401", "http_403", "http_451", "login_wall", "consent_wall", "captcha"})
"""Reasons that will hardly change, but may also be a block of the whole site that is lifted later."""


class PassOver(VigieError):
    """The pass ends here, in good order: what was announced and not read waits for the next one."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request says of the copy that was read last."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}


@dataclass(frozen=True, slots=True)
class Page:
    """An answer that can be read. `url` is where it was found in the end; `body` is empty when `not_modified`."""

    url: str
    body: bytes
    content_type: str
    validators: Validators
    not_modified: bool = False

    @property
    def encoding(self) -> str | None:
        """The charset that the server declares, if it does."""
        return charset_of(self.content_type)


@dataclass(slots=True)
class Visit:
    """What a connector works with. Its counters become the pass report.

    `may_name` says whether a text can name a brand at all; without it every page is read closely.
    """

    source: Source
    memory: SourceMemory
    manners: Manners
    sink: Sink
    download: "Callable[[str, dict[str, str]], Awaitable[Response]]"
    robots: Callable[[str], Awaitable[Robots]]
    started_at: datetime
    may_name: Callable[[str], bool] | None = None
    requests: int = 0
    not_modified: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    retry_after: timedelta | None = None
    moved_to: str | None = None
    parsed: int = 0
    left_out: int = 0
    barren: list[Page] = field(default_factory=list)
    _pages: int = 0
    _barren: int = 0
    _latest: Page | None = None
    _strikes: int = 0
    _kept: tuple[str, Page] | None = None

    @property
    def now(self) -> datetime:
        return self.manners.clock.now()

    async def get(
        self, url: str, validators: Validators | None = None, *, keep: bool = False, headers: Mapping[str, str] | None = None
    ) -> Page:
        """The page at `url`. With `keep`, the next `get` of the same address has it without asking the site again.

        `headers` are sent with this request, to this site only.

        Raises: FetchError for this page; PassOver when nothing more may be asked in this pass.
        """
        if self._kept and self._kept[0] == url:
            page = self._kept[1]
            self._kept = self._kept if keep else None
            return page
        if self.requests >= self.manners.crawl.max_pages_per_pass:
            raise PassOver("page_limit", "the page limit of a pass is reached, the rest waits for the next one")
        if self.now - self.started_at >= timedelta(minutes=self.manners.crawl.max_minutes_per_pass):
            raise PassOver("time_limit", "the time limit of a pass is reached, the rest waits for the next one")
        self.requests += 1
        try:
            page = await self._ask(self._address(url), {**(validators or Validators()).headers(), **(headers or {})})
        except FetchError as error:
            self._count(error)
            raise
        self._pages += 1
        self._latest = page
        self._strikes = 0
        self._kept = (url, page) if keep else self._kept
        return page

    @contextmanager
    def reading(self, url: str) -> Iterator[None]:
        """Around a reader: what it raises about the page at `url` is counted, and is a FetchError for the caller.

        The broad except is the fetch loop's: one page that breaks a parser costs that page, not the source.
        """
        try:
            yield
        except FetchError as error:
            self.errors[error.reason] += 1
            self.found(False)
            raise
        except Exception as error:
            logger.exception("event=page_unreadable source=%s url=%s", self.source.id, url)
            self.errors["unreadable"] += 1
            self.found(False)
            raise FetchError(url, "unreadable", f"{type(error).__name__}: {error}") from error

    def found(self, anything: bool) -> None:
        """Counts whether the page that was read last held what its source brings; the last few that did not are at hand."""
        if anything:
            self.parsed += 1
            return
        self._barren += 1
        if self._latest is not None:
            self.barren = [*self.barren, self._latest][-KEPT_PAGES:]

    async def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps that the source's robots.txt names. Raises: FetchError when it is refused."""
        try:
            return (await self.robots(origin_of(self.source.url))).sitemaps
        except FetchError as error:
            self._count(error)
            raise

    def lost(self, reason: str) -> None:
        """Counts a document that was announced and cannot be read."""
        self.sink.lost(self.source.id, reason)

    def report(self, documents: int, *, ok: bool, message: str = "", reason: str = "") -> PassReport:
        """What the pass did. `left_out` articles that are too old for the source's options are told where nothing is wrong."""
        older = f"{self.left_out} older articles left out (history_days); vigie backfill reads them" if self.left_out else ""
        return PassReport(
            source_id=self.source.id,
            started_at=self.started_at,
            finished_at=self.now,
            ok=ok,
            requests=self.requests,
            not_modified=self.not_modified,
            documents=documents,
            errors=dict(self.errors),
            message=message or older,
            retry_after=self.retry_after,
            moved_to=self.moved_to,
            reason=reason,
            parsed=self.parsed,
            barren=self._barren,
        )

    def _address(self, url: str) -> str:
        """What is asked for `url`: without session and tracking, as robots.txt means it (phpBB puts `sid=` behind every link).

        The source's own address is asked for as the user wrote it.
        """
        try:
            return url if url == self.source.url else canonicalise_url(url)
        except ValueError:
            return url  # refused on its way out

    async def _ask(self, url: str, headers: dict[str, str]) -> Page:
        response = await self.download(url, headers)
        if is_challenge(_header(response, b"cf-mitigated"), response.body):
            raise FetchError(url, "captcha", "the site checks for robots before it answers, and is left alone")
        if response.status == 304:
            self.not_modified += 1
        elif response.status != 200:
            raise FetchError(url, _reason(response.status), f"the server answers {response.status}")
        self._refuse_other_than_asked(url, response)
        if url == self.source.url:
            self._note_move(url, response)
        return Page(
            url=response.url,
            body=response.body,
            content_type=_header(response, b"Content-Type"),
            validators=Validators(_header(response, b"ETag"), _header(response, b"Last-Modified")),
            not_modified=response.status == 304,
        )

    def _refuse_other_than_asked(self, url: str, response: "Response") -> None:
        """Raises: FetchError for a wall in place of the page, FetchRefused for a page that asks not to be read by programs."""
        wall = wall_behind(url, response.url) if response.url != url else None
        if wall and not (wall == "soft_404" and url == self.source.url):  # a blog that moved to the front page is no loss
            raise FetchError(url, wall, f"the site leads to {response.url} instead")
        if honoured := self.manners.crawl.honour:
            headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in _said_to_programs(response)]
            if said := opt_out(headers, response.body, "vigie", honoured):
                raise FetchRefused(url, REASONS[said], f"the page says {said}")

    def _count(self, error: FetchError) -> None:
        """Counts a failure. Raises: PassOver when a site that did answer cannot be asked any more in this pass."""
        pause = self.manners.pause_of(error.url)
        self.retry_after = pause.wait if pause else self.retry_after
        if error.reason in OURS:
            raise PassOver(error.reason, str(error)) from error
        self.errors[error.reason] += 1
        self._strikes = 0 if error.reason in GONE else self._strikes + 1
        if self._pages and (error.reason in ("asked_to_wait", "http_429") or self._strikes >= MAX_STRIKES):
            raise PassOver(error.reason, f"the site cannot be asked any more: {error}") from error

    def _note_move(self, url: str, response: "Response") -> None:
        """A source whose every redirection is permanent has moved, and its row should be changed."""
        hops = response.request.meta.get("redirect_reasons", []) if response.request else []
        if hops and all(reason in (301, 308) for reason in hops) and urlsplit(url)[:3] != urlsplit(response.url)[:3]:
            self.moved_to = response.url


def _said_to_programs(response: "Response") -> Iterator[tuple[bytes, bytes]]:
    for name in (b"X-Robots-Tag", b"TDM-Reservation"):
        for value in response.headers.getlist(name):
            yield name, value


def _reason(status: int) -> str:
    return "broken_redirect" if 300 <= status < 400 else f"http_{status}"


def _header(response: "Response", name: bytes) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")
