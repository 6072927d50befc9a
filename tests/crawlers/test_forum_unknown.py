"""Threads of engines that nobody described, and pages that look like threads and are none."""

import json
from datetime import UTC, datetime

import pytest

from crawlers.forum_markup import Topic, read_topic

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
URL = "https://salon.example/fil/31-panne"


def read(body: str, url: str = URL) -> Topic:
    page = f'<html lang="fr"><head><title>Salon</title></head><body>{body}</body></html>'
    return read_topic(page.encode(), url, encoding="utf-8", now=NOW, zone="Europe/Paris")


def told(topic: Topic) -> list[tuple[str | None, str, str]]:
    return [(one.author, one.published.at.isoformat()[:16] if one.published else "", one.text) for one in topic.posts]


def post(number: int, name: str, day: str, text: str) -> str:
    """An engine of nobody's: a table row, the member's card beside the words."""
    return f"""<tr class="ligne" id="m{number}"><td class="carte"><a href="/membre/{name.lower()}">{name}</a><br>
Inscrit le 4 janvier 2019<br>Messages : {number * 41}</td><td class="colonne"><div class="infos">Posté le {day}
<a href="#m{number}">#{number}</a></div><div class="texte-du-message">{text}</div>
<div class="signature">Toujours à l'ouest</div><a href="/citer/{number}">Citer</a></td></tr>"""


THREAD = (
    "<h1>Panne Orvéa</h1><table class='fil'>"
    + post(1, "Zoé", "3 mars 2026 à 18:02", "<p>Plus rien depuis midi, quelqu'un a des nouvelles ?</p>")
    + "<tr class='pub'><td colspan='2'>Votre publicité ici</td></tr>"
    + post(2, "Hugo", "3 mars 2026 à 18:40", "<blockquote>Plus rien depuis midi</blockquote><p>Pareil à Brest.</p>")
    + post(3, "Inès", "hier à 07:15", "<p>Revenu ce matin chez moi 😀</p><p class='edition'>Modifié hier à 08:00</p>")
    + "</table>"
)


def test_repeated_blocks_with_author_date_and_words_are_posts() -> None:
    topic = read(THREAD)
    assert topic.title == "Panne Orvéa"
    assert told(topic) == [
        ("Zoé", "2026-03-03T17:02", "Plus rien depuis midi, quelqu'un a des nouvelles ?"),
        ("Hugo", "2026-03-03T17:40", "Pareil à Brest."),
        ("Inès", "2026-03-09T06:15", "Revenu ce matin chez moi 😀"),
    ]
    assert [one.url for one in topic.posts] == [f"{URL}#m{number}" for number in (1, 2, 3)]


def test_a_question_page_declares_its_answers() -> None:
    data = {
        "@context": "https://schema.org",
        "@type": "QAPage",
        "mainEntity": {
            "@type": "Question",
            "name": "Comment résilier Orvéa ?",
            "text": "Je veux partir.",
            "author": {"@type": "Person", "name": "Léa"},
            "datePublished": "2026-03-01T10:00:00Z",
            "acceptedAnswer": {
                "@type": "Answer", "text": "Par lettre.", "author": {"name": "Max"}, "datePublished": "2026-03-01T11:00:00Z",
                "url": "/fil/31-panne#r2",
            },
            "suggestedAnswer": [{"@type": "Answer", "text": "Au 3900.", "author": {"name": "Ana"}, "dateCreated": "2026-03-02"}],
        },
    }  # fmt: skip
    topic = read(f'<h1>Comment résilier ?</h1><script type="application/ld+json">{json.dumps(data)}</script>')
    assert told(topic) == [
        ("Léa", "2026-03-01T10:00", "Je veux partir."),
        ("Max", "2026-03-01T11:00", "Par lettre."),
        ("Ana", "2026-03-02T11:00", "Au 3900."),
    ]


def test_declared_posts_give_way_to_printed_ones_when_these_are_more() -> None:
    data = {"@type": "DiscussionForumPosting", "text": "Plus rien…", "author": "Zoé", "datePublished": "2026-03-03T17:02:00Z"}
    assert len(read(f'<script type="application/ld+json">{json.dumps(data)}</script>{THREAD}').posts) == 3


