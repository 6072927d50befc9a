"""`vigie export`, `vigie import` and `vigie store copy` as they are typed."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.store.one_of_everything import configuration, fill, mention
from vigie.cli import app
from vigie.cli.common import load_config
from vigie.clock import SystemClock
from vigie.errors import ConfigError, StoreError, VigieError
from vigie.model import Mention, SentimentLabel, WorkflowState
from vigie.ports import Decision, Filter, StateRecord
from vigie.store import open_database, open_state, open_stores
from vigie.store.transfer import Written, export

VIGIE = str(Path(sys.executable).with_name("vigie"))


def vigie(*arguments: str | Path) -> str:
    """What a command says, on both outputs."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False).output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration whose state remembers one thing."""
    made = configuration(tmp_path / "source")
    database = open_database(made / "data")
    open_state(database, SystemClock()).save_detector_state("rule", b"seen")
    database.close()
    return made


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A configuration with some of everything, and 1,200 mentions."""
    made = configuration(tmp_path / "filled")
    with open_stores(load_config(made), SystemClock()) as stores:
        fill(stores, mentions=1200)
    return made


def _remembered(folder: Path) -> bytes | None:
    database = open_database(folder / "data")
    state = open_state(database, SystemClock()).detector_state("rule")
    database.close()
    return state


def _content(folder: Path) -> tuple[list[StateRecord], list[Mention]]:
    with open_stores(load_config(folder), SystemClock()) as (state, store):
        return list(state.records()), sorted(store.search(Filter(), limit=10_000).mentions, key=lambda one: one.id)


def test_a_file_goes_from_one_configuration_to_another(folder: Path, tmp_path: Path) -> None:
    file, target = tmp_path / "all.ndjson", configuration(tmp_path / "target")
    assert "exported 0 mentions and 1 records of the state" in vigie("export", file, "-c", folder)
    assert "imported 0 new mentions, 0 known ones, 1 records of the state" in vigie("import", file, "-c", target)
    assert _remembered(target) == b"seen"
    assert not (target / "data" / "import.json").exists()


def test_the_file_is_for_its_owner_alone_and_nothing_stands_beside_it(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.ndjson"
    vigie("export", file, "-c", folder)
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("all")] == ["all.ndjson"]


def test_without_a_file_the_lines_go_to_standard_output(folder: Path) -> None:
    written = CliRunner().invoke(app, ["export", "-c", str(folder)], catch_exceptions=False)
    rows = [json.loads(line) for line in written.stdout.splitlines()]
    assert rows[0]["vigie-export"] == 1
    assert rows[-1] == {"end": 1}


def test_an_import_that_failed_goes_on_when_it_is_repeated(folder: Path, tmp_path: Path) -> None:
    file, target = tmp_path / "all.ndjson", configuration(tmp_path / "target")
    vigie("export", file, "-c", folder)
    whole = file.read_bytes()
    file.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    with pytest.raises(StoreError, match="cut off at line 3"):
        vigie("import", file, "-c", target)
    file.write_bytes(whole)
    assert "goes on at line 3" in vigie("import", file, "-c", target)
    assert _remembered(target) == b"seen"


# --- an export that was cut short


@pytest.fixture
def cut(filled: Path, tmp_path: Path) -> Callable[[int], Path]:
    """Leaves what `vigie export` leaves when it is killed behind `pages` pages of mentions and in the middle of the next."""
    file = tmp_path / "all.ndjson"

    def leave(pages: int) -> Path:
        vigie("export", file, "-c", filled)
        whole = file.read_bytes()
        begun_at = json.loads(whole.splitlines()[0])["written_at"]
        place = _place_behind(filled, pages, Written(_named(filled), begun_at))
        (tmp_path / "all.ndjson.part").write_bytes(whole[: place.offset] + b'{"record":"mention","val' * 100_000)
        (tmp_path / "all.ndjson.part.json").write_text(json.dumps({name: getattr(place, name) for name in place.__slots__}))
        file.unlink()
        return file

    return leave


def _named(folder: Path) -> str:
    return f"{(folder / 'data').resolve()} sqlite"


def _place_behind(folder: Path, pages: int, begun: Written) -> Written:
    with open_stores(load_config(folder), SystemClock()) as (state, store):
        safe = [place for _, place in export(state, store, begun) if place.is_safe]
    return safe[pages - 1]


def test_an_export_goes_on_behind_what_is_written(cut: Callable[[int], Path], filled: Path, tmp_path: Path) -> None:
    file = cut(1)
    assert "goes on after 500 mentions" in vigie("export", file, "-c", filled)
    vigie("import", file, "-c", configuration(tmp_path / "target"))
    assert _content(tmp_path / "target") == _content(filled)


def test_an_export_that_went_on_is_the_file_that_it_would_have_been(cut: Callable[[int], Path], filled: Path) -> None:
    file = cut(2)
    vigie("export", file, "-c", filled)
    resumed = file.read_bytes()
    vigie("export", file, "-c", filled)
    assert resumed.splitlines()[1:] == file.read_bytes().splitlines()[1:]
    assert resumed.splitlines()[0] != file.read_bytes().splitlines()[0]  # the moment it was begun


def test_what_is_written_meanwhile_is_not_called_done_in_a_resumed_file(
    cut: Callable[[int], Path], filled: Path, tmp_path: Path
) -> None:
    file = cut(1)
    with open_stores(load_config(filled), SystemClock()) as (state, store):
        store.upsert([mention(-5)])
        state.save_detector_state("rule:orange", b"has seen it")
    vigie("export", file, "-c", filled)
    vigie("import", file, "-c", configuration(tmp_path / "target"))
    with open_stores(load_config(tmp_path / "target"), SystemClock()) as (state, store):
        assert store.get(mention(-5).id) is None
        assert state.detector_state("rule:orange") == b"\x80state"


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "elsewhere sqlite"},
        {"begun_at": "2026-03-10T12:00:00+00:00"},
        {"offset": 10**9},
        {"is_safe": False},
        {"more": 1},
    ],
    ids=["another store", "too old", "more than is there", "inside the state", "of another version"],
)
def test_an_export_begins_afresh_where_going_on_is_not_safe(
    cut: Callable[[int], Path], filled: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    file, bookmark = cut(1), tmp_path / "all.ndjson.part.json"
    bookmark.write_text(json.dumps(json.loads(bookmark.read_text()) | change))
    assert "goes on" not in vigie("export", file, "-c", filled)
    vigie("import", file, "-c", configuration(tmp_path / "target"))
    assert _content(tmp_path / "target") == _content(filled)


def test_two_exports_do_not_write_one_file(filled: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.ndjson"
    with subprocess.Popen(["flock", f"{file}.part", "cat"], stdin=subprocess.PIPE) as holder:
        while not file.with_name("all.ndjson.part").exists() or _is_free(file.with_name("all.ndjson.part")):
            assert holder.poll() is None
        with pytest.raises(VigieError, match="is being written by another export"):
            vigie("export", file, "-c", filled)
        holder.communicate()
    assert "exported 1200 mentions" in vigie("export", file, "-c", filled)


def _is_free(path: Path) -> bool:
    return subprocess.run(["flock", "--nonblock", str(path), "true"], check=False).returncode == 0


# --- progress


@pytest.mark.parametrize("on_terminal", [True, False])
def test_a_bar_is_shown_on_a_terminal_and_nowhere_else(filled: Path, tmp_path: Path, on_terminal: bool) -> None:
    commands = [["export", str(tmp_path / "all")], ["import", str(tmp_path / "all")]]
    said = [_said([VIGIE, *command, "-c", str(filled)], on_terminal) for command in commands]
    assert ["1200/1200" in said[0], "━" in said[0], "━" in said[1]] == [on_terminal] * 3


def _said(command: list[str], on_terminal: bool) -> str:
    """What a command writes on standard error, a terminal or a pipe."""
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    if not on_terminal:
        return subprocess.run(command, stderr=subprocess.PIPE, text=True, check=True, env=environment).stderr
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stderr=theirs, env=environment) as process:
        os.close(theirs)
        said = b"".join(_read_all(ours))
    assert process.returncode == 0
    return said.decode()


def _read_all(terminal: int) -> Iterator[bytes]:
    try:
        while piece := os.read(terminal, 65536):
            yield piece
    except OSError:  # the other side is closed
        os.close(terminal)


# --- on a real Elasticsearch


def test_everything_goes_to_elasticsearch_and_back(filled: Path, tmp_path: Path, in_elasticsearch: str) -> None:
    there, back = configuration(tmp_path / "there", in_elasticsearch), configuration(tmp_path / "back")
    files = [tmp_path / name for name in ("first", "second", "third")]
    vigie("export", files[0], "-c", filled)
    vigie("import", files[0], "-c", there)
    vigie("export", files[1], "-c", there)
    vigie("import", files[1], "-c", back)
    vigie("export", files[2], "-c", back)
    assert _content(there) == _content(filled)
    assert _content(back) == _content(filled)
    lines = [file.read_bytes().splitlines()[1:] for file in files]
    assert lines[0] == lines[1] == lines[2]


def _switch(folder: Path, store: str) -> None:
    (folder / "vigie.toml").write_text(f"[store]\n{store}\n")


def test_outgrowing_sqlite_is_one_command_and_so_is_the_way_back(filled: Path, in_elasticsearch: str) -> None:
    before = _content(filled)
    _switch(filled, in_elasticsearch)
    assert "copied 1200 mentions from sqlite to elasticsearch, 1200 of them new" in vigie(
        "store", "copy", "--from", "sqlite", "-c", filled
    )
    assert _content(filled) == before
    assert "removed 1200 mentions from sqlite" in vigie("store", "copy", "--from", "sqlite", "--empty", "-c", filled)
    with open_stores(load_config(filled), SystemClock()) as (_, store):
        store.upsert([mention(1201)])
        store.correct(mention(5).id, SentimentLabel.POSITIVE)
        store.mark(mention(0).id, Decision(WorkflowState.NOT_RELEVANT, "homonyme"))  # it was decided otherwise in SQLite
        store.erase_url(mention(9).document.url)
    after = _content(filled)
    _switch(filled, in_elasticsearch.replace('kind = "elasticsearch"', 'kind = "sqlite"'))
    said = vigie("store", "copy", "--from", "elasticsearch", "--empty", "-c", filled)
    assert "copied 1200 mentions from elasticsearch to sqlite, 1200 of them new" in said
    assert "removed 1200 mentions from elasticsearch" in said
    assert _content(filled) == after
    assert "copied 0 mentions" in vigie("store", "copy", "--from", "elasticsearch", "-c", filled)


def test_a_copy_repeated_changes_nothing(filled: Path, in_elasticsearch: str) -> None:
    _switch(filled, in_elasticsearch)
    vigie("store", "copy", "--from", "sqlite", "-c", filled)
    with open_stores(load_config(filled), SystemClock()) as (_, store):
        store.mark(mention(0).id, Decision(WorkflowState.NOT_RELEVANT))
    before = _content(filled)
    assert "0 of them new" in vigie("store", "copy", "--from", "sqlite", "-c", filled)
    assert _content(filled) == before


def test_a_copy_from_the_store_that_is_set_is_refused(filled: Path) -> None:
    with pytest.raises(ConfigError, match=r"store\.kind is sqlite: set it to the store to copy into"):
        vigie("store", "copy", "--from", "sqlite", "-c", filled)
