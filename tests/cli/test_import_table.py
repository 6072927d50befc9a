"""`vigie import` of a table, as it is typed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.store.one_of_everything import configuration
from vigie.cli import app
from vigie.cli.common import load_config
from vigie.clock import SystemClock
from vigie.ports import Filter
from vigie.store import open_stores

CSV = (
    "Date;Auteur;Contenu;Lien\n11/03/2026 09:30;zoe;Orange ne répond plus depuis lundi;https://x.example/1\n;;;\n12/03/2026;;;\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return configuration(tmp_path / "veille")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "tweets.csv"
    path.write_text(CSV, encoding="cp1252")
    return path


def imported(table: Path, folder: Path, *options: str, answer: str = "") -> Result:
    arguments = ["import", str(table), "-c", str(folder), *options]
    return CliRunner().invoke(app, arguments, input=answer, catch_exceptions=False)


def stored(folder: Path) -> int:
    with open_stores(load_config(folder), SystemClock()) as (_, store):
        return store.count(Filter()).total


def test_nothing_is_written_before_the_preview_is_confirmed(table: Path, folder: Path) -> None:
    result = imported(table, folder, answer="n\n")
    assert "text = Contenu" in result.output
    assert "left out: no_text 1" in result.output
    assert "2026-03-11 09:30\tzoe\thttps://x.example/1\tOrange ne répond plus depuis lundi" in result.output
    assert stored(folder) == 0


def test_a_table_is_analysed_and_repeating_it_changes_nothing(table: Path, folder: Path) -> None:
    first = imported(table, folder, "--yes")
    assert (first.exit_code, stored(folder)) == (0, 1)
    assert "stored 1, known 0" in first.output
    assert "stored 0, known 1" in imported(table, folder, "--yes").output
    assert stored(folder) == 1


def test_a_slip_in_a_mapping_is_told(table: Path, folder: Path) -> None:
    from crawlers.tables import TableError

    with pytest.raises(TableError, match="did you mean `Contenu`"):
        imported(table, folder, "--map", "text=Contneu")
    assert "write it as field=column" in imported(table, folder, "--map", "text").output
    assert "is not one of" in imported(table, folder, "--kind", "tweet").output


def test_a_file_of_vigie_export_takes_no_options_of_a_table(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "tout.jsonl").write_text('{"vigie-export": 1, "written_at": "x"}\n{"end": 0}\n', encoding="utf-8")
    assert "is no table" in imported(tmp_path / "tout.jsonl", folder, "--map", "text=a").output
    assert "imported 0 new mentions" in imported(tmp_path / "tout.jsonl", folder).output
