"""What a page says to programs, in every place where it can say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.optouts import opt_out, read_tdm_file

EVERYTHING = ("tdm", "noai", "noindex", "noarchive")


def said(*headers: tuple[str, str], body: str = "", honoured: tuple[str, ...] = EVERYTHING) -> str | None:
    return opt_out(headers, body.encode(), "vigie", honoured)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("noindex, nofollow", "noindex"),
        ("none", "noindex"),
        ("NoAI, NoImageAI", "noai"),
        ("noarchive", "noarchive"),
        ("vigie: noindex", "noindex"),
        ("otherbot: noindex, noarchive", None),
        ("otherbot: noindex, vigie: noai", "noai"),
        ("unavailable_after: 25 Jun 2010 15:00:00 PST, noarchive", "noarchive"),
        ("max-snippet: 20, index", None),
        ("all", None),
        ("", None),
    ],
)
def test_x_robots_tag_speaks_to_everybody_or_by_name(value: str, expected: str | None) -> None:
    assert said(("X-Robots-Tag", value)) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta name="robots" content="noai, noimageai">', "noai"),
        ("<META CONTENT='noindex' NAME=robots>", "noindex"),
        ('<meta name="vigie" content="noarchive">', "noarchive"),
        ('<meta name="googlebot" content="noindex">', None),
        ('<meta name="tdm-reservation" content="1">', "tdm"),
        ('<meta name="tdm-reservation" content="0">', None),
        ('<!-- <meta name="robots" content="noai"> -->', None),
        ('<meta name="description" content="robots: noindex">', None),
        ('<meta name="robots" content="noindex', None),
    ],
)
def test_a_meta_element_says_the_same(head: str, expected: str | None) -> None:
    assert said(body=f"<html><head>{head}</head><body></body></html>") == expected


def test_only_what_is_honoured_counts() -> None:
    assert said(("X-Robots-Tag", "noindex"), ("tdm-reservation", "1"), honoured=("tdm",)) == "tdm"
    assert said(("X-Robots-Tag", "noindex"), honoured=("tdm", "noai")) is None
    assert said(("TDM-Reservation", "1"), honoured=()) is None


def test_a_file_reserves_parts_of_a_site() -> None:
    rules = read_tdm_file(
        b'[{"location": "/presse/*", "tdm-reservation": 1, "tdm-policy": "https://a.example/p"},'
        b' {"location": "/presse/libre/", "tdm-reservation": 0}, {"location": "/b", "tdm-reservation": "1"}]'
    )
    reserved = {
        path: not rules.decide("Vigie", "https://a.example" + path).allowed
        for path in ("/presse/1", "/presse/libre/1", "/b", "/c")
    }
    assert reserved == {"/presse/1": True, "/presse/libre/1": False, "/b": True, "/c": False}


@given(
    st.one_of(
        st.binary(max_size=60), st.from_regex(rb'\[?\{"location": ?("/a*"|1|null|\[\])(, ?"tdm-reservation": ?(1|0|"x"))?\}\]?')
    )
)
def test_a_file_of_any_form_is_read(body: bytes) -> None:
    read_tdm_file(body)


def test_a_file_nested_without_end_reserves_nothing() -> None:
    assert read_tdm_file(b"[" * 200_000).decide("Vigie", "https://a.example/").allowed


@given(st.binary(max_size=200), st.text(max_size=40))
def test_no_page_and_no_header_break_the_reader(body: bytes, value: str) -> None:
    opt_out([("X-Robots-Tag", value)], b"<meta name=robots content=" + body, "vigie", EVERYTHING)
