import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.folding import FoldedText, fold, folded_words, web_addresses


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ÉTÉ", "ete"),
        ("cœur d’Œuvre", "coeur d'oeuvre"),
        ("Ex æquo", "ex aequo"),
        ("Coca-Cola", "coca cola"),
        ("e\u0301te\u0301", "ete"),
        ("Oran\u00adge", "orange"),
        ("deux  \u00a0 blancs", "deux blancs"),
        ("fin \n\n début", "fin\ndebut"),
        ("𝗢𝗿𝗮𝗻𝗴𝗲", "orange"),
        ("Orange™ et Orange¹", "orange™ et orange "),
    ],
)
def test_case_accents_ligatures_and_typography_do_not_count(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text())
def test_folding_a_folded_text_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.sampled_from("aÉœ’ \n-\u00ad\u0301\u200bß🍎™²½"), max_size=30))
def test_every_folded_character_leads_back_to_the_original_in_order(text: str) -> None:
    folded = FoldedText(text)
    ranges = [folded.to_original(place, place + 1) for place in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert ranges == sorted(ranges)


@given(st.text(max_size=20), st.sampled_from(["Orange", "Œuvre", "été", "e\u0301te\u0301"]), st.text(max_size=20))
def test_a_word_found_in_the_folded_text_is_cut_whole_from_the_original(before: str, word: str, after: str) -> None:
    text = f"{before} {word} {after}".replace("\u0301\u0301", "\u0301")
    folded = FoldedText(text)
    start = len(fold(f"{before} "))
    assert fold(text[slice(*folded.to_original(start, start + len(fold(word))))]) == fold(word)


def test_a_combining_accent_belongs_to_the_letter_it_stands_on() -> None:
    assert FoldedText("e\u0301t").to_original(0, 1) == (0, 2)


def test_words_of_addresses_are_not_words_of_the_text() -> None:
    assert folded_words("Voir https://orange.fr/aide ou aide@orange.fr, Été") == ["voir", "ou", "ete"]


@pytest.mark.parametrize("text", ["booking.com", "et/ou", "fin.Début", "@orange", "ouvert 24/24 et 7/7", "10 @ 3 €"])
def test_a_bare_host_or_handle_is_a_name_and_not_an_address(text: str) -> None:
    assert web_addresses(text) == []


@pytest.mark.parametrize("address", ["HTTP://A.FR", "www.a.fr", "A.b+c@d.fr", "a.be/", "Wiki.A-b.com/Page", "x.ch/y"])
def test_an_address_is_found_whatever_its_sign(address: str) -> None:
    assert web_addresses(f"Voir {address} ici") == [(5, 5 + len(address))]


@given(st.text(alphabet="ab …œ½\u0301\u200b\n\r-", max_size=20))
def test_each_folded_character_leads_back_to_the_one_it_is_made_of(text: str) -> None:
    folded = FoldedText(text)
    for place, character in enumerate(folded.text):
        start, end = folded.to_original(place, place + 1)
        assert character in f"{fold(text[start])} \n"  # a run of blanks comes from its first
        assert start < end


@given(st.text(max_size=30))
def test_a_text_is_folded_alike_however_long_it_is(text: str) -> None:
    rest = "." * 300
    assert fold(text + rest) == fold(text) + rest
