"""What a page's own style hides from readers is no part of its text, and is told apart."""

from datetime import UTC, datetime

import pytest

from crawlers.extract import Article, read_article

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
SEEN = "Au troisième jour, le service client de l’enseigne ne répondait plus à personne, dit une cliente en colère."
MORE = "La direction promet un retour à la normale dans la journée, et des dédommagements au cas par cas pour tous."
UNSEEN = "Jouez au casino en ligne sans dépôt et gagnez"


def read(block: str, body: str = "<body>") -> Article:
    page = (
        f"<html>{body}<article><h1>Titre</h1><div class='entry-content'><p>{SEEN}</p>{block}<p>{MORE}</p></div></article></body>"
    )
    return read_article(page.encode(), "https://x.example/a", encoding=None, now=NOW, zone="Europe/Paris")


@pytest.mark.parametrize(
    "style",
    ["display:none", "DISPLAY : none !important", "visibility: hidden;", "position:absolute; left:-9999px",
     "position: fixed; top: -5000px", "text-indent:-9999px", "font-size:0", "font-size: 0px; line-height: 0",
     "color:#fff; background-color:white", "color: red; background: red",
     "height:0; overflow:hidden", "position:absolute;margin-left:-4000em"],
)  # fmt: skip
def test_what_style_hides_is_no_part_of_the_text(style: str) -> None:
    article = read(f'<div style="{style}"><p>{UNSEEN}</p></div>')
    assert (article.text, article.hidden) == (f"{SEEN}\n{MORE}", (UNSEEN,))


@pytest.mark.parametrize(
    "style",
    ["color:#fff; background:#c00", "font-size:0.9em", "position:relative; left:-10px", "color:white", "margin-left:-200px"],
)
def test_what_is_only_styled_is_read(style: str) -> None:
    article = read(f'<p style="{style}">{UNSEEN}</p>')
    assert UNSEEN in article.text
    assert not article.hidden


def test_a_menu_that_is_switched_off_is_not_told() -> None:
    assert not read(f'<nav style="display:none"><ul><li>{UNSEEN}</li></ul></nav>').hidden


def test_a_page_that_waits_for_its_scripts_is_read() -> None:
    assert SEEN in read("", "<body style='display:none'><div style='visibility:hidden'>").text


@pytest.mark.parametrize(
    "sheet",
    [".x1{display:none}", "p { color: red } .x1 , .other { position : absolute; left : -9999px }", "#kx{font-size:0}",
     "/* a { */ div.x1 { text-indent: -9999px; }", "@media print{.a{color:red}} .x1{visibility:hidden}", ".x1{font-size:0px}"],
)  # fmt: skip
def test_what_a_sheet_of_the_page_hides_is_no_part_of_the_text(sheet: str) -> None:
    article = read(f'<style>{sheet}</style><div class="a x1" id="kx"><p>{UNSEEN}</p></div>')
    assert (article.text, article.hidden) == (f"{SEEN}\n{MORE}", (UNSEEN,))


@pytest.mark.parametrize(
    "sheet",
    ["@media print { .x1 { display: none } }", ".x1{display:none} .x1.open{display:block}", ".menu .x1{display:none}",
     ".x1:hover{display:none}", ".x1{color:#fff}", "#x1{display:none}", "span.x1{display:none}", ".x1{display:none"],
)  # fmt: skip
def test_what_a_sheet_hides_elsewhere_or_opens_again_is_read(sheet: str) -> None:
    article = read(f'<style>{sheet}</style><p class="x1">{UNSEEN}</p>')
    assert UNSEEN in article.text
    assert not article.hidden


def test_an_element_shown_by_its_own_style_is_read_whatever_the_sheet_says() -> None:
    assert UNSEEN in read(f'<style>.x1{{display:none}}</style><p class="x1" style="display:block">{UNSEEN}</p>').text


def test_what_is_only_read_aloud_is_neither_text_nor_told() -> None:
    article = read(f'<style>.sr-only{{position:absolute;left:-9999px}}</style><p class="sr-only">{UNSEEN}</p>')
    assert (article.text, article.hidden) == (f"{SEEN}\n{MORE}", ())