def test_microdata_of_a_discussion_is_read() -> None:
    def item(kind: str, prop: str, name: str, hour: int, text: str, more: str = "") -> str:
        return f"""<div itemscope itemtype="https://schema.org/{kind}" {prop}><span itemprop="author" itemscope
itemtype="https://schema.org/Person"><b itemprop="name">{name}</b></span><time itemprop="datePublished"
datetime="2026-03-0{hour}T10:00:00Z"></time><p itemprop="text">{text}</p>{more}</div>"""

    answer = item("Comment", 'itemprop="comment"', "Max", 2, "Moi aussi.")
    assert told(read(item("DiscussionForumPosting", "", "Léa", 1, "Bonjour.", answer))) == [
        ("Léa", "2026-03-01T10:00", "Bonjour."),
        ("Max", "2026-03-02T10:00", "Moi aussi."),
    ]


@pytest.mark.parametrize(
    "item",
    [
        '<li><h2><a href="/article/{n}">Orvéa, titre numéro {n}</a></h2><a href="/auteur/zoe" rel="author">Zoé</a> '
        "<time datetime=\"2026-03-0{n}T10:00:00Z\">{n} mars</time><p>Un chapeau qui a l'air d'un message.</p></li>",
        '<li><a class="titre" href="/fil/{n}-sujet">Sujet tout à fait numéro {w}</a> par <a href="/membre/zoe">Zoé</a> '
        '<span class="date">{n} mars 2026 à 10:00</span> <span>12 réponses, 340 vues</span></li>',
    ],
)
def test_a_list_of_articles_or_topics_is_no_thread(item: str) -> None:
    words = ("un", "deux", "trois", "quatre", "cinq")
    rows = "".join(item.format(n=number, w=words[number - 1]) for number in range(1, 6))
    assert read(f"<h1>Salon</h1><ul>{rows}</ul>", "https://salon.example/liste").posts == ()


def test_an_article_with_its_date_and_author_is_no_thread() -> None:
    body = "".join(f"<p>Paragraphe {number} de l'article, en 2026.</p>" for number in range(20))
    head = '<h1>Titre</h1><a rel="author" href="/auteur/zoe">Zoé</a><time datetime="2026-03-01">1er mars</time>'
    assert read(f"<article>{head}{body}</article>").posts == ()


def test_heads_and_bodies_that_are_siblings_make_posts() -> None:
    rows = "".join(
        f"<dt id='r{n}'><a href='/membre/{name}'>{name}</a>, le {n} mars 2026 à 10:00</dt><dd>{text}</dd>"
        for n, name, text in ((1, "zoe", "Plus rien depuis midi."), (2, "hugo", "Pareil à Brest."), (3, "ines", "Revenu ici."))
    )
    topic = read(f"<h1>Panne Orvéa</h1><dl>{rows}</dl>")
    assert [(one.author, one.text) for one in topic.posts] == [
        ("zoe", "Plus rien depuis midi."),
        ("hugo", "Pareil à Brest."),
        ("ines", "Revenu ici."),
    ]
    assert topic.posts[2].url.endswith("#r3")


def test_a_definition_list_with_dates_is_no_thread() -> None:
    rows = "".join(f"<dt>3 mars 202{n}</dt><dd>La marque ouvre sa boutique numéro {n} dans le centre.</dd>" for n in range(4))
    assert read(f"<h1>Histoire d’Orvéa</h1><dl>{rows}</dl>").posts == ()


def test_what_every_post_ends_with_is_the_engines() -> None:
    rows = "".join(
        post(
            n, name, f"{n} mars 2026 à 10:00", f"<p>{text}</p><p><a href='/r/{n}'>Répondre</a> <a href='/s/{n}'>Signaler</a></p>"
        )
        for n, name, text in ((1, "Zoé", "Plus rien depuis midi."), (2, "Hugo", "Pareil à Brest."), (3, "Inès", "Revenu ici."))
    )
    topic = read(f"<h1>Panne Orvéa</h1><table>{rows}</table>")
    assert [one.text for one in topic.posts] == ["Plus rien depuis midi.", "Pareil à Brest.", "Revenu ici."]


