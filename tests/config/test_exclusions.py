"""The named lists of queries: shipped, replaced and lengthened by the team, refused with their name."""

from pathlib import Path

import pytest

from config.exclusions import lists_of, shipped_lists
from config.load import load_brands
from vigie.errors import ConfigError, QueryError
from vigie.query import And, Not, Or, Term, parse


def brands_file(folder: Path, text: str) -> Path:
    path = folder / "brands.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_brands(brands_file(folder, text))
    return caught.value.problems


def test_the_lists_that_every_team_asks_for_are_shipped() -> None:
    wanted = {"emploi", "sport", "horoscope", "annonces", "bourse", "meteo", "tele", "concours", "recettes", "promos"}
    assert wanted <= set(shipped_lists())


def test_a_list_is_its_query_in_parentheses() -> None:
    lists = lists_of({"pannes": "panne OR coupure"})
    assert parse("orange -liste:pannes", lists) == And((Term("orange"), Not(Or((Term("panne"), Term("coupure"))))))
    assert parse("orange liste:Pannes", lists) == parse("orange (panne OR coupure)")


def test_a_list_of_the_team_takes_the_place_of_a_shipped_one_and_may_hold_it() -> None:
    longer = lists_of({"emploi": 'liste:emploi OR "job dating"'})["emploi"]
    assert longer == Or((lists_of({})["emploi"], Term("job dating")))
    assert lists_of({"emploi": "recrute*"})["emploi"] == Term("recrute", prefix=True)


def test_an_unknown_list_is_refused_at_its_column_with_the_names_that_are_known() -> None:
    with pytest.raises(QueryError, match=r"one of annonces, .*; found 'emplois'") as caught:
        parse("orange -liste:emplois", lists_of({}))
    assert caught.value.column == 15


def test_a_list_cannot_hold_itself_nor_one_below_it() -> None:
    for own in ({"a": "liste:a"}, {"a": "liste:b", "b": "x"}):
        with pytest.raises(QueryError):
            lists_of(own)


def test_lists_at_the_head_of_the_file_are_every_brands_and_those_of_a_brand_its_own(tmp_path: Path) -> None:
    brands = load_brands(
        brands_file(
            tmp_path,
            """
            [lists]
            voile = "voile OR skipper"
            [[brand]]
            id = "a"
            name = "A"
            query = "a -liste:voile"
            [[brand]]
            id = "b"
            name = "B"
            lists = { voile = "trimaran" }
            query = "b -liste:voile"
            """,
        )
    )
    assert [brand.parsed_query for brand in brands] == [
        parse("a -(voile OR skipper)"),
        parse("b -trimaran"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[brand]]\nid='a'\nname='A'\nquery='a -liste:vent'", "brands.toml: brand[a].query: column 10: the name of a list"),
        ("[lists]\nvent='(a'\n[[brand]]\nid='a'\nname='A'\nquery='a'", "brands.toml: lists: vent: column 1"),
        ("[lists]\nVent='a'\n[[brand]]\nid='a'\nname='A'\nquery='a'", "brands.toml: lists"),
        ("lists=3\n[[brand]]\nid='a'\nname='A'\nquery='a'", "brands.toml: lists"),
        ("[lists]\nv='x'\n[[brand]]\nid='a'\nname='A'\nlists=3\nquery='a'", "brands.toml: brand[a].lists"),
    ],
)
def test_a_list_that_cannot_be_read_is_told_with_its_key(tmp_path: Path, text: str, said: str) -> None:
    assert any(line.startswith(said) for line in problems(tmp_path, text)), problems(tmp_path, text)
