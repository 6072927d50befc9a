"""Canonical addresses: one spelling for one page, and nothing that names another."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.urls import canonicalise_url
from vigie.model import host_of


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("HTTP://WWW.Exemple.FR:80", "http://www.exemple.fr/"),
        ("https://exemple.fr:443/a", "https://exemple.fr/a"),
        ("https://exemple.fr:8443/a", "https://exemple.fr:8443/a"),
        ("https://exemple.fr./a", "https://exemple.fr/a"),
        ("https://orvéa.fr/", "https://xn--orva-dpa.fr/"),
        ("https://u:secret@exemple.fr/a", "https://exemple.fr/a"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("https://exemple.fr/a/./b/../c", "https://exemple.fr/a/c"),
        ("https://exemple.fr/../a", "https://exemple.fr/a"),
        ("https://exemple.fr/%2e%2e/a", "https://exemple.fr/a"),
        ("https://exemple.fr/%7ezo%c3%a9", "https://exemple.fr/~zo%C3%A9"),
        ("https://exemple.fr/zoé?q=a b", "https://exemple.fr/zo%C3%A9?q=a%20b"),
        ("https://exemple.fr/100%", "https://exemple.fr/100%25"),
        ("https://exemple.fr/a?", "https://exemple.fr/a"),
        ("https://exemple.fr/a?b=2&a=1", "https://exemple.fr/a?b=2&a=1"),
        ("https://exemple.fr/a?utm_source=x&id=3&fbclid=y&xtor=RSS-1&at_medium=z", "https://exemple.fr/a?id=3"),
        ("https://exemple.fr/viewtopic.php?t=3&sid=0123456789abcdef0123456789abcdef", "https://exemple.fr/viewtopic.php?t=3"),
        ("https://exemple.fr/?sid=12", "https://exemple.fr/?sid=12"),
        ("https://exemple.fr/a;jsessionid=1A2B?x=1", "https://exemple.fr/a?x=1"),
        ("https://exemple.fr/?PHPSESSID=abc&p=1", "https://exemple.fr/?p=1"),
        ("https://exemple.fr/a/?replytocom=13#respond", "https://exemple.fr/a/"),
        (" https://exemple.fr/a\n ", "https://exemple.fr/a"),
    ],
)
def test_an_address_has_one_spelling(given_url: str, expected: str) -> None:
    assert canonicalise_url(given_url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://www.amazon.fr/dp/B0?th=1&qid=3&ref_=x",
        "https://www.amazon.co.uk/dp/B0?pd_rd_w=1&tag=x-21",
        "https://www.youtube.com/watch?si=abc&feature=share",
        "https://open.spotify.com/episode/1?si=2",
        "https://exemple.fr/a?%3Futm_source=x&amp;utm_medium=y&UTM_Campaign=z&mtm_kwd=1",
        "https://exemple.fr/a?__s=1&hsCtaTracking=2&wt_zmc=3&Echobox=4",
        "https://www.reddit.com/r/a/?%243p=x&$deep_link=true&rdt=1",
    ],
)
def test_parameters_that_track_go(url: str) -> None:
    assert "?" not in canonicalise_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://exemple.fr/a?ref=12&source=presse&s=orvea&t=4&from=2026-01-01&tag=banque&p=3&page=2&si=1&th=2",
        "https://exemple.fr/?trk=12&tracking_id=6A123&mbid=5&share_id=9&lang=fr&ns=3&at=5&utmost=1",
        "https://notamazon.fr/a?qid=3",
        "https://www.google.com/url?q=https://exemple.fr/&usg=AOv",
        "https://news.google.com/rss/search?q=orvea&hl=fr&gl=FR&ceid=FR:fr",
        "https://www.youtube.com/watch?v=abc&t=42s&list=x",
        "https://www.amazon.fr/s?k=cafetiere&page=2",
        "https://www.facebook.com/permalink.php?story_fbid=1&id=2",
        "https://forum.exemple.fr/viewtopic.php?t=3&start=20",
    ],
)
def test_parameters_that_name_a_page_stay(url: str) -> None:
    assert canonicalise_url(url) == url


@pytest.mark.parametrize(
    "bad",
    ["", "   ", "/relative", "//exemple.fr", "mailto:a@exemple.fr", "javascript:void(0)", "ftp://exemple.fr/", "http://", "https://?q",
     "http://exemple.fr:99999/", "http://exem ple.fr/", "http://[::1", "http://-.fr\\@x/", "https://exemple.fr/" + "a" * 3000],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(bad: str) -> None:
    with pytest.raises(ValueError):
        canonicalise_url(bad)


LONG = "ghost-comments-6b021126a2241153706a857a"


@pytest.mark.parametrize(
    "fragment", ["comment-12", "p1234", "post-9", "msg77", "pid5", "c31", "div-comment-3", "comment8", "12", "r5", LONG]
)
def test_a_fragment_that_names_a_post_is_kept_when_asked_for(fragment: str) -> None:
    assert canonicalise_url(f"https://exemple.fr/a#{fragment}", keep_fragment=True) == f"https://exemple.fr/a#{fragment}"
    assert canonicalise_url(f"https://exemple.fr/a#{fragment}") == "https://exemple.fr/a"


@pytest.mark.parametrize("fragment", ["respond", "comments", "top", "section-2", "h2", "xtor=RSS-3", "!/page", ""])
def test_a_fragment_that_names_a_place_on_the_page_goes(fragment: str) -> None:
    assert canonicalise_url(f"https://exemple.fr/a#{fragment}", keep_fragment=True) == "https://exemple.fr/a"


@pytest.mark.parametrize(
    ("link", "expected"),
    [("../b", "https://exemple.fr/b"), ("//autre.fr/c", "https://autre.fr/c"), ("?page=2", "https://exemple.fr/x/y?page=2")],
)
def test_a_relative_address_is_resolved(link: str, expected: str) -> None:
    assert canonicalise_url(link, "https://exemple.fr/x/y") == expected


def test_a_link_that_is_no_page_stays_refused_with_a_base() -> None:
    with pytest.raises(ValueError):
        canonicalise_url("mailto:a@exemple.fr", "https://exemple.fr/")


@given(
    path=st.text(max_size=40),
    query=st.text(max_size=40),
    fragment=st.text(max_size=15),
    host=st.sampled_from(["exemple.fr", "ORVÉA.fr", "a.b:8080", "127.0.0.1:80"]),
)
def test_canonicalising_twice_changes_nothing_more(path: str, query: str, fragment: str, host: str) -> None:
    try:
        once = canonicalise_url(f"https://{host}/{path}?{query}#{fragment}", keep_fragment=True)
    except ValueError:
        return
    assert canonicalise_url(once, keep_fragment=True) == once


@given(st.text(max_size=60))
def test_no_text_raises_anything_but_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert canonicalise_url(text).startswith(("http://", "https://"))


def test_a_host_is_told_without_www() -> None:
    assert host_of("https://WWW.Exemple.fr:8080/a") == "exemple.fr"
    assert host_of("http://[::1") == ""
