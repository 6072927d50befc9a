"""The phrases that tell a text's subject."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.key_phrases import MOST, read_key_phrases

DISPATCH = (
    "Fuite de données chez un assureur. La fuite de données touche 80 000 clients, selon le gendarme des données. "
    "L'assureur a prévenu les clients par courrier recommandé."
)


def test_what_comes_back_stands_first() -> None:
    assert read_key_phrases(DISPATCH)[0] == "fuite de données"


def test_brand_names_are_left_out() -> None:
    assert not any("assureur" in phrase for phrase in read_key_phrases(DISPATCH, {"assureur"}))


def test_no_phrase_repeats_most_of_another() -> None:
    phrases = read_key_phrases(DISPATCH)
    assert "données" not in phrases
    assert len(set(phrases)) == len(phrases) <= MOST


def test_with_word_classes_a_phrase_is_nouns_and_what_belongs_to_them() -> None:
    text = "Le facteur jette le colis fragile"
    classes = {0: "DET", 3: "NOUN", 11: "VERB", 17: "DET", 20: "NOUN", 26: "ADJ"}
    assert read_key_phrases(text, classes=classes) == ("colis fragile",)


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("La commande a livré du vent", ()),
        ("Le facteur craignent le pire", ()),
        ("Il coupe le courant électrique", ("courant électrique",)),
        ("Le colis perdu revient", ("colis perdu",)),
        ("Une fuite d'eau et une odeur de gaz", ("odeur de gaz", "fuite d'eau")),
    ],
)
def test_a_clause_is_no_phrase(text: str, phrases: tuple[str, ...]) -> None:
    assert set(read_key_phrases(text)) == set(phrases)


@pytest.mark.parametrize("text", ["", "Oui.", "😡😡", "Lire aussi : partagez cet article"])
def test_a_text_without_a_subject_has_none(text: str) -> None:
    assert read_key_phrases(text) == ()


@given(st.text())
def test_no_text_crashes_the_reader(text: str) -> None:
    assert len(read_key_phrases(text)) <= MOST


@pytest.mark.parametrize(
    "text", ["panne réseau " * 800_000, "a" * 100_000, "😡" * 100_000, "\ud800\0" * 50_000, "شبكة معطلة " * 10_000]
)
def test_bad_input_is_answered(text: str) -> None:
    assert len(read_key_phrases(text)) <= MOST
