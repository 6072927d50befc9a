"""What the comment reader promises beyond the recorded pages: bad markup, missing parts, stable addresses."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.comments import CommentPage, read_comments

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
URL = "https://blog.example/a/"


def read(html: str | bytes, url: str = URL) -> CommentPage:
    body = html.encode() if isinstance(html, str) else html
    return read_comments(body, url, encoding=None, now=NOW, zone="Europe/Paris")


def comment(
    number: int, text: str, head: str = '<b class="fn">Zoé</b><time datetime="2026-03-03T10:12:00Z">3 mars</time>'
) -> str:
    return f'<li id="comment-{number}" class="comment">{head}<div class="comment-content">{text}</div></li>'


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"bonjour", b"\x00\xff\xfe", b"<", b"<html></html>", b"<!-- -->", b"<li id=comment-1 class=comment>"]
)
def test_a_page_without_comments_gives_none(body: bytes) -> None:
    assert read(body) == CommentPage((), ())


@given(st.binary(max_size=200))
def test_no_bytes_raise(body: bytes) -> None:
    read(b"<ol class=comment-list>" + body)


def test_an_unclosed_list_gives_every_comment() -> None:
    page = read("<ol>" + comment(1, "<p>Un").replace("</li>", "") + comment(2, "<p>Deux").replace("</li>", ""))
    assert [one.text for one in page.comments][:1] == ["Un"]
    assert len(page.comments) == 2


def test_a_comment_without_permalink_is_named_by_its_id() -> None:
    assert read(comment(12, "Bonjour")).comments[0].url == "https://blog.example/a/#comment-12"


@pytest.mark.parametrize(
    "html",
    [
        '<div class="comment"><div id="comment-12"><b class="fn">Zoé</b><p class="comment-text">Oui</p></div></div>',
        '<a id="comment-12"></a><div class="comment"><b class="fn">Zoé</b><p class="comment-text">Oui</p></div>',
    ],
)
def test_a_name_inside_or_before_the_comment_names_it(html: str) -> None:
    assert [one.url for one in read(html).comments] == ["https://blog.example/a/#comment-12"]


def test_a_comment_without_any_name_keeps_the_same_address() -> None:
    block = '<div class="comment"><b class="fn">Zoé</b><p class="comment-text">Bonjour</p></div>'
    first, again = read(block).comments[0], read(f"<div>{block}</div>").comments[0]
    assert first.url == again.url
    assert first.url.startswith(f"{URL}#comment-")


def test_a_relative_datetime_attribute_is_read_too() -> None:
    page = read(comment(1, "Oui", '<b class="fn">Zoé</b><time datetime="il y a 3 heures">il y a 3 heures</time>'))
    assert page.comments[0].published is not None
    assert page.comments[0].published.at == datetime(2026, 3, 10, 6, 0, tzinfo=UTC)


def test_the_words_of_others_are_not_the_comment() -> None:
    assert read(comment(1, "<blockquote><p>Eux</p></blockquote><p>Moi</p>")).comments[0].text == "Moi"


def test_a_comment_that_only_quotes_says_nothing() -> None:
    assert read(comment(1, "<blockquote>Eux</blockquote>")).comments == ()


def test_a_quotation_below_its_own_author_is_the_comment() -> None:
    head = '<small>#1 <time datetime="2026-03-03 14:05">mardi 3 mars 2026 - 14:05</time> - Zoé a dit :</small>'
    words = "<blockquote><p>Bien vu, merci.</p></blockquote>"
    alone = read(f'<div class="comment" id="c1">{head}{words}<a href="#form">Répondre</a></div>').comments
    assert [(one.author, one.text) for one in alone] == [("Zoé", "Bien vu, merci.")]
    answering = read(f'<div class="comment" id="c1">{head}{words}<p>Ce n’est pas ce que dit la notice.</p></div>').comments
    assert [one.text for one in answering if "Bien vu" in one.text] == []


def test_the_name_in_a_quotation_is_not_the_author() -> None:
    page = read(comment(1, "<blockquote><cite>Autre</cite>Eux</blockquote>Moi", '<time datetime="2026-03-03T10:12:00Z"></time>'))
    assert page.comments[0].author is None


def test_pingbacks_and_waiting_comments_are_left_out() -> None:
    waiting = comment(3, '<em class="comment-awaiting-moderation">En attente</em>Secret')
    ping = comment(2, "Ping").replace('class="comment"', 'class="pingback"')
    assert [one.text for one in read(comment(1, "Un") + ping + waiting).comments] == ["Un"]


def test_emoji_and_entities_survive() -> None:
    page = read(comment(1, 'R&amp;D &lt;3 👩‍💻 <img class="emoji" alt="😡" src="x"> <img alt="Une photo de vacances" src="y">'))
    assert page.comments[0].text == "R&D <3 👩‍💻 😡"


def test_an_article_whose_class_speaks_of_comments_is_no_comment() -> None:
    html = (
        '<article id="post-1" class="post comments-open"><h1>Titre</h1><time datetime="2026-03-03"></time><p>Texte</p></article>'
    )
    assert read(html).comments == ()


@pytest.mark.parametrize("link", ["?cpage=2#comments", "comment-page-2/#comments"])
def test_further_pages_are_told(link: str) -> None:
    assert len(read(f'<a href="{link}">Suivants</a>').next_pages) == 1


def test_pages_of_another_article_or_before_this_one_are_not_further_pages() -> None:
    html = '<a href="/a/comment-page-1/">1</a><a href="/b/comment-page-2/">2</a><a href="/a/comment-page-3/">3</a>'
    assert read(html, "https://blog.example/a/comment-page-2/").next_pages == ("https://blog.example/a/comment-page-3/",)


def test_deep_nesting_names_each_parent() -> None:
    html = ""
    for number in range(40, 0, -1):
        html = comment(number, f"n{number}").replace("</li>", f"<ol class=children>{html}</ol></li>")
    comments = read(f"<ol class=comment-list>{html}</ol>").comments
    assert len(comments) == 40
    assert [one.parent_url for one in comments[1:]] == [one.url for one in comments[:-1]]


@pytest.mark.parametrize(
    "link", ['<a href="?page=1">2</a>', '<a href="/a/page/2/">Suivants</a>', '<a href="/a/comments_page/2/">2</a>']
)
def test_further_pages_of_any_engine_are_told_below_comments(link: str) -> None:
    assert len(read(comment(1, "Bonjour") + link).next_pages) == 1
    assert read(link.replace("comments_", "") + comment(1, "Bonjour")).next_pages == ()


@pytest.mark.parametrize("link", ['<a href="?page=1">1</a>', '<a href="/b/?page=2">2</a>', '<a href="/page/2/">Plus</a>'])
def test_the_page_itself_and_lists_are_no_further_comments(link: str) -> None:
    assert read(comment(1, "Bonjour") + link).next_pages == ()


@pytest.mark.parametrize(
    "head",
    [
        "<h4>Zoé a dit :</h4><p>{date}</p>",
        "<h4>Zoé sur {date}:</h4>",
        "<h3>#2 Zoé le {date}</h3>",
        '<div class="metadata"><h5>Zoé says:</h5><a href="#comment-1">{date}</a></div>',
    ],
)
def test_a_heading_names_the_author_and_is_no_part_of_the_text(head: str) -> None:
    date = '<time datetime="2026-03-03T10:12:00Z">3 mars 2026</time>'
    [one] = read(f'<ol><li id="comment_1" class="comment">{head.format(date=date)}<p>Bonjour</p></li></ol>').comments
    assert (one.author, one.text) == ("Zoé", "Bonjour")


def test_what_is_declared_a_comment_is_one_whatever_its_class() -> None:
    block = """<article class="comments" itemscope itemtype="https://schema.org/Comment"><h4><span itemprop="author">Zoé</span>
    <a href="/a/#c12" id="c12">#</a></h4><div itemprop="text">Bonjour</div></article>"""
    [one] = read(block).comments
    assert (one.url, one.author, one.text) == ("https://blog.example/a/#c12", "Zoé", "Bonjour")
