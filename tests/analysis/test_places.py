"""The places that a text names, and names that are something else there."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.places import read_places
from analysis.sentiment.passage import Passage


def _places(text: str, taken: Sequence[tuple[int, int]] = ()) -> tuple[str, ...]:
    return read_places(Passage(text), taken)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Panne à Lyon et dans le Finistère", ("Lyon", "Finistère")),
        ("Une agence de Namur, une autre à Lausanne, une à Esch-sur-Alzette", ("Namur", "Lausanne", "Esch-sur-Alzette")),
        ("De Gatineau à Trois-Rivières", ("Gatineau", "Trois-Rivières")),
        ("Le Mans et la Corse-du-Sud", ("Le Mans", "Corse-du-Sud")),
        ("Ouverture à Nice", ("Nice",)),
        ("Le maire de Lens", ("Lens",)),
        ("Sens (89)", ("Sens",)),
        ("Vienne, Autriche", ("Vienne", "Autriche")),
        ("SAINT-ETIENNE : la gare fermée", ("Saint-Étienne",)),
        ("Lyon, Lyon, Lyon", ("Lyon",)),
    ],
)
def test_places_are_named_as_the_gazetteer_writes_them(text: str, places: tuple[str, ...]) -> None:
    assert _places(text) == places


@pytest.mark.parametrize(
    "text",
    [
        "Very Nice, ce produit",
        "nos tours de lens en bon sens",
        "Il habite rue de Paris",
        "Pierre Laval et Jean Lorient",
        "M. Lyon a signé",
        "Le Lot comprend deux casques",
        "",
    ],
)
def test_a_word_a_street_and_a_person_are_no_places(text: str) -> None:
    assert _places(text) == ()


def test_a_name_that_is_a_brand_here_is_no_place() -> None:
    text = "Orange coupe le réseau à Orange"
    assert _places(text) == ("Orange",)
    assert _places(text, [(0, 6), (25, 31)]) == ()


def test_an_open_name_beside_a_sure_one_is_a_place() -> None:
    assert _places("Tours, Poitiers") == ("Tours", "Poitiers")


@given(st.text())
def test_no_text_crashes_the_reader(text: str) -> None:
    assert len(_places(text)) <= 12


@pytest.mark.parametrize("text", ["à Nice " * 1_400_000, "A" * 100_000, "🗼" * 100_000, "\ud800\0" * 50_000, "باريس " * 10_000])
def test_bad_input_is_answered(text: str) -> None:
    assert len(_places(text)) <= 12
