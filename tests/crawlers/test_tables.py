"""Tables as other tools export them."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from crawlers.tables import TableError, read_table

ROWS = [{"Date": "11/03/2026", "Texte": "Déçue, très"}, {"Date": "12/03/2026", "Texte": "deux\nlignes"}]


def written(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def values(path: Path) -> list[dict[str, str]]:
    return [dict(row) for _, row in read_table(path).rows]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_separator_and_charset_are_found_out(tmp_path: Path, separator: str, charset: str) -> None:
    lines = [["Date", "Texte"], ["11/03/2026", '"Déçue, très"'], ["12/03/2026", '"deux\nlignes"']]
    text = "\r\n".join(separator.join(line) for line in lines)
    assert values(written(tmp_path, "t.csv", text.encode(charset))) == ROWS


def test_the_line_that_names_the_separator_is_none_of_the_table(tmp_path: Path) -> None:
    assert values(written(tmp_path, "t.csv", "sep=|\nDate|Texte\n11/03/2026|a;b;c\n")) == [
        {"Date": "11/03/2026", "Texte": "a;b;c"}
    ]


def test_a_preface_and_empty_lines_are_no_rows_and_lines_with_too_many_cells_are_counted(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "t.csv", "Export de mars\n\nDate;Texte\n1;a\n;\n2;b;trop\n3\n"))
    assert (table.columns, [row["Date"] for _, row in table.rows], table.broken) == (("Date", "Texte"), ["1", "3"], 1)


def test_a_workbook_gives_its_first_sheet_with_rows(tmp_path: Path) -> None:
    import datetime

    book = Workbook()
    sheet = book.create_sheet("Retombées")
    sheet.append(["Date", "Texte", "Vues"])
    sheet.append([datetime.datetime(2026, 3, 11, 8, 30), "Déçue", 12.0])  # noqa: DTZ001 - as a workbook holds it
    sheet.append([None, None, None])
    book.save(tmp_path / "t.xlsx")
    assert values(tmp_path / "t.xlsx") == [{"Date": "2026-03-11T08:30:00", "Texte": "Déçue", "Vues": "12"}]


@pytest.mark.parametrize("as_list", [False, True])
def test_json_objects_are_rows_with_their_inner_names(tmp_path: Path, as_list: bool) -> None:
    one = '{"text": "a", "user": {"name": "Zoé"}, "n": 3, "tags": ["x"], "ok": true}'
    path = written(tmp_path, "t.jsonl", f"[{one}, 3]" if as_list else f"{one}\n\n{{cassé\n")
    table = read_table(path)
    assert ([dict(row) for _, row in table.rows], table.broken) == ([{"text": "a", "user.name": "Zoé", "n": "3"}], 1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", ""),
        ("t.csv", "un seul mot\n"),
        ("t.xlsx", b"PK\x03\x04 rien"),
        ("t.xlsx", b""),
        ("t.jsonl", "{"),
        ("t.json", "[1,"),
    ],
)
def test_what_is_no_table_is_refused_with_the_name_of_the_file(tmp_path: Path, name: str, content: str | bytes) -> None:
    with pytest.raises(TableError, match=name):
        read_table(written(tmp_path, name, content))
