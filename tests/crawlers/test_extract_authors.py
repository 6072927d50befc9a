"""A by-line is a name: what stands around it in the same line is not part of it."""

from datetime import UTC, datetime

import pytest

from crawlers.extract import read_article

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Par Claire Dorval", "Claire Dorval"),
        ("Claire Dorval – publié le 10 mars 2026 à 10h50", "Claire Dorval"),
        ("Par Claire Dorval | Économie", "Claire Dorval"),
        ("Claire Dorval, le 10/03/2026", "Claire Dorval"),
        ("Claire Dorval le 10 mars 2026", "Claire Dorval"),
        ("Publié par Jean-Luc d'Ormesson", "Jean-Luc d'Ormesson"),
        ("L'équipe du site", "L'équipe du site"),
        ("Zoé Ünal avec AFP", "Zoé Ünal"),
        ("La rédaction", "La rédaction"),
    ],
)
def test_a_by_line_is_a_name(line: str, name: str) -> None:
    html = f'<html><body><article><h1>Titre</h1><p class="byline">{line}</p><p>Un texte.</p></article></body></html>'
    article = read_article(html.encode(), "https://journal.example/a", encoding="utf-8", now=NOW, zone="Europe/Paris")
    assert article.author == name


@pytest.mark.parametrize("account", ["admin", "Administrateur", "wp-admin", "webmaster", "admin2"])
def test_the_name_of_an_account_is_nobody(account: str) -> None:
    html = (
        f'<html><head><meta name="author" content="{account}"></head><body><a rel="author">{account}</a><p>Un.</p></body></html>'
    )
    assert read_article(html.encode(), "https://journal.example/a", encoding="utf-8", now=NOW, zone="Europe/Paris").author is None


@pytest.mark.parametrize(
    "line",
    [
        "Sun, 08/03/2026 - 2:47am by Aïcha",
        "Soumis par Aïcha le dim, 08/03/2026 - 02:47",
        "Submitted by Aïcha on Sun, 08/03/2026 - 02:47",
        "Posté par Aïcha sur Sunday, 8 March 2026 à 02:47",
    ],
)
def test_the_line_of_submission_names_author_and_date(line: str) -> None:
    html = f'<html><body><article><h1>Titre</h1><p class="submitted">{line}</p><p>Un texte.</p></article></body></html>'
    article = read_article(html.encode(), "https://journal.example/a", encoding="utf-8", now=NOW, zone="Europe/Paris")
    assert (article.author, article.published.at) == ("Aïcha", datetime(2026, 3, 8, 1, 47, tzinfo=UTC))
