"""A site whose pages change so that nothing is found in them: it shows in the report, and the pages are kept for repair."""

from datetime import timedelta

import pytest

from config.schema import Crawl
from crawlers.barren import forget_old_pages, kept_pages
from crawlers.collect import ScrapyCollector
from crawlers.fetch import PassingMemory
from vigie.clock import SystemClock

HOLLOW = "<!doctype html><html><body><div id='app'></div><script src='/app.js'></script></body></html>"
BOARD = """<html><body id="phpbb" class="nojs notouch"><a href="https://www.phpbb.com/">phpBB</a><ul class="topiclist topics">
<li class="row"><dl><dt><a href="./viewtopic.php?t=1" class="topictitle">Sujet</a></dt></dl></li></ul></body></html>"""


class Nowhere:
    def receive(self, documents):
        pass

    def lost(self, source_id, reason):
        pass

    def finished(self, report):
        pass


@pytest.fixture
def one_pass(manners, clock, tmp_path):
    """A pass over a source with a new memory; its report, and where pages are kept."""

    async def read(source):
        collector = ScrapyCollector(Crawl(**manners), clock, barren_pages=tmp_path)
        return (await collector.collect([source], Nowhere(), {source.id: PassingMemory()}))[0]

    return read


async def test_pages_without_an_article_are_counted_and_kept(web, one_pass, markup, tmp_path):
    paths = [web.page(f"/a{n}", HOLLOW) for n in range(5)]
    feed = web.xml("/feed", markup.rss("".join(markup.item(path, "Un titre") for path in paths)))
    report = await one_pass(markup.source("feed", feed))
    assert (report.ok, report.parsed, report.barren) == (True, 0, 5)
    kept = kept_pages(tmp_path, "gazette")
    assert len(kept) == 3, "a few, however many there are"
    assert kept[-1].read_text() == f"<!-- {web.at('/a4')} -->\n{HOLLOW}"


async def test_pages_with_articles_are_counted_and_not_kept(web, one_pass, markup, tmp_path):
    web.page("/bon", markup.article("Article"))
    web.page("/vide", HOLLOW)
    feed = web.xml("/feed", markup.rss(markup.item(web.at("/bon"), "Article") + markup.item(web.at("/vide"), "Autre")))
    report = await one_pass(markup.source("feed", feed))
    assert (report.parsed, report.barren, kept_pages(tmp_path, "gazette")) == (1, 1, [])


async def test_a_list_without_articles_is_kept_and_says_why(web, one_pass, markup, tmp_path):
    report = await one_pass(markup.source("site", web.page("/liste", HOLLOW), listing=True))
    assert (report.ok, report.reason, report.barren) == (False, "nothing_found", 1)
    assert len(kept_pages(tmp_path, "gazette")) == 1


async def test_a_topic_without_posts_is_counted(web, one_pass, markup):
    web.page("/viewtopic.php?t=1", HOLLOW)
    report = await one_pass(markup.source("forum", web.page("/viewforum.php?f=1", BOARD)))
    assert (report.ok, report.parsed, report.barren) == (True, 0, 1)


async def test_kept_pages_are_removed_after_a_month(web, one_pass, markup, tmp_path):
    await one_pass(markup.source("site", web.page("/liste", HOLLOW), listing=True))
    now = SystemClock().now()
    forget_old_pages(tmp_path, now + timedelta(days=29))
    assert len(kept_pages(tmp_path, "gazette")) == 1
    forget_old_pages(tmp_path, now + timedelta(days=31))
    assert kept_pages(tmp_path, "gazette") == []


async def test_a_page_that_can_name_no_brand_still_brings_its_document(web, manners, clock, markup):
    web.page("/a", markup.article("Un titre"))
    feed = web.xml("/feed", markup.rss(markup.item(web.at("/a"), "Un titre")))
    asked: list[str] = []

    def may_name(text):
        asked.append(text)
        return False

    source = markup.source("feed", feed)
    collector = ScrapyCollector(Crawl(**manners), clock, may_name=may_name)
    report = (await collector.collect([source], Nowhere(), {source.id: PassingMemory()}))[0]
    assert (report.documents, report.parsed, report.barren) == (1, 1, 0)
    assert len(asked) == 2, "of the announcement, then of the page"