def answer(number: int, name: str, hour: str, text: str, *inside: str) -> str:
    """An engine of nobody's whose answers stand inside what they answer; only the head of a post has a name."""
    below = f"<ul>{''.join(inside)}</ul>" if inside else ""
    return f"""<li><div class="tete" id="n{number}"><a href="/membre/{number}">{name}</a> <i>3 mars 2026 à {hour}</i></div>
<div>{text}</div>{below}</li>"""


def test_indented_answers_are_posts_beside_what_they_answer() -> None:
    last = answer(4, "Léo", "18:50", "Ici aussi, merci à vous deux pour les nouvelles.")
    inner = answer(2, "Hugo", "18:40", "Pareil à Brest, tout le quartier est coupé.", last)
    first = answer(1, "Zoé", "18:02", "Plus rien depuis midi, quelqu'un a des nouvelles ?", inner)
    second = answer(3, "Inès", "19:15", "Revenu à l'instant chez moi, à Nantes.")
    assert told(read(f"<h1>Panne Orvéa</h1><ul>{first}{second}</ul>")) == [
        ("Zoé", "2026-03-03T17:02", "Plus rien depuis midi, quelqu'un a des nouvelles ?"),
        ("Hugo", "2026-03-03T17:40", "Pareil à Brest, tout le quartier est coupé."),
        ("Léo", "2026-03-03T17:50", "Ici aussi, merci à vous deux pour les nouvelles."),
        ("Inès", "2026-03-03T18:15", "Revenu à l'instant chez moi, à Nantes."),
    ]


@pytest.mark.parametrize("frame", ["<li>{}</li>", "<div>{}</div>"])
def test_the_only_post_of_a_topic_is_known_by_its_head_where_posts_themselves_have_no_name(frame: str) -> None:
    def page(*posts: str) -> str:
        inner = "".join(frame.format(one) if frame.startswith("<li") else one for one in posts)
        return f"<h1>Panne Orvéa</h1><ul><li>Sujet</li></ul><section>{inner}</section>"

    one, two = (
        f'<div class="tete" id="n{n}"><a href="/membre/{n}">{name}</a> <i>3 mars 2026 à 18:0{n}</i></div><div>{text}</div>'
        for n, name, text in ((1, "Zoé", "Plus rien depuis midi à Brest."), (2, "Hugo", "Pareil ici, à Nantes, depuis hier."))
    )
    known = read(page(one, two)).block
    body = f'<html lang="fr"><head><title>Salon</title></head><body>{page(one)}</body></html>'
    alone = read_topic(body.encode(), URL, encoding="utf-8", now=NOW, zone="Europe/Paris", block=known)
    assert told(alone) == [("Zoé", "2026-03-03T17:01", "Plus rien depuis midi à Brest.")]


def test_later_pages_of_a_thread_whose_address_ends_in_a_slash_are_followed() -> None:
    pages = '<div class="nav"><a href="/fil/31-panne/page/2/">2</a> <a href="/fil/32-autre/page/2/">2</a></div>'
    assert read(THREAD + pages, f"{URL}/").next_pages == (f"{URL}/page/2/",)


def test_nothing_of_a_hostile_page_is_a_thread_or_an_error() -> None:
    deep = "<div class='post'><b>A</b> 3 mars 2026 à 10:00 " * 100_000
    assert isinstance(read(deep), Topic)
    assert read("<div>01/01/0001 00:00</div>" * 50).posts == ()
    pairs = "".join(f"<dt><a href='/membre/{n}'>M{n}</a> 3 mars 2026 à 10:00</dt><dd>Un mot de plus.</dd>" for n in range(900))
    assert len(read(f"<dl>{pairs}</dl>").posts) == 900


def test_a_page_that_kept_its_engines_names_without_its_notices_is_read_by_them() -> None:
    body = """<article class="message message--post" data-author="Zoé" data-content="post-7"><header class="message-attribution">
<a href="/threads/x.1/post-7"><time datetime="2026-03-09T10:00:00+01:00">hier</time></a></header>
<div class="message-body"><div class="bbWrapper">Seule à répondre.</div></div></article>"""
    assert told(read(body, "https://salon.example/threads/x.1/")) == [("Zoé", "2026-03-09T09:00", "Seule à répondre.")]


