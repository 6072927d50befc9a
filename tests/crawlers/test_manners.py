"""Politeness and safety: robots.txt, pauses, names, private addresses, proxies."""

import asyncio
import time
from datetime import timedelta

import pytest

from crawlers.manners import user_agent
from vigie import __version__


def robots(web, text, **answer):
    web.page("/robots.txt", text, content_type="text/plain", **answer)


def feed(web, markup, *paths):
    return web.xml("/feed", markup.rss("".join(markup.item(web.at(path), path) for path in paths)))


async def test_requests_carry_an_honest_name(web, reader_with, markup):
    reader = reader_with(contact="https://contact.example/vigie")
    await reader.read("feed", feed(web, markup, "/a1"))
    assert {asked.headers["User-Agent"] for asked in web.asked} == {f"Vigie/{__version__} (+https://contact.example/vigie)"}


def test_without_a_contact_the_name_is_still_honest():
    assert user_agent("") == f"Vigie/{__version__}"


async def test_robots_txt_is_read_first_and_once_a_day(web, reader, clock, markup):
    url = feed(web, markup, "/a1")
    await reader.read("feed", url)
    await reader.read("feed", url)
    assert web.paths(robots=True)[0] == "/robots.txt"
    assert web.paths(robots=True).count("/robots.txt") == 1
    clock.advance(timedelta(days=1))
    await reader.read("feed", url)
    assert web.paths(robots=True).count("/robots.txt") == 2


async def test_a_source_that_robots_txt_forbids_is_not_asked_for(web, reader, markup):
    robots(web, "User-agent: Vigie\nDisallow: /")
    report = await reader.read("feed", feed(web, markup, "/a1"))
    assert (report.ok, dict(report.errors), web.paths()) == (False, {"robots": 1}, [])
    assert "Disallow: /" in report.message


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_nothing_is_asked_while_robots_txt_cannot_be_read(web, reader, clock, markup, status):
    robots(web, "", status=status)
    url = feed(web, markup, "/a1")
    report = await reader.read("feed", url)
    assert (report.ok, web.paths()) == (False, [])
    robots(web, "")
    clock.advance(timedelta(minutes=10))
    assert (await reader.read("feed", url)).ok


@pytest.mark.parametrize(
    ("url", "reason"), [("http://nulle-part.invalid/feed", "dns"), ("http://127.0.0.1:9/feed", "connection")]
)
async def test_a_site_that_cannot_be_reached_is_told_as_such(reader, url, reason):
    report = await reader.read("feed", url)
    assert (report.ok, dict(report.errors)) == (False, {reason: 1})
    assert "robots.txt" not in report.message


async def test_a_site_without_tls_is_told_as_such(web, reader):
    report = await reader.read("feed", web.at("/feed").replace("http:", "https:"))
    assert dict(report.errors) == {"tls": 1}


async def test_five_redirections_lead_to_the_rules(web, reader, markup):
    robots(web, "", status=301, headers={"Location": "/r1"})
    for hop in range(1, 5):
        web.page(f"/r{hop}", "", status=302, headers={"Location": f"/r{hop + 1}"})
    web.page("/r5", "User-agent: *\nDisallow: /", content_type="text/plain")
    assert dict((await reader.read("feed", feed(web, markup, "/a1"))).errors) == {"robots": 1}


async def test_rules_that_are_only_redirected_are_no_rules(web, reader, markup):
    robots(web, "", status=301, headers={"Location": "/robots.txt"})
    assert (await reader.read("feed", feed(web, markup, "/a1"))).ok


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_missing_robots_txt_allows_everything(web, reader, markup, status):
    robots(web, "", status=status)
    assert (await reader.read("feed", feed(web, markup, "/a1"))).ok


async def test_robots_txt_is_followed_through_a_redirection(web, reader, markup):
    robots(web, "", status=301, headers={"Location": "/autre.txt"})
    web.page("/autre.txt", "User-agent: *\nDisallow: /", content_type="text/plain")
    assert dict((await reader.read("feed", feed(web, markup, "/a1"))).errors) == {"robots": 1}


async def test_a_redirection_does_not_lead_around_robots_txt(web, reader, markup):
    robots(web, "User-agent: *\nDisallow: /interdit")
    web.page("/interdit", markup.article("Interdit", "CANARI"))
    web.page("/a1", "", status=302, headers={"Location": "/interdit"})
    await reader.read("feed", feed(web, markup, "/a1"))
    assert web.paths() == ["/feed", "/a1"]
    assert "CANARI" not in "".join(document.text for document in reader.documents)


