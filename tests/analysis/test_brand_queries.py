"""What speaks for a query. That the matcher and the stores mean the same by a query is in tests/contracts."""

from analysis.brand_queries import every_term, speaking_terms
from vigie.query import Term, parse


def test_words_that_are_taken_away_do_not_speak_for_the_query() -> None:
    query = parse('a OR "b c" OR title:d* NOT e')
    assert list(speaking_terms(query)) == [Term("a"), Term("b c"), Term("d", prefix=True)]
    assert list(every_term(query)) == [Term("a"), Term("b c"), Term("d", prefix=True), Term("e")]
