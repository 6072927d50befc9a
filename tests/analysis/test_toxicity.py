"""What a moderator is shown: each trap by itself, and precision and recall on 136 texts made to be hard."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sentiment.passage import Passage
from analysis.toxicity import read_toxicity
from vigie.model import Toxicity

FILE = Path(__file__).parents[1] / "eval/toxicity_check.tsv"
PRECISION, RECALL = 0.88, 0.87  # as when the texts were first read; entries were added after that


def kinds(text: str) -> tuple[Toxicity, ...]:
    return read_toxicity(Passage(text)).kinds


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Vous êtes des merdes", Toxicity.INSULT),
        ("Quel con ce vendeur", Toxicity.INSULT),
        ("Bande de c*nnards", Toxicity.INSULT),
        ("quel c0nnard", Toxicity.INSULT),
        ("connnnnard", Toxicity.INSULT),
        ("c o n n a r d va", Toxicity.INSULT),
        ("Idiots ! Rendez l'argent", Toxicity.INSULT),
        ("je vais te tuer", Toxicity.THREAT),
        ("On sait où vous habitez", Toxicity.THREAT),
        ("sale arabe", Toxicity.RACISM),
        ("retourne à ta cuisine", Toxicity.RACISM),
        ("envoie tes nudes", Toxicity.SEXUAL),
    ],
)
def test_what_is_thrown_at_people_is_flagged(text: str, kind: Toxicity) -> None:
    assert kinds(text) == (kind,)


@pytest.mark.parametrize(
    "text",
    [
        "C'est de la merde",
        "C'est con, il manque une vis",
        "On joue pour tuer le temps",
        "On nous prend pour des cons",
        "Je suis trop con",
        "« connard », a-t-il lancé",
        "Il m'a traité de connard",
        "Vous n'êtes pas des voleurs",
        "Pédé et fier de l'être",
        "son nègre littéraire",
        "je vais te tuer mdr",
        "les clowns du cirque",
        "le 2e prix",
        "",
    ],
)
def test_what_is_rude_reported_denied_or_reclaimed_is_not(text: str) -> None:
    assert kinds(text) == ()


def test_the_deciding_words_are_told_as_they_stand() -> None:
    assert read_toxicity(Passage("Bande de c*nnards")).evidence == {Toxicity.INSULT: ("Bande de c*nnards",)}


def test_kinds_come_in_one_order() -> None:
    assert kinds("sale arabe, ta gueule") == (Toxicity.INSULT, Toxicity.RACISM)


def test_precision_and_recall_hold() -> None:
    rows = [line.split("\t") for line in FILE.read_text("utf-8").splitlines()[1:]]
    found = [(label, set(map(str, kinds(text)))) for label, text in rows]
    right = sum(label in flagged for label, flagged in found)
    assert len(rows) > 130
    assert right >= PRECISION * sum(len(flagged) for _, flagged in found)
    assert right >= RECALL * sum(label != "none" for label, _ in found)


@given(st.text() | st.text(alphabet="c*0n#. @d$e"))
def test_no_text_crashes_the_reader(text: str) -> None:
    assert set(kinds(text)) <= set(Toxicity)


@pytest.mark.parametrize(
    "text",
    ["con " * 2_500_000, "c*" * 50_000, "a." * 50_000, "c o " * 25_000, "@" * 100_000, "🖕" * 100_000, "\ud800\0" * 50_000],
    ids=["10 MB", "stars", "dots", "spaced", "at signs", "emoji", "surrogates and NUL"],
)
def test_bad_input_is_answered(text: str) -> None:
    assert set(kinds(text)) <= set(Toxicity)
