"""The one spider: a pass over many sources at once, each read by the connector of its kind."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import scrapy
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.kinds.connector import Connector
from crawlers.manners import Manners, manners_of, running_engine
from crawlers.middlewares.robots import RobotsMiddleware
from crawlers.robots import Robots
from crawlers.visit import Page, PassOver, Visit
from vigie.errors import FetchError, FetchRefused
from vigie.model import Document, PassReport, Source
from vigie.ports import Sink, SourceMemory

BATCH = 50
SOURCES_AT_ONCE = 128  # each holds a connection and its last page; requests are limited by `[crawl] concurrency`

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Pass:
    """What a spider is given to read, and what it leaves behind. `broken` is what the sink raised, if it did.

    `keep_pages` takes, by source id, the last pages of a pass in which nothing was found in any.
    """

    sources: Sequence[Source]
    sink: Sink
    memories: Mapping[str, SourceMemory]
    connector_of: Callable[[Source], Connector]
    limit: int | None = None
    may_name: Callable[[str], bool] | None = None
    keep_pages: Callable[[str, Sequence[Page]], None] | None = None
    reports: dict[str, PassReport] = field(default_factory=dict)
    broken: Exception | None = None


class VigieSpider(scrapy.Spider):
    """Connectors ask for their pages one after the other through Scrapy's downloader; sources go side by side."""

    name = "vigie"

    def __init__(self, work: Pass | None = None, manners: Manners | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.manners = manners
        self._work = work

    async def start(self) -> AsyncIterator[Any]:
        """Reads every source to its end; documents go to the sink, so nothing is left to yield to Scrapy."""
        if self._work:
            gate = asyncio.Semaphore(SOURCES_AT_ONCE)
            await asyncio.gather(*(self._report(source, self._work, gate) for source in self._work.sources))
        return
        yield  # what makes this the generator that Scrapy wants

    async def _report(self, source: Source, work: Pass, gate: asyncio.Semaphore) -> None:
        """One source's pass, when its turn comes."""
        async with gate:
            await self._read(source, work)

    async def _read(self, source: Source, work: Pass) -> None:
        """The broad except is the fetch loop's: whatever a site sends ends in a counted failure."""
        sink = _Guarded(work)
        visit = self._visit(source, work, sink)
        batch = _Batch(sink, source.language)
        ok, message, reason = True, "", ""
        try:
            await _drain(work.connector_of(source).read(visit), batch, work.limit)
        except FetchError as error:
            ok, message, reason = False, str(error), error.reason
        except PassOver as over:
            message, reason = str(over), over.reason
        except Exception as error:
            logger.exception("event=connector_broken source=%s", source.id)
            ok, message, reason = False, f"{type(error).__name__}: {error}", "internal"
            visit.errors["internal"] += 1
        with suppress(PassOver):  # the sink's error is kept in `work`
            batch.flush()
        work.reports[source.id] = visit.report(batch.total, ok=ok, message=message, reason=reason)
        if visit.barren and not visit.parsed and work.keep_pages:
            work.keep_pages(source.id, visit.barren)
        with suppress(PassOver):
            sink.finished(work.reports[source.id])

    def _visit(self, source: Source, work: Pass, sink: Sink) -> Visit:
        manners = manners_of(self.crawler)
        return Visit(
            source=source,
            memory=work.memories[source.id],
            manners=manners,
            sink=sink,
            download=self._download,
            robots=self._robots,
            started_at=manners.clock.now(),
            may_name=work.may_name,
        )

    async def _download(self, url: str, headers: dict[str, str]) -> Response:
        """The answer after redirections, whatever its status. Raises: FetchError."""
        try:
            return await running_engine(self.crawler).download_async(Request(url, headers=headers, dont_filter=True))
        except IgnoreRequest as error:
            raise FetchError(url, "redirect_loop", "redirected too many times") from error
        except ValueError as error:  # Scrapy's Request does not take what is not a URL
            raise FetchRefused(url, "not_http") from error

    async def _robots(self, origin: str) -> Robots:
        middleware = self.crawler.get_downloader_middleware(RobotsMiddleware)
        if not isinstance(middleware, RobotsMiddleware):
            raise TypeError("robots.txt is always obeyed: settings without RobotsMiddleware are not ours")
        return await middleware.rules(origin)


async def _drain(documents: AsyncGenerator[Document, None], batch: "_Batch", limit: int | None) -> None:
    """Reads to the end or to the limit; the connector's own end (its `finally`) always comes before the report."""
    async with aclosing(documents):
        async for document in documents:
            batch.add(document)
            if batch.total == limit:
                break


class _Guarded:
    """The pass's sink. What it raises ends the pass of every source and is kept for the caller: no site is to blame for it."""

    def __init__(self, work: Pass) -> None:
        self._work = work

    def receive(self, documents: Sequence[Document]) -> None:
        """Raises: PassOver when the sink failed, now or before."""
        self._hand_over(lambda: self._work.sink.receive(documents))

    def lost(self, source_id: str, reason: str) -> None:
        """Raises: PassOver when the sink failed, now or before."""
        self._hand_over(lambda: self._work.sink.lost(source_id, reason))

    def finished(self, report: PassReport) -> None:
        """Raises: PassOver when the sink failed, now or before."""
        self._hand_over(lambda: self._work.sink.finished(report))

    def _hand_over(self, give: Callable[[], None]) -> None:
        if self._work.broken is None:
            try:
                give()
                return
            except Exception as error:  # noqa: BLE001  collect() raises it again
                self._work.broken = error
        raise PassOver("sink", f"documents are not taken: {self._work.broken}")


class _Batch:
    """Hands documents over in groups, so that a pass of any length takes little memory.

    A document that does not say its language is in the source's.
    """

    def __init__(self, sink: Sink, language: str) -> None:
        self.total = 0
        self._language = language or None
        self._sink = sink
        self._waiting: list[Document] = []

    def add(self, document: Document) -> None:
        self.total += 1
        self._waiting.append(replace(document, language=document.language or self._language))
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Returns once everything added is durable. Raises: PassOver when they cannot be."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._sink.receive(waiting)
