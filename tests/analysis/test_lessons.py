"""What marks teach of a name: at once, for its brand, with the reason shown, and never to the worse where they agree."""

import csv
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.matching import BrandMatch, BrandMatcher
from config.schema import Brand
from tests.contracts.state_samples import NOW, some_mark
from vigie.model import DateSource, Document, DocumentKind, Mark, PublicationDate

EVAL = Path(__file__).parents[1] / "eval"
PLANET = (
    "Mercure sera visible au crépuscule, dit l'astronome du planétarium.",
    "Mercure et sa sonde : l'astronome attend les images.",
    "Ce soir Mercure, observation au planétarium avec un astronome.",
)


def matcher(name: str, **settings: object) -> BrandMatcher:
    return BrandMatcher([Brand.model_validate({"id": "marque", "name": name, "query": f'"{name}"', **settings})])


def document(text: str, title: str = "", source: str = "journal") -> Document:
    published = PublicationDate(NOW, DateSource.META, 1.0)
    return Document("d", source, DocumentKind.NEWS, "https://exemple.fr/", title, text, None, published, NOW)


def mark(finder: BrandMatcher, number: int, text: str, relevant: bool, title: str = "", source: str = "journal") -> Mark:
    clues = finder.traits(document(text, title, source), "marque")
    return some_mark(str(number), brand="marque", relevant=relevant, clues=clues)


def match(finder: BrandMatcher, text: str, source: str = "journal") -> BrandMatch:
    return finder.match("", text, document=document(text, source=source))[0]


def test_texts_like_those_that_were_refused_are_refused_and_the_reason_says_why() -> None:
    finder = matcher("Mercure", profile=False)
    new = "Où voir Mercure ? Les conseils d'un astronome amateur, planétarium de Reims."
    before = match(finder, new)
    finder.learn(mark(finder, number, text, relevant=False) for number, text in enumerate(PLANET))
    after = match(finder, new)
    assert before.is_relevant
    assert not after.is_relevant
    assert "3 marques de l'équipe" in after.reason


def test_one_mark_already_moves_the_text_that_was_marked() -> None:
    finder = matcher("Mercure", profile=False)
    before = match(finder, PLANET[0])
    finder.learn([mark(finder, 0, PLANET[0], relevant=False)])
    assert match(finder, PLANET[0]).relevance < before.relevance
    finder.learn([mark(finder, 0, PLANET[0], relevant=True)])
    assert match(finder, PLANET[0]).relevance > before.relevance


def test_marks_that_are_taken_back_are_forgotten() -> None:
    finder = matcher("Mercure", profile=False)
    before = match(finder, PLANET[1])
    finder.learn(mark(finder, number, text, relevant=False) for number, text in enumerate(PLANET))
    finder.learn([])
    assert match(finder, PLANET[1]) == before


def test_a_source_whose_mentions_are_refused_time_and_again_is_believed_less_than_others() -> None:
    finder = matcher("Mercure", profile=False)
    texts = ("Mercure brille.", "Belle Mercure.", "Encore Mercure.", "Voici Mercure !", "Et Mercure ?")
    finder.learn(mark(finder, number, text, relevant=False, source="astro") for number, text in enumerate(texts))
    assert match(finder, "Mercure est là.", "astro").relevance < match(finder, "Mercure est là.", "journal").relevance


def test_another_brand_learns_nothing() -> None:
    brands = [Brand(id=name.lower(), name=name, query=name, profile=False) for name in ("Mercure", "Horizon")]
    finder = BrandMatcher(brands)
    text = "Horizon dégagé, dit l'astronome du planétarium."
    before = match(finder, text)
    finder.learn(some_mark(str(number), brand="mercure", relevant=False, clues=("word:astronome",)) for number in range(9))
    assert match(finder, text) == before


def test_a_declared_handle_stays_sure_whatever_is_marked() -> None:
    finder = matcher("Mercure", handles=["mercure"])
    finder.learn(mark(finder, number, "La planète #mercure", relevant=False) for number in range(9))
    assert match(finder, "La planète #mercure").relevance == 1.0


def test_marks_on_both_sides_say_nothing() -> None:
    finder = matcher("Mercure", profile=False)
    before = match(finder, PLANET[0])
    finder.learn([mark(finder, 0, PLANET[0], relevant=True), mark(finder, 1, PLANET[0], relevant=False)])
    assert match(finder, PLANET[0]) == before


@pytest.mark.parametrize("file", [f"relevance_{name}.tsv" for name in ("dev", "check", "unknown", "unknown_check")])
@pytest.mark.parametrize("seed", range(2))
def test_marks_that_agree_with_the_labels_never_make_a_brand_worse(file: str, seed: int) -> None:
    with (EVAL / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    chance = random.Random(seed)
    for brand in sorted({row["brand"] for row in rows}):
        texts = [(row["title"], row["text"], row["relevant"] == "1") for row in rows if row["brand"] == brand]
        finder = matcher(brand, profile="unknown" not in file)
        before = _errors(finder, texts)
        marked = [text for text in texts if chance.random() < 0.5]
        finder.learn([mark(finder, number, text, said, title) for number, (title, text, said) in enumerate(marked)])
        assert _errors(finder, texts) <= before, brand


def _errors(finder: BrandMatcher, texts: list[tuple[str, str, bool]]) -> int:
    return sum(
        any(found.is_relevant for found in finder.match(title, text, document=document(text, title))) != said
        for title, text, said in texts
    )


_LEARNT = matcher("Mercure", profile=False)


@given(st.lists(st.tuples(st.booleans(), st.lists(st.text(max_size=8), max_size=9)), max_size=9), st.text(max_size=40))
def test_no_marks_break_the_judge_and_every_answer_is_in_bounds(marks: list[tuple[bool, list[str]]], text: str) -> None:
    _LEARNT.learn(
        some_mark(str(number), brand="marque", relevant=said, clues=tuple(f"word:{clue}" for clue in clues))
        for number, (said, clues) in enumerate(marks)
    )
    for found in _LEARNT.match("", f"{text} Mercure {text}"):
        assert 0 <= found.relevance <= 1
