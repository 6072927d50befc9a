"""What the forum readers promise beyond the recorded pages."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.forum_markup import ENGINES, Board, Topic, engine_of, read_board, read_topic

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def topic(body: str, url: str = "https://forum.example/viewtopic.php?t=3") -> Topic:
    return read_topic(f'<body id="phpbb">{body}</body>'.encode(), url, encoding="utf-8", now=NOW, zone="Europe/Paris")


def board(body: str) -> Board:
    url = "https://forum.example/viewforum.php?f=2"
    return read_board(f'<body id="phpbb">{body}</body>'.encode(), url, encoding="utf-8", now=NOW, zone="Europe/Paris")


def post(number: int, content: str, head: str = "par <strong>Zoé</strong> » Hier, 23:10") -> str:
    return f'<div id="p{number}" class="post bg1"><p class="author">{head}</p><div class="content">{content}</div></div>'


def test_the_engine_is_recognised_by_its_own_mark() -> None:
    assert engine_of(b'<html><body id="phpbb" class="nojs">') == "phpbb"
    assert engine_of(b"<html><body><p>On parle de phpBB sur ce blog</p>") is None
    assert engine_of(b"") is None


@pytest.mark.parametrize(
    "page",
    [
        b'<header data-component="header"><nav data-component="post/share"></nav></header>',
        b'<body class="vanilla-theme home"><img src="https://europe1.discourse-cdn.com/x/logo.png">',
        b"<!-- start: header --><div id='punchline' class='punch'>",
        b'<div class="ips-flex data-tips">tips, ships</div>',
    ],
)
def test_pages_of_other_makers_are_not_taken_for_forums(page: bytes) -> None:
    assert engine_of(b"<html><head></head><body>" + page) is None


def test_a_page_of_no_engine_has_no_boards_and_no_posts() -> None:
    page, url = b"<html><body><p>Bonjour</p></body></html>", "https://x.example/"
    assert not read_board(page, url, encoding=None, now=NOW, zone="Europe/Paris").topics
    assert not read_topic(page, url, encoding=None, now=NOW, zone="Europe/Paris").posts


@pytest.mark.parametrize("engine", sorted(ENGINES))
@given(noise=st.text(max_size=100))
def test_no_page_raises(engine: str, noise: str) -> None:
    topic(noise)
    board(noise)


def test_a_topic_is_one_address_whatever_the_board_page_or_session() -> None:
    plain = "https://forum.example/viewtopic.php?t=3"
    assert topic("", plain + "&f=2&start=30&sid=0123456789abcdef0123456789abcdef&hilit=orvea").url == plain


def test_a_rewritten_address_stays_as_it_is() -> None:
    html = '<link rel="canonical" href="https://forum.example/panne-belix-t31.html">'
    assert topic(html, "https://forum.example/panne-belix-t31-15.html").url == "https://forum.example/panne-belix-t31.html"


def test_positions_count_from_the_first_page() -> None:
    page = topic(post(1, "a") + post(2, "b"), "https://forum.example/viewtopic.php?t=3&start=15")
    assert [one.position for one in page.posts] == [15, 16]


def test_a_post_without_head_or_date_is_still_read() -> None:
    page = topic('<div id="p5" class="post"><div class="content">Bonjour</div></div>')
    assert [(one.author, one.published, one.text, one.url) for one in page.posts] == [
        (None, None, "Bonjour", "https://forum.example/viewtopic.php?t=3#p5")
    ]


def test_a_post_that_only_quotes_is_left_out_and_counts_in_positions() -> None:
    page = topic(post(1, "<blockquote>Eux</blockquote>") + post(2, "Moi"))
    assert [(one.text, one.position) for one in page.posts] == [("Moi", 1)]


def test_nested_quotes_go_whole() -> None:
    html = "<blockquote><div><cite>A</cite><blockquote>B</blockquote>C</div></blockquote>Moi<br><blockquote>D</blockquote>aussi"
    assert topic(post(1, html)).posts[0].text == "Moi\naussi"


def test_a_signature_is_not_said() -> None:
    assert topic(post(1, 'Oui<div class="signature">Kenavo</div>')).posts[0].text == "Oui"


def test_a_name_with_a_guillemet_does_not_hide_the_date() -> None:
    published = topic(post(1, "a", "par <strong>»Zoé»</strong> » Mar 03 Mars 2026, 10:12")).posts[0].published
    assert published is not None and published.at == datetime(2026, 3, 3, 9, 12, tzinfo=UTC)


def test_a_topic_listed_twice_is_given_once() -> None:
    row = '<li class="row"><a class="topictitle" href="./viewtopic.php?f=2&amp;t=3">T</a><dd class="posts">4</dd></li>'
    assert len(board(row + row.replace("f=2&amp;", "")).topics) == 1


def test_a_row_without_counts_or_dates_is_still_a_topic() -> None:
    found = board('<li class="row"><a class="topictitle" href="viewtopic.php?t=3">T</a></li>').topics[0]
    assert (found.title, found.replies, found.last_post_at) == ("T", None, None)


def test_a_hundred_thousand_nested_elements_are_read_to_a_bounded_depth() -> None:
    page = topic(post(1, "Bonjour") + post(2, "<div>" * 100_000 + "Au fond"))
    assert [one.text for one in page.posts] == ["Bonjour"]


def test_markup_in_a_name_is_no_part_of_it() -> None:
    assert (
        topic(post(1, "a", "par <strong><span onclick='x()'>Zo<i>é</i></span></strong> » Hier, 23:10")).posts[0].author == "Zoé"
    )


def test_a_date_of_the_year_one_is_no_date() -> None:
    assert (
        topic(post(1, "a", 'par <strong>Zoé</strong> » <time datetime="0001-01-01T00:00:00+00:00">x</time>')).posts[0].published
        is None
    )


def test_a_script_link_is_no_permalink() -> None:
    head = "par <strong>Zoé</strong> <a href=\"javascript:go('#p1')\">x</a> » Hier, 23:10"
    assert topic(post(1, "a", head)).posts[0].url == "https://forum.example/viewtopic.php?t=3#p1"


@pytest.mark.parametrize(
    ("footer", "minute"),
    [
        ("Fuseau horaire sur <span title='UTC+1'>UTC+01:00</span>", "22:10"),
        ("Heures au format <abbr title='Temps universel coordonné'>UTC</abbr>", "23:10"),
        ("All times are GMT -5. The time now is 04:00.", "04:10"),
    ],
)
def test_dates_are_in_the_zone_that_the_page_names(footer: str, minute: str) -> None:
    page = topic(
        post(1, "a", "par <strong>Zoé</strong> » Dim 08 Mars 2026, 23:10") + f"<div class='footer'><p>{footer}</p></div>"
    )
    published = page.posts[0].published
    assert published is not None and published.at.strftime("%H:%M") == minute


FLUXBB_PAGE = """<div id="punviewtopic" class="pun"><div id="p1" class="blockpost"><h2>2025-07-09 10:22:05</h2>
    <div class="postright"><div class="postmsg"><p>Bonjour</p></div></div></div></div>"""
MYBB_PAGE = """<body><!-- start: showthread --><div class="post" id="post_1"><span class="post_date">09-07-2025, 10:22:05</span>
    <div class="post_body">Bonjour</div></div></body>"""


@pytest.mark.parametrize(("month", "hour"), [(1, 9), (7, 8)])
@pytest.mark.parametrize("page", [FLUXBB_PAGE, MYBB_PAGE])
def test_an_engine_that_adds_one_offset_to_all_its_times_is_read_with_that_of_today(page: str, month: int, hour: int) -> None:
    now, url = datetime(2026, month, 20, tzinfo=UTC), "https://forum.example/viewtopic.php?id=3"
    published = read_topic(page.encode(), url, encoding=None, now=now, zone="Europe/Paris").posts[0].published
    assert published is not None and published.at == datetime(2025, 7, 9, hour, 22, 5, tzinfo=UTC)


def test_the_pages_of_a_listed_topic_are_no_pages_of_the_board() -> None:
    own = '<div class="pagination"><strong>1</strong><a href="viewforum.php?f=2&start=10">2</a></div>'
    long = (
        '<ul><li class="row"><a class="topictitle" href="viewtopic.php?t=8">Panne</a><div class="pagination"><ul>'
        '<li><a href="viewtopic.php?t=8">1</a></li><li><a href="viewtopic.php?t=8&start=15">2</a></li>'
        '<li><a href="viewtopic.php?t=8&start=30">3</a></li></ul></div></li></ul>'
    )
    assert board(own + long).next_pages == ("https://forum.example/viewforum.php?f=2&start=10",)
    assert board(long).next_pages == ()


def test_a_topic_that_leads_nowhere_is_not_listed() -> None:
    row = '<li component="category/topic"><h3 component="topic/header"><a href="{}">Panne</a></h3></li>'
    html = f'<ul component="category">{row.format("#")}{row.format("/topic/9/panne")}</ul>'
    url = "https://forum.example/category/9/archives"
    topics = read_board(html.encode(), url, encoding="utf-8", now=NOW, zone="Europe/Paris").topics
    assert [link.url for link in topics] == ["https://forum.example/topic/9/panne"]


def test_a_visitors_mark_in_the_links_is_no_news_of_a_board() -> None:
    row = (
        '<ul><li class="row"><a class="forumtitle" href="viewforum.php?f=4&sid={sid}">Télécoms</a> 12 sujets '
        '<a href="viewtopic.php?p=99&sid={sid}#p99">Voir</a></li></ul>'
    )
    states = {board(row.format(sid=sid)).boards[0].state for sid in ("15c7b22e5c9a65ee6bca33b772606f2e", "0" * 32)}
    assert len(states) == 1


def row_state(shown: str, posts: str) -> str:
    row = (
        '<td><span class="forum_status"></span></td><td><strong><a href="forumdisplay.php?fid=4">Télécoms</a></strong></td>'
        f'<td><span title="Messages">{posts}</span></td><td><span title="10-03-2026, 09:41">{shown}</span></td>'
    )
    html = f"<body><!-- start: forumdisplay --><table><tr>{row}</tr></table></body>"
    return read_board(html.encode(), "https://f.example/", encoding="utf-8", now=NOW, zone="Europe/Paris").boards[0].state


def test_the_minutes_since_a_dated_post_are_no_news_of_a_board() -> None:
    assert row_state("il y a 5 minutes", "97") == row_state("il y a 6 minutes", "97")
    assert row_state("il y a 5 minutes", "97") != row_state("il y a 5 minutes", "98")


@pytest.mark.parametrize(
    ("language", "shown", "day"),
    [("en", "03-04-2026, 09:15 PM", (3, 4)), ("fr", "03-04-2025, 21:15", (4, 3)), ("en", "13-04-2025, 09:15 PM", (4, 13))],
)
def test_a_date_in_figures_is_read_as_the_page_writes_them(language: str, shown: str, day: tuple[int, int]) -> None:
    body = (
        f'<a id="pid5"></a><div class="post" id="post_5"><span class="largetext">Zoé</span><span class="post_date">{shown}</span>'
    )
    html = (
        f'<html lang="{language}"><body><!-- start: showthread -->{body}<div class="post_body">Bonjour</div></div></body></html>'
    )
    url = "https://forum.example/showthread.php?tid=1"
    published = read_topic(html.encode(), url, encoding="utf-8", now=NOW, zone="Europe/Paris").posts[0].published
    assert published is not None and (published.at.month, published.at.day) == day


def test_the_links_of_posts_to_themselves_are_no_further_pages():
    posts = "".join(
        f'<div class="post" id="post_{number}"><div class="author_information"><strong>Zoé</strong></div>'
        f'<div class="post_head"><strong><a href="showthread.php?tid=1&amp;pid={number}#pid{number}">#{number}</a></strong></div>'
        f'<div class="post_body" id="pid_{number}">Chez moi aussi.</div></div>'
        for number in (5, 6)
    )
    topic = read_topic(
        f'<html><body><script>var my_post_key = "k";</script>{posts}</body></html>'.encode(),
        "https://forum.example/showthread.php?tid=1",
        encoding="utf-8",
        now=NOW,
        zone="Europe/Paris",
    )
    assert (len(topic.posts), topic.next_pages) == (2, ())
