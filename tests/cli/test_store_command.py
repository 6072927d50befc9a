"""`vigie store` as people type it, on SQLite: what it prints and its exit codes."""

import json
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vigie.cli import main
from vigie.clock import SystemClock
from vigie.model import Arrival, Outcome
from vigie.ports import Settlement
from vigie.store import open_database, open_state

Vigie = Callable[..., tuple[int, str, str]]
ARRIVAL = Arrival(
    0, "m1", "marelle", datetime(2026, 3, 9, 8, tzinfo=UTC), datetime(2026, 3, 9, 9, tzinfo=UTC), 0.1, "h", "s", "x"
)


@pytest.fixture
def vigie(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Vigie:
    """Runs a command on a folder of its own; gives exit code, output and errors."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["vigie", *arguments])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        said = capsys.readouterr()
        return int(str(code)), said.out, said.err

    assert run("init", str(tmp_path))[0] == 0
    return lambda *arguments: run("store", *arguments, "-c", str(tmp_path))


@pytest.mark.parametrize("command", ["setup", "migrate", "status", "doctor"])
def test_help_has_an_example(vigie: Vigie, command: str) -> None:
    code, said, _ = vigie(command, "--help")
    assert (code, f"Example: vigie store {command}" in said) == (0, True)


@pytest.mark.parametrize("command", ["setup", "migrate"])
def test_sqlite_needs_nothing_and_says_so(vigie: Vigie, command: str) -> None:
    code, said, _ = vigie(command)
    assert (code, said.startswith("SQLite: nothing to do")) == (0, True)


def test_status_gives_the_version_the_file_and_its_size(vigie: Vigie) -> None:
    code, said, _ = vigie("status", "--json")
    report = json.loads(said)
    [part] = report["parts"]
    assert (code, report["kind"], part["version"], part["documents"]) == (0, "sqlite", report["wanted_version"], 0)
    assert part["size_bytes"] > 0


def test_doctor_finds_a_new_store_sound(vigie: Vigie) -> None:
    code, said, _ = vigie("doctor")
    assert (code, [line.split()[0] for line in said.splitlines()]) == (0, ["ok", "ok"])


def test_doctor_ends_with_1_when_a_month_that_arrived_is_gone(vigie: Vigie, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    database = open_database(tmp_path / "data")
    lately = replace(ARRIVAL, published_at=now, seen_at=now)
    open_state(database, SystemClock()).settle([Settlement("d", "s", Outcome.STORED, arrivals=[lately])])
    database.close()
    code, said, _ = vigie("doctor", "--json")
    checks = {one["what"]: one for one in map(json.loads, said.splitlines())}
    assert (code, checks["file"]["ok"], checks["arrivals"]["ok"]) == (1, True, False)
    assert f"{now:%Y-%m} (1)" in checks["arrivals"]["says"]


def test_doctor_ends_with_1_when_the_file_lost_a_record(vigie: Vigie, tmp_path: Path) -> None:
    vigie("status")
    with sqlite3.connect(tmp_path / "data" / "vigie.db") as connection:
        connection.execute("INSERT INTO mention_record VALUES (1, x'00')")
    code, said, _ = vigie("doctor")
    assert (code, "put a backup in its place" in said) == (1, True)


def test_a_wrong_setting_ends_with_2(vigie: Vigie, tmp_path: Path) -> None:
    (tmp_path / "vigie.toml").write_text('[store]\nkind = "autre"\n')
    assert vigie("status")[0] == 2


def test_a_server_that_is_away_ends_with_1_and_doctor_names_it(vigie: Vigie, tmp_path: Path) -> None:
    (tmp_path / "vigie.toml").write_text('[store]\nkind = "elasticsearch"\nhosts = ["http://127.0.0.1:1"]\n')
    assert [vigie(command)[0] for command in ("setup", "migrate", "status")] == [1, 1, 1]
    code, said, _ = vigie("doctor")
    assert (code, said.startswith("FAILED  server: Elasticsearch does not answer")) == (1, True)
