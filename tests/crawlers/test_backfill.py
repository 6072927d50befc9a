"""The past of a source: what lies in the time wanted, once, whenever it is interrupted, and nothing that is young."""

from datetime import UTC, datetime, timedelta

import pytest

from config.schema import Crawl
from crawlers.backfill import Backfill, Past, is_filled
from crawlers.collect import ScrapyCollector
from crawlers.kinds import KINDS
from crawlers.kinds.connector import Kind

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
PAST = Past(datetime(2026, 1, 1, tzinfo=UTC), NOW - timedelta(days=1))
WORDPRESS = "<generator>https://wordpress.org/?v=6.1</generator>"


@pytest.fixture
def fill(manners, clock, reader):
    """One pass over the past of a source, with the memory of `reader`; paths of the documents, and the report."""

    async def one_pass(kind, url, past=PAST, pages=2000, **options):
        known = Kind(KINDS[kind].options, lambda given: Backfill(kind, given, past))
        collector = ScrapyCollector(Crawl(**manners, max_pages_per_pass=pages), clock, kinds={kind: known})
        reader.collector, usual = collector, reader.collector
        report = await reader.read(kind, url, **options)
        reader.collector = usual
        return reader.urls(), report

    return one_pass


def sitemap(web, markup, days, path="/sitemap.xml"):
    """A sitemap of articles of these days; robots.txt names it."""
    lines = ""
    for day in days:
        web.page(f"/{day}", markup.article(f"Du {day}", published=f"{day}T08:00:00+01:00"))
        lines += f"<url><loc>{web.at(f'/{day}')}</loc><lastmod>{day}</lastmod></url>"
    web.page("/robots.txt", f"Sitemap: {web.at(path)}", content_type="text/plain")
    return web.xml(path, f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</urlset>')


async def test_sitemaps_give_what_lies_in_the_time_wanted(web, fill, reader, markup):
    sitemap(web, markup, ["2025-12-01", "2026-01-02", "2026-03-10", "2026-03-12"])
    found, report = await fill("site", web.at("/"))
    assert (found, report.ok) == (["/2026-01-02", "/2026-03-10"], True)
    assert "/2025-12-01" not in web.paths(), "what did not change since is not asked for"
    assert is_filled(reader.memory, PAST.since)


async def test_what_is_young_is_left_to_the_regular_passes(web, fill, reader, markup):
    sitemap(web, markup, ["2026-03-12"])
    assert (await fill("site", web.at("/")))[0] == []
    await reader.read("site", web.at("/"))
    assert reader.urls() == ["/2026-03-12"]


async def test_what_either_has_read_the_other_does_not_ask_for_again(web, fill, reader, markup):
    sitemap(web, markup, ["2026-03-01", "2026-01-02"])
    await reader.read("site", web.at("/"))
    assert reader.urls() == ["/2026-03-01"], "the regular pass goes back 30 days"
    assert (await fill("site", web.at("/")))[0] == ["/2026-01-02"]
    await reader.read("site", web.at("/"), history_days=0)
    assert reader.urls() == []


async def test_an_interrupted_backfill_goes_on_where_it_was(web, fill, reader, markup):
    days = [f"2026-02-{day:02}" for day in range(1, 11)]
    sitemap(web, markup, days)
    found: list[str] = []
    for _ in range(20):
        paths, report = await fill("site", web.at("/"), pages=4)
        found += paths
        if not report.reason:
            break
    assert found == [f"/{day}" for day in days]
    assert is_filled(reader.memory, PAST.since)
    asked = [path for path in web.paths() if path.startswith("/2026")]
    assert len(asked) == len(set(asked)), "no article twice"


async def test_a_page_of_another_time_is_read_once_however_often_it_is_interrupted(web, fill, markup):
    web.page("/robots.txt", f"Sitemap: {web.at('/s.xml')}", content_type="text/plain")
    lines = ""
    for number in range(6):  # changed lately, published long before
        web.page(f"/vieux{number}", markup.article("Vieux", published="2020-01-01T08:00:00+01:00"))
        lines += f"<url><loc>{web.at(f'/vieux{number}')}</loc><lastmod>2026-03-01</lastmod></url>"
    web.xml("/s.xml", f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</urlset>')
    for _ in range(5):
        found, _ = await fill("site", web.at("/"), pages=3)
        assert found == []
    asked = [path for path in web.paths() if path.startswith("/vieux")]
    assert sorted(asked) == [f"/vieux{number}" for number in range(6)]


async def test_the_older_pages_of_a_wordpress_feed_are_walked_until_they_are_too_old(web, fill, markup):
    def page(number, day):
        web.page(f"/a{number}", markup.article(f"A{number}", published=f"{day}T08:00:00+01:00"))
        entry = markup.item(web.at(f"/a{number}"), f"A{number}").replace(
            "Thu, 12 Mar 2026 07:00:00 +0000", f"{datetime.fromisoformat(day):%a, %d %b %Y} 07:00:00 +0000"
        )
        return web.xml("/feed" + (f"?paged={number}" if number > 1 else ""), markup.rss(entry, WORDPRESS))

    for number, day in enumerate(("2026-03-12", "2026-02-01", "2026-01-05", "2025-11-01", "2025-10-01"), start=1):
        page(number, day)
    found, report = await fill("feed", web.at("/feed"))
    assert (found, report.ok) == (["/a2", "/a3"], True)
    assert "/feed?paged=5" not in web.paths()


async def test_a_feed_that_always_answers_the_same_is_asked_twice(web, fill, markup):
    web.page("/a", markup.article("A", published="2026-02-01T08:00:00+01:00"))
    body = markup.rss(markup.item(web.at("/a"), "A"), WORDPRESS)
    for path in ("/feed", "/feed?paged=2", "/feed?paged=3"):
        web.xml(path, body)
    await fill("feed", web.at("/feed"))
    assert [path for path in web.paths() if path.startswith("/feed")] == ["/feed", "/feed?paged=2"]


async def test_a_list_is_walked_to_its_end_where_there_is_no_sitemap(web, fill, markup):
    for number in (1, 2, 3):
        web.page(f"/a{number}", markup.article(f"A{number}", published=f"2026-02-0{number}T08:00:00+01:00"))
        following = f'<a rel="next" href="/liste{number + 1}">Suivant</a>' if number < 3 else ""
        web.page(f"/liste{number}", f"<html><body><h2><a href='/a{number}'>A</a></h2>{following}</body></html>")
    found, _ = await fill("site", web.at("/liste1"), listing=True)
    assert found == ["/a1", "/a2", "/a3"]


async def test_the_topics_of_a_forum_that_live_today_are_left_to_the_regular_passes(web, fill, markup):
    rows = "".join(
        f"""<li class="row"><dl><dt><a href="./viewtopic.php?t={n}" class="topictitle">Sujet {n}</a></dt>
        <dd class="lastpost"><span>par <a class="username" href="#">P</a>
        <time datetime="{day}T08:00:00+00:00">x</time></span></dd>
        </dl></li>"""
        for n, day in ((1, "2026-03-12"), (2, "2026-02-01"), (3, "2020-01-01"))
    )
    head = '<body id="phpbb" class="nojs notouch"><a href="https://www.phpbb.com/">phpBB</a>'
    web.page("/viewforum.php?f=1", f'<html>{head}<ul class="topiclist topics">{rows}</ul></body></html>')
    for n in (1, 2, 3):
        web.page(
            f"/viewtopic.php?t={n}",
            f"""<html>{head}<h2 class="topic-title"><a href="./viewtopic.php?t={n}">Sujet</a></h2>
            <div id="p{n}" class="post bg1">
            <div class="postbody"><h3><a href="#p{n}">S</a></h3><p class="author">par <strong>
            <a class="username" href="#">Paul</a>
            </strong> » <time datetime="2026-02-01T07:05:00+00:00">x</time></p><div class="content">Bonjour {n}.</div></div></div>
            </body></html>""",
        )
    await fill("forum", web.at("/viewforum.php?f=1"))
    assert [path for path in web.paths() if "viewtopic" in path] == ["/viewtopic.php?t=2"]
