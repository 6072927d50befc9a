"""What the article reader promises beyond the recorded pages."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.explain import explain_page
from crawlers.extract import Article, read_article
from crawlers.text import clean_line, clean_text, plain_text
from crawlers.tree import decode_page
from vigie.model import DateSource

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
LONG = "L’incident, causé par une mise à jour défectueuse des routeurs, a été résolu après sept heures d’interruption. " * 8


def read(html: str | bytes, url: str = "https://x.example/a", encoding: str | None = None) -> Article:
    body = html.encode() if isinstance(html, str) else html
    return read_article(body, url, encoding=encoding, now=NOW, zone="Europe/Paris")


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"bonjour", b"\x00\x01\xff\xfe\xfd", b"<html>", b"<!doctype html><!-- x -->", b"%PDF-1.4 \xe2"]
)
def test_a_page_that_holds_nothing_is_an_article_without_text(body: bytes) -> None:
    article = read(body)
    assert (article.text, article.is_article, article.published.source) == ("", False, DateSource.FIRST_SEEN)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_raise(body: bytes) -> None:
    read(b"<html><body><article>" + body)


def test_a_page_of_eight_megabytes_is_read() -> None:
    page = (
        "<html><body><div class='entry-content'><p>Début.</p>"
        + "<p>mot</p>" * 60_000
        + f"<p>{LONG}</p>" * 9_000
        + "</div></body></html>"
    )
    assert read(page).text.startswith("Début.\nmot")


def test_a_thousand_nested_elements_do_no_harm() -> None:
    assert isinstance(read("<div>" * 5000 + "x" + "</div>" * 5000), Article)


@pytest.mark.parametrize(
    ("declared", "real"), [("utf-8", "cp1252"), ("iso-8859-1", "utf-8"), (None, "utf-8"), (None, "cp1252"), ("nonsense", "utf-8")]
)
def test_a_wrong_or_missing_charset_spoils_no_accent(declared: str | None, real: str) -> None:
    page = "<html><body><div class='entry-content'><p>L’été à Orvéa, 5 €</p></div></body></html>".encode(real)
    assert read(page, encoding=declared).text == "L’été à Orvéa, 5 €"


def test_one_bad_byte_does_not_turn_a_page_into_cp1252() -> None:
    assert decode_page("é".encode() * 50 + b"\xff", None).startswith("ééé")


def test_a_canonical_address_on_another_site_is_not_followed() -> None:
    assert read('<link rel="canonical" href="https://ailleurs.example/a"><p>x').url == "https://x.example/a"


def test_a_canonical_address_that_names_the_home_page_is_not_believed() -> None:
    assert read('<link rel="canonical" href="https://x.example/"><p>x').url == "https://x.example/a"


def test_a_whole_declared_body_is_taken_when_the_page_shows_only_a_piece() -> None:
    declared = f'{{"@type":"NewsArticle","headline":"T","articleBody":"{LONG}"}}'
    page = f'<script type="application/ld+json">{declared}</script><p>Début seul'
    assert read(page).text == LONG.strip()


PARAGRAPHS = tuple(
    f"Au {n}e jour, le service client de l’enseigne ne répondait plus à personne, dit une cliente." for n in range(9)
)


@pytest.mark.parametrize(
    "line",
    ["À lire aussi : Les prix montent", "Lire aussi", "Partager sur Facebook", "Abonnez-vous", "La suite après cette publicité",
     "Inscrivez-vous à notre newsletter du matin", "Read more: Prices rise", "À LIRE AUSSI. Vos droits",
     "A lire aussi | Vos droits", "Mots-clés : Orvéa, télécoms",
     "Suivez toute l’actualité de votre ville sur Facebook et sur notre application",
     "Mis à jour le 3 mars à 10 h", "Temps de lecture : 3 min", "12 commentaires", "Cet article vous a plu ? Partagez-le !",
     "<a href='/b'>Trois opérateurs condamnés pour leurs résiliations</a>"],
)  # fmt: skip
def test_a_line_that_points_elsewhere_is_no_part_of_the_text(line: str) -> None:
    body = "".join(f"<p>{p}</p>" for p in (*PARAGRAPHS[:5], line, *PARAGRAPHS[5:]))
    assert read(f"<body><article><h1>T</h1>{body}</article></body>").text.split("\n") == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    ["Lire aussi souvent que possible est son conseil.", "Partager, dit-elle, voilà le mot.", "Il faut réagir.",
     "Le rapport est <a href='/r.pdf'>publié en entier sur ce site</a>.",
     "Mis à jour le 3 mars, le logiciel a tout effacé chez eux et ailleurs."],
)  # fmt: skip
def test_a_sentence_that_begins_like_a_button_stays(line: str) -> None:
    body = "".join(f"<p>{p}</p>" for p in (*PARAGRAPHS, line))
    assert plain_text(line) in read(f"<body><article><h1>T</h1>{body}</article></body>").text


@pytest.mark.parametrize(
    ("line", "author"),
    [("Par Léa Morin, 3 mars 2026", "Léa Morin"), ("Par Léa Morin et Ali Ben Saïd avec AFP", "Léa Morin et Ali Ben Saïd"),
     ("Par exemple, rien ne va plus", None), ("Par admin", None)],
)  # fmt: skip
def test_a_line_below_the_headline_says_who_wrote(line: str, author: str | None) -> None:
    assert read(f"<article><h1>T</h1><div>{line}</div><p>{LONG}</p></article>").author == author


def test_the_hour_of_publication_is_read_below_the_headline() -> None:
    article = read(f"<article><h1>T</h1><div><i>Mis en ligne le 3 mars 2026 à 10h12</i></div><p>{LONG}</p></article>")
    assert article.published.at == datetime(2026, 3, 3, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "head",
    [
        "<p>mardi 3 mars 2026</p>",
        "<div>Publié le 3 mars 2026 à 10h12</div>",
        "<p>2026-03-03</p><p>Par Léa Morin</p>",
        "<p>Titre</p>",
    ],
)
def test_the_head_of_a_short_article_is_no_part_of_its_text(head: str) -> None:
    body = f"<article><h1>Titre</h1>{head}<p>Trois mots sur Orvéa, et c’est tout.</p></article>"
    assert read(f"<body><nav><a href='/'>Accueil</a></nav>{body}</body>").text == "Trois mots sur Orvéa, et c’est tout."


@pytest.mark.parametrize(
    "line", ["Le 3 mars 2026 restera dans les mémoires.", "Par Toutatis, quelle panne !", "2026, année noire"]
)
def test_a_first_line_that_says_something_stays(line: str) -> None:
    assert line in read(f"<article><h1>Titre</h1><p>{line}</p><p>{LONG}</p></article>").text


@pytest.mark.parametrize("link", ["javascript:void(0)", "mailto:a@b.fr", "http://[", ""])
def test_a_card_whose_link_leads_nowhere_spoils_no_page(link: str) -> None:
    cards = f"<article><h3><a href='{link}'>Un titre</a></h3></article>" * 3
    assert LONG.strip() in read(f"<article><h1>T</h1><p>{LONG}</p></article><div>{cards}</div>").text


def test_cells_of_data_stay_a_table() -> None:
    rows = "".join(f"<tr><td>Panne {n}</td><td>{n} heures</td></tr>" for n in range(3))
    assert "| Panne 1 | 1 heures |" in read(f"<article><h1>T</h1><p>{LONG}</p><table>{rows}</table><p>{LONG}</p></article>").text


def test_a_marked_body_full_of_teasers_yields_to_what_is_prose() -> None:
    teasers = "".join(f'<div><a href="/{n}">Un autre sujet du jour, le numéro {n}, à ne pas manquer</a></div>' for n in range(30))
    body = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    assert "à ne pas manquer" not in read(f'<body><div class="article-body">{teasers}{body}</div></body>').text


@pytest.mark.parametrize(
    "path", ["/", "/tag/orvea/", "/category/beaute", "/page/2/", "/2026/03/", "/auteur/zoe", "/recherche/?q=x"]
)
def test_a_list_page_is_no_article(path: str) -> None:
    assert not read(f"<article><h1>T</h1><p>{LONG}</p></article>", f"https://x.example{path}").is_article


def test_several_declared_articles_make_a_list() -> None:
    declared = '[{"@type":"NewsArticle","headline":"A"},{"@type":"NewsArticle","headline":"B"}]'
    assert not read(f'<script type="application/ld+json">{declared}</script><p>{LONG}</p>').is_article


def test_much_text_without_any_mark_is_an_article() -> None:
    assert read(f"<body><h1>T</h1><p>{LONG}</p><p>{LONG}</p></body>").is_article


def test_a_page_that_only_asks_to_log_in_is_a_login_wall() -> None:
    article = read('<title>Connexion</title><main><form><input name="u"><input type="password"></form></main>')
    assert (article.login_wall, article.text) == (True, "")


def test_a_login_box_beside_an_article_is_no_wall() -> None:
    box = '<header><form><input type="password"></form></header><form><input type="password"></form>'
    assert not read(f"{box}<article><h1>T</h1><p>{LONG}</p></article>").login_wall


def test_the_day_in_an_address_is_the_last_resort() -> None:
    assert read("<p>x", "https://x.example/2026/03/03/a").published.source is DateSource.URL


@pytest.mark.parametrize(
    ("window", "title"),
    [
        ("Une panne géante | La Gazette", "Une panne géante"),
        ("Une panne - géante - la gazette", "Une panne - géante"),
        ("Une panne – Économie", "Une panne – Économie"),
        ("La Gazette", "La Gazette"),
    ],
)
def test_a_title_is_without_the_name_of_its_site(window: str, title: str) -> None:
    head = f'<meta property="og:site_name" content="La Gazette"><title>{window}</title>'
    assert read(f"<html><head>{head}</head><body><p>{LONG}</p></body></html>").title == title


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Un</p><p>Deux<br>Trois</p>", "Un\nDeux\nTrois"),
        ("R&amp;D &lt;3 l&rsquo;été", "R&D <3 l’été"),
        ("5 < 6 & 7", "5 < 6 & 7"),
        ("a<script>x()</script>b<style>c</style><!-- d -->e", "abe"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ('<img alt="😡"><img alt="Une photo"><img class="smilies" alt=":lol:">', "😡 :lol:"),
        ('Orvéa<img class="emoji" alt="®">, 👍<img class="emoji" alt="🏽">', "Orvéa®, 👍🏽"),
        (
            'Raté<img src="/img/smilies/sad.png" alt="sad"> <img class="smilie" alt="Big Grin"><img class="smilie" alt="Shy">',
            "Raté :( :D :shy:",
        ),
        ('<img src="/photos/sad.png" alt="sad">', ""),
        ("un\xa0mot\u200b cou\xadpé\x07", "un mot coupé"),
        ("e\u0301te\u0301", "été"),
        ("", ""),
        ("<", "<"),
    ],
)
def test_a_fragment_becomes_plain_text(html: str, text: str) -> None:
    assert plain_text(html) == text


@given(st.text(max_size=120))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert "\n" not in clean_line(text)
    plain_text(text)


def test_clear_mojibake_is_mended_and_doubtful_text_left_alone() -> None:
    assert clean_text("L’Ã©tÃ© dernier") == "L’été dernier"
    assert clean_text("São Ãlvaro, Â et Ã") == "São Ãlvaro, Â et Ã"


def test_a_saved_page_is_explained_as_it_is_crawled() -> None:
    comment = '<li id="comment-1" class="comment"><b class="fn">Zoé</b><p class="comment-text">Non</p></li>'
    reading = explain_page(f'<div class="entry-content">Oui</div>{comment}'.encode(), None, NOW, "Europe/Paris")
    assert (reading.text, [one.text for one in reading.comments]) == ("Oui", ["Non"])


def test_a_saved_topic_is_explained_as_its_opening_post_and_all_its_posts() -> None:
    posts = "".join(f'<div id="p{n}" class="post"><div class="content">n{n}</div></div>' for n in (1, 2))
    reading = explain_page(f'<body id="phpbb">{posts}</body>'.encode(), None, NOW, "Europe/Paris")
    assert (reading.text, [one.text for one in reading.comments]) == ("n1", ["n1", "n2"])


CARD = """<article class="card"><a href="/autre-{0}/"><h3>Autre sujet {0}</h3><p>Marelle rappelle ses poussettes, les clients
attendent depuis trois semaines une réponse du service après-vente.</p></a></article>"""
CARDS = "<section><h2>Read more</h2><div>" + "".join(CARD.format(number) for number in range(4)) + "</div></section>"


def test_the_cards_of_other_articles_are_no_part_of_a_short_one() -> None:
    page = (
        f"<body><main><article><h1>Vélo</h1><div><p>Le vélo, c’est bien pour vingt kilomètres.</p></div></article></main>{CARDS}"
    )
    assert read(page).text == "Le vélo, c’est bien pour vingt kilomètres."


def test_the_entries_of_a_live_page_are_no_cards() -> None:
    entry = '<article id="e{0}"><h3><a href="#e{0}">Point {0}</a></h3><p>Le trafic reprend, dit la direction.</p></article>'
    page = "<body><main><h1>En direct</h1>" + "".join(entry.format(number) for number in range(4)) + "</main>"
    assert read(page).text.count("Le trafic reprend") == 4


def test_a_post_for_subscribers_that_shows_nothing_is_no_article() -> None:
    wall = "<aside><h2>This post is for subscribers only</h2><a href='#/signup'>Subscribe now</a></aside>"
    page = f"""<head><meta property="og:type" content="article"></head><body><nav><a href="/">Le carnet</a></nav><article>
        <h1>Réunion</h1><section class="gh-content">{wall}</section></article>"""
    article = read(page)
    assert (article.text, article.is_article) == ("", False)
    assert read(page.replace("<aside>", "<p>Voici ce que tous peuvent lire de la réunion.</p><aside>")).text.startswith(
        "Voici ce que"
    )


@pytest.mark.parametrize(
    "banner", ['<a href="/"><h1>Le carnet</h1></a>', '<h1><a href="https://carnet.example/">Le carnet</a></h1>']
)
def test_a_heading_that_leads_home_is_the_sites_name(banner: str) -> None:
    html = (
        f"<html><head><title>Une panne | Le carnet</title></head><body>{banner}<article><p>Un texte.</p></article></body></html>"
    )
    article = read_article(html.encode(), "https://carnet.example/a", encoding="utf-8", now=NOW, zone="Europe/Paris")
    assert article.title == "Une panne"


@pytest.mark.parametrize(
    ("path", "is_list"),
    [
        ("/archives/24-films-de-la-semaine.html", False),
        ("/archives/2026/03/08/39912345.html", False),
        ("/archives/", True),
        ("/archives/2026/03.html", True),
        ("/archives/P3.html", True),
        ("/archive/2026", True),
    ],
)
def test_below_archives_only_dates_and_numbers_of_pages_are_lists(path: str, is_list: bool) -> None:
    html = b"<html><body><article><h1>Titre</h1><p>Un texte.</p></article></body></html>"
    assert read_article(html, f"https://carnet.example{path}", encoding=None, now=NOW, zone="Europe/Paris").is_list is is_list
