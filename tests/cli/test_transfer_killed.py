"""`vigie export`, `vigie import` and `vigie store copy` killed at random moments (SIGKILL), and repeated: the result is whole."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.one_of_everything import configuration, fill
from vigie.cli.common import load_config
from vigie.clock import SystemClock
from vigie.model import Mention
from vigie.ports import Filter, StateRecord
from vigie.store import open_stores

VIGIE = str(Path(sys.executable).with_name("vigie"))
MENTIONS, KILLS = 4000, 4


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration with some of everything and 4,000 mentions: half a second of work and more for each command."""
    made = configuration(tmp_path_factory.mktemp("killed") / "filled")
    with open_stores(load_config(made), SystemClock()) as stores:
        fill(stores, mentions=MENTIONS)
    return made


def _killed_and_repeated(chance: random.Random, *arguments: str | Path) -> None:
    """Runs a command again and again: the first times it is killed at some moment, the last time it ends by itself."""
    command = [VIGIE, *map(str, arguments)]
    for _ in range(KILLS):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                process.wait(chance.uniform(0.5, 2.5))
            except subprocess.TimeoutExpired:
                process.kill()
    subprocess.run(command, check=True, capture_output=True)


def _content(folder: Path) -> tuple[list[StateRecord], list[Mention]]:
    with open_stores(load_config(folder), SystemClock()) as (state, store):
        store.refresh()
        return list(state.records()), sorted(store.search(Filter(), limit=10_000).mentions, key=lambda one: one.id)


@pytest.mark.parametrize("seed", [1, 2])
def test_an_export_and_an_import_that_were_killed_bring_everything(filled: Path, tmp_path: Path, seed: int) -> None:
    chance, file, target = random.Random(seed), tmp_path / "all.ndjson", configuration(tmp_path / "target")
    _killed_and_repeated(chance, "export", file, "-c", filled)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.ndjson", "target"]
    _killed_and_repeated(chance, "import", file, "-c", target)
    assert _content(target) == _content(filled)


def test_a_copy_that_was_killed_brings_everything(filled: Path, tmp_path: Path, in_elasticsearch: str) -> None:
    before = _content(filled)
    moved = configuration(tmp_path / "moved", in_elasticsearch, filled / "data")
    _killed_and_repeated(random.Random(3), "store", "copy", "--from", "sqlite", "-c", moved)
    assert _content(moved) == before
    assert not (filled / "data" / "copy.json").exists()
