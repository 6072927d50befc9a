"""Sites, comments, forums and single pages, read over real HTTP."""

from datetime import timedelta

import pytest

from config.schema import Crawl
from crawlers.collect import ScrapyCollector
from crawlers.kinds import KINDS
from vigie.errors import ConfigError
from vigie.model import DocumentKind


def comment(number: int, text: str, children: str = "") -> str:
    """A comment as WordPress's own themes print it."""
    return f"""<li id="comment-{number}" class="comment depth-1"><article id="div-comment-{number}" class="comment-body">
<footer class="comment-meta"><div class="comment-author vcard"><b class="fn">lecteur{number}</b>
<span class="says">dit :</span></div><div class="comment-metadata"><a href="#comment-{number}">
<time datetime="2026-03-12T08:{number:02}:00+01:00">12 mars</time></a></div>
</footer><div class="comment-content"><p>{text}</p></div></article>{children}</li>"""


def discussion(*comments: str, following: str = "") -> str:
    nav = f'<nav class="comment-navigation"><a href="{following}">Commentaires plus récents</a></nav>' if following else ""
    return f'<div id="comments" class="comments-area"><ol class="comment-list">{"".join(comments)}</ol>{nav}</div>'


def sitemap(*urls: str, index: bool = False, changed: str = "") -> str:
    name, row = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    lastmod = f"<lastmod>{changed}</lastmod>" if changed else ""
    rows = "".join(f"<{row}><loc>{url}</loc>{lastmod}</{row}>" for url in urls)
    return f'<?xml version="1.0"?><{name} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{name}>'


def listing(*urls: str, following: str = "") -> str:
    links = "".join(f'<h2><a href="{url}">Un titre</a></h2>' for url in urls)
    more = f'<a rel="next" href="{following}">Suite</a>' if following else ""
    return f"<html><body>{links}{more}</body></html>"


def announce_sitemap(web, url):
    web.page("/robots.txt", f"User-agent: *\nDisallow:\nSitemap: {url}", content_type="text/plain")


def blog(web, markup, count=3):
    """A blog with a sitemap index, one article per page, and the sitemaps that hold no article."""
    for number in range(1, count + 1):
        web.page(f"/a{number}", markup.article(f"Article {number}"))
    web.xml("/post-sitemap.xml", sitemap(*(web.at(f"/a{number}") for number in range(1, count + 1))))
    others = (web.at("/category-sitemap.xml"), web.at("/wp-sitemap-users-1.xml"))
    announce_sitemap(web, web.xml("/sitemap.xml", sitemap(web.at("/post-sitemap.xml"), *others, index=True)))
    return web.at("/")


async def test_a_site_is_read_through_the_sitemap_that_robots_txt_names(web, reader, markup):
    report = await reader.read("site", blog(web, markup))
    assert (report.ok, report.documents) == (True, 3)
    assert web.paths() == ["/sitemap.xml", "/post-sitemap.xml", "/a1", "/a2", "/a3"]


async def test_home_page_and_lists_that_a_sitemap_names_are_no_articles(web, reader, markup):
    url = blog(web, markup)
    dated = markup.article("Accueil").replace("<h1>", '<time datetime="2026-03-11T10:00:00+01:00">hier</time><h1>')
    lists = [web.page(path, dated) for path in ("/", "/tag/orvea/")]
    web.xml("/post-sitemap.xml", sitemap(*lists, web.at("/a1")))
    report = await reader.read("site", url)
    assert [document.url for document in reader.documents] == [web.at("/a1")]
    assert (report.requests, report.barren) == (5, 2)


async def test_articles_already_read_are_not_asked_for_again(web, reader, markup):
    url = blog(web, markup)
    await reader.read("site", url)
    web.page("/a4", markup.article("Article 4"))
    web.xml("/post-sitemap.xml", sitemap(web.at("/a3"), web.at("/a4")))
    asked_before = len(web.asked)
    report = await reader.read("site", url)
    assert report.documents == 1
    assert [asked.path for asked in web.asked[asked_before:]] == ["/sitemap.xml", "/post-sitemap.xml", "/a4"]


async def test_an_article_whose_sitemap_date_changes_is_read_again(web, reader, markup):
    web.page("/a1", markup.article("Article 1"))
    url = web.xml("/sitemap.xml", sitemap(web.at("/a1"), changed="2026-03-12T08:00:00+01:00"))
    await reader.read("site", web.at("/"), sitemap=url)
    web.xml("/sitemap.xml", sitemap(web.at("/a1"), changed="2026-03-12T09:30:00+01:00"))
    assert (await reader.read("site", web.at("/"), sitemap=url)).documents == 1


