"""What people complain of: the word alone is no complaint; the shipped themes and a team's own."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.sentiment.passage import Passage
from analysis.themes import ThemeFinder
from config.load import shipped_themes
from config.schema import Theme
from vigie.model import SentimentLabel

ROOT = Path(__file__).parents[2]
PRECISION, RECALL = 0.5, 0.2  # on texts that were looked at since; docs/enrichment.md has what was first read
FINDER = ThemeFinder(shipped_themes())


def found(text: str, label: SentimentLabel | None = None) -> tuple[str, ...]:
    return tuple(hit.id for hit in FINDER.find(Passage(text), label))


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Colis jamais reçu, c'est la deuxième fois", "livraison"),
        ("La hausse des prix est délirante", "prix"),
        ("La machine est tombée en panne au bout d'un mois", "qualite"),
        ("Personne ne répond au téléphone", "sav"),
        ("Toujours pas remboursé depuis mars", "remboursement"),
        ("Intoxication alimentaire à la cantine", "hygiene"),
        ("Le chargeur a pris feu", "securite"),
        ("Fuite de données chez l'opérateur", "donnees"),
        ("Plus de réseau depuis ce matin", "panne"),
        ("Deux heures de retard", "retard"),
        ("Préavis de grève pour jeudi", "greve"),
        ("Plan social : 300 suppressions de postes", "emploi"),
        ("Les salariés parlent de management toxique", "conditions-travail"),
        ("Le serveur a été très désagréable", "personnel"),
        ("Démarchage abusif et faux avis", "fraude"),
        ("Accusée de discrimination à l'embauche", "discrimination"),
        ("L'usine pollue la rivière", "environnement"),
        ("La pub sexiste fait polémique", "publicite"),
        ("Impossible de résilier mon abonnement", "contrat"),
        ("En rupture de stock depuis des semaines", "stock"),
    ],
)
def test_each_shipped_theme_finds_a_complaint(text: str, theme: str) -> None:
    assert theme in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "La livraison est prévue mardi.",
        "Le prix est affiché en rayon.",
        "Le service client ouvre à 9 h.",
        "La grève de la faim du militant",
        "",
    ],
)
def test_a_word_without_a_complaint_is_no_theme(text: str) -> None:
    assert found(text) == ()


def test_a_word_near_blame_is_a_theme_and_a_word_far_from_it_is_not() -> None:
    assert found("La livraison est vraiment catastrophique.") == ("livraison",)
    assert found("La livraison est prévue mardi. Il fait beau. Nous irons au parc. Le film était catastrophique.") == ()


def test_in_a_short_negative_text_the_word_is_enough_and_in_another_it_is_not() -> None:
    text = "Merci pour la livraison au voisin du dessous"
    assert found(text, SentimentLabel.NEGATIVE) == ("livraison",)
    for label in (SentimentLabel.NEUTRAL, SentimentLabel.POSITIVE):
        assert found("La livraison, nulle la fois d'avant, est devenue parfaite", label) == ()


def test_the_deciding_words_are_told_as_they_stand() -> None:
    assert FINDER.find(Passage("PLUS DE RÉSEAU ici"))[0].evidence == ("PLUS DE RÉSEAU",)


def test_a_team_has_its_own_themes() -> None:
    own = ThemeFinder([Theme(id="odeur", name="Odeur", words="parfum", alone='"sent le brûlé"')])
    assert [hit.id for hit in own.find(Passage("Ça sent le brûlé"))] == ["odeur"]


def test_there_are_twenty_themes_with_distinct_ids() -> None:
    assert len({theme.id for theme in shipped_themes()}) == len(shipped_themes()) == 20


def test_precision_and_recall_hold_on_texts_of_the_corpus() -> None:
    corpus = {row["id"]: row for path in (ROOT / "analysis/corpus").glob("fr_*.tsv") for row in _rows(path)}
    labelled = [
        (corpus[row["id"]], set(filter(None, row["themes"].split(",")))) for row in _rows(ROOT / "tests/eval/themes_check.tsv")
    ]
    answers = [(wanted, set(found(row["text"], SentimentLabel(row["label"])))) for row, wanted in labelled]
    right = sum(len(wanted & told) for wanted, told in answers)
    assert len(answers) == 150
    assert right >= PRECISION * sum(len(told) for _, told in answers)
    assert right >= RECALL * sum(len(wanted) for wanted, _ in answers)


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


@settings(deadline=None)
@given(st.text())
def test_no_text_crashes_the_finder(text: str) -> None:
    assert len(FINDER.find(Passage(text))) <= 20


@pytest.mark.parametrize(
    "text",
    ["livraison nulle. " * 600_000, "z" * 100_000, "📦" * 100_000, "\ud800\0" * 50_000, "تأخير " * 10_000],
    ids=["10 MB", "one letter", "emoji", "surrogates and NUL", "right to left"],
)
def test_bad_input_is_answered(text: str) -> None:
    assert len(FINDER.find(Passage(text))) <= 20
