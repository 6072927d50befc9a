"""What makes a page that names no engine known as a forum's, and what does not."""

from datetime import UTC, datetime

import pytest

from crawlers.forum_markup import is_forum, read_board

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def listing(more: str, head: str = "") -> bytes:
    rows = "".join(
        f'<div class="ligne"><a href="/{number}/{title}">{title} et le reste</a> <span>il y a {number} heures</span> {more}</div>'
        for number, title in ((2, "panne"), (3, "facture"), (4, "debit"))
    )
    return f'<html lang="fr"><head>{head}</head><body><div class="liste">{rows}</div></body></html>'.encode()


def known(page: bytes, url: str = "https://salon.example/") -> bool:
    return is_forum(page, url, encoding="utf-8", now=NOW, zone="Europe/Paris")


@pytest.mark.parametrize("count", ["<b>5 réponses</b>", "<span>12</span> <span>messages</span>", "aucune réponse", "3 answers"])
def test_rows_that_count_answers_are_topics(count: str) -> None:
    assert known(listing(count))


def test_rows_that_count_comments_are_articles() -> None:
    assert not known(listing("12 commentaires"))


def test_the_address_of_a_list_tells_a_forum() -> None:
    assert known(listing("Zoé"), "https://salon.example/projets/forum")


def test_the_maker_of_a_page_may_call_itself_a_forum() -> None:
    assert known(listing("Zoé", '<meta name="generator" content="my small forum 2">'))


def test_a_list_without_any_of_these_is_none() -> None:
    assert not known(listing("Zoé"))


def test_a_front_page_leads_to_the_list_of_all_questions() -> None:
    page = listing("3 answers").replace(b"<body>", b'<body><a href="/questions">Questions</a>')
    board = read_board(page, "https://salon.example/", encoding="utf-8", now=NOW, zone="Europe/Paris")
    assert [one.url for one in board.boards] == ["https://salon.example/questions"]


def test_messages_listed_below_their_topic_are_no_topics_and_the_whole_thread_is_preferred() -> None:
    entry = '<a href="/index.php?id={0}">{1}</a> <time datetime="2026-03-09T08:00">9 mars</time>'
    whole = ' <a href="/index.php?mode=thread&amp;id={0}"><i></i></a>'
    answers = "<ul><li>{}</li><li>{}</li></ul>"
    items = "".join(
        f"<li>{(entry + whole).format(n, title)}{answers.format(entry.format(n + 1, 'Re'), entry.format(n + 2, 'Et'))}</li>"
        for n, title in ((10, "Panne de box"), (20, "Facture doublée"))
    )
    board = read_board(
        f'<html><body><ul class="fils">{items}</ul></body></html>'.encode(),
        "https://salon.example/",
        encoding="utf-8",
        now=NOW,
        zone="Europe/Paris",
    )
    assert [one.url for one in board.topics] == [f"https://salon.example/index.php?mode=thread&id={n}" for n in (10, 20)]


def test_an_index_of_boards_in_tables_with_columns_is_no_thread_and_its_inner_boards_are_found() -> None:
    row = (
        '<li class="row"><a class="titre" href="/viewforum.php?f={0}">{1}</a> {2}<dd>8</dd><dd class="last">'
        '<a class="username" href="/membre/zoe">Zoé</a> <time datetime="2026-03-09T0{0}:00"></time></dd></li>'
    )
    columns = "<dd>Sujets</dd> <dd>Messages</dd> <dd>Dernier message</dd>"
    head = f'<ul class="tete"><li><a href="/viewforum.php?f={{}}">{{}}</a> {columns}</li></ul>'
    inner = '<br>Sous-forum : <a href="/viewforum.php?f=7">Café du coin</a>'
    page = "".join(
        f"<div>{head.format(n, name)}<ul>{row.format(n + 1, 'Box', inner)}{row.format(n + 2, 'Mobile', '')}</ul></div>"
        for n, name in ((1, "Consommation"), (4, "Le reste"))
    )
    board = read_board(
        f"<html><body>{page}</body></html>".encode(), "https://salon.example/", encoding="utf-8", now=NOW, zone="Europe/Paris"
    )
    assert {one.url.rpartition("=")[2] for one in board.boards} >= {"2", "3", "5", "6", "7"}
