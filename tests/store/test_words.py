"""Words: how texts and queries are cut and compared."""

import sqlite3
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.store.words import folded, folded_words, has_row, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L'Été, l’été", ["l", "ete", "l", "ete"]),
        ("CŒUR et vitæ", ["coeur", "et", "vitae"]),
        ("c++ a-b snake_case 3,5 %", ["c", "a", "b", "snake", "case", "3", "5"]),
        ("ﬁn ½ ™ ß İ", ["fin", "12", "ss", "i"]),
        ("e\u0301te\u0301", ["ete"]),
        ("😡 \x00 \ud800", []),
        ("Привет мир", ["привет", "мир"]),
    ],
)
def test_a_text_is_cut_into_plain_words(text: str, expected: list[str]) -> None:
    assert folded_words(text) == expected


@given(st.text())
def test_folding_keeps_the_number_of_words(text: str) -> None:
    assert len(folded_words(text)) == len(words(text))


@given(st.text())
def test_composed_and_decomposed_texts_have_the_same_words(text: str) -> None:
    assert folded_words(unicodedata.normalize("NFD", text)) == folded_words(unicodedata.normalize("NFC", text))


@given(st.text() | st.text(st.characters(max_codepoint=0x17F) | st.sampled_from("’«»…–œŒ€\u0301\u202f")))
def test_a_text_folded_at_once_has_the_same_words(text: str) -> None:
    assert folded(text) == " ".join(folded_words(text))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_text_index_cuts_folded_words_nowhere_else(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE one USING fts5 (body, tokenize = 'ascii')")
    connection.execute("CREATE VIRTUAL TABLE word USING fts5vocab (one, instance)")
    connection.execute("INSERT INTO one VALUES (?)", (" ".join(folded_words(text)),))
    assert [term for (term,) in connection.execute("SELECT term FROM word ORDER BY offset")] == folded_words(text)


@pytest.mark.parametrize(
    ("row", "prefix", "held"),
    [(["Crédit", "du"], False, True), (["crédit"], False, False), (["du", "No"], True, True), (["No"], False, False)],
)
def test_a_row_of_words_is_held_with_its_case(row: list[str], prefix: bool, held: bool) -> None:
    assert has_row("le Crédit du Nord", row, prefix) is held
