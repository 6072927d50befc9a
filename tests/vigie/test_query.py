"""The query language: what is read, and the column where it cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.errors import QueryError
from vigie.query import And, Field, Not, Or, Term, parse


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("orange", Term("orange")),
        ("orange panne", And((Term("orange"), Term("panne")))),
        ("a AND b OR c", Or((And((Term("a"), Term("b"))), Term("c")))),
        ("a ET b OU c", Or((And((Term("a"), Term("b"))), Term("c")))),
        ("a SAUF b", And((Term("a"), Not(Term("b"))))),
        ("a -b", And((Term("a"), Not(Term("b"))))),
        ('a -"b c"', And((Term("a"), Not(Term("b c"))))),
        ("a NOT NOT b", And((Term("a"), Term("b")))),
        ("« crédit  du nord »", Term("crédit du nord")),
        ("pann*", Term("pann", prefix=True)),
        ("=Lu", Term("Lu", exact_case=True)),
        ("a site:exemple.fr", And((Term("a"), Field("site", "exemple.fr")))),
        ('author:"Jean D"', Field("author", "Jean D")),
        ("l'été c++", And((Term("l'été"), Term("c++")))),
        ("porte-clés", Term("porte-clés")),
        ("😀", Term("😀")),
        ("#marelle", Term("#marelle")),
        ("et ou sauf", And((Term("et"), Term("ou"), Term("sauf")))),
    ],
)
def test_a_query_is_read_as_written(query: str, node: object) -> None:
    assert parse(query) == node


@pytest.mark.parametrize(
    ("query", "column"),
    [("", 1), ("  ", 1), ("(a", 1), ("a)", 2), ("a OR", 5), ("a AND AND b", 7), ('a "b', 3), ('a ""', 3), ("NOT a", 1), ("*", 1)],
)
def test_an_unreadable_query_names_the_column(query: str, column: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("exemple.fr", "exemple.fr"),
        ("WWW.Exemple.fr", "exemple.fr"),
        ("https://www.exemple.fr/page?q=1", "exemple.fr"),
        ("exemple.fr/page", "exemple.fr"),
        ("exemple.fr:8080", "exemple.fr"),
    ],
)
def test_a_site_is_its_host_however_it_is_written(written: str, host: str) -> None:
    assert parse(f"site:{written}") == Field("site", host)


@pytest.mark.parametrize("written", ["fr", "FR", "fr-CA", "fr_BE"])
def test_a_language_is_meant_without_its_region(written: str) -> None:
    assert parse(f"lang:{written}") == Field("lang", "fr")


@pytest.mark.parametrize(
    "field", ['title:""', 'site:""', 'title:" "', "title:*", "site:https://", "site:http://[::1", "lang:-", 'author:""']
)
def test_a_field_without_a_value_names_its_column(field: str) -> None:
    with pytest.raises(QueryError, match="a value was expected") as caught:
        parse(f"a {field}")
    assert caught.value.column == 3


@pytest.mark.parametrize("query", ["(" * 5000 + "a" + ")" * 5000, "a " + "NOT " * 2000 + "b", "-" * 2000 + "a", "NOT " * 2000])
def test_nesting_has_a_limit_that_is_an_error_not_a_crash(query: str) -> None:
    with pytest.raises(QueryError, match="nested"):
        parse(query)


def test_many_words_side_by_side_are_no_nesting() -> None:
    assert parse("-b " * 200 + "a") == And((*[Not(Term("b"))] * 200, Term("a")))


@given(st.text(max_size=60))
def test_no_text_crashes_the_parser(text: str) -> None:
    try:
        parse(text)
    except QueryError as error:
        assert 1 <= error.column <= len(text) + 1
