"""Rows of a TOML file are added, changed and taken out, and every other line stays as it was written."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.row_text import append_row, with_value, without_rows
from vigie.errors import VigieError

FILE = """# Les lieux lus.

[[source]]
id = "a"   # le premier
kind = "feed"

# Celui-ci est fragile.
[[source]]
id = "b"
enabled = true  # pour voir
[source.options]
enabled = 3

[[source]]
id = "c"
"""


def ids(text: str) -> list[str]:
    return [row["id"] for row in tomllib.loads(text)["source"]]


def test_a_row_is_added_at_the_end_and_the_rest_stays() -> None:
    after = append_row(FILE, "source", {"id": "d", "options": {"listing": True, "pages": 3}})
    assert after.startswith(FILE)
    assert tomllib.loads(after)["source"][-1] == {"id": "d", "options": {"listing": True, "pages": 3}}


def test_a_row_goes_with_its_tables_and_the_comment_above_it() -> None:
    after = without_rows(FILE, "source", [1])
    assert ids(after) == ["a", "c"]
    assert "fragile" not in after
    assert 'id = "a"   # le premier' in after


def test_the_comment_of_the_next_row_stays_with_it() -> None:
    assert "# Celui-ci est fragile." in without_rows(FILE, "source", [0])


def test_a_value_is_changed_where_it_stands_and_keeps_its_comment() -> None:
    after = with_value(FILE, "source", 1, "enabled", False)
    assert "enabled = false  # pour voir\n" in after
    assert tomllib.loads(after)["source"][1]["options"] == {"enabled": 3}, "the same name in a table below is another one"


def test_a_value_that_is_not_there_is_added_to_its_row_alone() -> None:
    rows = tomllib.loads(with_value(FILE, "source", 2, "enabled", False))["source"]
    assert [row.get("enabled") for row in rows] == [None, True, False]


def test_rows_that_are_written_as_one_array_are_left_to_a_person() -> None:
    with pytest.raises(VigieError, match="by hand"):
        append_row('source = [{ id = "a" }]\n', "source", {"id": "b"})


def test_a_header_inside_a_text_is_seen_and_nothing_is_written() -> None:
    text = '[[source]]\nid = "a"\nname = """\n[[source]]\n"""\n\n[[source]]\nid = "b"\n'
    with pytest.raises(VigieError, match="by hand"):
        without_rows(text, "source", [1])


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5), st.data())
def test_adding_and_taking_out_is_the_identity_for_any_text(names: list[str], data: st.DataObject) -> None:
    text = FILE
    for name in names:
        text = append_row(text, "source", {"id": name.encode("utf-8", "replace").decode()})
    place = data.draw(st.integers(3, 2 + len(names)))
    left = without_rows(text, "source", [place])
    assert ids(left) == [one for number, one in enumerate(ids(text)) if number != place]
