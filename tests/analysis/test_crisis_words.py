"""Crisis words: found near the brand, as French is written, and nowhere else."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analysis.crisis_words import CrisisWords
from vigie.model import (
    DateSource,
    Document,
    DocumentKind,
    Mention,
    PublicationDate,
    Sentiment,
    SentimentLabel,
    Span,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def mention(text: str, title: str = "") -> Mention:
    document = Document(
        "d", "s", DocumentKind.NEWS, "http://j.example/a", title, text, None, PublicationDate(NOW, DateSource.META, 1.0), NOW
    )
    spans = tuple(
        Span(name, at, at + 7) for name, where in (("title", title), ("text", text)) if (at := where.find("Marelle")) >= 0
    )
    tone = Sentiment(SentimentLabel.NEUTRAL, 0.0, 0.0)
    return Mention("m", "marelle", document, spans, "fr", 1.0, tone, "story")


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        ("boycott*", "Appel au boycotter Marelle"),
        ("fuite de données", "Marelle : FUITE de donnees chez 3 millions de clients"),
        ("grève", "La grève dure chez Marelle"),
        ("mise en examen", "Marelle apprend la mise  en examen de son directeur"),
    ],
)
def test_accents_case_plurals_and_endings_do_not_matter(listed: str, text: str) -> None:
    assert CrisisWords([listed]).near(mention(text)) == (listed,)


def test_a_word_far_from_the_brand_is_about_somebody_else() -> None:
    far = "Marelle ouvre un magasin. " + "Rien à signaler ici. " * 30 + "Ailleurs, un incendie."
    assert CrisisWords(["incendie"]).near(mention(far)) == ()
    assert CrisisWords(["incendie"]).near(mention("Un incendie chez Marelle.")) == ("incendie",)


def test_a_word_in_the_title_is_near() -> None:
    assert CrisisWords(["incendie"]).near(mention("Chez Marelle, on constate.", "Incendie à Lyon")) == ("incendie",)


def test_an_answer_that_does_not_name_the_brand_is_near_as_a_whole() -> None:
    assert CrisisWords(["arnaque*"]).near(replace(mention("C'est une arnaque, fuyez."), spans=())) == ("arnaque*",)


def test_without_a_list_nothing_is_found() -> None:
    assert CrisisWords([]).near(mention("Un incendie chez Marelle.")) == ()
