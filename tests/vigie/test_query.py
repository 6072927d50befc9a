"""The query language: what is read, and the column where it cannot be."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.errors import QueryError
from vigie.query import MOST_TERMS, And, Field, Near, Not, Or, Range, Term, neighbours, parse


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
        ("a NEAR/5 b", Near((Term("a"),), (Term("b"),), 5)),
        ("a ONEAR/0 b", Near((Term("a"),), (Term("b"),), 0, ordered=True)),
        ("a NEAR b", Near((Term("a"),), (Term("b"),), 4)),
        ("a ONEAR b", Near((Term("a"),), (Term("b"),), 4, ordered=True)),
        ("a near b", And((Term("a"), Term("near"), Term("b")))),
        ("NEARBY near/5", And((Term("NEARBY"), Term("near/5")))),
        ("=NEAR", Term("NEAR", exact_case=True)),
        (
            '(pann* OU "plus de réseau") NEAR/5 (box OR (=SFR OR box))',
            Near((Term("pann", prefix=True), Term("plus de réseau")), (Term("box"), Term("SFR", exact_case=True)), 5),
        ),
        ("a NEAR/100(b)", Near((Term("a"),), (Term("b"),), 100)),
        ("x a NEAR/1 b OR c", Or((And((Term("x"), Near((Term("a"),), (Term("b"),), 1))), Term("c")))),
        ("x -a NEAR/1 b", And((Term("x"), Not(Near((Term("a"),), (Term("b"),), 1))))),
        ("(a NEAR/1 b) (b NEAR/1 c)", And((Near((Term("a"),), (Term("b"),), 1), Near((Term("b"),), (Term("c"),), 1)))),
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
    ("query", "column", "expected"),
    [
        ("a NEAR/ b", 8, "a number of words from 0 to 100"),
        ("a NEAR/x b", 8, "a number of words from 0 to 100"),
        ("a ONEAR/101 b", 9, "a number of words from 0 to 100"),
        ("a NEAR/-1 b", 8, "a number of words from 0 to 100"),
        ("a NEAR/٣ b", 8, "a number of words from 0 to 100"),
        ("NEAR/3 b", 1, "a word, a phrase or"),
        ("a NEAR/3", 9, "a word, a phrase or"),
        ("a NEAR/3 AND b", 10, "a word, a phrase or"),
        ("a NEAR/3 NOT b", 10, "found NOT"),
        ("a NEAR/3 -b", 10, "found NOT"),
        ("a NEAR/3 (b -c)", 10, "beside NEAR a word"),
        ("(a AND b) NEAR/3 c", 1, "beside NEAR a word"),
        ("a NEAR/3 lang:fr", 10, "beside NEAR a word"),
        ("x title:a NEAR b", 3, "beside NEAR a word"),
        ("a NEAR/3 (b NEAR c)", 10, "beside NEAR a word"),
        ("a NEAR/3 b NEAR/4 c", 12, "joins two sides"),
        (f"a NEAR ({' OR '.join(map(str, range(51)))})", 8, "at most 50 words"),
    ],
)
def test_an_unreadable_near_names_the_column_and_what_was_expected(query: str, column: int, expected: str) -> None:
    with pytest.raises(QueryError, match=expected) as caught:
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


@pytest.mark.parametrize("query", ["mot " * MOST_TERMS, "a NEAR b OR " * (MOST_TERMS // 2 - 1) + "a", " " * 500_000 + "a"])
def test_a_long_query_is_read_in_one_walk(query: str) -> None:
    assert parse(query)


@pytest.mark.parametrize(
    "query", ["mot " * 1_000_000, "-mot " * 1_000_000 + "a", '"a b" OR ' * 1_000_000 + "a", "site:a.fr " * 1_000_000]
)
def test_a_query_of_a_million_terms_is_refused_where_it_grows_too_long(query: str) -> None:
    with pytest.raises(QueryError, match="at most 10,000 words") as caught:
        parse(query)
    assert caught.value.column < 20 * MOST_TERMS


_BOMBS = [
    "(a+)+$",
    "(.*)*" * 500,
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    '"' + "a?" * 5000 + "a" * 5000 + '"',
    "*" * 100_000,
    'site:"' * 50_001,
]


@pytest.mark.parametrize("query", _BOMBS)
def test_what_would_be_a_bomb_as_a_regular_expression_is_read_as_words_or_refused(query: str) -> None:
    try:
        node = parse(query)
    except QueryError as error:
        assert 1 <= error.column <= len(query) + 1
    else:
        assert parse(query) == node


_RANGES = st.builds(lambda start, size: (start, start + size), st.integers(0, 30), st.integers(1, 4))


@given(st.frozensets(_RANGES), st.frozensets(_RANGES), st.integers(0, 5), st.booleans())
def test_neighbours_are_those_of_every_pair_that_is_near_enough(
    left: frozenset[Range], right: frozenset[Range], most: int, ordered: bool
) -> None:
    pairs = [
        (one, other)
        for one, other in product(left, right)
        if 0 <= other[0] - one[1] <= most or (not ordered and 0 <= one[0] - other[1] <= most)
    ]
    found = neighbours(Near((), (), most, ordered), left, right, range(40))
    assert found == ({one for one, _ in pairs}, {other for _, other in pairs})


def test_words_are_counted_and_not_characters() -> None:
    text = "panne   totale !!! — de la box"
    starts = [text.index(word) for word in text.replace("!!! — ", "").split()]
    panne, box = (0, 5), (len(text) - 3, len(text))
    assert neighbours(Near((), (), 3), [panne], [box], starts) == ({panne}, {box})
    assert neighbours(Near((), (), 2), [panne], [box], starts) == (set(), set())


def test_neighbours_among_thousands_take_no_time_for_each_pair() -> None:
    everywhere = [(place, place + 1) for place in range(50_000)]
    lefts, rights = neighbours(Near((), (), 100), everywhere, everywhere, range(50_000))
    assert len(lefts) == len(rights) == 50_000


@given(st.one_of(st.text(max_size=60), st.text('()"a=*-/NEARO5 :', max_size=60)))
def test_no_text_crashes_the_parser(text: str) -> None:
    try:
        parse(text)
    except QueryError as error:
        assert 1 <= error.column <= len(text) + 1
