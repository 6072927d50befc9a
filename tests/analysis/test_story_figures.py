"""Stories on hand-written groups of texts, half of which were set aside while the rules were written (docs/stories.md)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from analysis.near_duplicates import BANDS, fingerprint, read_sketch, replaced_share
from analysis.stories import MemoryStoryIndex, Storyteller, StoryText, assign_stories
from training.stories import labelled, stories_f1
from vigie.ports import StorySignature

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
F1 = 0.95
TRAPS_F1 = 0.9
FOOTER = (
    "Retrouvez toute l'actualité de la région sur notre site et dans notre application, abonnez-vous dès maintenant pour "
    "soutenir une presse libre et indépendante, et recevez chaque matin notre lettre."
)


PARTS = ["dev", "check", "unseen", "passages_dev", "passages_unseen", "shared_check", "shared_unseen"]


@pytest.mark.parametrize("part", PARTS)
def test_copies_share_a_story_and_independent_texts_do_not(part: str) -> None:
    assert stories_f1(part) >= F1


def test_on_traps_written_after_the_rules_no_copy_is_missed_and_few_texts_are_merged() -> None:
    assert stories_f1("traps_unseen") >= TRAPS_F1


class CountingIndex(MemoryStoryIndex):
    """A memory index that tells how many signatures its last answer held."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = 0

    def candidates(self, bands: Sequence[int], since: datetime) -> Sequence[StorySignature]:
        found = super().candidates(bands, since)
        self.answered = len(found)
        return found


def test_a_footer_under_ever_more_texts_never_costs_more() -> None:
    index = CountingIndex()
    teller = Storyteller(index)
    for place in range(300):
        body = " ".join(f"mot{place}x{word}" for word in range(40))
        assert teller.story_of(StoryText(str(place), "", f"{body}\n{FOOTER}", NOON, ""), NOON) == str(place)
        teller.keep()
    assert index.answered < 20


def test_a_text_that_everybody_copies_never_costs_more() -> None:
    index = CountingIndex()
    teller = Storyteller(index)
    text = labelled("dev")[0].text.text
    for place in range(300):
        assert teller.story_of(StoryText(str(place), "", f"{text} Partagé par lecteur{place}.", NOON, ""), NOON) == "0"
        teller.keep()
    assert index.answered < 50
    assert teller.story_of(StoryText("299", "", "Une version corrigée, sans un mot de la première.", NOON, ""), NOON) == "0"


def test_a_brief_and_the_article_that_fills_it_out_are_one_story() -> None:
    brief = labelled("dev")[0].text.text
    grown = StoryText("b", "", f"{brief}\n{' '.join(f'suite{word}' for word in range(30))}", NOON, "")
    assert [story for _, story in assign_stories([StoryText("a", "", brief, NOON, ""), grown])] == ["a", "a"]


def test_a_report_with_other_figures_is_an_update_today_and_another_issue_next_week() -> None:
    text = (
        "Baromètre des prix : le panier coûte {} euros, le beurre {} centimes, le café {} centimes, le lait {} centimes et la "
        "farine {} centimes. Les relevés sont faits chaque lundi par les bénévoles de l'association dans les magasins du "
        "département, puis vérifiés par une seconde équipe avant leur publication sur le site et dans la lettre mensuelle."
    )
    first, second = text.format(112, 241, 485, 92, 77), text.format(113, 246, 497, 90, 79)
    rows = [StoryText("a", "", first, NOON, ""), StoryText("b", "", second, NOON + timedelta(hours=3), "")]
    assert [story for _, story in assign_stories(rows)] == ["a", "a"]
    rows[1] = StoryText("b", "", second, NOON + timedelta(days=7), "")
    assert [story for _, story in assign_stories(rows)] == ["a", "b"]


def test_a_sketch_of_runs_alone_as_first_versions_made_is_still_read() -> None:
    text = labelled("dev")[0].text.text
    marks = fingerprint("", text)
    runs = read_sketch(marks.sketch).runs
    old = b"".join((run | 1 << 63).to_bytes(8, "little") for run in runs)
    assert read_sketch(old).runs == runs
    index = MemoryStoryIndex()
    index.remember(StorySignature("s", "d", marks.bands[:BANDS], old, NOON))
    assert Storyteller(index).story_of(StoryText("new", "", text, NOON, ""), NOON) == "s"