async def test_articles_older_than_the_history_are_left_out(web, reader, markup):
    web.page("/vieux", markup.article("Vieux"))
    url = web.xml("/sitemap.xml", sitemap(web.at("/vieux"), changed="2025-01-01"))
    report = await reader.read("site", web.at("/"), sitemap=url)
    assert (report.ok, report.documents, report.message.partition(" (")[0]) == (True, 0, "1 older articles left out")
    report = await reader.read("site", web.at("/"), sitemap=url, history_days=0)
    assert (report.documents, report.message) == (1, "")


async def test_a_site_without_sitemap_is_read_through_its_listing_pages(web, reader, markup):
    for number in (1, 2, 3):
        web.page(f"/a{number}", markup.article(f"Article {number}"))
    web.page("/", listing("/a1", "/a2", following="/page/2/"))
    web.page("/page/2/", listing("/a3", "https://ailleurs.example/x", "/category/marques/"))
    report = await reader.read("site", web.at("/"))
    assert (report.ok, reader.urls()) == (True, ["/a1", "/a2", "/a3"])
    second = await reader.read("site", web.at("/"))
    assert (second.documents, second.requests) == (0, 1)


async def test_pages_that_keep_their_numbers_are_read_from_the_last_one_back(web, reader, markup):
    for number in (1, 2, 3):
        web.page(f"/a{number}", markup.article(f"Article {number}"))
    back, on = '<a href="/P{}.html">← Page précédente</a>', '<a href="/P{}.html">Page suivante →</a>'
    web.page("/", back.format(2) + listing("/a3"))
    web.page("/P2.html", back.format(1) + on.format(3) + listing("/a2"))
    web.page("/P1.html", on.format(2) + listing("/a1"))
    await reader.read("site", web.at("/"))
    assert reader.urls() == ["/a3", "/a2", "/a1"]


async def test_a_site_that_cannot_be_read_at_all_fails(web, reader):
    report = await reader.read("site", web.page("/", "", status=500))
    assert (report.ok, dict(report.errors)) == (False, {"http_500": 1})


async def test_a_site_that_shows_no_article_is_told_and_not_taken_for_a_quiet_one(web, reader):
    web.page("/", "<html><body><p>Bienvenue.</p></body></html>")
    report = await reader.read("site", web.at("/"))
    assert not report.ok
    assert report.errors["nothing_found"] == 1
    assert "sitemap" in report.message


async def test_a_broken_sitemap_gives_way_to_the_listing(web, reader, markup):
    web.page("/a1", markup.article("Article 1"))
    web.page("/", '<html><body><h2><a href="/a1">Un</a></h2></body></html>')
    announce_sitemap(web, web.xml("/sitemap.xml", "<html>maintenance</html>"))
    report = await reader.read("site", web.at("/"))
    assert (report.documents, report.errors["broken_sitemap"]) == (1, 1)


async def test_the_comments_of_an_article_come_with_its_page_and_each_page_is_asked_for_once(web, reader, markup):
    reply = f'<ol class="children">{comment(2, "Moi non plus.")}</ol>'
    first = discussion(comment(1, "Je ne suis pas content.", reply), following="/a1/comment-page-2/#comments")
    web.page("/a1", markup.article("Article 1", more=first))
    web.page("/a1/comment-page-2/", markup.article("Article 1", more=discussion(comment(3, "Et moi donc."))))
    await reader.read("site", web.at("/"), sitemap=web.xml("/sitemap.xml", sitemap(web.at("/a1"))), comments=True)
    article, *comments = reader.documents
    assert [document.text for document in comments] == ["Je ne suis pas content.", "Moi non plus.", "Et moi donc."]
    assert {document.kind for document in comments} == {DocumentKind.COMMENT}
    assert {document.thread_url for document in comments} == {article.url}
    assert [document.author for document in comments] == ["lecteur1", "lecteur2", "lecteur3"]
    assert comments[0].parent_url == article.url
    assert comments[1].parent_url == comments[0].url
    assert comments[0].url.endswith("#comment-1")
    assert web.paths() == ["/sitemap.xml", "/a1", "/a1/comment-page-2/"]


