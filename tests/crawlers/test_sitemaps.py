"""Sitemaps and listing pages."""

import gzip
from datetime import UTC, datetime

import pytest

from crawlers.listing import read_listing
from crawlers.sitemaps import Sitemap, SitemapEntry, read_sitemap, with_articles
from vigie.errors import FetchError

BASE = "https://www.gazette.example/"
NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://www.gazette.example/a1?utm_source=x</loc><news:news><news:publication><news:name>La Gazette</news:name>
<news:language>fr</news:language></news:publication><news:publication_date>2026-03-12T07:00:00+01:00</news:publication_date>
<news:title>Orvéa rappelle un sérum</news:title></news:news></url>
<url><loc>mailto:redaction@gazette.example</loc></url></urlset>""".encode()


def read(body: bytes, max_bytes: int = 1_000_000) -> Sitemap:
    return read_sitemap(body, BASE + "sitemap.xml", max_bytes=max_bytes, now=NOW, zone="Europe/Paris")


def urls(sitemap: Sitemap) -> list[str]:
    return [entry.url for entry in sitemap.pages]


def test_a_news_sitemap_gives_title_and_publication() -> None:
    entry = read(NEWS).pages[0]
    assert (entry.url, entry.title) == (BASE + "a1", "Orvéa rappelle un sérum")
    assert entry.published is not None
    assert entry.published.at == datetime(2026, 3, 12, 6, 0, tzinfo=UTC)


def test_what_is_no_web_address_is_left_out() -> None:
    assert urls(read(NEWS)) == [BASE + "a1"]


def test_a_gzipped_sitemap_is_unpacked() -> None:
    assert read(gzip.compress(NEWS)) == read(NEWS)


def test_a_sitemap_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(FetchError) as refused:
        read(gzip.compress(b"<urlset>" + b" " * 5_000_000))
    assert refused.value.reason == "too_large"


def test_a_sitemap_may_be_a_list_of_lines() -> None:
    assert urls(read(b"\xef\xbb\xbfhttps://www.gazette.example/a1\r\nhttps://www.gazette.example/a2\n")) == [
        BASE + "a1",
        BASE + "a2",
    ]


def test_a_sitemap_cut_off_gives_what_is_whole() -> None:
    assert urls(read(NEWS[: NEWS.index(b"mailto")])) == [BASE + "a1"]


@pytest.mark.parametrize("body", [b"<html><body>Maintenance</body></html>", b"<", b"<?xml version='1.0'?><rss/>"])
def test_what_is_no_sitemap_is_an_error(body: bytes) -> None:
    with pytest.raises(FetchError) as refused:
        read(body)
    assert refused.value.reason == "broken_sitemap"


def test_entities_of_the_machine_are_not_read() -> None:
    evil = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://a.example/&f;</loc></url></urlset>'
    assert all("hostname" not in url and len(url) < 30 for url in urls(read(evil)))


def index(*names: str) -> Sitemap:
    return Sitemap(sitemaps=tuple(SitemapEntry(BASE + name) for name in names))


@pytest.mark.parametrize(
    "name",
    [
        "wp-sitemap-taxonomies-category-1.xml",
        "post_tag-sitemap.xml",
        "author-sitemap2.xml",
        "page-sitemap.xml",
        "sitemap-pages.xml",
    ],
)
def test_sitemaps_of_categories_tags_authors_and_fixed_pages_are_left_out(name: str) -> None:
    assert [entry.url for entry in with_articles(index(name, "post-sitemap.xml"))] == [BASE + "post-sitemap.xml"]


def test_a_name_that_only_contains_such_a_word_is_kept() -> None:
    assert len(with_articles(index("stages-sitemap.xml", "montages.xml"))) == 2


def test_an_index_with_nothing_else_is_read_all_the_same() -> None:
    assert len(with_articles(index("videos.xml"))) == 1


def test_the_latest_files_of_an_index_come_first() -> None:
    files = Sitemap(sitemaps=(SitemapEntry(BASE + "2024.xml", "2024-12-31"), SitemapEntry(BASE + "2026.xml", "2026-03-12")))
    assert [entry.changed for entry in with_articles(files)] == ["2026-03-12", "2024-12-31"]


def test_a_listing_gives_the_articles_of_its_own_site_once_in_order() -> None:
    body = b"""<h2><a href="/b">B</a></h2><h3><a href="a?utm_medium=x">A</a></h3><h2><a href="/b#suite">B</a></h2>
    <h2><a href="https://ailleurs.example/c">C</a></h2><h2><a href="/category/d">D</a></h2>
    <h2><a href="javascript:x()">E</a></h2>"""
    assert read_listing(body, BASE, encoding=None).articles == (BASE + "b", BASE + "a")


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="next" href="/page/2">',
        '<a rel="next" href="/page/2">2</a>',
        '<a href="/page/2">Articles plus anciens \xbb</a>',
        '<a href="/page/2">\xab Billets précédents</a>',
        '<a href="/page/2" title="Page suivante">\u3009</a>',
    ],
)
def test_the_next_page_of_a_listing_is_found(link: str) -> None:
    assert read_listing(f"<html><body>{link}</body></html>".encode(), BASE, encoding="utf-8").next_page == BASE + "page/2"


@pytest.mark.parametrize(
    ("url", "links", "following"),
    [
        # Dotclear: what it calls next is newer
        ("index.php?/page/2", ("index.php?/page/3", "index.php?/page/1"), "index.php?/page/3"),
        ("index.php?", ("index.php?/page/2",), "index.php?/page/2"),
        ("spip.php?rubrique4", ("spip.php?rubrique4&debut_articles=20", "spip.php?rubrique4&debut_articles=10"),
         "spip.php?rubrique4&debut_articles=10"),
        ("blog/?paged=9", ("blog/?paged=10", "blog/?paged=8"), "blog/?paged=10"),
        ("", ("index.php?page2", "index.php?page7"), "index.php?page2"),  # PluXml
        ("index.php?page2", ("index.php?page3", "index.php?page1"), "index.php?page3"),
        ("blog/page/3/", ("blog/page/2/", "autre/page/4/"), None),
    ],
)  # fmt: skip
def test_the_next_page_is_the_one_whose_address_counts_on(url: str, links: tuple[str, ...], following: str | None) -> None:
    body = "".join(f'<a href="/{link}">page</a>' for link in links)
    found = read_listing(f"<html><body>{body}</body></html>".encode(), BASE + url, encoding="utf-8").next_page
    assert found == (following and BASE + following)


def test_the_first_page_of_a_list_is_no_article_of_its_later_ones() -> None:
    body = b'<h1><a href="/index.php?">Le carnet</a></h1><h2><a href="/index.php?post/b">B</a></h2>'
    assert read_listing(body, BASE + "index.php?/page/2", encoding=None).articles == (BASE + "index.php?post/b",)


@pytest.mark.parametrize("encoding", ["utf8mb4", "nonsense", "iso-8859-1", ""])
def test_a_charset_that_lies_or_does_not_exist_hides_no_article(encoding: str) -> None:
    body = '<h2><a href="/été">Été</a></h2>'.encode()
    assert read_listing(body, BASE, encoding=encoding).articles == (BASE + "%C3%A9t%C3%A9",)


def test_a_hundred_thousand_nested_elements_hide_no_article_before_them() -> None:
    body = b'<h2><a href="/b">B</a></h2>' + b"<div>" * 100_000
    assert read_listing(body, BASE, encoding=None).articles == (BASE + "b",)


def test_a_sitemap_of_fifty_thousand_addresses_is_read_whole() -> None:
    rows = "".join(f"<url><loc>{BASE}{n}</loc><lastmod>2087-01-01</lastmod></url>" for n in range(50_000))
    assert len(urls(read(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()))) == 50_000


@pytest.mark.parametrize("body", [b"", b"\x00\x01", b"<", b"pas du HTML"])
def test_what_is_no_listing_is_empty(body: bytes) -> None:
    assert read_listing(body, BASE, encoding="utf-8").articles == ()
