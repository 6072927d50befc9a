"""What holds for the timelines of every service: paging, catching up, pauses, tokens."""

import json
from datetime import timedelta

from crawlers.query import with_query


def statuses(web, *numbers):
    """Posts of a Mastodon server, newest first."""
    return json.dumps([
        {
            "id": str(number),
            "url": web.at(f"/@zoe/{number}"),
            "created_at": f"2026-03-11T10:00:{number:02}Z",
            "visibility": "public",
            "content": f"<p>Message {number}</p>",
            "account": {"acct": "zoe"},
        }
        for number in numbers
    ])  # fmt: skip


TAG = "/api/v1/timelines/tag/orvea?limit=40"


def below(number):
    return f"{TAG}&max_id={number}"


def texts(reader):
    return [document.text.removeprefix("Message ") for document in reader.documents]


async def test_a_later_pass_stops_at_the_first_page_without_news(web, reader):
    web.page(TAG, statuses(web, 4, 3))
    web.page(below(3), statuses(web, 2, 1))
    web.page(below(1), "[]")
    await reader.read("mastodon", web.at("/tags/orvea"))
    asked = len(web.asked)
    await reader.read("mastodon", web.at("/tags/orvea"))
    assert [one.path for one in web.asked[asked:]] == [TAG]


async def test_what_the_page_limit_leaves_out_of_a_burst_comes_with_the_next_pass(web, reader):
    web.page(TAG, statuses(web, 1))
    web.page(below(1), "[]")
    await reader.read("mastodon", web.at("/tags/orvea"), pages=1)
    web.page(TAG, statuses(web, 5, 4))
    web.page(below(4), statuses(web, 3, 2))
    web.page(below(2), statuses(web, 1))
    await reader.read("mastodon", web.at("/tags/orvea"), pages=1)
    assert texts(reader) == ["5", "4"]
    await reader.read("mastodon", web.at("/tags/orvea"), pages=2)
    assert texts(reader) == ["3", "2"]


async def test_an_edited_post_comes_again_under_the_same_address(web, reader):
    web.page(TAG, statuses(web, 1))
    web.page(below(1), "[]")
    await reader.read("mastodon", web.at("/tags/orvea"))
    first = reader.documents[0]
    web.page(TAG, statuses(web, 1).replace("Message 1", "Message 1, mis à jour"))
    await reader.read("mastodon", web.at("/tags/orvea"))
    assert [(one.id, one.text) for one in reader.documents] == [(first.id, "Message 1, mis à jour")]


async def test_the_token_goes_with_the_question_for_an_accounts_number(web, reader, monkeypatch):
    monkeypatch.setenv("VIGIE_TOKEN_GAZETTE", "secret")  # GoToSocial answers it to members only
    web.page("/api/v1/accounts/lookup?acct=zoe", '{"id": "7"}')
    await reader.read("mastodon", web.at("/@zoe"))
    [asked] = [one for one in web.asked if one.path.startswith("/api/v1/accounts/lookup")]
    assert asked.headers.get("Authorization") == "Bearer secret"


async def test_the_token_of_a_source_goes_to_its_server_only(web, reader, monkeypatch):
    monkeypatch.setenv("VIGIE_TOKEN_GAZETTE", "secret")
    other = f"http://localhost:{web.port}"
    web.page(TAG, "", status=302, headers={"Location": f"{other}/ailleurs"})
    web.answers["localhost", "/ailleurs"] = web.answers["127.0.0.1", TAG].__class__(b"[]")
    await reader.read("mastodon", web.at("/tags/orvea"))
    tokens = [(one.host, one.headers.get("Authorization")) for one in web.asked if one.path in (TAG, "/ailleurs")]
    assert tokens == [("127.0.0.1", "Bearer secret"), ("localhost", None)]


async def test_reddit_is_asked_once_a_minute_and_every_feed_gets_its_turn(web, reader, clock):
    feed = '<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><title>t</title></feed>'
    for what in ("new", "comments"):
        web.page(f"/r/france/{what}/.rss?limit=100", feed, content_type="application/atom+xml")
    report = await reader.read("reddit", web.at("/r/france"))
    assert (report.ok, report.retry_after) == (True, timedelta(minutes=1))
    await reader.read("reddit", web.at("/r/france"))
    assert web.paths() == ["/r/france/new/.rss?limit=100"]
    for _ in range(2):
        clock.advance(timedelta(minutes=1))
        await reader.read("reddit", web.at("/r/france"))
    assert set(web.paths()) == {"/r/france/new/.rss?limit=100", "/r/france/comments/.rss?limit=100"}
    assert len(web.paths()) == 3


async def test_the_backoff_of_stack_exchange_ends_the_pass(web, reader, clock):
    query = "site=stackoverflow&order=desc&sort=activity&filter=withbody&pagesize=50"
    first, second = (f"/2.3/questions?tagged={tag}&{query}" for tag in ("a", "b"))
    web.page(first, json.dumps({"items": [], "has_more": False, "backoff": 90}))
    web.page(second, json.dumps({"items": [], "has_more": False}))
    report = await reader.read("stackexchange", web.base, tags=["a", "b"])
    assert (report.ok, report.retry_after, web.paths()) == (True, timedelta(seconds=90), [first])
    clock.advance(timedelta(seconds=91))
    await reader.read("stackexchange", web.base, tags=["a", "b"])
    assert web.paths()[1] == second


async def test_an_error_that_a_service_tells_in_its_answer_fails_the_source_with_its_name(web, reader):
    query = "site=stackoverflow&order=desc&sort=activity&filter=withbody&pagesize=50"
    body = {"error_id": 502, "error_name": "throttle_violation", "error_message": "too many requests"}
    web.page(f"/2.3/questions?tagged=a&{query}", json.dumps(body))
    report = await reader.read("stackexchange", web.base, tags=["a"])
    assert (report.ok, dict(report.errors)) == (False, {"throttle_violation": 1})


async def test_one_timeline_that_fails_leaves_the_others_to_be_read(web, reader):
    web.page(TAG, statuses(web, 1))
    web.page(below(1), "[]")
    report = await reader.read("mastodon", web.base, hashtags=["absent", "orvea"])
    assert (report.ok, texts(reader), dict(report.errors)) == (True, ["1"], {"http_404": 1})


async def test_an_answer_of_any_other_shape_is_no_crash(web, reader):
    for body in ("null", "{}", "[1, null, []]", '[{"id": null, "account": 3, "content": []}]', '{"error": "x"}'):
        web.page(TAG, body)
        report = await reader.read("mastodon", web.at("/tags/orvea"))
        assert (report.ok, report.documents, dict(report.errors)) == (True, 0, {})
    web.page(TAG, "<html>")
    assert (await reader.read("mastodon", web.at("/tags/orvea"))).errors == {"not_json": 1}


def test_a_parameter_is_set_once_and_none_removes_it():
    assert with_query("https://x.example/a?q=1&page=2", page=3, q=None) == "https://x.example/a?page=3"
