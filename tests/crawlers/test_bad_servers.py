"""What goes wrong on the web ends in a counted reason, and never stops the other sources."""

import gzip
from collections.abc import Iterator

import pytest

CANARY = "CANARI-ROBOTS-5D1B"


def endless() -> Iterator[bytes]:
    for _ in range(200):
        yield b"<p>" + b"x" * 999_994 + b"</p>"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "not_a_feed"),
        ("<html><body>Bonjour</body></html>", "not_a_feed"),
        ("pas du XML", "not_a_feed"),
    ],
)
async def test_what_is_no_feed_fails_the_source(web, reader, body, reason):
    report = await reader.read("feed", web.xml("/feed", body))
    assert (report.ok, dict(report.errors), report.documents) == (False, {reason: 1}, 0)


async def test_a_feed_cut_off_in_the_middle_gives_what_can_be_read(web, reader, markup):
    web.page("/a1", markup.article("Article 1"))
    whole = markup.rss(markup.item(web.at("/a1"), "Article 1") + markup.item(web.at("/a2"), "Article 2"))
    report = await reader.read("feed", web.xml("/feed", whole[: whole.index("/a2") - 40]))
    assert (report.ok, report.errors["broken_feed"]) == (True, 1)
    assert "/a1" in reader.urls()


async def test_a_wrong_charset_still_gives_readable_text(web, reader, markup):
    body = markup.rss(markup.item(web.at("/a1"), "Été à Orléans", "Déçu par la marque."))
    url = web.page("/feed", body.encode("utf-8"), content_type="text/xml; charset=iso-8859-1")
    await reader.read("feed", url, fetch_pages=False)
    assert [(document.title, document.text) for document in reader.documents] == [("Été à Orléans", "Déçu par la marque.")]


@pytest.mark.parametrize("status", [401, 403, 404, 410, 500, 502])
async def test_a_source_that_answers_an_error_is_counted_by_its_status(web, reader, status):
    report = await reader.read("feed", web.page("/feed", "non", status=status))
    assert (report.ok, dict(report.errors)) == (False, {f"http_{status}": 1})
    assert str(status) in report.message


async def test_a_huge_page_is_cut_off_while_it_downloads(web, reader_with):
    reader = reader_with(max_page_mb=1)
    report = await reader.read("feed", web.page("/feed", stream=endless))
    assert (report.ok, dict(report.errors)) == (False, {"too_large": 1})
    assert web.written < 40_000_000


async def test_a_page_that_announces_its_size_is_cut_off_too(web, reader_with):
    reader = reader_with(max_page_mb=1)
    report = await reader.read("feed", web.page("/feed", b"x" * 3_000_000))
    assert dict(report.errors) == {"too_large": 1}


async def test_a_gzip_bomb_is_not_unpacked(web, reader_with):
    reader = reader_with(max_page_mb=1)
    bomb = gzip.compress(b"\0" * 300_000_000, compresslevel=9)
    report = await reader.read("feed", web.page("/feed", bomb, headers={"Content-Encoding": "gzip"}))
    assert dict(report.errors) == {"too_large": 1}


async def test_a_body_that_is_not_what_its_encoding_says_is_counted(web, reader):
    report = await reader.read("feed", web.page("/feed", b"ceci n'est pas du gzip", headers={"Content-Encoding": "gzip"}))
    assert dict(report.errors) == {"broken_answer": 1}


async def test_a_redirection_loop_ends(web, reader):
    web.page("/b", "", status=302, headers={"Location": "/a"})
    report = await reader.read("feed", web.page("/a", "", status=302, headers={"Location": "/b"}))
    assert dict(report.errors) == {"redirect_loop": 1}
    assert len(web.paths()) < 12


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/x", "file:///etc/passwd", "javascript:alert(1)", "http://[", ""])
async def test_a_redirection_to_something_else_than_a_page_is_refused(web, reader, target):
    report = await reader.read("feed", web.page("/a", "", status=302, headers={"Location": target}))
    assert (report.ok, sum(report.errors.values())) == (False, 1)


async def test_a_server_that_hangs_is_given_up(web, reader_with):
    reader = reader_with(timeout_s=0.2)
    web.page("/robots.txt", "", content_type="text/plain")
    report = await reader.read("feed", web.page("/feed", hang=True))
    assert dict(report.errors) == {"timeout": 1}


