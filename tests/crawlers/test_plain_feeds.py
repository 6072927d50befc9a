"""What is plain in a feed is read without feedparser, and reads as feedparser reads it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.feeds import Feed, read_feed
from crawlers.plain_feeds import read_plain

URL = "https://carnet.example/feed/"
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
NAMES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"'
)
WORDS = st.text("aéœÂ’©\u00a0 <>&1\n", max_size=12)
PARTS = {
    "title": WORDS,
    "link": st.sampled_from(["https://carnet.example/a?b=1&c=2", "/b", "?p=3", "x y"]),
    "guid": st.sampled_from(["https://carnet.example/g", "12", "tag:carnet.example,2026:1"]),
    "pubDate": st.sampled_from(["Tue, 03 Mar 2026 10:12:00 +0100", "hier", ""]),
    "description": WORDS.map(lambda text: f"<p>{text}</p>"),
    "content:encoded": WORDS.map(lambda text: f"<p>{text}</p><br>&eacute;"),
    "dc:creator": WORDS,
    "dc:date": st.just("2026-03-03T10:00:00Z"),
    "wfw:commentRss": st.just("/b/feed/"),
    "slash:comments": st.just("7"),
    "category": WORDS,
    "source": WORDS,
}


def feed(items: str) -> bytes:
    head = "<title>Le Carnet &amp; co</title><link>https://carnet.example/</link><language>fr</language>"
    head += '<atom:link rel="next" href="/feed/?paged=2"/><image><title>Logo</title><url>/l.png</url></image>'
    rss = f'<rss version="2.0" {NAMES}><channel>{head}{items}</channel></rss>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{rss}'.encode()


def read(body: bytes) -> Feed:
    return read_feed(body, "application/rss+xml", URL, now=NOW, zone="Europe/Paris")


def by_feedparser(body: bytes) -> Feed:
    """The same feed with a document type, which only feedparser reads."""
    head, mark, rest = body.partition(b"?>")
    return read(head + mark + b"<!DOCTYPE feed []>" + rest)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


ITEM = st.permutations(sorted(PARTS)).flatmap(
    lambda names: st.tuples(*(st.tuples(st.just(name), st.none() | PARTS[name]) for name in names))
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ITEM, max_size=3))
def test_a_plain_feed_reads_as_feedparser_reads_it(items: list[tuple[tuple[str, str | None], ...]]) -> None:
    rows = "".join(
        "<item>" + "".join(f"<{name}>{escaped(text)}</{name}>" for name, text in item if text is not None) + "</item>"
        for item in items
    )
    assert read(feed(rows)) == by_feedparser(feed(rows))


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0" xml:lang="fr-FR">
<title type="text">Été &lt;b> 2026</title><link rel="hub" href="https://hub.example/"/><entry><id>tag:carnet.example,2026:1</id>
<title type="html">R&amp;amp;D</title><link rel="replies" href="/r"/><link href="/a"/><updated>2026-03-03T10:00:00Z</updated>
<author><name>Zoé</name><uri>https://z.example</uri></author><thr:in-reply-to ref="tag:x" href="/parent"/><thr:total>3</thr:total>
<content type="html">&lt;p&gt;Honteux&lt;/p&gt;</content></entry></feed>"""
RDF = """<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title><items><rdf:Seq><rdf:li resource="/1"/></rdf:Seq></items>
</channel><item rdf:about="https://carnet.example/1"><title>Un</title><link>https://carnet.example/1</link>
<dc:creator>Zoé</dc:creator><dc:creator>Léo</dc:creator><dc:date>2026-03-03</dc:date><description>d</description></item></rdf:RDF>"""


@pytest.mark.parametrize(
    "body", [ATOM, RDF, "<rss version='0.92'><channel><title>t</title><item><title>x</title></item></channel></rss>"]
)
def test_every_family_of_feeds_may_be_plain_and_then_reads_the_same(body: str) -> None:
    written = f'<?xml version="1.0"?>{body}'.encode()
    assert read_plain(written, "text/xml", URL) is not None
    assert read(written) == by_feedparser(written)


@pytest.mark.parametrize(
    "item",
    ["<title>a</title><title>b</title>", "<description>un <b>mot</b></description>", "<author>zoe@x.example (Zoé)</author>",
     "<title>n&#146;a</title>", "<link></link>", "<summary>autre format</summary>",
     "<atom:content type='xhtml'><p>x</p></atom:content>", "<atom:content src='/film'/>",
     "<title>non fermé", "<title>&inconnue;</title>", "<x:y>sans nom</x:y>"],
)  # fmt: skip
def test_what_only_feedparser_knows_is_left_to_it(item: str) -> None:
    assert read_plain(feed(f"<item>{item}</item>"), "text/xml", URL) is None


@pytest.mark.parametrize(
    "body",
    [feed("").replace(b"UTF-8", b"ISO-8859-1"), feed("").replace(b"<rss", b"<rss xml:base='/x/'"),
     feed("<item/>").decode().encode("utf-16"), b"<html><body/></html>", b"",
     feed("<!-- \xff -->").replace(b"\xc3\xbf", b"\xff")],
)  # fmt: skip
def test_a_body_that_is_not_plain_is_left_to_feedparser(body: bytes) -> None:
    assert read_plain(body, "text/xml", URL) is None


def test_a_charset_that_the_server_names_is_believed_before_the_feed() -> None:
    assert read_plain(feed(""), "text/xml; charset=windows-1252", URL) is None


def test_the_caption_of_a_picture_does_not_stand_for_the_text() -> None:
    media = 'xmlns:media="http://search.yahoo.com/mrss/"'
    item = f'<item {media}><description>Le chapô</description><media:content url="/i.jpg"><media:description>Un rayon vide'
    entry = read(feed(f"{item}</media:description></media:content></item>")).entries[0]
    assert (entry.summary, entry.content) == ("Le chapô", "")


def test_recorded_feeds_read_the_same_both_ways() -> None:
    recorded = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "feeds").glob("*.xml"))]
    plain = [body for body in recorded if read_plain(body, "application/rss+xml", URL)]
    assert plain
    assert [read(body) for body in plain] == [by_feedparser(body) for body in plain]
