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
    assert page.further_urls == ("https://disqus.com/api?limit=100&cursor=1%3A0%3A0",)


def test_the_comments_of_ghost_are_asked_of_the_site_that_its_script_names():
    found = service('<script defer data-ghost-comments="https://gazette.example/blog/" data-post-id="6b02"></script>')
    assert found is not None
    assert (found.name, found.url) == ("ghost", "https://gazette.example/blog/members/api/comments/post/6b02/?limit=100")


def test_an_answer_of_ghost_gives_replies_and_where_the_rest_is_and_no_hidden_comment():
    row = {"status": "published", "created_at": "2026-03-11T08:00:30.000Z", "member": {"name": "Zoé & Léo"}}
    body = {
        "comments": [
            {
                **row,
                "id": "a",
                "html": "<p>Honteux</p>",
                "count": {"replies": 4},
                "replies": [{**row, "id": "b", "html": "<p>Oui</p>"}],
            },
            {**row, "id": "c", "status": "hidden", "member": None, "replies": [], "count": {"replies": 0}},
        ],
        "meta": {"pagination": {"page": 1, "limit": 100, "pages": 2, "total": 101, "next": 2, "prev": None}},
    }
    api = "https://gazette.example/members/api/comments"
    page = READERS["ghost"](body, Place(f"{api}/post/6b02/?limit=100", NOW, "UTC"), URL)
    above = f"{URL}#ghost-comments-a"
    assert [(one.url, one.parent_url, one.text) for one in page.comments] == [
        (above, None, "Honteux"),
        (f"{URL}#ghost-comments-b", above, "Oui"),
    ]
    assert page.comments[0].author == "Zoé & Léo"
    assert page.comments[0].published is not None
    assert page.comments[0].published.at == datetime(2026, 3, 11, 8, 0, 30, tzinfo=UTC)
    assert page.further_urls == (f"{api}/a/replies/?limit=100", f"{api}/post/6b02/?limit=100&page=2")


def test_further_replies_of_ghost_answer_the_comment_that_they_were_asked_for():
    body = {"comments": [{"id": "d", "status": "published", "html": "<p>Moi aussi</p>", "created_at": "2026-03-11T08:00:00Z"}]}
    place = Place("https://gazette.example/members/api/comments/a/replies/?limit=100", NOW, "UTC")
    assert [one.parent_url for one in READERS["ghost"](body, place, URL).comments] == [f"{URL}#ghost-comments-a"]


def test_an_answer_of_any_other_shape_has_no_comments():
    for read in READERS.values():
        for body in (None, [], {}, {"replies": 3}, {"comments": [None, {"comment": 1}]}, {"response": [{}]}):
            assert read(body, Place(URL, NOW, "UTC"), URL).comments == ()
