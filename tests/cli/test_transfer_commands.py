"""`vigie export` and `vigie import` as they are typed."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from vigie.cli import transfer
from vigie.clock import SystemClock
from vigie.errors import StoreError
from vigie.store import open_database, open_state

APP = typer.Typer()
transfer.register(APP)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration whose state remembers one thing."""
    made = _configuration(tmp_path / "source")
    database = open_database(made / "data")
    open_state(database, SystemClock()).save_detector_state("rule", b"seen")
    database.close()
    return made


def _configuration(folder: Path) -> Path:
    folder.mkdir()
    brand = '[[brand]]\nid = "orange"\nname = "Orange"\nquery = "Orange"\n'
    for name, text in {"vigie.toml": "", "brands.toml": brand, "sources.toml": "", "alerts.toml": ""}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _remembered(folder: Path) -> bytes | None:
    database = open_database(folder / "data")
    state = open_state(database, SystemClock()).detector_state("rule")
    database.close()
    return state


def test_a_file_goes_from_one_configuration_to_another(folder: Path, tmp_path: Path) -> None:
    file, target = tmp_path / "all.ndjson", _configuration(tmp_path / "target")
    written = CliRunner().invoke(APP, ["export", str(file), "-c", str(folder)], catch_exceptions=False)
    assert "exported 0 mentions and 1 records of the state" in written.output
    read = CliRunner().invoke(APP, ["import", str(file), "-c", str(target)], catch_exceptions=False)
    assert "imported 0 new mentions, 0 known ones, 1 records of the state" in read.output
    assert _remembered(target) == b"seen"
    assert not (target / "data" / "import.json").exists()


def test_the_file_is_for_its_owner_alone(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.ndjson"
    CliRunner().invoke(APP, ["export", str(file), "-c", str(folder)], catch_exceptions=False)
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_without_a_file_the_lines_go_to_standard_output(folder: Path) -> None:
    written = CliRunner().invoke(APP, ["export", "-c", str(folder)], catch_exceptions=False)
    rows = [json.loads(line) for line in written.stdout.splitlines()]
    assert rows[0]["vigie-export"] == 1
    assert rows[-1] == {"end": 1}


def test_an_import_that_failed_goes_on_when_it_is_repeated(folder: Path, tmp_path: Path) -> None:
    file, target = tmp_path / "all.ndjson", _configuration(tmp_path / "target")
    CliRunner().invoke(APP, ["export", str(file), "-c", str(folder)], catch_exceptions=False)
    whole = file.read_bytes()
    file.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    with pytest.raises(StoreError, match="cut off at line 3"):
        CliRunner().invoke(APP, ["import", str(file), "-c", str(target)], catch_exceptions=False)
    file.write_bytes(whole)
    read = CliRunner().invoke(APP, ["import", str(file), "-c", str(target)], catch_exceptions=False)
    assert "goes on at line 3" in read.output
    assert _remembered(target) == b"seen"
