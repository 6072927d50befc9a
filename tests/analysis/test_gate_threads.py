"""Answers that name no brand are about what their thread is about."""

from datetime import UTC, datetime

import pytest

from analysis.gate import Admitted, Gate
from config.schema import Brand
from vigie.model import DateSource, Document, DocumentKind, PublicationDate, document_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GATE = Gate(
    [Brand(id="orange", name="Orange", query="orange", exclude=["vitamine"]), Brand(id="sfr", name="SFR", query="SFR")], ["fr"]
)


def answer(text: str, thread_title: str = "Panne Orange à Nantes", **changes: object) -> Document:
    url = "https://forum.exemple/viewtopic.php?p=2#p2"
    given = {
        "id": document_id(url),
        "source_id": "forum",
        "kind": DocumentKind.FORUM_POST,
        "url": url,
        "title": "",
        "text": text,
        "author": None,
        "published": PublicationDate(NOON, DateSource.TIME_ELEMENT, 1.0),
        "seen_at": NOON,
        "language": "fr",
        "thread_title": thread_title,
    }
    return Document(**{**given, **changes})  # type: ignore[arg-type]


def brands(document: Document) -> list[str]:
    verdict = GATE.admit(document)
    return [match.brand_id for match in verdict.matches] if isinstance(verdict, Admitted) else []


def test_an_answer_is_about_the_brand_in_its_thread_s_title() -> None:
    verdict = GATE.admit(answer("Pareil ici depuis ce matin, plus rien ne marche et personne ne répond."))
    assert isinstance(verdict, Admitted)
    (match,) = verdict.matches
    assert (match.brand_id, match.spans) == ("orange", ())
    assert match.reason.startswith("sujet du fil")


def test_an_answer_that_names_another_brand_is_about_that_one() -> None:
    assert brands(answer("Chez SFR ce n'est pas mieux, deux jours sans réseau la semaine dernière.")) == ["sfr"]


@pytest.mark.parametrize("text", ["Merci !", "Même souci ici.", ""])
def test_an_answer_of_a_few_words_speaks_of_no_brand(text: str) -> None:
    assert brands(answer(text)) == []


def test_a_thread_whose_title_is_excluded_gives_nothing_to_its_answers() -> None:
    assert brands(answer("J'en bois un grand verre tous les matins au réveil.", "Orange et vitamine C")) == []


def test_an_answer_in_a_thread_about_nothing_is_off_topic() -> None:
    assert brands(answer("J'en bois un grand verre tous les matins au réveil.", "Bonjour")) == []
