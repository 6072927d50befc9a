"""The first pass over a page, which asks whether it can name a brand at all, loses nothing that the matcher would find."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.matching import BrandMatcher
from analysis.sieve import name_sieve
from config.schema import Brand
from crawlers.extract import Article, read_article

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
PROSE = "Le service client ne répondait plus à personne depuis trois jours, dit une cliente de la région qui attend un geste. "
WORDS = st.sampled_from(
    ["l'oréal", "L’ORÉAL", "Crédit", "du", "Nord", "credit", "coca-cola", "Coca", "Cola", "C&A", "C & A", "#BoycottOrange",
     "orange", "Oranges", "@orange_fr", "œuf", "panne", "😡", "SNCF", "l’orange", "free!", "Free",
     "marelle"]
)  # fmt: skip
TEXT = st.lists(WORDS | st.sampled_from([" ", "\n", ", ", ". ", "\u00a0", "\u00ad", "e\u0301"]), max_size=14).map("".join)
QUERIES = (
    "orange", '"crédit du nord"', "l'oréal OR loréal", "orange AND panne", "orange NOT panne",
    "(panne OR grève) NEAR/3 (orange OR sncf)", "=Free", "coc*", "C&A", "title:orange",
    "site:x.example AND orange", "site:x.example", "😡", "œuf marelle", '"coca cola" -orange',
)  # fmt: skip


def brand(query: str, handles: list[str] | None = None) -> Brand:
    return Brand(id="marque", name="Marque", query=query, handles=handles or [])


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(QUERIES), min_size=1, max_size=3), st.booleans(), TEXT, TEXT)
def test_the_sieve_never_holds_back_what_the_matcher_takes(queries: list[str], tagged: bool, title: str, text: str) -> None:
    brands = [
        Brand(id=f"b{n}", name="Marque", query=query, handles=["orange_fr"] if tagged else []) for n, query in enumerate(queries)
    ]
    if BrandMatcher(brands).match(title, text):
        assert name_sieve(brands)(f"{text}{title}")


@pytest.mark.parametrize(
    ("query", "text", "passes"),
    [
        ("orange", "un texte sur autre chose", False),
        ("orange AND (panne OR grève)", "une panne de courant", False),
        ("orange OR sncf", "la sncf", True),
        ('"crédit du nord"', "un crédit", True),
        ("orange -vitamine", "une vitamine", False),
        ("site:x.example", "rien", True),
    ],
)
def test_a_text_passes_by_a_word_that_the_query_cannot_do_without(query: str, text: str, passes: bool) -> None:
    assert name_sieve([brand(query)])(text) is passes


def test_without_brands_nothing_can_be_named() -> None:
    assert not name_sieve([])("orange")


def read(body: str, query: str | None = "marelle", head: str = "") -> Article:
    page = f"<html><head><title>T</title>{head}</head><body>{body}</body></html>".encode()
    sieve = name_sieve([brand(query)]) if query else None
    return read_article(page, "https://x.example/a", encoding=None, now=NOW, zone="Europe/Paris", may_name=sieve)


MENU = "<div class='links'><p>Lire aussi : Un autre sujet</p></div>"


def article(inner: str) -> str:
    return f"<h1>Titre</h1><article><p>{PROSE}</p><p>{PROSE[::-1]}</p><p>{inner}</p>{MENU}</article>"


@pytest.mark.parametrize(
    "inner",
    ["Chez Marelle", "Mar<b>elle</b>", "M<span>arel</span>le", "MARELL&#69;", "ma&shy;relle", "Mar<!-- x -->elle",
     "&amp;#77;arelle", "l’<i>enseigne</i>Marelle"],
)  # fmt: skip
def test_a_page_that_names_a_brand_is_read_closely(inner: str) -> None:
    assert read(article(inner)).text == read(article(inner), None).text


@pytest.mark.parametrize(
    "head",
    [f'<script type="application/ld+json">{{"@type":"Article","name":"T","articleBody":"{PROSE * 9} M\\u0061relle"}}</script>',
     '<meta property="og:title" content="Marelle">'],
)  # fmt: skip
def test_what_a_page_declares_counts_too(head: str) -> None:
    body = f"<article><p>{PROSE}</p>{MENU}</article>"
    assert read(body, head=head).text == read(body, None, head=head).text


def test_a_name_that_only_a_script_holds_does_not_count() -> None:
    assert "Lire aussi" in read(article("Rien") + "<script>var ads = 'marelle'</script>").text


def test_a_page_that_names_none_keeps_all_but_its_exact_text() -> None:
    body = article("Rien") + '<p>Publié le <time pubdate datetime="2026-03-03T10:00:00+01:00">3 mars</time></p>'
    quick, close = read(body), read(body, None)
    assert quick.text != close.text
    assert (quick.title, quick.published, quick.is_article) == (close.title, close.published, True)