ABOUT = (
    "À propos de Lumen. Né à Vannes en 1987, le groupe Lumen éclaire 1 900 communes dans douze pays, emploie 740 salariés et "
    "consacre une part de ses ventes à la recherche. Contact presse : Marion Duval, 02 00 00 00 00."
)
NOTICE = (
    "Le présent document contient des déclarations prospectives qui reposent sur des hypothèses jugées raisonnables. Elles sont "
    "soumises à des risques susceptibles d'entraîner des écarts entre les résultats réels et ceux envisagés. La société ne prend "
    "aucun engagement de les mettre à jour, sauf obligation légale, et ne sollicite aucune offre d'achat de titres."
)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (
            "Lumen remporte le marché des lampadaires de Porto, un chantier de quatre ans qui doit réduire la consommation.",
            "Victime d'une cyberattaque dans la nuit, Lumen a coupé ses serveurs et porté plainte auprès de la gendarmerie.",
            ABOUT,
        ),
        ("Ferrobec signe un contrat de maintenance en Wallonie.", "Les ventes du laboratoire Pharmavie baissent encore.", NOTICE),
    ],
    ids=["about the company", "legal notice"],
)
def test_a_passage_shared_by_texts_that_tell_different_things_makes_no_story(one: str, other: str, shared: str) -> None:
    rows = [StoryText(place, "", f"{own}\n{shared}", NOON, "") for place, own in (("a", one), ("b", other))]
    assert [story for _, story in assign_stories(rows)] == ["a", "b"]


def test_what_sites_put_around_one_text_keeps_it_one_story() -> None:
    text = labelled("dev")[0].text.text
    menus = "Accueil\nFrance\nMonde\nSports\nCulture\nNécrologie\nImmobilier\nEmploi\nAnnonces\nJardin"
    rows = [
        StoryText("a", "", f"{menus}\n{text}", NOON, ""),
        StoryText("b", "", f"Radio Vallée\nPodcasts\n{text}\nBoutique", NOON, ""),
    ]
    assert [story for _, story in assign_stories(rows)] == ["a", "a"]


def test_a_report_on_another_town_is_another_story_at_once() -> None:
    text = (
        "{}. Le matin {} degrés, l'après-midi {} degrés, vent de nord à {} km/h, risque de pluie de {} %. Les températures sont "
        "relevées sous abri par notre station et actualisées quatre fois par jour, week-end compris."
    )
    rows = [StoryText(town, "", text.format(town, *figures), NOON, "") for town, figures in FORECASTS.items()]
    assert [story for _, story in assign_stories(rows)] == list(FORECASTS)


FORECASTS = {"Alençon": (9, 17, 25, 30), "Digne": (14, 27, 10, 5)}


def test_a_figure_is_whole_and_days_and_spelt_numbers_are_figures() -> None:
    words = "mot " * 20
    one, other = (
        read_sketch(fingerprint("", words + told).sketch).figures for told in ("lundi 4 118,5 et douze", "mardi 4 200,5")
    )
    assert (len(one), len(other), len(one & other)) == (3, 2, 0)


def test_names_are_replaced_only_when_each_text_has_some_of_its_own() -> None:
    assert replaced_share({1, 2}, {1, 3}) == 0.5
    assert replaced_share({1, 2}, {1}) == 0.0
    assert replaced_share(set(), {1}) == 0.0


@pytest.mark.parametrize(
    "text",
    ["a" * 10_000_000, "mot " * 2_500_000, "z" * 100_000, "😂" * 100_000, "\ud800 " * 100_000, "\0" * 100_000],
    ids=["one word of 10 MB", "10 MB", "one letter", "emoji", "surrogates", "NUL"],
)
def test_bad_input_has_a_story(text: str) -> None:
    assert [story for _, story in assign_stories([StoryText("a", "", text, NOON, "")])] == ["a"]
