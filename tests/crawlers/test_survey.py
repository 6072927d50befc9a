"""What a site turns out to be, in few requests, and what is proposed to read it."""

from datetime import UTC, datetime, timedelta

import pytest

from config.schema import Crawl, SourceRow, Strict, source_of
from crawlers.fetch import read_once
from crawlers.kinds import KINDS
from crawlers.kinds.connector import Kind
from crawlers.site_marks import read_marks, service_of
from crawlers.survey import Survey, Surveyor, interval_for
from vigie.model import DocumentKind

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
HOME = """<!doctype html><html lang="{lang}"><head><title>La Gazette – toute l'actualité</title>{head}</head>
<body><h2><a href="/a1">Un article</a></h2></body></html>"""
FEED_LINK = '<link rel="alternate" type="application/rss+xml" title="{title}" href="{href}">'


@pytest.fixture
def survey(manners, clock):
    """Surveys an address; what was found, the documents and the report."""

    async def look(url, kind=None):
        found, documents = Survey(), []
        kinds = {**KINDS, "survey": Kind(Strict, lambda _: Surveyor(found, kind))}
        source = source_of(SourceRow(id="survey", kind="survey", url=url))
        report = await read_once(
            source, limit=5, settings=Crawl(**manners), clock=clock, on_documents=documents.extend, kinds=kinds
        )
        return found, documents, report

    return look


def a_feed(web, markup, path="/feed/", items=3):
    for number in range(items):
        web.page(f"/a{number}", markup.article(f"Article {number}"))
    return web.xml(path, markup.rss("".join(markup.item(web.at(f"/a{n}"), f"Article {n}") for n in range(items))))


async def test_the_feed_that_a_page_names_comes_first_and_the_site_and_its_comments_follow(web, survey, markup):
    a_feed(web, markup)
    head = FEED_LINK.format(title="Flux", href="/feed/") + FEED_LINK.format(title="Commentaires", href="/comments/feed/")
    home = web.page("/", HOME.format(lang="fr", head=head + '<meta name="generator" content="WordPress 6.1">'))
    found, documents, report = await survey(home)
    assert [(one.kind, one.url) for one in found.proposals] == [
        ("feed", web.at("/feed/")), ("site", home), ("comments", web.at("/comments/feed/")),
    ]  # fmt: skip
    assert (found.engine, found.name, found.language) == ("wordpress", "La Gazette", "fr")
    assert [document.title for document in documents] == ["Article 0", "Article 1", "Article 2"]
    assert report.requests == 5, "the page, its feed and the articles, each once"


async def test_an_engine_s_feed_is_found_where_it_usually_is(web, survey, markup):
    a_feed(web, markup, "/rss/")
    home = web.page("/", HOME.format(lang="fr", head='<meta name="generator" content="Ghost 5.8">'))
    found, documents, _ = await survey(home)
    assert (found.proposals[0].kind, found.proposals[0].document_kind, len(documents)) == ("feed", DocumentKind.BLOG, 3)
    assert web.paths()[:2] == ["/", "/rss/"], "no guessing where the engine says"


async def test_a_site_without_a_feed_is_read_by_its_list(web, survey, markup):
    web.page("/a1", markup.article("Un article"))
    found, documents, _ = await survey(web.page("/", HOME.format(lang="fr", head="")))
    assert [(one.kind, one.options) for one in found.proposals] == [("site", {"listing": True})]
    assert [document.title for document in documents] == ["Un article"]
    assert len(web.paths()) == 6, "four usual places for a feed, once each"


async def test_a_feed_itself_is_proposed_as_it_is(web, survey, markup):
    url = a_feed(web, markup)
    found, documents, report = await survey(url)
    assert ([(one.kind, one.url) for one in found.proposals], len(documents)) == ([("feed", url)], 3)
    assert report.requests == 4, "the feed is asked for once"


async def test_the_kind_that_is_asked_for_is_read(web, survey, markup):
    a_feed(web, markup)
    web.page("/a1", markup.article("Un article"))
    home = web.page("/", HOME.format(lang="fr", head=FEED_LINK.format(title="Flux", href="/feed/")))
    _, documents, _ = await survey(home, "site")
    assert [document.title for document in documents] == ["Un article"]


async def test_a_forum_is_a_forum(web, survey, markup):
    board = """<html lang="fr"><body id="phpbb" class="nojs notouch"><a href="https://www.phpbb.com/">phpBB</a>
    <ul class="topiclist topics"><li class="row"><dl><dt><a href="./viewtopic.php?t=1" class="topictitle">Sujet</a></dt></dl>
    </li></ul></body></html>"""
    found, _, _ = await survey(web.page("/", board))
    assert (found.engine, found.proposals[0].kind, found.proposals[0].document_kind) == (
        "phpbb", "forum", DocumentKind.FORUM_POST,
    )  # fmt: skip


async def test_what_robots_txt_disallows_is_not_asked_for(web, survey):
    web.page("/robots.txt", "User-agent: *\nDisallow: /\n", content_type="text/plain")
    found, documents, report = await survey(web.page("/", "x"))
    assert (report.ok, report.reason, found.proposals, documents, web.paths()) == (False, "robots", [], [], [])


@pytest.mark.parametrize("status", [404, 403, 500])
async def test_a_dead_address_says_why(web, survey, status):
    found, _, report = await survey(web.page("/", "non", status=status))
    assert (report.ok, found.proposals) == (False, [])
    assert str(status) in report.message


def times(gap: timedelta, number: int) -> list[datetime]:
    return [NOW - gap * place for place in range(number)]


@pytest.mark.parametrize(
    ("gap", "number", "interval"),
    [
        (timedelta(minutes=4), 50, 5),
        (timedelta(hours=1), 20, 15),
        (timedelta(hours=3), 20, 30),
        (timedelta(days=9), 20, 360),
        (timedelta(minutes=20), 3, 5),
        (timedelta(hours=1), 2, 15),
    ],
)
def test_the_interval_follows_the_rhythm_of_the_feed(gap: timedelta, number: int, interval: int) -> None:
    assert interval_for(times(gap, number), NOW) == timedelta(minutes=interval)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.reddit.com/r/france", "reddit"),
        ("https://www.youtube.com/channel/UCx", "youtube"),
        ("https://bsky.app/profile/x", "bluesky"),
        ("https://www.google.fr/alerts/feeds/1/2", "google_alerts"),
        ("https://notreddit.com/", ""),
    ],
)
def test_services_are_known_by_their_address(url: str, kind: str) -> None:
    assert service_of(url) == kind


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"<", b"{}", b"<html lang=''>"])
def test_whatever_a_page_is_its_marks_can_be_read(body: bytes) -> None:
    assert read_marks(body, "https://a.exemple/", encoding="klingon").feeds == ()


async def test_a_section_is_read_by_its_own_list_and_not_by_the_site_s_sitemaps(web, survey, markup):
    web.page("/robots.txt", f"Sitemap: {web.at('/s.xml')}", content_type="text/plain")
    web.page("/a1", markup.article("Un article"))
    section = "".join(f"<h2><a href='/a{n}'>Article {n}</a></h2>" for n in range(1, 6))
    found, _, _ = await survey(web.page("/economie/", f"<html lang='fr'><body>{section}</body></html>"))
    assert [(one.kind, one.options) for one in found.proposals] == [("site", {"listing": True})]
