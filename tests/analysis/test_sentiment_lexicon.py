"""The lexicon's files can be read, and forms are French."""

import pytest

from analysis.sentiment.forms import forms
from analysis.sentiment.lexicon import load
from analysis.sentiment.tokens import TokenKind, tokens


@pytest.mark.parametrize(
    ("word", "kind", "wanted"),
    [
        ("honteux", "adj", {"honteux", "honteuse", "honteuses"}),
        ("nul", "adj", {"nul", "nuls", "nulle", "nulles"}),
        ("loyal", "adj", {"loyal", "loyaux", "loyale", "loyales"}),
        ("trompeur", "adj", {"trompeur", "trompeurs", "trompeuse", "trompeuses"}),
        ("inquiet", "adj", {"inquiet", "inquiets", "inquiète", "inquiètes"}),
        ("panne", "noun", {"panne", "pannes"}),
        ("bureau", "noun", {"bureau", "bureaux"}),
        ("régaler", "er", {"régale", "régalés", "régalera", "régalaient"}),
        ("réussir", "ir", {"réussit", "réussissent", "réussi"}),
    ],
)
def test_forms_are_built_from_the_dictionary_form(word: str, kind: str, wanted: set[str]) -> None:
    assert wanted <= set(forms(word, kind))


def test_an_unknown_class_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown class"):
        list(forms("mot", "adverbe"))


def test_every_strength_is_between_minus_three_and_three() -> None:
    lexicon = load()
    entries = [*lexicon.words.values(), *lexicon.stems.values(), *lexicon.signs.values()]
    entries += [phrase.entry for phrases in lexicon.phrases.values() for phrase in phrases]
    assert len(entries) > 5000
    assert all(-3 <= entry.strength <= 3 for entry in entries)


def test_words_listed_alone_carry_a_tone() -> None:
    assert all(entry.strength for entry in load().words.values())


def test_the_longest_phrase_wins() -> None:
    row = tokens("pas mal du tout")
    found = load().phrase(row, 0)
    assert found is not None
    assert found[1] == len(row)


def test_a_gap_does_not_cross_the_end_of_a_sentence() -> None:
    assert load().phrase(tokens("laisse vraiment à désirer"), 0) is not None
    assert load().phrase(tokens("laisse. Rien à désirer"), 0) is None


def test_tokens_say_where_they_stand() -> None:
    text = "L'appli @Marque #Honte : 4,5/5 ⭐⭐ 👍🏽 :-) https://exemple.fr/a?b NUUUL…"
    row = tokens(text)
    assert [token.kind for token in row] == [
        TokenKind.WORD, TokenKind.WORD, TokenKind.HANDLE, TokenKind.WORD, TokenKind.MARK, TokenKind.RATING, TokenKind.STARS,
        TokenKind.EMOJI, TokenKind.EMOTICON, TokenKind.LINK, TokenKind.WORD, TokenKind.MARK,
    ]  # fmt: skip
    assert text[row[10].start : row[10].end] == "NUUUL"
    assert (row[10].folded, row[10].shouted, row[10].stretched) == ("nul", True, True)
    assert row[7].folded == "👍"


def test_a_homograph_keeps_its_accent() -> None:
    lexicon = load()
    assert lexicon.word(tokens("marche")[0].folded) is not None
    assert lexicon.word(tokens("marché")[0].folded) is None


@pytest.mark.parametrize(
    ("word", "sign"), [("inconfortable", -1), ("scandaleusement", -1), ("refonctionne", 1), ("hyperdecu", -1), ("important", 0)]
)
def test_a_derived_word_takes_its_tone_from_the_word_inside(word: str, sign: int) -> None:
    entry = load().word(word)
    assert (entry.strength > 0) - (entry.strength < 0) == sign if entry else sign == 0
