"""robots.txt by RFC 9309."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.robots import MAX_BYTES, decide, read_robots, robots_text

SITE = "https://www.gazette.example"


def allowed(robots: str, path: str, agent: str = "Vigie") -> bool:
    return decide(robots, agent, SITE + path).allowed


def test_an_empty_file_allows_everything() -> None:
    assert allowed("", "/anything")


def test_the_longest_match_wins_whatever_the_order() -> None:
    for robots in ("User-agent: *\nDisallow: /\nAllow: /blog/", "User-agent: *\nAllow: /blog/\nDisallow: /"):
        assert allowed(robots, "/blog/1")
        assert not allowed(robots, "/forum/1")


def test_allow_wins_a_tie() -> None:
    assert allowed("User-agent: *\nDisallow: /page\nAllow: /page", "/page")


def test_an_empty_disallow_forbids_nothing() -> None:
    assert allowed("User-agent: *\nDisallow:", "/page")


def test_the_group_of_the_agent_replaces_that_of_everybody() -> None:
    robots = "User-agent: *\nDisallow: /\n\nUser-agent: vigie\nDisallow: /prive/"
    assert allowed(robots, "/page", "Vigie/0.1 (+https://contact.example)")
    assert not allowed(robots, "/prive/page", "Vigie/0.1 (+https://contact.example)")


def test_several_groups_for_one_agent_are_merged() -> None:
    robots = "User-agent: Vigie\nDisallow: /a\n\nUser-agent: autre\nDisallow: /\n\nUser-agent: VIGIE\nDisallow: /b"
    assert not allowed(robots, "/a")
    assert not allowed(robots, "/b")
    assert allowed(robots, "/c")


def test_several_agents_share_one_group() -> None:
    robots = "User-agent: autre\nUser-agent: Vigie\nDisallow: /a"
    assert not allowed(robots, "/a")


def test_an_agent_whose_name_only_begins_like_ours_is_another() -> None:
    assert allowed("User-agent: Vigiebot\nDisallow: /", "/page")


def test_a_sitemap_line_does_not_end_a_group() -> None:
    robots = "User-agent: *\nDisallow: /a\n\nSitemap: https://www.gazette.example/s.xml\nDisallow: /b\nCrawl-delay: 2"
    assert not allowed(robots, "/b")
    assert read_robots(robots).sitemaps == ("https://www.gazette.example/s.xml",)
    assert read_robots(robots).delay_s("Vigie") == 2


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/*.pdf$", "/a/b.pdf", True),
        ("/*.pdf$", "/a/b.pdf?x=1", False),
        ("/*.pdf", "/a/b.pdf?x=1", True),
        ("/*/prive/*/x", "/a/prive/b/x", True),
        ("/*/prive/*/x", "/prive/b/x", False),
        ("/fish$", "/fish", True),
        ("/fish$", "/fishing", False),
        ("/fish*$", "/fishing", True),
        ("*/x", "/a/x", True),
        ("/a$b", "/a$b", True),
        ("/?s=", "/?s=orvea", True),
        ("/?", "/?", True),
        ("/", "", True),
    ],
)
def test_stars_and_dollars(pattern: str, path: str, matches: bool) -> None:
    assert allowed(f"User-agent: *\nDisallow: {pattern}", path) is not matches


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/été", "/%C3%A9t%C3%A9"),
        ("/%c3%a9t%c3%a9", "/été"),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
        ("/foo/bar/baz", "/foo/bar/%62%61%7a"),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html"),
        ("/path/foo-%24", "/path/foo-$"),
    ],
)
def test_percent_encoding_does_not_matter(pattern: str, path: str) -> None:
    assert not allowed(f"User-agent: *\nDisallow: {pattern}", path)


def test_an_encoded_slash_is_not_a_slash() -> None:
    assert allowed("User-agent: *\nDisallow: /a/b", "/a%2Fb")


def test_paths_are_case_sensitive_and_keys_are_not() -> None:
    robots = "USER-AGENT: *\ndisallow: /Page"
    assert not allowed(robots, "/Page")
    assert allowed(robots, "/page")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(ending: str) -> None:
    assert not allowed(ending.join(["User-agent: *", "Disallow: /a", ""]), "/a")


def test_a_byte_order_mark_and_comments_are_passed_over() -> None:
    assert not allowed("\ufeffUser-agent: * # tous\nDisallow: /a # ici", "/a")


def test_rules_before_any_agent_mean_nothing() -> None:
    assert allowed("Disallow: /\nUser-agent: autre\nDisallow: /", "/a")


def test_robots_txt_itself_may_always_be_read() -> None:
    assert allowed("User-agent: *\nDisallow: /", "/robots.txt")


def test_what_comes_after_500_kib_is_not_read() -> None:
    head = "User-agent: *\nDisallow: /a\n"
    padding = "#" + "x" * 998 + "\n"
    long = head + padding * (MAX_BYTES // 1000) + "#" * 400 + "\nDisallow: /b\n"
    assert not allowed(long, "/a")
    assert allowed(long, "/b")


def test_the_rule_that_decides_is_given_as_written() -> None:
    assert decide("User-agent: *\nDISALLOW:   /a%c3%a9", "Vigie", SITE + "/aé").rule == "Disallow: /a%c3%a9"
    assert decide("User-agent: *\nDisallow: /a", "Vigie", SITE + "/b").rule == ""


@pytest.mark.parametrize(
    "body",
    [
        "User-agent: *\nDisallow: /été".encode("utf-8-sig"),
        "User-agent: *\nDisallow: /été".encode("utf-16"),
        "User-agent: *\nDisallow: /été".encode("cp1252"),
        ("User-agent: *\nDisallow: /été\n#" + "x" * MAX_BYTES + "é").encode()[:-1],
    ],
)
def test_a_file_in_another_charset_is_read(body: bytes) -> None:
    assert not allowed(robots_text(body), "/%C3%A9t%C3%A9")


@pytest.mark.parametrize("line", ["Dissallow: /a", "disallow /a", "Disallow : /a", "disalow:/a"])
def test_a_slip_of_the_pen_is_read_as_it_was_meant(line: str) -> None:
    assert not allowed(f"Useragent: *\n{line}", "/a")


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(body: bytes) -> None:
    read_robots(robots_text(body))


@given(st.text(max_size=300), st.text(max_size=40))
def test_no_file_and_no_path_crash_the_reader(robots: str, path: str) -> None:
    decide(robots, "Vigie", SITE + "/" + path)


@given(st.text(alphabet="ab/*", max_size=12), st.text(alphabet="ab/", max_size=12))
def test_a_pattern_followed_by_a_star_matches_the_same_paths(pattern: str, path: str) -> None:
    rule = f"User-agent: *\nDisallow: /{pattern}"
    assert allowed(rule, "/" + path) == allowed(rule + "*", "/" + path)
