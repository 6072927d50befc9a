"""`vigie fetch`: an address alone is enough."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.schema import Crawl
from crawlers.fetch import document_row, fetch
from vigie.model import DateSource, Document, DocumentKind, PublicationDate, document_id

COMMENT = """<div id="comments" class="comments-area"><ol class="comment-list"><li id="comment-7" class="comment">
<article id="div-comment-7" class="comment-body"><footer class="comment-meta"><div class="comment-author vcard">
<b class="fn">Paul</b></div><div class="comment-metadata"><a href="#comment-7">
<time datetime="2026-03-12T09:01:00+01:00">12 mars</time></a></div></footer>
<div class="comment-content"><p>Quelle déception.</p></div></article></li></ol></div>"""

TOPIC = """<!DOCTYPE html><html><body id="phpbb" class="nojs notouch">
<h2 class="topic-title"><a href="./viewtopic.php?t=1">Sujet</a></h2>
<div id="p5" class="post bg1"><div class="postbody"><h3><a href="./viewtopic.php?p=5#p5">Sujet</a></h3><p class="author">
<a href="./viewtopic.php?p=5#p5">#</a> par <strong><a class="username" href="#">Paul</a></strong> »
<time datetime="2026-03-12T07:05:00+00:00">jeu.</time></p><div class="content">Bonjour.</div></div></div></body></html>"""


@pytest.fixture
def fetched(manners, clock):
    """Fetches an address; the report and the documents."""

    async def read(url, kind=None, limit=None):
        documents = []
        report = await fetch(url, kind=kind, limit=limit, settings=Crawl(**manners), clock=clock, on_documents=documents.extend)
        return report, documents

    return read


async def test_a_feed_is_recognised_and_asked_for_once(web, fetched, markup):
    web.page("/a1", markup.article("Article 1"))
    report, documents = await fetched(web.xml("/flux", markup.rss(markup.item(web.at("/a1"), "Article 1"))))
    assert (report.ok, [document.title for document in documents], web.paths()) == (True, ["Article 1"], ["/flux", "/a1"])


async def test_a_comment_feed_is_recognised(web, fetched, markup):
    web.page("/a1/", markup.article("Article 1", more=COMMENT))
    _, documents = await fetched(
        web.xml("/flux", markup.rss(markup.item(web.at("/a1/#comment-7"), "Par : Paul", "Quelle déception.")))
    )
    assert [(document.kind, document.text) for document in documents] == [(DocumentKind.COMMENT, "Quelle déception.")]


async def test_an_article_is_recognised_and_brings_its_comments_only(web, fetched, markup):
    url = web.page("/2026/03/article", markup.article("Article 1", more=COMMENT + '<h2><a href="/autre">Autre</a></h2>'))
    _, documents = await fetched(url)
    assert [document.kind for document in documents] == [DocumentKind.NEWS, DocumentKind.COMMENT]
    assert web.paths() == ["/2026/03/article"]


async def test_no_language_is_claimed_that_nobody_declared(web, fetched):
    _, documents = await fetched(web.page("/viewtopic.php?t=1", TOPIC))
    assert [document.language for document in documents] == [None]


async def test_a_topic_is_recognised(web, fetched):
    _, documents = await fetched(web.page("/viewtopic.php?t=1", TOPIC))
    assert [(document.kind, document.author) for document in documents] == [(DocumentKind.FORUM_POST, "Paul")]
    assert web.paths() == ["/viewtopic.php?t=1"]


async def test_a_blog_is_read_whole_through_its_listing_when_it_has_no_sitemap(web, fetched, markup):
    head = '<head><meta name="generator" content="Dotclear"></head>'
    web.page("/", f'<html>{head}<body><h2><a href="/a1">Un</a></h2><a rel="next" href="/page/2">Suite</a></body></html>')
    web.page("/page/2", f'<html>{head}<body><h2><a href="/a2">Deux</a></h2></body></html>')
    web.page("/a1", markup.article("Article 1", more=COMMENT))
    web.page("/a2", markup.article("Article 2", published="2019-01-02T08:00:00+01:00"))
    _, documents = await fetched(web.at("/"))
    assert [document.kind for document in documents] == [DocumentKind.BLOG, DocumentKind.COMMENT, DocumentKind.BLOG]
    assert sorted(web.paths()) == ["/", "/a1", "/a2", "/page/2"]


async def test_a_limit_ends_the_collection(web, fetched, markup):
    items = "".join(markup.item(web.at(f"/a{number}"), f"Article {number}") for number in range(30))
    report, documents = await fetched(web.xml("/flux", markup.rss(items)), limit=4)
    assert (report.ok, report.documents, len(documents)) == (True, 4, 4)
    assert len(web.paths()) < 10


async def test_the_kind_may_be_given(web, fetched, markup):
    url = web.page("/", markup.article("Article 1", more=COMMENT))
    _, documents = await fetched(url, kind="comments")
    assert [document.kind for document in documents] == [DocumentKind.COMMENT]


async def test_an_address_that_holds_nothing_readable_says_so(web, fetched):
    report, documents = await fetched(web.page("/image", b"\x89PNG\r\n\x1a\n", content_type="image/png"))
    assert (report.ok, documents, dict(report.errors)) == (False, [], {"not_a_feed": 1})


DOCUMENT = Document(
    id=document_id("https://a.example/1"),
    source_id="fetch",
    kind=DocumentKind.NEWS,
    url="https://a.example/1",
    title="Titre",
    text="Texte",
    author=None,
    published=PublicationDate(datetime(2026, 7, 14, 22, 30, tzinfo=UTC), DateSource.JSONLD, 1.0),
    seen_at=datetime(2026, 7, 15, tzinfo=UTC),
)


def test_a_row_gives_the_time_with_the_offset_of_the_zone():
    assert document_row(DOCUMENT, "Europe/Paris")["published_at"] == "2026-07-15T00:30:00+02:00"


def test_a_row_gives_a_day_alone_when_the_hour_is_not_known():
    day = PublicationDate(datetime(2026, 7, 14, 10, tzinfo=UTC), DateSource.PAGE_TEXT, 0.5, day_only=True)
    assert document_row(replace(DOCUMENT, published=day), "Europe/Paris")["published_at"] == "2026-07-14"


def test_a_row_gives_no_date_when_the_page_shows_none():
    unknown = PublicationDate(datetime(2026, 7, 15, tzinfo=UTC), DateSource.FIRST_SEEN, 0.0)
    assert document_row(replace(DOCUMENT, published=unknown), "Europe/Paris")["published_at"] is None


async def test_a_site_without_sitemap_or_headlines_is_read_through_the_feed_it_names(web, fetched, markup):
    web.page("/a1", markup.article("Article 1"))
    web.xml("/flux", markup.rss(markup.item(web.at("/a1"), "Article 1")))
    link = '<link rel="alternate" type="application/rss+xml" href="/flux">'
    web.page("/", f"<html><head>{link}</head><body><p>Bienvenue</p></body></html>")
    _, documents = await fetched(web.at("/"))
    assert [document.title for document in documents] == ["Article 1"]
    assert web.paths() == ["/", "/flux", "/a1"]
