"""Terms and which of them emerge: the crisis of the demo comes out on top, copies count once, boilerplate never."""

import re
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.model import DateSource, Document, DocumentKind, Mention, PublicationDate, Sentiment, SentimentLabel
from vigie.terms import emerging, terms_in

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def mention(number: int, text: str, story: str = "") -> Mention:
    url = f"https://exemple.fr/{number}"
    published = PublicationDate(NOON, DateSource.META, 1.0)
    document = Document(url, "exemple", DocumentKind.FORUM_POST, url, "", text, None, published, NOON)
    return Mention(url, "marelle", document, (), "fr", 1.0, Sentiment(SentimentLabel.NEGATIVE, -1, 1), story or url)


def mentions(texts: list[str], first: int = 0) -> list[Mention]:
    return [mention(first + place, text) for place, text in enumerate(texts)]


def demo_texts(name: str) -> list[str]:
    raw = files("vigie.demo.world").joinpath(f"texts/{name}").read_text("utf-8")
    return [part for part in raw.split("\n\n") if not part.startswith("##")]


def folded(text: str) -> list[str]:
    return [term for term, _, _ in terms_in(text)]


def test_terms_are_one_to_three_content_words_with_small_words_between() -> None:
    assert folded("La perte de données bancaires.") == [
        "perte",
        "perte de donnees",
        "perte de donnees bancaires",
        "donnees",
        "donnees bancaires",
        "bancaires",
    ]


def test_a_term_never_crosses_the_end_of_a_sentence_and_holds_no_address() -> None:
    assert folded("Panne. Réseau https://exemple.fr/contrat @orange") == ["panne", "reseau"]


def test_stop_words_and_boilerplate_are_no_terms() -> None:
    assert folded("Lire aussi : partagez cet article, lundi 3 mars, avec nous") == []


def test_the_words_of_the_demos_crisis_come_out_on_top() -> None:
    past = [*demo_texts("forum_replies.txt"), *demo_texts("comments.txt")]
    told = emerging(mentions(demo_texts("crisis.txt"), 1000), mentions(past), {"marelle"})
    top = " ".join(term.term for term in told[:10])
    assert re.search("double|prélèvement|deux fois|débit", told[0].term + told[1].term)
    assert re.search("mandat|découvert", top)
    assert not any("marelle" in term.term for term in told)


def test_copies_of_one_story_count_once() -> None:
    copies = [mention(place, "Une cyberattaque touche la société", "one") for place in range(10)]
    assert emerging(copies, mentions(["Le réseau marche"] * 30, 100)) == []


def test_what_is_always_said_does_not_emerge() -> None:
    texts = ["Le débit est correct"] * 20
    assert emerging(mentions(texts), mentions(texts, 100)) == []


def test_a_part_of_a_longer_term_is_not_told_twice() -> None:
    recent = mentions(["Rappel de lait infantile."] * 8)
    told = [term.term for term in emerging(recent, mentions(["Le réseau marche bien ici"] * 40, 100))]
    assert told == ["rappel de lait infantile"]


def test_counts_and_scores_are_told() -> None:
    (term,) = emerging(mentions(["panne"] * 9 + ["calme"]), mentions(["panne"] * 1 + ["calme"] * 60, 100))
    assert (term.term, term.recent, term.past) == ("panne", 9, 1)
    assert term.score > 2


@pytest.mark.parametrize("recent", [[], ["panne"]])
def test_too_little_said_gives_no_terms(recent: list[str]) -> None:
    assert emerging(mentions(recent), []) == []


@given(st.text())
def test_no_text_crashes_the_terms(text: str) -> None:
    for _, start, end in terms_in(text):
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize("text", ["panne " * 1_700_000, "a" * 100_000, "😡" * 100_000, "\ud800\0" * 50_000, "@" * 100_000])
def test_bad_input_is_answered(text: str) -> None:
    assert len(list(terms_in(text))) < 20_000
