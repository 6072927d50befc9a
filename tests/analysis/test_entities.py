"""People and organisations by what stands beside their names, where spaCy's recogniser is off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.entities import may_be_name, read_entities


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("La ministre Claire Ferrand a rencontré le PDG Paul Aubry", ("Claire Ferrand", "Paul Aubry")),
        ("Le groupe Valmora et l'association Familles Unies", ("Valmora", "Familles Unies")),
        ("La CGT et l'UFC-Que portent plainte", ("CGT", "UFC-Que")),
        ("M. Durand, de la CNIL", ("Durand", "CNIL")),
        ("Romain Tessier raconte", ("Romain Tessier",)),
        ("Selon l'Insee et la Cnil", ("Insee", "Cnil")),
        ("Rencontre avec Fatou Diop hier", ("Fatou Diop",)),
        ("Merci à Nadia du magasin", ("Nadia",)),
    ],
)
def test_names_are_told_by_what_introduces_them(text: str, entities: tuple[str, ...]) -> None:
    assert read_entities(text) == entities


@pytest.mark.parametrize(
    "text",
    [
        "Le groupe Une a fermé",
        "APRÈS trois semaines, RIEN ne bouge dans mon quartier",
        "Mon SAV ne répond pas",
        "Le Service Client ne répond pas",
        "On attend le Black Friday",
        "Avenue Jean Jaurès, le feu est en panne",
        "TOUT EST EN PANNE ICI",
        "Une belle journée à la Ferme",
        "",
        "Merci Madame",
    ],
)
def test_words_in_capitals_that_nothing_introduces_are_left_out(text: str) -> None:
    assert read_entities(text) == ()


@pytest.mark.parametrize(
    ("text", "name", "is_one"),
    [
        ("Déception totale chez eux.", "Déception", False),
        ("Voilà. Panne depuis lundi.", "Panne", False),
        ("Merci au Service Client", "Service Client", False),
        ("le livreur est passé", "livreur", False),
        ("Selon Mediapart, oui", "Mediapart", True),
        ("Hélène Astruc est partie", "Hélène Astruc", True),
    ],
)
def test_what_a_recogniser_takes_for_a_name_must_look_like_one(text: str, name: str, is_one: bool) -> None:
    start = text.index(name)
    assert may_be_name(text, start, start + len(name)) is is_one


def test_a_brand_is_no_entity() -> None:
    assert read_entities("La CGT a écrit au patron de SFR", [(28, 31)]) == ("CGT",)


@given(st.text() | st.text(alphabet="ABab -'’.\n"))
def test_no_text_crashes_the_reader(text: str) -> None:
    assert len(read_entities(text)) <= 12


@pytest.mark.parametrize(
    "text",
    [
        "le groupe Aa " * 800_000,
        "A" * 100_000,
        "Aa " * 40_000,
        "A-" * 50_000,
        "le PDG " * 20_000,
        "a Aa de " * 20_000,
        "\ud800\0" * 50_000,
    ],
    ids=["10 MB", "one letter", "names", "hyphens", "titles", "names with links", "surrogates and NUL"],
)
def test_bad_input_is_answered(text: str) -> None:
    assert len(read_entities(text)) <= 12
