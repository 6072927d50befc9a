"""Feeds, read over real HTTP."""

import pytest

from vigie.model import DateSource, DocumentKind

FULL = "<content:encoded><![CDATA[" + "<p>" + "Tout le texte est déjà dans le flux. " * 60 + "</p>]]></content:encoded>"


def feed_of(web, markup, count=3, channel="", **answer):
    for number in range(1, count + 1):
        web.page(f"/a{number}", markup.article(f"Article {number}"))
    items = "".join(markup.item(web.at(f"/a{number}"), f"Article {number}") for number in range(1, count + 1))
    return web.xml("/feed", markup.rss(items, channel), **answer)


async def test_each_entry_of_a_feed_is_read_on_its_page(web, reader, markup):
    report = await reader.read("feed", feed_of(web, markup))
    assert (report.ok, report.documents, report.requests, dict(report.errors)) == (True, 3, 4, {})
    document = reader.documents[0]
    assert document.title == "Article 1"
    assert "réunion dans la semaine" in document.text
    assert document.author == "Jeanne Martin"
    assert document.published.source is DateSource.JSONLD
    assert (document.kind, document.thread_url, document.parent_url) == (DocumentKind.NEWS, document.url, None)
    assert document.seen_at == reader.clock.now()


async def test_an_unchanged_feed_is_not_downloaded_again(web, reader, markup):
    url = feed_of(web, markup, headers={"ETag": '"v1"', "Last-Modified": "Thu, 12 Mar 2026 07:00:00 GMT"})
    await reader.read("feed", url)
    report = await reader.read("feed", url)
    assert (report.ok, report.not_modified, report.documents, report.requests) == (True, 1, 0, 1)
    assert web.asked[-1].headers["If-Modified-Since"] == "Thu, 12 Mar 2026 07:00:00 GMT"


async def test_entries_already_read_are_not_asked_for_again(web, reader, markup):
    url = feed_of(web, markup)
    await reader.read("feed", url)
    report = await reader.read("feed", url)
    assert (report.documents, report.requests) == (0, 1)


async def test_a_changed_entry_is_read_again(web, reader, markup):
    url = feed_of(web, markup)
    await reader.read("feed", url)
    items = markup.item(web.at("/a1"), "Article 1 (mis à jour)", "Autre chapeau.", guid=web.at("/a1"))
    web.xml("/feed", markup.rss(items))
    report = await reader.read("feed", url)
    assert (report.documents, web.paths()[-1]) == (1, "/a1")


async def test_an_entry_with_its_full_text_needs_no_page(web, reader, markup):
    url = web.xml("/feed", markup.rss(markup.item(web.at("/a1"), "Entier", more=FULL)))
    report = await reader.read("feed", url)
    assert (report.documents, web.paths()) == (1, ["/feed"])
    assert reader.documents[0].text.startswith("Tout le texte")


async def test_without_fetch_pages_the_text_of_the_feed_is_used(web, reader, markup):
    report = await reader.read("feed", feed_of(web, markup), fetch_pages=False)
    assert (report.documents, report.requests) == (3, 1)
    assert reader.documents[0].text == "Le chapeau de l'article."


async def test_entries_that_share_one_guid_are_all_read(web, reader, markup):
    for number in (1, 2, 3):
        web.page(f"/a{number}", markup.article(f"Article {number}"))
    items = "".join(markup.item(web.at(f"/a{number}"), f"Article {number}", guid="le-meme") for number in (1, 2, 3))
    await reader.read("feed", web.xml("/feed", markup.rss(items)))
    assert reader.urls() == ["/a1", "/a2", "/a3"]


async def test_older_pages_of_a_feed_are_read_on_the_first_visit_only(web, reader, markup):
    for number in (1, 2):
        web.page(f"/a{number}", markup.article(f"Article {number}"))
    older = f"<atom:link rel='next' href='{web.at('/feed?page=2')}'/>"
    url = web.xml("/feed", markup.rss(markup.item(web.at("/a1"), "Un"), older))
    web.xml("/feed?page=2", markup.rss(markup.item(web.at("/a2"), "Deux")))
    assert (await reader.read("feed", url)).documents == 2
    await reader.read("feed", url)
    assert web.paths().count("/feed?page=2") == 1


async def test_the_text_of_the_feed_is_used_when_the_page_is_behind_a_login(web, reader, markup):
    wall = """<!doctype html><html><head><title>Connexion</title></head><body><h1>Connectez-vous</h1>
    <form action="/login" method="post">
    <input type="email" name="email"><input type="password" name="password"><button>Se connecter</button></form></body></html>"""
    web.page("/a1", wall)
    await reader.read("feed", web.xml("/feed", markup.rss(markup.item(web.at("/a1"), "Réservé", "Le début, offert."))))
    assert [(document.title, document.text) for document in reader.documents] == [("Réservé", "Le début, offert.")]


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_the_text_of_the_feed_is_used_when_the_page_is_refused_or_gone(web, reader, markup, status):
    web.page("/a1", "non", status=status)
    report = await reader.read("feed", web.xml("/feed", markup.rss(markup.item(web.at("/a1"), "Un"))))
    assert (report.ok, dict(report.errors), report.documents) == (True, {f"http_{status}": 1}, 1)


async def test_a_page_that_fails_is_tried_again_although_the_feed_is_unchanged(web, reader, markup):
    url = feed_of(web, markup, 1, headers={"ETag": '"v1"'})
    web.page("/a1", "panne", status=500)
    first = await reader.read("feed", url)
    assert (first.ok, first.documents, dict(first.errors)) == (True, 0, {"http_500": 1})
    web.page("/a1", markup.article("Article 1"))
    second = await reader.read("feed", url)
    assert (second.not_modified, second.documents) == (1, 1)


