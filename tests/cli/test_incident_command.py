"""`vigie incident` on a stored incident, as a user types it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.contracts.state_samples import some_delivery, some_incident
from vigie.cli import app
from vigie.clock import SystemClock
from vigie.model import ActionKind, Handling, handling_of
from vigie.store import open_database, open_state

Run = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "veille"
    assert CliRunner().invoke(app, ["init", str(made)]).exit_code == 0
    database = open_database(made / "data")
    state = open_state(database, SystemClock())
    for name in ("3f2a-one", "3f2b-two"):
        state.save(some_incident(name, opened_at=datetime.now(UTC)))
    state.add(some_delivery(subject="3f2a-one"))
    database.close()
    return made


def run(folder: Path, *words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["incident", *words, "-c", str(folder)])
    assert result.exit_code == code, result.output
    return result.output


def handling(folder: Path) -> Handling:
    database = open_database(folder / "data")
    try:
        return handling_of(open_state(database, SystemClock()).actions("3f2a-one"))
    finally:
        database.close()


def test_the_list_and_the_whole_of_one_are_shown(folder: Path) -> None:
    assert "3f2a-one" in run(folder, "list") and "3f2b-two" in run(folder, "list")
    run(folder, "note", "3f2a", "appelé la rédaction", "--by", "claire")
    shown = run(folder, "show", "3f2a")
    assert "appelé la rédaction" in shown and "claire" in shown and "equipe@exemple.fr" in shown


def test_what_is_done_is_kept_and_told(folder: Path) -> None:
    assert "taken_up claire" in run(folder, "ack", "3f2a", "--by", "claire")
    run(folder, "mute", "3f2a", "--for", "24h")
    run(folder, "false", "3f2a")
    now = handling(folder)
    assert now.acknowledged is not None and now.acknowledged.kind is ActionKind.ACKNOWLEDGED
    assert now.is_false and now.muted_until is not None
    assert 23.9 < (now.muted_until - datetime.now(UTC)).total_seconds() / 3600 <= 24
    run(folder, "false", "3f2a", "--undo")
    run(folder, "mute", "3f2a", "--for", "0")
    assert not handling(folder).is_false and handling(folder).muted_until is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["ack", "3f2"], "2 incidents"),
        (["ack", "zz"], "no incident"),
        (["mute", "3f2a", "--for", "soon"], "write it as 30m, 2h or 3d"),
        (["mute", "3f2a", "--until", "2020-01-01"], "past"),
        (["note", "3f2a", " "], "empty"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_done(folder: Path, words: list[str], told: str) -> None:
    assert told in " ".join(run(folder, *words, code=2).replace("│", " ").split())
    assert handling(folder) == Handling()