async def test_a_living_article_is_visited_again_for_new_comments_only(web, reader, clock, markup):
    web.page("/a1", markup.article("Article 1", more=discussion(comment(1, "Premier."))))
    url = web.xml("/sitemap.xml", sitemap(web.at("/a1")))
    await reader.read("site", web.at("/"), sitemap=url, comments=True)
    web.page("/a1", markup.article("Article 1", more=discussion(comment(1, "Premier."), comment(2, "Deuxième."))))
    assert (await reader.read("site", web.at("/"), sitemap=url, comments=True)).documents == 0
    clock.advance(timedelta(hours=1))
    await reader.read("site", web.at("/"), sitemap=url, comments=True)
    assert [document.text for document in reader.documents] == ["Deuxième."]
    clock.advance(timedelta(days=20))
    await reader.read("site", web.at("/"), sitemap=url, comments=True)
    asked = len(web.asked)
    clock.advance(timedelta(hours=1))
    await reader.read("site", web.at("/"), sitemap=url, comments=True)
    assert "/a1" not in [one.path for one in web.asked[asked:]]


def comment_feed(web, markup, *numbers):
    items = "".join(
        markup.item(web.at(f"/a1/comment-page-2/#comment-{number}"), f"Par : lecteur{number}", f"Commentaire {number}.")
        for number in numbers
    )
    return web.xml("/comments/feed/", markup.rss(items))


async def test_a_comment_feed_leads_to_the_threads_of_its_comments(web, reader, markup):
    reply = f'<ol class="children">{comment(2, "Commentaire 2.")}</ol>'
    web.page("/a1/", markup.article("Article 1", more=discussion(comment(1, "Commentaire 1.", reply))))
    url = comment_feed(web, markup, 1, 2, 3)
    await reader.read("comments", url)
    assert [document.text for document in reader.documents] == ["Commentaire 1.", "Commentaire 2.", "Commentaire 3."]
    assert {document.thread_url for document in reader.documents} == {web.at("/a1/")}
    assert web.paths() == ["/comments/feed/", "/a1/"]
    assert (await reader.read("comments", url)).documents == 0


async def test_the_comment_feed_alone_is_enough_when_asked(web, reader, markup):
    await reader.read("comments", comment_feed(web, markup, 1, 2), threads=False)
    assert web.paths() == ["/comments/feed/"]
    assert [document.kind for document in reader.documents] == [DocumentKind.COMMENT] * 2


async def test_the_comment_feed_replaces_a_thread_that_cannot_be_read(web, reader, markup):
    web.page("/a1/", "panne", status=500)
    report = await reader.read("comments", comment_feed(web, markup, 1))
    assert (report.ok, report.documents, dict(report.errors)) == (True, 1, {"http_500": 1})


async def test_the_comments_of_one_page_can_be_a_source(web, reader, markup):
    url = web.page("/a1", markup.article("Article 1", more=discussion(comment(1, "Premier."))))
    await reader.read("comments", url)
    assert [document.text for document in reader.documents] == ["Premier."]


async def test_a_followed_page_brings_its_article_once_and_its_comments_as_they_come(web, reader, clock, markup):
    url = web.page("/a1", markup.article("Article 1", more=discussion(comment(1, "Premier."))))
    await reader.read("page", url)
    assert [document.kind for document in reader.documents] == [DocumentKind.NEWS, DocumentKind.COMMENT]
    web.page("/a1", markup.article("Article 1", more=discussion(comment(1, "Premier."), comment(2, "Deuxième."))))
    clock.advance(timedelta(hours=2))
    await reader.read("page", url)
    assert [document.text for document in reader.documents] == ["Deuxième."]


def phpbb(body: str) -> str:
    head = "<head><title>Forum</title></head>"
    return f'<!DOCTYPE html><html dir="ltr" lang="fr">{head}<body id="phpbb" class="nojs notouch">{body}</body></html>'


def board_page(*topics: tuple[int, int, str]) -> str:
    rows = "".join(
        f"""<li class="row bg1"><dl class="row-item"><dt><div class="list-inner"><a href="./viewtopic.php?f=2&amp;t={number}"
class="topictitle">Sujet {number}</a></div></dt><dd class="posts">{replies} <dfn>Réponses</dfn></dd>
<dd class="lastpost"><span>par <a class="username" href="#">Paul</a><br /><time datetime="{last}">jeu.</time></span></dd>
</dl></li>"""
        for number, replies, last in topics
    )
    return phpbb(f'<div class="forumbg"><ul class="topiclist topics">{rows}</ul></div>')