async def test_tracking_parameters_do_not_lead_around_robots_txt(web, reader, markup):
    robots(web, "User-agent: *\nDisallow: /interdit$")
    web.page("/interdit?utm_source=rss", markup.article("Interdit", "CANARI"))
    await reader.read("feed", feed(web, markup, "/interdit?utm_source=rss"))
    assert web.paths() == ["/feed"]


async def test_a_session_in_a_link_does_not_lead_around_robots_txt(web, reader, markup):
    robots(web, "User-agent: *\nDisallow: /*sid=\nDisallow: /viewtopic.php?t=4$")
    web.page("/viewtopic.php?t=3", markup.article("Sujet 3"))
    session = "sid=0123456789abcdef0123456789abcdef"
    report = await reader.read(
        "feed", feed(web, markup, f"/viewtopic.php?t=3&amp;{session}", f"/viewtopic.php?t=4&amp;{session}")
    )
    assert (web.paths(), dict(report.errors)) == (["/feed", "/viewtopic.php?t=3"], {"robots": 1})


async def test_a_site_kind_waits_for_its_hours_too(web, reader_with, markup):
    reader = reader_with(sites={"127.0.0.1": {"hours": "22:00-06:00"}})
    report = await reader.read("site", web.page("/", markup.article("Accueil")))
    assert (report.ok, dict(report.errors), web.asked) == (True, {}, [])


async def test_requests_to_one_site_keep_their_distance(web, reader_with, markup):
    reader = reader_with(delay_s=0.15)
    started = time.monotonic()
    await reader.read("feed", feed(web, markup, "/a1", "/a2"))
    assert time.monotonic() - started >= 3 * 0.15  # four requests with robots.txt, so three gaps


async def test_a_longer_crawl_delay_is_honoured(web, reader, markup):
    robots(web, "User-agent: *\nCrawl-delay: 0.2")
    started = time.monotonic()
    await reader.read("feed", feed(web, markup, "/a1", "/a2"))
    assert time.monotonic() - started >= 2 * 0.2


async def test_a_delay_set_for_a_site_is_kept(web, reader_with, markup):
    reader = reader_with(sites={"127.0.0.1": {"delay_s": 0.2}})
    started = time.monotonic()
    await reader.read("feed", feed(web, markup, "/a1", "/a2"))
    assert time.monotonic() - started >= 2 * 0.2


async def test_a_site_is_not_asked_outside_of_its_hours(web, reader_with, clock, markup):
    reader = reader_with(sites={"127.0.0.1": {"hours": "22:00-06:00", "zone": "Europe/Paris"}})  # it is 10:00 in Paris
    url = feed(web, markup)
    report = await reader.read("feed", url)
    assert (report.ok, dict(report.errors), report.retry_after, web.asked) == (True, {}, timedelta(hours=12), [])
    clock.advance(timedelta(hours=12))
    assert (await reader.read("feed", url)).requests == 1


async def test_the_requests_of_a_day_end_a_pass_and_lose_nothing(web, reader_with, clock, markup):
    for number in range(1, 6):
        web.page(f"/a{number}", markup.article(f"Article {number}"))
    reader = reader_with(requests_per_day=5, honour=[])
    url = feed(web, markup, *(f"/a{number}" for number in range(1, 6)))
    first = await reader.read("feed", url)
    assert (first.ok, first.documents, len(web.asked), dict(first.errors)) == (True, 3, 5, {})
    assert first.retry_after == timedelta(hours=15)  # until midnight UTC
    clock.advance(first.retry_after)
    assert (await reader.read("feed", url)).documents == 2


async def test_what_was_asked_before_a_restart_counts(web, reader_with, markup):
    report = await reader_with(asked={"127.0.0.1": 100}, requests_per_day=100).read("feed", feed(web, markup, "/a1"))
    assert (report.ok, web.asked) == (True, [])
    assert "day" in report.message


async def test_a_pass_takes_no_longer_than_it_may(web, reader_with, clock, markup):
    reader = reader_with(max_minutes_per_pass=5)
    for number in (1, 2):
        web.page(f"/a{number}", markup.article(f"Article {number}"))
    url = web.xml("/feed", markup.rss(markup.item(web.at("/a1"), "Un") + markup.item(web.at("/a2"), "Deux")))
    web.on_asked["/a1"] = lambda: clock.advance(timedelta(minutes=6))
    first = await reader.read("feed", url)
    assert (first.ok, first.documents) == (True, 1)
    assert (await reader.read("feed", url)).documents == 1


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"X-Robots-Tag": "noai"}, "noai"),
        ({"tdm-reservation": "1"}, "tdm_reserved"),
        ({"X-Robots-Tag": "noindex"}, None),
        ({"tdm-reservation": "0"}, None),
    ],
)
async def test_a_page_that_does_not_want_to_be_read_is_not(web, reader, markup, headers, reason):
    web.page("/a1", markup.article("Article 1", "CANARI"), headers=headers)
    report = await reader.read("feed", feed(web, markup, "/a1"))
    assert dict(report.errors) == ({reason: 1} if reason else {})
    assert ("CANARI" in "".join(document.text for document in reader.documents)) is (reason is None)


