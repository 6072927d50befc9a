import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.excerpts import clean, quotation, safe_url, shorten
from alerts.views import Fragment
from vigie.model import host_of


@given(st.text())
def test_clean_text_can_always_be_encoded_and_has_no_control_character(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert not [c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs", "Co"} or c == "\u202e"]


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_clean_keeps_the_no_break_spaces_of_french() -> None:
    assert clean("Vraiment\u202f!\n«\u00a0Oui\u00a0»\t") == "Vraiment\u202f! «\u00a0Oui\u00a0»"


def test_a_word_without_end_is_cut() -> None:
    assert clean("a" * 500) == "a" * 40 + "…"


def test_direction_overrides_are_dropped() -> None:
    assert clean("abc\u202edef") == "abcdef"


@given(st.text(), st.integers(min_value=5, max_value=300))
def test_shortened_text_never_exceeds_its_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


def test_shortening_cuts_between_words() -> None:
    assert shorten("Le service client ne répond pas", 20) == "Le service client…"


@given(st.text(), st.lists(st.text(max_size=12), max_size=4))
def test_a_quotation_stays_within_its_limit_whatever_the_text(text: str, evidence: list[str]) -> None:
    assert len("".join(part.text for part in quotation(text, evidence, 80))) <= 80


def test_the_deciding_words_are_marked_wherever_they_stand() -> None:
    assert quotation("Service honteux, vraiment Honteux.", ("honteux",)) == (
        Fragment("Service "),
        Fragment("honteux", marked=True),
        Fragment(", vraiment "),
        Fragment("Honteux", marked=True),
        Fragment("."),
    )


def test_a_deciding_word_inside_another_word_is_not_marked() -> None:
    assert quotation("La panneauterie va bien.", ("panne",)) == (Fragment("La panneauterie va bien."),)


def test_a_quotation_shows_the_whole_sentence_of_the_strongest_word() -> None:
    text = "Bonjour à tous. " * 30 + "Le colis est arrivé cassé, c’est scandaleux. " + "Merci de vos conseils. " * 30
    passage = "".join(part.text for part in quotation(text, ("scandaleux",), 120))
    assert "Le colis est arrivé cassé, c’est scandaleux." in passage


def test_a_word_deep_in_an_endless_sentence_is_shown() -> None:
    text = "et puis " * 100 + "rien ne marche " + "et encore " * 100
    assert Fragment("rien ne marche", marked=True) in quotation(text, ("rien ne marche",), 120)


def test_without_its_words_a_quotation_is_the_beginning() -> None:
    assert quotation("Un texte court.", ("absent",)) == (Fragment("Un texte court."),)


def test_an_empty_text_gives_no_quotation() -> None:
    assert quotation(" \x00 ", ("mot",)) == ()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "/relative",
        "https://a.example/\nX-Header: 1",
        'https://a.example/"onclick="x',
        "http://[::1",
        "https://a.example/" + "x" * 3000,
        "",
    ],
)
def test_an_address_that_is_no_plain_web_address_is_not_linked(url: str) -> None:
    assert safe_url(url) == ""


def test_a_web_address_is_linked_as_it_is() -> None:
    assert safe_url("https://forum.example/t/42?page=2#p7") == "https://forum.example/t/42?page=2#p7"


def test_the_host_of_a_broken_address_is_empty() -> None:
    assert (host_of("https://www.site.example/a"), host_of("http://[::1")) == ("site.example", "")
