"""Feeds of every kind, whole or damaged, to entries of one shape."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.feeds import Feed, read_feed
from vigie.errors import FetchError

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
FEEDS = Path(__file__).parents[1] / "feeds"


def read(body: bytes, content_type: str = "application/xml", url: str = "https://carnet.example/feed/") -> Feed:
    return read_feed(body, content_type, url, now=NOW, zone="Europe/Paris")


def recorded(name: str, content_type: str = "application/xml") -> Feed:
    return read((FEEDS / name).read_bytes(), content_type)


def rss(items: str) -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()


def test_an_rss_entry_is_read_whole() -> None:
    feed = recorded("rss2_blog.xml")
    entry = feed.entries[0]
    assert (feed.title, feed.kind, feed.language, feed.problem) == ("Le Carnet des marques", "rss", "fr-FR", "")
    assert entry.key == "https://carnet.example/?p=7"
    assert entry.url == "https://carnet.example/2026/03/rd/"
    assert entry.author == "Zoé & Léo"
    assert entry.summary == "Un résumé… Lire la suite"
    assert entry.content == "Premier paragraphe.\nSecond 😡 paragraphe."
    assert entry.comments_feed == "https://carnet.example/2026/03/rd/feed/"
    assert entry.published is not None and entry.published.at == datetime(2026, 3, 3, 9, 12, tzinfo=UTC)


def test_html_in_a_title_becomes_plain_text() -> None:
    assert recorded("rss2_blog.xml").entries[0].title == "R&D : Orvéa & compagnie"


def test_what_is_escaped_twice_is_read_twice() -> None:
    assert recorded("rss2_blog.xml").entries[1].summary == "Échappé deux fois"


def test_a_relative_link_is_resolved() -> None:
    assert recorded("rss2_blog.xml").entries[1].url == "https://carnet.example/relatif"


def test_dates_of_1970_and_2087_are_none() -> None:
    assert [entry.published for entry in recorded("rss2_blog.xml").entries[1:]] == [None, None]


def test_the_next_page_of_a_feed_is_found() -> None:
    assert recorded("rss2_blog.xml").next_url == "https://carnet.example/feed/?paged=2"
    assert recorded("atom_replies.xml").next_url == "https://blog.example/archive/2026-02.atom"


def test_an_atom_reply_names_what_it_answers() -> None:
    entry = recorded("atom_replies.xml").entries[0]
    assert entry.parent_url == "https://blog.example/a"
    assert entry.url == "https://blog.example/a#comment-1"
    assert (entry.author, entry.title, entry.content) == ("Öykü", "5 < 6, dit-elle", "C’est honteux.")
    assert entry.published is not None and entry.updated is not None and entry.published.at < entry.updated.at


def test_an_rdf_feed_in_latin_1_is_read() -> None:
    feed = recorded("rdf.xml")
    assert (feed.kind, feed.entries[0].title, feed.entries[0].author) == ("rdf", "Été", "Kévin")
    assert feed.entries[0].published is not None


@pytest.mark.parametrize("content_type", ["text/xml", "text/xml; charset=us-ascii", "text/html; charset=utf-8", "", "nonsense"])
def test_a_wrong_content_type_spoils_no_accent(content_type: str) -> None:
    assert recorded("rss2_blog.xml", content_type).entries[0].author == "Zoé & Léo"


def test_a_feed_that_lies_about_its_charset_is_read() -> None:
    body = rss("<item><title>Été à la plage</title><link>https://x.example/</link></item>").decode().encode("cp1252")
    assert read(body).entries[0].title == "Été à la plage"


def test_broken_xml_gives_what_can_be_read_and_says_so() -> None:
    feed = recorded("broken.xml")
    assert feed.problem
    assert feed.entries[0].url == "https://casse.example/1"
    assert feed.entries[0].title == "Un & deux"


def test_entries_that_share_a_guid_keep_keys_of_their_own() -> None:
    keys = [entry.key for entry in recorded("shared_guid.xml").entries]
    assert len(set(keys)) == 4
    assert keys == [entry.key for entry in recorded("shared_guid.xml").entries]


def test_a_json_feed_is_read() -> None:
    feed = recorded("jsonfeed.json", "application/feed+json")
    first, second = feed.entries
    assert (feed.kind, feed.next_url) == ("json", "https://json.example/feed?p=2")
    assert (first.key, first.content, first.author) == ("1", "Bonjour & bienvenue", "Aïcha, Théo")
    assert first.published is not None and first.published.at.hour == 9
    assert (second.url, second.content, second.author) == ("https://json.example/2", "Texte seul\nen deux lignes", "Noël")


def test_an_edited_entry_has_another_fingerprint() -> None:
    before, after = (
        read(rss(f"<item><guid>1</guid><title>t</title><description>{text}</description></item>")).entries[0]
        for text in ("a", "b")
    )
    assert before.key == after.key
    assert before.fingerprint != after.fingerprint


def test_an_empty_feed_is_a_feed() -> None:
    feed = read(rss(""))
    assert (feed.entries, feed.problem) == ((), "")


@pytest.mark.parametrize(
    "body",
    [b"", b"   ", b"<html><body><p>404</p></body></html>", b"\x00\xff\xfe\x01", b"{}", b"{", b"[1]", b'{"items": 3}', b"bonjour"],
)
def test_what_is_no_feed_is_refused_with_a_reason(body: bytes) -> None:
    with pytest.raises(FetchError) as caught:
        read(body, "text/html")
    assert caught.value.reason == "not_a_feed"


def test_an_entry_with_nothing_in_it_spoils_no_other() -> None:
    feed = read(rss("<item></item><item><title>Bon</title><link>javascript:x</link><pubDate>bientôt</pubDate></item>"))
    assert [(entry.title, entry.url, entry.published) for entry in feed.entries] == [("", "", None), ("Bon", "", None)]


def test_what_an_entry_says_in_the_words_of_extensions_is_read() -> None:
    feed = read(
        b"""<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"
        xmlns:atom="http://www.w3.org/2005/Atom"><channel><atom:link rel="hub" href="https://hub.example/"/>
        <item><link>https://x.example/1</link><slash:comments>12</slash:comments><media:title>Un titre</media:title>
        <media:description>Sa description</media:description><source url="https://j.example">Le Journal</source></item>
        </channel></rss>"""
    )
    entry = feed.entries[0]
    assert feed.hub == "https://hub.example/"
    assert (entry.title, entry.summary, entry.comment_count) == ("Un titre", "Sa description", 12)
    assert entry.publisher == "Le Journal"


def test_a_date_of_creation_stands_for_one_of_publication() -> None:
    body = b"""<rss version="2.0" xmlns:dcterms="http://purl.org/dc/terms/"><channel><item><title>t</title>
    <dcterms:created>2026-03-01T10:00:00Z</dcterms:created></item></channel></rss>"""
    published = read(body).entries[0].published
    assert published is not None and published.at == datetime(2026, 3, 1, 10, tzinfo=UTC)