def post(number: int, text: str) -> str:
    return f"""<div id="p{number}" class="post has-profile bg1"><div class="inner"><dl class="postprofile"><dt>
<a class="username" href="./memberlist.php?u={number}">membre{number}</a></dt></dl><div class="postbody"><div>
<h3><a href="./viewtopic.php?p={number}#p{number}">Sujet</a></h3><p class="author">
<a class="unread" href="./viewtopic.php?p={number}#p{number}" title="Message">Message</a><span class="responsive-hide">par
<strong><a class="username" href="#">membre{number}</a></strong> » </span>
<time datetime="2026-03-12T07:{number:02}:00+00:00">jeu.</time></p>
<div class="content">{text}</div></div></div></div></div>"""


def topic_page(number: int, *posts: str, following: str = "") -> str:
    link = f'<li><a class="button" href="{following}">2</a></li>'
    pages = f'<div class="pagination"><ul><li class="active"><span>1</span></li>{link}</ul></div>'
    head = f'<h2 class="topic-title"><a href="./viewtopic.php?f=2&amp;t={number}">Sujet {number}</a></h2>'
    return phpbb(f"{head}{pages if following else ''}{''.join(posts)}")


EARLY, LATE = "2026-03-12T07:30:00+00:00", "2026-03-12T08:30:00+00:00"


def forum(web):
    index = phpbb(
        '<ul class="topiclist forums"><li class="row"><a href="./viewforum.php?f=2" class="forumtitle">Marques</a></li></ul>'
    )
    web.page("/index.php", index)
    web.page("/viewforum.php?f=2", board_page((1, 1, EARLY), (2, 0, EARLY)))
    web.page("/viewtopic.php?t=1", topic_page(1, post(11, "Bonjour."), post(12, "Réponse.")))
    web.page("/viewtopic.php?t=2", topic_page(2, post(21, "Autre sujet.")))
    return web.at("/index.php")


async def test_a_forum_is_read_from_its_index_down_to_each_post(web, reader):
    report = await reader.read("forum", forum(web))
    assert (report.ok, report.documents, report.requests) == (True, 3, 4)
    opening, answer, _ = reader.documents
    assert (opening.kind, opening.title, opening.text, opening.author) == (
        DocumentKind.FORUM_POST,
        "Sujet 1",
        "Bonjour.",
        "membre11",
    )
    assert (opening.parent_url, answer.parent_url) == (None, opening.thread_url)
    assert (answer.title, answer.thread_url) == ("", opening.thread_url)
    assert answer.url.endswith("#p12")


async def test_only_topics_with_new_posts_are_visited_again(web, reader):
    url = forum(web)
    await reader.read("forum", url)
    web.page("/viewforum.php?f=2", board_page((1, 2, LATE), (2, 0, EARLY)))
    web.page("/viewtopic.php?t=1", topic_page(1, post(11, "Bonjour."), post(12, "Réponse."), post(13, "Encore.")))
    report = await reader.read("forum", url)
    assert [document.text for document in reader.documents] == ["Encore."]
    assert report.requests == 3


async def test_a_longer_topic_is_continued_at_its_last_page(web, reader):
    url = forum(web)
    web.page("/viewtopic.php?t=1", topic_page(1, post(11, "Bonjour."), following="./viewtopic.php?t=1&amp;start=1"))
    web.page("/viewtopic.php?t=1&start=1", topic_page(1, post(12, "Page deux.")))
    await reader.read("forum", url)
    assert [document.text for document in reader.documents] == ["Bonjour.", "Page deux.", "Autre sujet."]
    web.page("/viewforum.php?f=2", board_page((1, 2, LATE), (2, 0, EARLY)))
    web.page("/viewtopic.php?t=1&start=1", topic_page(1, post(12, "Page deux."), post(13, "Nouveau.")))
    asked = len(web.asked)
    await reader.read("forum", url)
    assert [document.text for document in reader.documents] == ["Nouveau."]
    assert [one.path for one in web.asked[asked:]] == ["/index.php", "/viewforum.php?f=2", "/viewtopic.php?t=1&start=1"]


async def test_a_topic_that_fails_is_tried_again_although_the_board_shows_nothing_new(web, reader):
    url = forum(web)
    web.page("/viewtopic.php?t=1", "panne", status=500)
    assert (await reader.read("forum", url)).documents == 1
    forum(web)
    assert (await reader.read("forum", url)).documents == 2


