import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.components.language import LanguageDetector

FRENCH = "Le réseau est en panne depuis hier soir et personne ne répond au téléphone."
ENGLISH = "The network has been down since last night and nobody answers the phone."


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector(["fr"])


@pytest.mark.parametrize("declared", [None, "fr", "en", "fr-CA"])
def test_a_french_text_is_french_whatever_the_page_declares(detector: LanguageDetector, declared: str | None) -> None:
    assert detector.language_of(FRENCH, declared) == "fr"


@pytest.mark.parametrize("declared", [None, "fr", "en"])
def test_an_english_text_on_a_french_page_is_english(detector: LanguageDetector, declared: str | None) -> None:
    assert detector.language_of(ENGLISH, declared) == "en"


@pytest.mark.parametrize(
    "text", ["merci Orange", "Super produit", "SAV Darty horrible", "😡😡", "", "https://exemple.com/the-network"]
)
def test_a_short_text_is_in_the_declared_language(detector: LanguageDetector, text: str) -> None:
    assert detector.language_of(text, "fr_BE") == "fr"
    assert detector.language_of(text, "EN") == "en"


@pytest.mark.parametrize(
    "text", ["Orange c nul", "mdr bouygues ils ont encore coupé internet trop relou jpp", "ORANGE EST EN PANNE"]
)
def test_sms_french_and_capitals_are_french_where_nothing_is_declared(detector: LanguageDetector, text: str) -> None:
    assert detector.language_of(text) == "fr"


def test_a_list_of_product_names_stays_in_the_declared_language(detector: LanguageDetector) -> None:
    assert detector.language_of("Le smartphone Samsung Galaxy S26 Ultra 5G Dual SIM 256 Go", "fr") == "fr"


def test_only_the_languages_named_are_kept(detector: LanguageDetector) -> None:
    assert detector.keeps("fr")
    assert not detector.keeps("en")
    assert LanguageDetector([]).keeps("en")


@settings(deadline=None)
@given(st.text(), st.sampled_from([None, "fr", "xx", ""]))
def test_no_text_breaks_the_detector(text: str, declared: str | None) -> None:
    assert LANGUAGES.language_of(text, declared)


LANGUAGES = LanguageDetector(["fr", "xx"])
