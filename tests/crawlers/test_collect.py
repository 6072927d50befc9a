"""The collector as the pipeline sees it: a sink that may fail, connectors that may break, a pass that is cancelled."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from config.schema import Crawl, Strict
from crawlers.collect import ScrapyCollector
from crawlers.fetch import PassingMemory
from crawlers.kinds import KINDS
from crawlers.kinds.connector import Kind
from vigie.errors import StoreUnavailable

ROOT = Path(__file__).resolve().parents[2]


class Broken:
    """A connector with a defect."""

    async def read(self, visit) -> AsyncGenerator:
        raise KeyError("défaut")
        yield


class Full:
    """A sink that takes nothing."""

    def __init__(self, error):
        self._error = error

    def receive(self, documents):
        raise self._error

    def lost(self, source_id, reason):
        raise self._error

    def finished(self, report):
        raise self._error


async def test_a_connector_that_breaks_costs_its_own_source_only(web, clock, manners, markup):
    feed = web.xml("/feed", markup.rss(markup.item(web.at("/a1"), "Un")))
    sources = [markup.source("broken", web.base, "casse"), markup.source("feed", feed, "bon", fetch_pages=False)]
    received = []

    class Keep(Full):
        def receive(self, documents):
            received.extend(documents)

        def finished(self, report):
            pass

    collector = ScrapyCollector(Crawl(**manners), clock, kinds={**KINDS, "broken": Kind(Strict, lambda options: Broken())})
    reports = await collector.collect(sources, Keep(None), {source.id: PassingMemory() for source in sources})
    assert [(report.ok, report.documents) for report in reports] == [(False, 0), (True, 1)]
    assert "KeyError" in reports[0].message
    assert len(received) == 1


@pytest.mark.parametrize("error", [StoreUnavailable("disk full"), OSError("no space left")])
async def test_a_sink_that_cannot_take_documents_ends_the_pass_with_its_error(web, clock, manners, markup, error):
    feed = web.xml("/feed", markup.rss(markup.item(web.at("/a1"), "Un")))
    source = markup.source("feed", feed, fetch_pages=False)
    with pytest.raises(type(error)):
        await ScrapyCollector(Crawl(**manners), clock).collect([source], Full(error), {source.id: PassingMemory()})


async def test_a_sink_that_cannot_count_losses_ends_the_pass_with_its_error(web, clock, manners, markup):
    source = markup.source("feed", web.xml("/feed", markup.rss(markup.item(web.at("/rien"), "", ""))))
    with pytest.raises(StoreUnavailable):
        await ScrapyCollector(Crawl(**manners), clock).collect(
            [source], Full(StoreUnavailable("disk full")), {source.id: PassingMemory()}
        )


async def test_a_pass_that_is_cancelled_stops_at_once(web, clock, manners, markup):
    source = markup.source("feed", web.page("/pendu", hang=True))
    pass_under_way = asyncio.create_task(
        ScrapyCollector(Crawl(**manners), clock).collect([source], Full(None), {source.id: PassingMemory()})
    )
    await asyncio.to_thread(web.wait_for, "/pendu")
    pass_under_way.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(pass_under_way, 5)


async def test_no_source_makes_no_report(clock, manners):
    assert await ScrapyCollector(Crawl(**manners), clock).collect([], Full(None), {}) == []


async def test_one_collector_serves_one_loop_after_another(web, reader, markup):
    feed = web.xml("/feed", markup.rss(markup.item(web.at("/a1"), "Un")))
    report = await asyncio.to_thread(lambda: asyncio.run(reader.read("feed", feed, fetch_pages=False)))
    assert report.documents == 1
    assert (await reader.read("feed", feed, fetch_pages=False)).ok


def test_the_kinds_are_known_without_loading_scrapy():
    code = "import crawlers.kinds, sys; sys.exit('scrapy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_scrapy_lists_the_spider_from_the_root_of_the_repository():
    listed = subprocess.run([sys.executable, "-m", "scrapy", "list"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert listed.stdout.split() == ["vigie"]
