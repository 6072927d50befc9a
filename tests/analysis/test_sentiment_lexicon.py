"""The lexicon's files hold what they promise, and forms are French.

Words were looked for in batches a, b and c of the corpus; d, e and f stay unseen by whoever edits the lexicon.
"""

from collections import defaultdict
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

import pytest

from analysis.sentiment.forms import forms
from analysis.sentiment.grammar import INTENSIFIERS, LIGHT, NEGATORS
from analysis.sentiment.hits import find
from analysis.sentiment.lexicon import Lexicon, Phrase, load
from analysis.sentiment.tokens import TokenKind, cut, fold, tokens

LEXICONS = ("lexicon.tsv", "lexicon_en.tsv")
# Words that may turn another's tone inside a phrase: besides negations, "bien" ("déçu en bien", "bien beau de", "bien trop").
TURNING = NEGATORS | {"bien"}


class Row(NamedTuple):
    """A line of a lexicon."""

    field: str
    kind: str
    strength: int
    word: str

    def built(self) -> set[str]:
        """The folded forms; a stem stands for too many to list."""
        return set() if self.kind == "stem" else set(map(fold, forms(self.word, self.kind)))


def rows(name: str) -> list[Row]:
    lines = files("analysis.sentiment").joinpath(name).read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [Row(field, kind, int(strength), word) for field, kind, strength, word in cells]


@pytest.mark.parametrize(("name", "least"), [("lexicon.tsv", 4000), ("lexicon_en.tsv", 400)])
def test_the_lexicon_is_large(name: str, least: int) -> None:
    assert len(rows(name)) >= least


@pytest.mark.parametrize("name", LEXICONS)
def test_every_entry_has_known_values(name: str) -> None:
    for row in rows(name):
        assert row.field in {"feeling", "service", "crisis"}, row
        assert row.kind in {"adj", "noun", "er", "ir", "verb", "word", "stem"}, row
        assert row.strength in {-3, -2, -1, 1, 2, 3}, row


@pytest.mark.parametrize("name", LEXICONS)
def test_every_entry_is_one_word_as_texts_are_cut(name: str) -> None:
    wrong = [row.word for row in rows(name) if [token.folded for token in tokens(row.word)] != [fold(row.word)]]
    assert wrong == [], "hyphens and apostrophes cut a word, letters met three times in a row are read once"


@pytest.mark.parametrize("name", LEXICONS)
def test_entries_are_sorted_and_listed_once(name: str) -> None:
    words = [fold(row.word) for row in rows(name)]
    assert [pair for pair in pairwise(words) if pair[0] >= pair[1]] == []


def test_no_two_entries_disagree_about_a_form() -> None:
    signs = defaultdict(set)
    for row in rows("lexicon.tsv"):
        for form in row.built():
            signs[form].add(row.strength > 0)
    assert [form for form, found in signs.items() if len(found) > 1] == []


def test_no_english_word_is_a_french_one() -> None:
    french = set().union(*(row.built() for row in rows("lexicon.tsv")))
    assert [row.word for row in rows("lexicon_en.tsv") if row.built() & french] == []


@pytest.mark.parametrize(("word", "sign"), [("awful", -1), ("refunded", 1), ("outages", -1), ("helpful", 1), ("monday", 0)])
def test_english_words_carry_a_tone_beside_the_french_ones(word: str, sign: int) -> None:
    entry = load().word(word)
    assert (entry.strength > 0) - (entry.strength < 0) == sign if entry else sign == 0


def test_every_sign_is_listed_once_and_is_one_piece_of_a_text() -> None:
    lines = files("analysis.sentiment").joinpath("emoji.tsv").read_text(encoding="utf-8").splitlines()
    signs = [sign for line in lines if line and not line.startswith("#") for sign in line.split("\t")[1].split()]
    assert len(set(signs)) == len(signs)
    for sign in signs:
        assert [(token.kind in {TokenKind.EMOJI, TokenKind.EMOTICON}, token.folded) for token in tokens(sign)] == [(True, sign)]


def test_no_entry_contradicts_a_phrase_that_only_stresses_it() -> None:
    lexicon = load()
    found = {phrase for found in lexicon.phrases.values() for phrases in found.values() for phrase in phrases}
    assert [phrase.parts for phrase in found if contradicted(phrase, lexicon)] == []


def contradicted(phrase: Phrase, lexicon: Lexicon) -> bool:
    """One word of tone among small ones, nothing that turns it, and yet the other sign. Zero is meant: it takes a tone away."""
    words = [part.words for part in phrase.parts if not part.words <= LIGHT | INTENSIFIERS]
    if len(words) != 1 or any(part.words & TURNING for part in phrase.parts):
        return False
    entries = [lexicon.words[word] for word in words[0] if word in lexicon.words]
    return any(entry.strength * phrase.entry.strength < 0 for entry in entries)


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
    entries += [phrase.entry for found in lexicon.phrases.values() for phrases in found.values() for phrase in phrases]
    assert len(entries) > 5000
    assert all(-3 <= entry.strength <= 3 for entry in entries)


def test_words_listed_alone_carry_a_tone() -> None:
    assert all(entry.strength for entry in load().words.values())


def test_the_longest_phrase_wins() -> None:
    row = tokens("pas mal du tout")
    found = load().phrase(row, 0)
    assert found is not None
    assert found[1] == len(row)


@pytest.mark.parametrize("text", ["avec {} heures d'avance", "après {} lavages"])
def test_a_number_in_a_phrase_may_be_in_words_and_in_figures_of_any_script(text: str) -> None:
    in_figures, *others = [find(tokens(text.format(number)), load()) for number in ("3", "trois", "\uff13")]
    assert in_figures[0].start == 0
    assert others == [in_figures, in_figures]


def test_a_gap_does_not_cross_the_end_of_a_sentence() -> None:
    assert load().phrase(tokens("laisse vraiment à désirer"), 0) is not None
    assert load().phrase(tokens("laisse. Rien à désirer"), 0) is None


def test_tokens_say_where_they_stand() -> None:
    text = "L'appli @Marque #Honte : 4,5/5 ⭐⭐ 👍🏽 :-) https://exemple.fr/a?b NUUUL…"
    row, starts, ends = cut(text)
    assert [token.kind for token in row] == [
        TokenKind.WORD, TokenKind.WORD, TokenKind.HANDLE, TokenKind.WORD, TokenKind.MARK, TokenKind.RATING, TokenKind.STARS,
        TokenKind.EMOJI, TokenKind.EMOTICON, TokenKind.LINK, TokenKind.WORD, TokenKind.MARK,
    ]  # fmt: skip
    assert text[starts[10] : ends[10]] == "NUUUL"
    assert (row[10].folded, row[10].shouted, row[10].stretched) == ("nul", True, True)
    assert row[7].folded == "👍"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("trop drôle XD", [TokenKind.WORD, TokenKind.WORD, TokenKind.EMOTICON]),
        ("taille 4XD", [TokenKind.WORD, TokenKind.NUMBER, TokenKind.WORD]),
        ("XD50", [TokenKind.WORD, TokenKind.NUMBER]),
    ],
)
def test_a_laugh_in_letters_stands_by_itself(text: str, kinds: list[TokenKind]) -> None:
    assert [token.kind for token in tokens(text)] == kinds


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