async def test_noindex_is_honoured_when_it_is_asked_for(web, reader_with, markup):
    web.page("/a1", markup.article("Article 1").replace("<head>", '<head><meta name="robots" content="noindex">'))
    report = await reader_with(honour=["noindex"]).read("feed", feed(web, markup, "/a1"))
    assert dict(report.errors) == {"noindex": 1}


async def test_what_a_site_reserves_in_its_file_is_not_asked_for(web, reader, markup):
    web.page("/.well-known/tdmrep.json", '[{"location": "/a1", "tdm-reservation": 1}]', content_type="application/json")
    web.page("/a2", markup.article("Article 2"))
    report = await reader.read("feed", feed(web, markup, "/a1", "/a2"))
    assert (dict(report.errors), web.paths()) == ({"tdm_reserved": 1}, ["/feed", "/a2"])


async def test_a_reservation_is_not_asked_for_when_it_is_not_honoured(web, reader_with, markup):
    web.page("/a1", markup.article("Article 1"))
    await reader_with(honour=["noai"]).read("feed", feed(web, markup, "/a1"))
    assert web.paths(robots=True) == ["/robots.txt", "/feed", "/a1"]


async def test_two_sources_of_one_site_take_turns(web, read_many, markup):
    first = markup.source("feed", feed(web, markup, "/a1"), "un")
    second = markup.source("feed", web.xml("/feed2", markup.rss(markup.item(web.at("/b1"), "b"))), "deux")
    started = time.monotonic()
    await read_many(first, second, delay_s=0.1)
    assert time.monotonic() - started >= 4 * 0.1
    assert web.paths(robots=True).count("/robots.txt") == 1


async def test_several_passes_may_be_under_way_at_once(web, reader, reader_with, markup):
    url = feed(web, markup, "/a1")
    other = reader_with()
    reports = await asyncio.gather(reader.read("feed", url), other.read("feed", url))
    assert [report.ok for report in reports] == [True, True]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/feed",
        "http://localhost:{port}/feed",
        "http://2130706433:{port}/feed",
        "http://0x7f.1:{port}/feed",
        "http://[::1]:{port}/feed",
        "http://[::ffff:127.0.0.1]:{port}/feed",
        "http://10.0.0.1/feed",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
async def test_private_addresses_are_refused(web, reader_with, markup, url):
    feed(web, markup, "/a1")
    reader = reader_with(allow_private=False)
    report = await reader.read("feed", url.format(port=web.port))
    assert (report.ok, dict(report.errors), web.asked) == (False, {"private_address": 1}, [])


async def test_a_redirection_to_a_private_address_is_refused_behind_a_proxy_too(web, reader_with, markup):
    web.page("/feed", "", host="www.gazette.example", status=302, headers={"Location": "http://192.168.0.1/"})
    reader = reader_with(proxy=web.base, allow_private=False)
    report = await reader.read("feed", "http://www.gazette.example/feed")
    assert dict(report.errors) == {"private_address": 1}
    assert {asked.host for asked in web.asked} == {"www.gazette.example"}


async def test_everything_goes_through_the_proxy_when_there_is_one(web, reader_with, markup):
    reader = reader_with(proxy=web.base, allow_private=False)
    web.page("/a1", markup.article("Article 1"), host="www.gazette.example")
    items = markup.item("http://www.gazette.example/a1", "Article 1")
    web.page("/feed", markup.rss(items), host="flux.gazette.example", content_type="application/rss+xml")
    report = await reader.read("feed", "http://flux.gazette.example/feed")
    assert (report.ok, report.documents) == (True, 1)
    assert {asked.host for asked in web.asked} == {"flux.gazette.example", "www.gazette.example"}


@pytest.mark.parametrize("url", ["ftp://gazette.example/feed", "gazette.example/feed", "file:///etc/passwd", "http:///feed"])
async def test_what_is_not_http_is_refused(reader, url):
    report = await reader.read("feed", url)
    assert (report.ok, dict(report.errors)) == (False, {"not_http": 1})
