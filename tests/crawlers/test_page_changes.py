"""A watched page: what counts as a change, and how it is told."""

import pytest

from crawlers.page_changes import changes, watched_lines
from crawlers.reviews import stars_of


def page(*paragraphs, frame="Menu du jour"):
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    return f"<html><head><title>Conditions</title></head><body><nav>{frame}</nav><main>{body}</main></body></html>"


def lines(html, selector=""):
    return watched_lines(html.encode(), encoding="utf-8", selector=selector)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Mis à jour le 11/03/2026", "Mis à jour le 12/03/2026"),
        ("Mis à jour le 3 mars 2026 à 9 h 30", "Mis à jour le 12 avril 2026 à 18 h 05"),
        ("Vu il y a 3 heures", "Vu il y a 2 jours"),
        ("1 204 avis", "1 310 avis"),
        ("© 2025 Orvéa", "© 2026 Orvéa"),
        ("Jeton 0123456789abcdef01", "Jeton fedcba987654321000"),
        ("2026-03-11T08:00:00Z", "2026-03-12T09:30:00Z"),
    ],
)
def test_dates_counters_and_tokens_are_no_change(before, after):
    assert changes([before], [after]) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [("Forfait à 9,99 €", "Forfait à 12,99 €"), ("Remise de 10 %", "Remise de 5 %"), ("Sous 30 jours", "Sous 14 jours")],
)
def test_prices_shares_and_delays_are_changes(before, after):
    assert changes([before], [after]) == (f"Modifié : « {before} » devient « {after} »",)


def test_what_is_taken_away_and_put_in_is_told_in_the_order_of_the_page():
    assert changes(["Un", "Deux", "Trois"], ["Un", "Trois", "Quatre"]) == ("Retiré : Deux", "Ajouté : Quatre")


def test_the_frame_of_a_page_is_not_watched_and_a_selector_narrows():
    assert lines(page("Article 1")) == ("Article 1",)
    assert lines(page("Un", "<b class='prix'>9 €</b>"), ".prix") == ("9 €",)


async def test_a_change_is_a_document_of_its_own_and_told_once(web, reader, clock):
    url = web.page("/cgu", page("Article 1. Résiliation sous 30 jours.", "Mis à jour le 11/03/2026"))
    assert (await reader.read("watch", url)).documents == 0
    web.page("/cgu", page("Article 1. Résiliation sous 90 jours.", "Mis à jour le 12/03/2026", frame="Autre menu"))
    await reader.read("watch", url)
    [document] = reader.documents
    assert document.title == "Page modifiée : Conditions"
    assert document.text == (
        "Modifié : « Article 1. Résiliation sous 30 jours. » devient « Article 1. Résiliation sous 90 jours. »"
    )
    assert (document.thread_url, document.published.at) == (url, clock.now())
    assert document.url.startswith(f"{url}#change-2026")
    assert (await reader.read("watch", url)).documents == 0


async def test_a_page_that_is_empty_for_once_is_no_change(web, reader):
    url = web.page("/cgu", page("Article 1."))
    await reader.read("watch", url)
    web.page("/cgu", page())
    report = await reader.read("watch", url)
    assert (report.ok, report.documents, dict(report.errors)) == (False, 0, {"nothing_found": 1})
    web.page("/cgu", page("Article 1."))
    assert (await reader.read("watch", url)).documents == 0


async def test_a_selector_that_is_none_is_told(web, reader):
    report = await reader.read("watch", web.page("/cgu", page("Article 1.")), selector="p[")
    assert "p[" in report.message


@pytest.mark.parametrize(
    ("rating", "stars"),
    [
        ({"ratingValue": "4"}, 4),
        ({"ratingValue": "4,5/5"}, 4.5),
        ({"ratingValue": "80", "bestRating": "100", "worstRating": "0"}, 4.2),
        ({"ratingValue": "9"}, None),
        ({"ratingValue": "3", "bestRating": "1", "worstRating": "1"}, None),
        ({}, None),
    ],
)
def test_stars_are_on_one_scale(rating, stars):
    assert stars_of(rating) == stars