async def test_a_topic_that_is_gone_is_counted_once(web, reader):
    url = forum(web)
    web.page("/viewtopic.php?t=1", "parti", status=404)
    await reader.read("forum", url)
    assert reader.losses == ["http_404"]
    await reader.read("forum", url)
    assert (reader.losses, web.paths().count("/viewtopic.php?t=1")) == ([], 1)


async def test_one_topic_can_be_a_source(web, reader):
    forum(web)
    await reader.read("forum", web.at("/viewtopic.php?t=2"))
    assert [document.text for document in reader.documents] == ["Autre sujet."]
    assert web.paths().count("/viewtopic.php?t=2") == 1


async def test_a_page_that_is_no_forum_fails_the_source(web, reader):
    report = await reader.read("forum", web.page("/index.php", phpbb("<p>Maintenance</p>")))
    assert (report.ok, dict(report.errors)) == (False, {"no_forum": 1})


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_reports_a_dead_site_instead_of_raising(web, reader, kind):
    report = await reader.read(kind, web.page("/mort", "", status=503))
    assert (report.documents, sum(report.errors.values()) > 0) == (0, True)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_refuses_options_it_does_not_know(kind):
    with pytest.raises(ValueError, match="inconnu"):
        KINDS[kind].connect({"inconnu": 1})


@pytest.mark.parametrize("kind", KINDS)
def test_every_option_is_described(kind):
    assert all(field.description for field in KINDS[kind].options.model_fields.values())


async def test_an_unknown_kind_is_a_mistake_of_the_configuration(clock, manners, markup):
    with pytest.raises(ConfigError, match="unknown kind"):
        await ScrapyCollector(Crawl(**manners), clock).collect([markup.source("tarot", "https://a.example/")], None, {})


async def test_a_forum_that_one_pass_cannot_finish_is_read_to_its_end_by_the_next(web, reader_with):
    forum(web)
    more = '<div class="pagination"><ul><li><a class="button" href="./viewforum.php?f=2&amp;start=2">2</a></li></ul></div>'
    first = board_page((1, 1, EARLY), (2, 0, EARLY)).replace('<div class="forumbg">', more + '<div class="forumbg">')
    web.page("/viewforum.php?f=2", first)
    web.page("/viewforum.php?f=2&start=2", board_page((3, 0, EARLY)))
    web.page("/viewtopic.php?t=3", topic_page(3, post(31, "Vieux sujet.")))
    reader = reader_with(max_pages_per_pass=4)
    assert (await reader.read("forum", web.at("/index.php"))).documents == 3
    await reader.read("forum", web.at("/index.php"))
    assert [document.text for document in reader.documents] == ["Vieux sujet."]


async def test_a_listing_page_that_fails_costs_neither_the_others_nor_the_next_pass(web, reader, markup):
    for number in (1, 2):
        web.page(f"/a{number}", markup.article(f"Article {number}"))
    web.page("/", listing("/a1", following="/page/2/"))
    web.page("/page/2/", "panne", status=500)
    first = await reader.read("site", web.at("/"))
    assert (first.ok, first.documents) == (True, 1)
    web.page("/page/2/", listing("/a2"))
    assert (await reader.read("site", web.at("/"))).documents == 1


async def test_a_page_that_breaks_the_parser_costs_that_page_only(web, reader, markup):
    web.page("/a1", b"\x00\xff\xfe<<<>>>&#xFFFFFFF;" * 50)
    web.page("/a2", markup.article("Article 2"))
    report = await reader.read(
        "feed", web.xml("/feed", markup.rss(markup.item(web.at("/a1"), "Un") + markup.item(web.at("/a2"), "Deux")))
    )
    assert (report.ok, report.documents) == (True, 2)


async def test_a_site_that_asks_to_wait_from_the_start_was_not_read(web, reader):
    announce_sitemap(web, web.page("/sitemap.xml", "", status=429))
    report = await reader.read("site", web.at("/"))
    assert (report.ok, report.retry_after) == (False, timedelta(minutes=10))


async def test_a_sitemap_that_moved_is_not_a_source_that_moved(web, reader, markup):
    web.page("/a1", markup.article("Article 1"))
    web.xml("/nouveau.xml", sitemap(web.at("/a1")))
    announce_sitemap(web, web.page("/sitemap.xml", "", status=301, headers={"Location": "/nouveau.xml"}))
    report = await reader.read("site", web.at("/"))
    assert (report.documents, report.moved_to) == (1, None)