async def test_a_host_that_does_not_exist_is_counted(reader):
    report = await reader.read("feed", "http://nulle-part.invalid/feed")
    assert (report.ok, sum(report.errors.values())) == (False, 1)


async def test_a_closed_port_is_counted(reader):
    report = await reader.read("feed", "http://127.0.0.1:9/feed")
    assert (report.ok, sum(report.errors.values())) == (False, 1)


async def test_429_says_when_to_come_back(web, reader):
    report = await reader.read("feed", web.page("/feed", "", status=429, headers={"Retry-After": "120"}))
    assert (report.ok, dict(report.errors)) == (False, {"http_429": 1})
    assert report.retry_after is not None
    assert report.retry_after.total_seconds() == 120


async def test_503_may_give_a_date(web, reader):
    answer = {"Retry-After": "Thu, 12 Mar 2026 09:10:00 GMT"}
    report = await reader.read("feed", web.page("/feed", "", status=503, headers=answer))
    assert report.retry_after is not None
    assert report.retry_after.total_seconds() == 600


async def test_a_site_that_asked_to_wait_is_not_asked_again_before(web, reader, clock, markup):
    url = web.page("/feed", "", status=429, headers={"Retry-After": "120"})
    await reader.read("feed", url)
    web.xml("/feed", markup.rss(markup.item(web.at("/a1"), "Un")))
    held = await reader.read("feed", url)
    assert (held.ok, dict(held.errors), web.paths()) == (False, {"asked_to_wait": 1}, ["/feed"])
    clock.advance(held.retry_after)
    assert (await reader.read("feed", url)).ok


async def test_a_429_in_the_middle_of_a_pass_ends_it_and_loses_nothing(web, reader, clock, markup):
    for number in (1, 3):
        web.page(f"/a{number}", markup.article(f"Article {number}"))
    web.page("/a2", "", status=429, headers={"Retry-After": "60"})
    items = "".join(markup.item(web.at(f"/a{number}"), f"Article {number}") for number in (1, 2, 3))
    url = web.xml("/feed", markup.rss(items))
    first = await reader.read("feed", url)
    assert (first.ok, first.documents, web.paths()) == (True, 1, ["/feed", "/a1", "/a2"])
    web.page("/a2", markup.article("Article 2"))
    clock.advance(first.retry_after)
    assert (await reader.read("feed", url)).documents == 2


async def test_a_site_that_fails_again_and_again_is_left_alone_until_the_next_pass(web, reader, markup):
    items = "".join(markup.item(web.at(f"/a{number}"), f"Article {number}") for number in range(20))
    for number in range(20):
        web.page(f"/a{number}", "panne", status=500)
    report = await reader.read("feed", web.xml("/feed", markup.rss(items)))
    assert (report.ok, report.errors["http_500"]) == (True, 5)


async def test_one_bad_source_does_not_stop_the_others(web, read_many, markup):
    web.page("/a1", markup.article("Article 1"))
    good = web.xml("/feed", markup.rss(markup.item(web.at("/a1"), "Article 1")))
    hanging = web.page("/pendu", hang=True)
    reports, sink = await read_many(
        markup.source("feed", hanging, "pendu"),
        markup.source("feed", "http://127.0.0.1:9/feed", "ferme"),
        markup.source("feed", good, "bon"),
        timeout_s=0.5,
    )
    assert [report.source_id for report in reports] == ["pendu", "ferme", "bon"]
    assert [report.ok for report in reports] == [False, False, True]
    assert len(sink.documents) == 1


async def test_a_page_that_robots_txt_forbids_is_never_asked_for(web, reader, markup):
    web.page("/robots.txt", "User-agent: *\nDisallow: /interdit/", content_type="text/plain")
    web.page("/interdit/a1", markup.article("Interdit", CANARY))
    url = web.xml("/feed", markup.rss(markup.item(web.at("/interdit/a1"), "Interdit", "Le chapeau.")))
    report = await reader.read("feed", url)
    assert dict(report.errors) == {"robots": 1}
    assert web.paths() == ["/feed"]
    assert [document.text for document in reader.documents] == ["Le chapeau."]
