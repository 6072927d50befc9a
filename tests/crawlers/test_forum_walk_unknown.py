"""A forum of an engine that nobody described, over real HTTP: boards, topics of one post, pages, and what a second pass asks."""

from datetime import timedelta

import pytest

from crawlers.forum_markup import read_board
from vigie.clock import SystemClock


def page(body: str) -> str:
    menu = '<ul class="menu"><li><a href="/regles">Les règles</a></li><li><a href="/aide">Une aide</a></li></ul>'
    return f'<html lang="fr"><head><title>Le salon</title></head><body>{menu}<div class="main">{body}</div></body></html>'


def rows(*links: tuple[str, str], more: str = "") -> str:
    lines = "".join(
        f'<div class="line"><a href="{url}">{title}</a> <a href="/membre/zoe">Zoé</a> <span>2026-03-11 08:05</span></div>'
        for url, title in links
    )
    return page(f'<div class="list">{lines}</div>{more}')


def posts(*texts: str, first: int = 1, more: str = "") -> str:
    blocks = "".join(
        f'<div class="remark" id="r{number}"><a class="username" href="/membre/zoe">Zoé</a>'
        f' <span>2026-03-11 08:{number:02}</span><div class="said"><p>{text}</p></div></div>'
        for number, text in enumerate(texts, first)
    )
    return page(f"<h1>Sujet</h1><div class='thread'>{blocks}</div>{more}")


@pytest.fixture
def forum(web):
    """A board by its address, and one that only its page tells; four topics, one of a single post, one of two pages."""
    web.page("/", rows(("/categorie/1", "Les box"), ("/salon/2", "Les mobiles")))
    web.page("/categorie/1", rows(("/sujet/10", "Panne de box"), ("/sujet/11", "Facture doublée")))
    web.page("/salon/2", rows(("/sujet/20", "Réseau absent"), ("/sujet/21", "Une seule question")))
    pager = '<a href="?page=2">suite</a>'
    web.page("/sujet/10", posts("La box redémarre toute seule.", "Chez moi aussi, depuis hier.", more=pager))
    web.page("/sujet/10?page=2", posts("Rétabli ce matin, merci.", "Toujours rien chez moi.", first=3))
    web.page("/sujet/11", posts("Une seule ligne, sans réponse pour le moment."))
    web.page("/sujet/20", posts("Plus de réseau à Nantes.", "Pareil à Rennes."))
    web.page("/sujet/21", posts("Qui a un numéro qui répond ?"))
    return web.at("/")


async def test_every_post_of_every_board_is_read(reader, forum):
    outcome = await reader.read("forum", forum)
    assert outcome.documents == 8
    assert sorted(document.url.rpartition("/sujet/")[2] for document in reader.documents) == [
        *("10#r1", "10#r2", "10#r3", "10#r4", "11#r1", "20#r1", "20#r2", "21#r1"),
    ]
    assert {document.author for document in reader.documents} == {"Zoé"}


async def test_the_posts_of_later_pages_belong_to_the_topic_of_the_first(reader, forum):
    await reader.read("forum", forum)
    threads = {
        document.url.rpartition("#")[2]: document.thread_url for document in reader.documents if "/sujet/10" in document.url
    }
    assert len(threads) == 4
    assert set(threads.values()) == {f"{forum}sujet/10"}


async def test_the_title_belongs_to_the_first_post_of_the_first_page(reader, forum):
    await reader.read("forum", forum)
    titled = sorted(document.url.rpartition("/sujet/")[2] for document in reader.documents if document.title)
    assert titled == ["10#r1", "11#r1", "20#r1", "21#r1"]


async def test_a_second_pass_without_news_asks_for_the_lists_alone(web, reader, forum):
    await reader.read("forum", forum)
    second = await reader.read("forum", forum)
    assert (second.documents, second.requests) == (0, 1)


async def test_a_board_without_a_topic_is_asked_for_once(web, reader, forum):
    web.page("/", rows(("/sujet/20", "Réseau absent"), ("/forum/3/", "Les archives")))
    web.page("/forum/3/", page("<h1>Les archives</h1><p>Aucun sujet.</p>"))
    outcome = await reader.read("forum", forum)
    assert outcome.documents == 2
    assert web.paths().count("/forum/3/") == 1


async def test_an_age_shorter_than_the_last_visit_is_news_even_where_no_date_is_shown(web, reader, clock, forum):
    """An engine that prints ages alone: "il y a 5 minutes" an hour after the topic was read."""

    def board(old: str, new: str) -> str:
        return (
            rows(("/sujet/10", "Panne de box"), ("/sujet/20", "Réseau absent"))
            .replace("2026-03-11 08:05", old, 1)
            .replace("2026-03-11 08:05", new)
        )

    web.page("/", board("il y a 3 heures", "il y a 2 heures"))
    await reader.read("forum", forum)
    clock.advance(timedelta(hours=1))
    web.page("/", board("il y a 4 heures", "il y a 5 minutes"))
    web.page("/sujet/20", posts("Plus de réseau à Nantes.", "Pareil à Rennes.", "Rétabli à Nantes."))
    outcome = await reader.read("forum", forum)
    assert (outcome.documents, outcome.requests) == (1, 2)


def test_a_menu_is_no_list_of_topics():
    html = page("<p>Bienvenue au salon.</p>").encode()
    found = read_board(html, "https://salon.example/", encoding="utf-8", now=SystemClock().now(), zone="Europe/Paris")
    assert (found.topics, found.boards) == ((), ())
