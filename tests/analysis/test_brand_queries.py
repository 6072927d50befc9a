"""What speaks for a query. That the matcher and the stores mean the same by a query is in tests/contracts."""

import pytest

from analysis.brand_queries import FoundTerms, WordPlaces, evaluate, every_term, needs_no_term, speaking_terms
from analysis.brand_terms import Hit, TermFinder
from analysis.folding import FoldedText
from analysis.matching import BrandMatcher
from config.schema import Brand
from vigie.query import Term, parse

TEXT = "La box est en panne. Une panne de box, encore !"


def _proof(query: str, title: str, text: str) -> list[str] | None:
    """The words that speak for `query`, in the order of the document."""
    joined, node = f"{title}\n{text}", parse(query)
    hits: dict[Term, list[Hit]] = {}
    for hit in TermFinder(every_term(node)).find(FoldedText(joined)):
        hits.setdefault(hit.term, []).append(hit)
    evidence = evaluate(node, FoundTerms(hits, len(title), WordPlaces(joined), None))
    if evidence is None:
        return None
    return [joined[hit.start : hit.end] for hit in sorted(set(evidence.hits), key=lambda hit: hit.start)]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("box NEAR/2 panne", ["box", "panne", "panne", "box"]),
        ("box NEAR/1 panne", ["panne", "box"]),
        ("box NEAR/0 panne", None),
        ("une ONEAR/0 panne", ["Une", "panne"]),
        ("panne ONEAR/0 une", ["panne", "Une"]),
        ("panne ONEAR/0 est", None),
        ("panne NEAR/1 panne", ["panne", "panne"]),
        ("encore NEAR/9 encore", None),
        ("(box OR orange) NEAR/0 (en OR encore)", ["box", "encore"]),
        ("orange OR (box NEAR/0 encore) OR encore", ["box", "encore"]),
        ("orange OR (panne AND encore) OR (panne NEAR/0 orange)", ["panne", "panne", "encore"]),
        ("orange OR (panne NEAR/0 orange)", None),
        ('"en panne" NEAR/2 "est en"', None),
        ("=Une NEAR pann*", ["panne", "Une", "panne"]),
        ("la -(box NEAR/1 panne)", None),
    ],
)
def test_only_the_words_that_stand_near_each_other_speak(query: str, words: list[str] | None) -> None:
    assert _proof(query, "", TEXT) == words


def test_the_words_of_a_hashtag_stand_side_by_side() -> None:
    assert _proof("orange NEAR/0 boycott", "", "#BoycottOrange !") == ["Boycott", "Orange"]
    assert _proof("orange NEAR/9 orange", "", "#BoycottOrange !") is None


def test_the_end_of_the_title_is_not_near_the_beginning_of_the_text() -> None:
    assert _proof("panne NEAR/9 box", "Une panne", "La box clignote") is None
    assert _proof("panne NEAR/9 box", "La panne de la box", "") == ["panne", "box"]


def test_only_the_names_that_stand_near_are_the_mention_of_a_brand() -> None:
    text = "Orange sponsorise la course. Le lendemain, rien à voir, le réseau Orange est en panne."
    (match,) = BrandMatcher([Brand(id="o", name="Orange", query="orange NEAR/3 panne")]).match("Orange", text)
    assert [(span.field_name, span.start) for span in match.spans] == [("text", text.rindex("Orange"))]


def test_a_name_that_an_exclusion_takes_away_is_near_nothing() -> None:
    marque = Brand(id="o", name="Orange", query="orange NEAR/6 panne", exclude=["jus d'orange"])
    (match,) = BrandMatcher([marque]).match("", "Le distributeur de jus d'orange est en panne.")
    assert not match.is_relevant


def test_two_words_with_thousands_of_repeats_are_compared_in_one_walk() -> None:
    proof = _proof("panne ONEAR/100 box", "", "panne " * 40_000 + "box " * 40_000)
    assert proof is not None
    assert len(proof) == 202


def test_thousands_of_words_in_one_query_cost_no_time_for_each_pair() -> None:
    words = [f"mot{number}" for number in range(10_000)]
    assert _proof(" ".join(words), "", " ".join(words)) == words


def test_words_that_are_taken_away_do_not_speak_for_the_query() -> None:
    query = parse('a OR "b c" OR title:d* NOT e')
    assert list(speaking_terms(query)) == [Term("a"), Term("b c"), Term("d", prefix=True)]
    assert list(every_term(query)) == [Term("a"), Term("b c"), Term("d", prefix=True), Term("e")]


def test_both_sides_of_a_near_speak_for_the_query_and_are_needed() -> None:
    query = parse("(a OR b) NEAR c")
    assert list(speaking_terms(query)) == list(every_term(query)) == [Term("a"), Term("b"), Term("c")]
    assert not needs_no_term(query)
