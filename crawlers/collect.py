"""The collector: `vigie.ports.Collector` over Scrapy. The pipeline calls it; nothing outside `crawlers` sees Scrapy."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from config.schema import Crawl
from crawlers.barren import keep_pages
from crawlers.kinds import KINDS
from crawlers.kinds.connector import Connector, Kind
from crawlers.manners import Manners
from vigie.clock import Clock
from vigie.errors import ConfigError
from vigie.model import PassReport, Source
from vigie.ports import Sink, SourceMemory


class ScrapyCollector:
    """Reads sources on the running asyncio loop, pass after pass; several passes may be under way at once.

    robots.txt rules and the sites that asked to be left alone are remembered from pass to pass. `limit` ends each source's pass
    after that many documents. `asked` is how often each host was asked earlier this day. `barren_pages` is the folder for pages
    in which nothing was found. `may_name` says whether a text can name a brand at all: pages that cannot are not read
    closely; without it all are. Scrapy is loaded by the first pass.
    """

    def __init__(
        self,
        settings: Crawl,
        clock: Clock,
        *,
        kinds: Mapping[str, Kind[Any]] = KINDS,
        limit: int | None = None,
        asked: Mapping[str, int] | None = None,
        barren_pages: Path | None = None,
        may_name: Callable[[str], bool] | None = None,
    ) -> None:
        self._settings = settings
        self._manners = Manners(settings, clock, Counter(asked))
        self._kinds = kinds
        self._limit = limit
        self._may_name = may_name
        self._keep_pages = partial(keep_pages, barren_pages) if barren_pages else None

    async def collect(self, sources: Sequence[Source], sink: Sink, memories: Mapping[str, SourceMemory]) -> Sequence[PassReport]:
        """One report per source, in order. Raises: ConfigError for an unknown kind; whatever the sink raised."""
        from scrapy.crawler import AsyncCrawlerRunner  # noqa: PLC0415
        from scrapy.settings import Settings  # noqa: PLC0415

        from crawlers import settings as base  # noqa: PLC0415
        from crawlers.spider import Pass, VigieSpider  # noqa: PLC0415

        for source in sources:
            self._connector_of(source)
        chosen = Settings()
        chosen.setmodule(base)
        chosen.update(base.of_user(self._settings), priority="cmdline")
        runner = AsyncCrawlerRunner(chosen)
        work = Pass(sources, sink, memories, self._connector_of, self._limit, self._may_name, self._keep_pages)
        crawl = runner.crawl(VigieSpider, work=work, manners=self._manners)
        try:
            await asyncio.shield(crawl)
        except asyncio.CancelledError:
            await runner.stop()
            raise
        if work.broken:
            raise work.broken
        return [work.reports[source.id] for source in sources]

    def _connector_of(self, source: Source) -> Connector:
        kind = self._kinds.get(source.kind)
        if kind is None:
            raise ConfigError([f"source {source.id}: unknown kind {source.kind!r}, one of {', '.join(self._kinds)} is wanted"])
        return kind.connect(source.options)
