"""What a hostile or careless site writes where a name, a date or a link is expected."""

import json
from datetime import UTC, datetime

import pytest

from crawlers.comments import read_comments
from crawlers.extract import Article, read_article
from crawlers.feeds import read_feed
from vigie.model import DateSource

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
URL = "https://x.example/a"
LONG = "L’incident, causé par une mise à jour défectueuse des routeurs, a été résolu après sept heures d’interruption. " * 8
NAME = '<b>Zoé</b> <i onclick="x()">Martin</i><script>alert(1)</script>'


def read(head: str, body: str = "") -> Article:
    page = f"<html><head>{head}</head><body><article><h1>T</h1>{body}<p>{LONG}</p></article></body></html>"
    return read_article(page.encode(), URL, encoding=None, now=NOW, zone="Europe/Paris")


def declared(**fields: str) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": "T", **fields})}</script>'


def comments(rows: str) -> tuple[tuple[str | None, str, bool], ...]:
    page = f"<html><body><h1>T</h1><ol class='comment-list'>{rows}</ol></body></html>".encode()
    found = read_comments(page, URL, encoding=None, now=NOW, zone="Europe/Paris").comments
    return tuple((one.author, one.text, one.published is None) for one in found)


def test_markup_in_the_name_of_an_author_is_no_part_of_it() -> None:
    assert read(declared(author=NAME.partition("<script>")[0])).author == "Zoé Martin"
    assert read("", f'<span itemprop="author">{NAME}</span>').author == "Zoé Martin"
    row = f'<li id="comment-1" class="comment"><b class="fn">{NAME}</b><p class="comment-text">Non</p></li>'
    assert comments(row) == (("Zoé Martin", "Non", True),)
    item = f"<item><title>t</title><dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'><![CDATA[{NAME}]]></dc:creator></item>"
    feed = f"<rss version='2.0'><channel><title>f</title>{item}</channel></rss>"
    assert read_feed(feed.encode(), "text/xml", URL, now=NOW, zone="UTC").entries[0].author == "Zoé Martin"


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00Z", "0000-00-00 00:00:00", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "-1"]
)
def test_a_date_that_nobody_meant_is_none(moment: str) -> None:
    meta = f'<meta property="article:published_time" content="{moment}">'
    for article in (read(meta), read(declared(datePublished=moment)), read("", f'<time datetime="{moment}" pubdate></time>')):
        assert article.published.source is DateSource.FIRST_SEEN
    text = '<p class="comment-text">Non</p>'
    row = f'<li id="comment-1" class="comment"><b class="fn">Z</b><time datetime="{moment}"></time>{text}</li>'
    assert comments(row) == (("Z", "Non", True),)


def test_some_thousand_comments_of_one_page_are_each_read_once() -> None:
    rows = "".join(
        f'<li id="comment-{n}" class="comment"><b class="fn">Z</b><p class="comment-text">Non, {n} fois.</p></li>'
        for n in range(3_000)
    )
    assert [text for _, text, _ in comments(rows)] == [f"Non, {n} fois." for n in range(3_000)]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "http://[", "//", "mailto:a@b.fr"])
def test_an_address_that_is_none_names_no_article(link: str) -> None:
    for article in (read(f'<link rel="canonical" href="{link}">'), read(declared(url=link))):
        assert article.url == URL