async def test_a_page_that_fails_three_times_gives_way_to_the_text_of_the_feed(web, reader, markup):
    url = feed_of(web, markup, 1)
    web.page("/a1", "panne", status=500)
    counts = [(await reader.read("feed", url)).documents for _ in range(4)]
    assert counts == [0, 0, 1, 0]
    assert web.paths().count("/a1") == 3


async def test_an_announced_page_without_any_text_ends_as_lost(web, reader, markup):
    web.page("/a1", "parti", status=410)
    await reader.read("feed", web.xml("/feed", markup.rss(markup.item(web.at("/a1"), "", ""))))
    assert (reader.documents, reader.losses) == ([], ["http_410"])


async def test_a_feed_that_moved_for_good_is_followed_and_reported(web, reader, markup):
    feed_of(web, markup, 1)
    target = f"http://localhost:{web.port}/feed"
    web.answers["localhost", "/feed"] = web.answers["127.0.0.1", "/feed"]
    url = web.page("/ancien", "", status=301, headers={"Location": target})
    report = await reader.read("feed", url)
    assert (report.ok, report.documents, report.moved_to) == (True, 1, target)


async def test_a_feed_that_is_elsewhere_for_now_has_not_moved(web, reader, markup):
    feed_of(web, markup, 1)
    url = web.page("/ancien", "", status=302, headers={"Location": "/feed"})
    report = await reader.read("feed", url)
    assert (report.documents, report.moved_to) == (1, None)


async def test_documents_arrive_in_batches_of_fifty_at_most(web, reader, markup):
    items = "".join(markup.item(web.at(f"/a{number}"), f"Article {number}") for number in range(120))
    await reader.read("feed", web.xml("/feed", markup.rss(items)), fetch_pages=False)
    assert reader.sink.batches == [50, 50, 20]


async def test_what_the_page_limit_leaves_out_comes_with_the_next_passes(web, reader_with, markup):
    reader = reader_with(max_pages_per_pass=3)
    url = feed_of(web, markup, 5)
    counts = [(await reader.read("feed", url)).documents for _ in range(3)]
    assert counts == [2, 2, 1]


async def test_an_entry_without_address_is_counted_as_lost_once(web, reader, markup):
    url = web.xml("/feed", markup.rss("<item><title>Sans lien</title><description>Texte.</description></item>"))
    await reader.read("feed", url)
    assert reader.losses == ["no_address"]
    await reader.read("feed", url)
    assert reader.losses == []


async def test_entries_that_are_posts_of_one_page_stay_documents_of_their_own(web, reader, markup):
    items = "".join(markup.item(web.at(f"/sujet?t=1#p{number}"), "Sujet", f"Message {number}.") for number in (1, 2))
    await reader.read("feed", web.xml("/feed", markup.rss(items)))
    assert [document.text for document in reader.documents] == ["Message 1.", "Message 2."]
    assert len({document.id for document in reader.documents}) == 2
    assert {document.thread_url for document in reader.documents} == {web.at("/sujet?t=1")}
    assert web.paths() == ["/feed"]


async def test_a_feed_with_the_same_bytes_is_not_parsed_again(web, reader, markup):
    url = web.xml("/feed", markup.rss(markup.item(web.at("/a1#p1"), "Un")).replace("</rss>", "</rs>"))
    assert (await reader.read("feed", url)).errors == {"broken_feed": 1}
    again = await reader.read("feed", url)
    assert (again.ok, again.requests, dict(again.errors)) == (True, 1, {})


async def test_an_item_that_was_read_is_not_parsed_again_when_the_feed_grows(web, reader, markup):
    broken = markup.item(web.at("/a1#p1"), "Un & deux")
    await reader.read("feed", web.xml("/feed", markup.rss(broken)))
    web.xml("/feed", markup.rss(markup.item(web.at("/a1#p2"), "Trois") + broken))
    report = await reader.read("feed", web.at("/feed"))
    assert ([document.title for document in reader.documents], dict(report.errors)) == (["Trois"], {})


async def test_the_comment_feed_of_an_entry_is_read_when_its_number_of_comments_grows(web, reader, markup):
    def entry(count):
        more = f"<wfw:commentRss>{web.at('/a1/feed')}</wfw:commentRss><slash:comments>{count}</slash:comments>"
        names = "xmlns:wfw='http://wellformedweb.org/CommentAPI/' xmlns:slash='http://purl.org/rss/1.0/modules/slash/' "
        body = markup.rss(markup.item(web.at("/a1"), "Un", more=more)).replace("<rss ", f"<rss {names}")
        return web.xml("/feed", body)

    comments = [markup.item(web.at(f"/a1#comment-{n}"), "Par : Zoé", f"Avis {n}.") for n in (1, 2)]
    web.xml("/a1/feed", markup.rss(comments[0]))
    await reader.read("feed", entry(0), fetch_pages=False, comments=True)
    assert web.paths() == ["/feed"]
    await reader.read("feed", entry(1), fetch_pages=False, comments=True)
    assert [(one.kind, one.text, one.thread_url) for one in reader.documents] == [("comment", "Avis 1.", web.at("/a1"))]
    web.xml("/a1/feed", markup.rss("".join(comments)))
    await reader.read("feed", entry(2), fetch_pages=False, comments=True)
    assert [one.text for one in reader.documents] == ["Avis 2."]
    assert web.paths() == ["/feed", "/feed", "/a1/feed", "/feed", "/a1/feed"]
