"""What is promised of names that mean other things too: which sense, how sure, why, and floors on labelled texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.matching import BrandMatch, BrandMatcher
from analysis.relevance.profiles import shipped_senses
from analysis.relevance.vocabulary import is_word
from config.schema import Brand
from training.relevance import relevance_f1

# Floors below the figures of docs/relevance.md by about one text in a hundred.
FLOORS = {
    "relevance_dev.tsv": 0.98,
    "relevance_check.tsv": 0.95,
    "relevance_unknown.tsv": 0.98,
    "relevance_unknown_check.tsv": 0.95,
    "relevance_probes.tsv": 0.95,
    "relevance_unknown_probes.tsv": 0.95,
    "relevance_probes_check.tsv": 0.93,
    "relevance_unknown_probes_check.tsv": 0.93,
    "relevance_probes_more.tsv": 0.93,
    "relevance_unknown_probes_more.tsv": 0.91,
}


def matcher(name: str, **settings: object) -> BrandMatcher:
    return BrandMatcher([Brand.model_validate({"id": "marque", "name": name, "query": f'"{name}"', **settings})])


def match(name: str, text: str, title: str = "", **settings: object) -> BrandMatch:
    return matcher(name, **settings).match(title, text)[0]


@pytest.mark.parametrize(("file", "floor"), FLOORS.items())
def test_labelled_texts_are_told_apart_as_well_as_the_documentation_says(file: str, floor: float) -> None:
    assert relevance_f1(file) >= floor


@pytest.mark.parametrize(
    ("name", "text", "relevant"),
    [
        ("Orange", "ORANGE LANCE UNE OFFRE FIBRE", True),
        ("Orange", "JUS D'ORANGE ET CROISSANTS OFFERTS", False),
        ("Orange", "j'ai résilié chez orange hier", True),
        ("Orange", "Merci @orange !", True),
        ("Leclerc", "E. Leclerc baisse ses prix, un Leclerc sur deux participe.", True),
        ("TotalEnergies", "TotalEnergies publie ses résultats.", True),
        ("Doctolib", "j'ai pris un doctolib pour demain, le doctolib du médecin", True),
        ("Prairie", "Les vaches paissent dans la prairie.", False),
        ("Prairie", "Le groupe Prairie recrute.", True),
        ("Orange", "Contrairement à Orange, mon nouvel opérateur répond en deux minutes.", True),
        ("Orange", "Le TER s'arrête à Orange, puis repart vers Avignon.", False),
        ("Orange", "Nous avons passé trois jours à Orange.", False),
        ("Orange", "Il est né à Orange en 1932.", False),
        ("Free", "Je travaille en free-lance depuis dix ans.", False),
        ("Mercedes", "Vends Mercedes 190E de collection.", True),
        ("Cora", "Cora Massy, parking gratuit mais impossible de se garer.", True),
        ("Florence", "Merci Florence pour ton aide.", False),
        ("Soleil", "Le Roi-Soleil régna soixante-douze ans.", False),
        ("Fontaine", "Les fables de La Fontaine au théâtre.", False),
        ("Fontaine", "La Fontaine ferme ses boutiques.", True),
        ("Orange", "Les ex-Orange recrutés par la concurrence.", True),
        ("Azur", "La Côte d'Azur attire les peintres.", False),
        ("Carrefour", "Ce livre est au carrefour de la sociologie et de l'histoire.", False),
        ("Carrefour", "Promo au Carrefour de la Part-Dieu.", True),
    ],
)
def test_a_name_is_read_in_its_sense(name: str, text: str, relevant: bool) -> None:
    assert match(name, text).is_relevant is relevant


def test_the_reason_names_the_sense_and_what_tells_it() -> None:
    assert match("Orange", "Un jus d'orange frais").reason.startswith("« orange » : le fruit (jus d'orange")
    assert match("Orange", "Un client de chez Orange").reason.startswith("« Orange » : la marque (")


def test_a_doubtful_text_says_so_with_both_sides() -> None:
    doubtful = match("Mercure", "Mercure présente ses voeux.")
    sure = match("Mercure", "L'hôtel Mercure rénove ses chambres.")
    assert [sure.is_doubtful, sure.is_relevant] == [False, True]
    assert doubtful.relevance < sure.relevance


def test_doubt_lies_between_the_two_thresholds() -> None:
    for text in ("Paul est là.", "Paul propose une formule.", "Chez Paul, la baguette est bonne.", "Jean Paul"):
        found = match("Paul", text)
        assert found.is_doubtful is (0.3 <= found.relevance < 0.7)
        assert ("incertain" in found.reason) is found.is_doubtful


def test_the_title_and_the_words_of_the_query_are_context() -> None:
    alone = match("Orange", "Orange le confirme.")
    titled = match("Orange", "Orange le confirme.", title="Fibre : le calendrier des opérateurs")
    wanted = match("Orange", "Orange le confirme : incident.", query="orange AND incident")
    assert titled.relevance > alone.relevance
    assert wanted.relevance > alone.relevance


def test_a_profile_is_switched_off_by_its_key() -> None:
    text = "Le char Leclerc défile."
    assert match("Leclerc", text).is_relevant is False
    assert match("Leclerc", text, profile=False).is_relevant is True


def test_a_brands_own_senses_take_the_place_of_a_shipped_profile() -> None:
    senses = {"brand": "chantier naval", "words": {"l'outil": "coup de _"}}
    assert match("Lime", "Un coup de lime suffit.", senses=senses).reason.startswith("« lime » : l'outil")
    assert match("Lime", "Les trottinettes Lime", senses=senses).relevance < match("Lime", "Les trottinettes Lime").relevance


def test_a_declared_handle_needs_no_further_proof() -> None:
    assert match("Orange", "une #orange", handles=["orange"]).relevance == 1.0


def test_every_shipped_profile_knows_the_brand_and_another_sense() -> None:
    profiles = dict(shipped_senses().values())
    assert len(profiles) >= 90
    assert all(senses.brand and (senses.words or senses.names) for senses in profiles.values())


def test_the_own_word_list_is_folded_as_names_are() -> None:
    assert is_word("cœur de lion".replace("œ", "oe"))
    assert not is_word("doctolib")


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=60),
    st.sampled_from(["Orange", "orange", "Lu", "Le Monde", "#Mini", "@paul", "Prairie"]),
    st.text(max_size=60),
)
def test_no_text_breaks_it_and_every_answer_is_in_bounds(before: str, name: str, after: str) -> None:
    for wanted in ("Orange", "Lu", "Le Monde", "Mini", "Paul", "Prairie"):
        for found in _MATCHERS[wanted].match(before, f"{before} {name} {after}"):
            assert 0 <= found.relevance <= 1
            assert found.is_relevant is (found.relevance > 0.5)


_MATCHERS = {name: matcher(name) for name in ("Orange", "Lu", "Le Monde", "Mini", "Paul", "Prairie")}


def test_a_long_text_full_of_the_name_is_read_to_a_bound() -> None:
    assert match("Orange", "une orange, " * 20_000).is_relevant is False
