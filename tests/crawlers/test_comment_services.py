"""Which comment service a page embeds, and the answers of Disqus, which stands at its own address only."""

from datetime import UTC, datetime

from crawlers.comment_services import READERS, embedded_service
from crawlers.place import Place

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
URL = "https://gazette.example/a"


def service(html: str, key: str | None = None):
    return embedded_service(f"<html><body>{html}</body></html>".encode(), URL, encoding="utf-8", key=key)


def test_a_page_without_a_service_has_none():
    assert service("<p>Un mot sur isso et remark_config, sans rien.</p>") is None


def test_the_thread_of_isso_may_have_a_name_of_its_own():
    found = service('<script data-isso="//c.example/"></script><section id="isso-thread" data-isso-id="/fil"></section>')
    assert found is not None and found.url == "https://c.example/?uri=%2Ffil"


def test_disqus_is_read_with_a_key_only():
    html = '<script>s.src = "https://gazette.disqus.com/embed.js";</script>'
    assert service(html) is None
    found = service(html, key="k")
    assert found is not None
    assert found.url == (
        "https://disqus.com/api/3.0/threads/listPosts.json"
        "?api_key=k&forum=gazette&thread=link%3Ahttps%3A%2F%2Fgazette.example%2Fa&limit=100"
    )


def test_an_answer_of_disqus_gives_who_answers_whom_and_the_next_page():
    post = {"message": "<p>Honteux</p>", "createdAt": "2026-03-11T08:00:00", "isApproved": True, "author": {"name": "Zoé"}}
    body = {
        "cursor": {"hasNext": True, "next": "1:0:0"},
        "code": 0,
        "response": [
            {**post, "id": "10", "parent": None},
            {**post, "id": "11", "parent": 10},
            {**post, "id": "12", "parent": None, "isDeleted": True},
            {**post, "id": "13", "parent": None, "isApproved": False},
        ],
    }
    page = READERS["disqus"](body, Place("https://disqus.com/api?limit=100", NOW, "UTC"), URL)
    first_url = f"{URL}#comment-10"
    assert [(one.url, one.parent_url) for one in page.comments] == [(first_url, None), (f"{URL}#comment-11", first_url)]
    first = page.comments[0]
    assert (first.author, first.text) == ("Zoé", "Honteux")
    assert first.published is not None and first.published.at == datetime(2026, 3, 11, 8, tzinfo=UTC)
    assert page.next_url == "https://disqus.com/api?limit=100&cursor=1%3A0%3A0"


def test_an_answer_of_any_other_shape_has_no_comments():
    for read in READERS.values():
        for body in (None, [], {}, {"replies": 3}, {"comments": [None, {"comment": 1}]}, {"response": [{}]}):
            assert read(body, Place(URL, NOW, "UTC"), URL).comments == ()
