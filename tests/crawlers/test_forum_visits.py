"""A FluxBB forum over real HTTP: what is asked for, how often, and what an edit, a private board and a second pass give."""

from datetime import timedelta

import pytest

BOARDS, TOPICS = 6, 8


def page(body: str) -> str:
    return f'<html lang="fr"><head><title>Forum</title></head><body><div id="punindex" class="pun">{body}</div></body></html>'


def index(*boards: tuple[int, int, str]) -> str:
    rows = "".join(
        f'<tr><td class="tcl"><h3><a href="viewforum.php?id={number}">Forum {number}</a></h3></td><td class="tc2">{TOPICS}</td>'
        f'<td class="tc3">{posts}</td><td class="tcr"><a href="viewtopic.php?pid={posts}#p{posts}">{last}</a></td></tr>'
        for number, posts, last in boards
    )
    return page(f"<table>{rows}</table>")


def board(*topics: tuple[int, int, str]) -> str:
    rows = "".join(
        f'<tr><td class="tcl"><a href="viewtopic.php?id={number}">Sujet {number}</a> <span class="byuser">par Zoé</span></td>'
        f'<td class="tc2">{replies}</td><td class="tcr"><a href="viewtopic.php?pid=1#p1">{last}</a></td></tr>'
        for number, replies, last in topics
    )
    return page(f"<table>{rows}</table>")


def topic(number: int, *texts: str) -> str:
    posts = "".join(
        f'<div id="p{number * 100 + place}" class="blockpost"><h2><span><span class="conr">#{place + 1}</span> '
        f'<a href="viewtopic.php?pid={number * 100 + place}#p{number * 100 + place}">2026-03-12 08:{place:02}:00</a></span></h2>'
        f'<div class="postleft"><dl><dt><strong>Zoé {place}</strong></dt></dl></div>'
        f'<div class="postright"><div class="postmsg"><p>{text}</p></div></div></div>'
        for place, text in enumerate(texts)
    )
    return page(f'<ul class="crumbs"><li><a href="viewtopic.php?id={number}">Sujet {number}</a></li></ul>{posts}')


@pytest.fixture
def forum(web):
    """Six boards of eight topics of four posts."""
    web.page("/index.php", index(*((number, 32, "2026-03-12 08:03:00") for number in range(1, BOARDS + 1))))
    for one in range(1, BOARDS + 1):
        numbers = [one * 10 + place for place in range(TOPICS)]
        web.page(f"/viewforum.php?id={one}", board(*((number, 3, "2026-03-12 08:03:00") for number in numbers)))
        for number in numbers:
            web.page(f"/viewtopic.php?id={number}", topic(number, "Un.", "Deux.", "Trois.", "Quatre."))
    return web.at("/index.php")


async def test_a_first_pass_gives_every_post_once_and_a_second_one_without_news_asks_for_the_index_alone(web, reader, forum):
    first = await reader.read("forum", forum)
    assert (first.documents, first.requests) == (BOARDS * TOPICS * 4, 1 + BOARDS + BOARDS * TOPICS)
    assert len({document.url for document in reader.documents}) == first.documents
    second = await reader.read("forum", forum)
    assert (second.documents, second.requests) == (0, 1)


async def test_a_board_that_shows_news_is_opened_and_the_others_are_not(web, reader, forum):
    await reader.read("forum", forum)
    shown = [(1, 33, "2026-03-12 08:30:00"), *((number, 32, "2026-03-12 08:03:00") for number in range(2, BOARDS + 1))]
    web.page("/index.php", index(*shown))
    web.page("/viewforum.php?id=1", board((10, 4, "2026-03-12 08:30:00"), (11, 3, "2026-03-12 08:03:00")))
    web.page("/viewtopic.php?id=10", topic(10, "Un.", "Deux.", "Trois.", "Quatre.", "Cinq."))
    report = await reader.read("forum", forum)
    assert ([document.text for document in reader.documents], report.requests) == (["Cinq."], 3)


async def test_a_board_that_failed_is_opened_again_although_the_index_shows_nothing_new(web, reader, forum):
    web.page("/viewforum.php?id=1", "panne", status=500)
    await reader.read("forum", forum)
    web.page("/viewforum.php?id=1", board((10, 3, "2026-03-12 08:03:00")))
    assert (await reader.read("forum", forum)).documents == 4


async def test_an_edited_post_is_a_new_version_of_the_same_document(web, reader, clock, forum):
    await reader.read("forum", web.at("/viewforum.php?id=1"))
    [before] = [document for document in reader.documents if document.url.endswith("#p1001")]
    web.page("/viewtopic.php?id=10", topic(10, "Un.", "Deux, corrigé.", "Trois.", "Quatre."))
    clock.advance(timedelta(hours=1))
    await reader.read("forum", web.at("/viewforum.php?id=1"))
    [after] = reader.documents
    assert (after.id, after.text, after.content_hash != before.content_hash) == (before.id, "Deux, corrigé.", True)


async def test_a_topic_is_looked_at_ever_more_rarely_as_it_stays_silent(web, reader, clock, forum):
    source = web.page("/viewforum.php?id=9", board((10, 3, "2026-03-12 08:03:00")))
    await reader.read("forum", source)
    visits = []
    for days in (0, 4):
        clock.advance(timedelta(days=days))
        before = web.paths().count("/viewtopic.php?id=10")
        for _ in range(12):
            clock.advance(timedelta(hours=1))
            await reader.read("forum", source)
        visits.append(web.paths().count("/viewtopic.php?id=10") - before)
    first_half_day, fifth = visits
    assert first_half_day > 3 * fifth


async def test_a_private_board_gives_nothing(web, reader, forum):
    login = page('<form action="login.php"><input name="req_username"><input type="password" name="req_password"></form>')
    web.page("/viewforum.php?id=2", login)
    report = await reader.read("forum", forum)
    assert (report.ok, report.documents) == (True, (BOARDS - 1) * TOPICS * 4)


async def test_a_board_that_shows_days_alone_does_not_reopen_todays_topics_at_every_pass(web, reader, clock, forum):
    source = web.page("/viewforum.php?id=9", board((10, 3, "2026-03-12")))
    await reader.read("forum", source, edit_days=0)
    clock.advance(timedelta(hours=1))
    assert (await reader.read("forum", source, edit_days=0)).requests == 1
