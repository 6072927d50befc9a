"""What stands where an article is looked for is no article, and what a paywall shows is told from the whole."""

import json
from datetime import UTC, datetime

import pytest

from crawlers.extract import Article, read_article

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
PARAGRAPH = "L’incident, causé par une mise à jour défectueuse des routeurs, a été résolu après sept heures d’interruption. "
LONG = "".join(
    f"<p>Au {n}e jour, le service client de l’enseigne ne répondait plus à personne, dit une cliente.</p>" for n in range(30)
)
SHORT = f"<p>{PARAGRAPH * 3}</p>"


def read(html: str, declared: object = None) -> Article:
    script = f'<script type="application/ld+json">{json.dumps(declared)}</script>' if declared else ""
    page = f"<html><head>{script}</head><body>{html}</body></html>".encode()
    return read_article(page, "https://journal.example/economie/orvea", encoding=None, now=NOW, zone="Europe/Paris")


@pytest.mark.parametrize(
    "heading",
    ["Erreur 404", "404 - Page non trouvée", "Page introuvable", "Oups ! Cette page n’existe plus", "Page not found", "410 Gone",
     "Cet article n'est plus disponible", "Seite nicht gefunden"],
)  # fmt: skip
def test_a_page_that_says_there_is_none_has_no_text(heading: str) -> None:
    article = read(
        f"<article><h1>{heading}</h1><p>Le contenu demandé a peut-être été déplacé. Retournez à l’accueil.</p></article>"
    )
    assert (article.text, article.is_article) == ("", False)


@pytest.mark.parametrize("heading", ["Peugeot 404 : la star des années 60", "Un article introuvable au musée"])
def test_an_article_whose_title_only_sounds_so_is_read(heading: str) -> None:
    assert read(f"<article><h1>{heading}</h1>{LONG}</article>").is_article


def test_a_cookie_wall_is_no_article() -> None:
    wall = (
        "<p>Nos partenaires et nous utilisons des cookies et des traceurs avec votre consentement.</p>"
        "<p>Vous pouvez accepter, refuser ou retirer votre consentement ; voir les finalités et nos partenaires, et la page "
        "confidentialité. Vos données personnelles sont gardées treize mois.</p><button>Tout accepter</button>"
    )
    article = read(f"<main><h1>Le respect de votre vie privée</h1>{wall}</main>")
    assert (article.text, article.is_article) == ("", False)


def test_an_article_about_cookies_is_read() -> None:
    body = (
        "<p>La Cnil a infligé hier une amende de cent millions d’euros à la marque, pour avoir déposé des cookies sans "
        "consentement sur les téléphones de ses clients pendant plus de deux ans.</p>"
    )
    assert read(f"<article><h1>Une amende pour des cookies</h1>{body}{LONG}</article>").is_article


@pytest.mark.parametrize("free", [False, "False", "http://schema.org/False"])
def test_a_short_text_declared_as_not_free_is_an_excerpt(free: object) -> None:
    declared = {"@type": "NewsArticle", "headline": "T", "isAccessibleForFree": free}
    assert read(f"<article><h1>T</h1>{SHORT}</article>", declared).is_excerpt


def test_a_whole_text_is_none_although_declared_as_not_free() -> None:
    declared = {"@type": "NewsArticle", "headline": "T", "isAccessibleForFree": False, "wordCount": 460}
    assert not read(f"<article><h1>T</h1>{LONG}</article>", declared).is_excerpt


def test_a_text_far_shorter_than_its_declared_length_is_an_excerpt() -> None:
    declared = {"@type": "NewsArticle", "headline": "T", "isAccessibleForFree": False, "wordCount": "2000"}
    assert read(f"<article><h1>T</h1>{LONG}</article>", declared).is_excerpt


@pytest.mark.parametrize(
    "line",
    ["Cet article est réservé aux abonnés.", "Il vous reste 72 % de cet article à lire.", "Abonnez-vous pour lire la suite",
     "Pour lire la suite, connectez-vous.", "This article is for subscribers only"],
)  # fmt: skip
def test_a_line_that_keeps_the_rest_for_subscribers_makes_an_excerpt(line: str) -> None:
    assert read(f"<article><h1>T</h1>{SHORT}<div class='wall'>{line}</div></article>").is_excerpt


def test_the_badge_of_another_article_makes_none() -> None:
    badge = "<ul><li><a href='/b'><span>Réservé aux abonnés</span> Un autre sujet</a></li></ul>"
    assert not read(f"<article><h1>T</h1>{SHORT}</article>{badge}").is_excerpt


def test_a_live_blog_has_its_entries_with_their_own_address_and_time() -> None:
    declared = {
        "@type": "LiveBlogPosting",
        "headline": "La panne en direct",
        "datePublished": "2026-03-10T07:00:00+01:00",
        "liveBlogUpdate": [
            {"@type": "BlogPosting", "headline": "Le réseau revient", "articleBody": "Il est 9 h 12.", "datePublished":
             "2026-03-10T09:12:00+01:00", "url": "https://journal.example/economie/orvea#e2", "author": {"name": "Zoé"}},
            {"@type": "BlogPosting", "articleBody": "Le réseau tombe.", "datePublished": "2026-03-10T08:00:00+01:00"},
            {"@type": "BlogPosting", "headline": "Sans texte"},
        ],
    }  # fmt: skip
    first, second = read(f"<article><h1>T</h1>{SHORT}</article>", declared).updates
    assert (first.url, first.title, first.text, first.author) == (
        "https://journal.example/economie/orvea#e2", "Le réseau revient", "Il est 9 h 12.", "Zoé",
    )  # fmt: skip
    assert first.published is not None and first.published.at == datetime(2026, 3, 10, 8, 12, tzinfo=UTC)
    assert second.url.startswith("https://journal.example/economie/orvea#2026-03-10T08")