def learned(topic: Topic, body: str) -> Topic:
    """Another page of the site, read after `topic`."""
    page = f'<html lang="fr"><head><title>Salon</title></head><body>{body}</body></html>'
    return read_topic(page.encode(), URL, encoding="utf-8", now=NOW, zone="Europe/Paris", block=topic.block)


def test_the_author_of_an_only_post_stands_where_longer_threads_have_them() -> None:
    side = "<div class='side'><h4>{}</h4><div class='author-posts'>Habitué</div></div>"
    card = f"<div class='post'>{side}<time datetime='{{}}'></time><div class='said'>{{}}</div></div>"
    texts = ("Plus rien depuis midi, et vous ?", "Pareil à Brest ce matin.", "Rétabli chez moi à l'instant.")
    thread = read(
        "".join(card.format(name, f"2026-03-03T18:0{n}", text) for n, (name, text) in enumerate(zip("ABC", texts, strict=True)))
    )
    assert told(learned(thread, card.format("Dina", "2026-03-04T09:00", "Une question sans réponse."))) == [
        ("Dina", "2026-03-04T08:00", "Une question sans réponse.")
    ]


def test_a_post_that_opens_the_thread_outside_of_its_answers_is_one() -> None:
    by = "<p><span class='author'>Par <a href='/users/8'>{}</a> il y a <a title='0{}/03/2026 10:00'>longtemps</a></span></p>"
    message = f"<div class='message{{}}'>{by}<div class='wiki'>{{}}</div></div>"
    answers = message.format(" reply", "Hugo", 4, "Pareil à Brest ce matin.") + message.format(
        " reply", "Inès", 5, "Rétabli hier."
    )
    topic = read(message.format("", "Zoé", 3, "Plus rien depuis midi.") + f"<div id='replies'>{answers}</div>")
    assert told(topic) == [
        ("Zoé", "2026-03-03T09:00", "Plus rien depuis midi."),
        ("Hugo", "2026-03-04T09:00", "Pareil à Brest ce matin."),
        ("Inès", "2026-03-05T09:00", "Rétabli hier."),
    ]


def test_an_edit_told_behind_the_date_does_not_hide_the_post() -> None:
    note = " <span class='edited'>édité par Zoé, <time datetime='2026-03-04T08:00'></time></span>"
    message = (
        "<div class='message'><p class='author'>par <b>{}</b>, <time datetime='{}'></time>{}</p><div class='texte'>{}</div></div>"
    )
    topic = read(
        message.format("Zoé", "2026-03-03T18:00", note, "Plus rien depuis midi.")
        + message.format("Hugo", "2026-03-03T19:00", "", "Pareil à Brest ce matin.")
    )
    assert told(topic)[0] == ("Zoé", "2026-03-03T17:00", "Plus rien depuis midi.")


@pytest.mark.parametrize(
    ("url", "link", "expected"),
    [
        ("/fil/panne", '<div class="pages"><a href="?part=2">Suivante</a></div>', "/fil/panne?part=2"),
        ("/fil/12/", '<nav aria-label="Pagination"><a href="/fil/12/2/">2</a></nav>', "/fil/12/2/"),
        ("/fil/12", '<nav aria-label="Pagination"><a href="/fil/12/2">2</a></nav>', "/fil/12/2"),
        ("/fil/12", '<div class="pager"><a href="/fil/11">Sujet précédent</a></div>', None),
    ],
    ids=["a parameter of any name", "a number behind the path", "the same without a slash", "the topic before"],
)
def test_pages_are_known_by_what_their_links_add_to_the_address(url: str, link: str, expected: str | None) -> None:
    topic = read(THREAD + link, f"https://salon.example{url}")
    assert topic.next_pages == ((f"https://salon.example{expected}",) if expected else ())
    assert topic.url == f"https://salon.example{url}"


def test_the_thread_is_called_what_the_window_says_not_what_the_site_is() -> None:
    page = f"<html><head><title>Panne Orvéa - Les box - Salon</title></head><body><h1>Salon</h1><h2>Panne Orvéa</h2>{THREAD[26:]}"
    assert read_topic(page.encode(), URL, encoding="utf-8", now=NOW, zone="Europe/Paris").title == "Panne Orvéa"
