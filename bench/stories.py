"""Prints what filing a text costs by the size of the archive: `python bench/stories.py [SIZE …]`; else 10,000 and 100,000.

The archive is a SQLite state with signatures of unrelated texts of 200 words, made up of random hashes. Each figure is the median
of 200 calls of `Storyteller.story_of`, in milliseconds, with 64 handed to the state at a time, as in live analysis.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from analysis.near_duplicates import BANDS
from analysis.stories import Storyteller, StoryText
from vigie.clock import SystemClock
from vigie.ports import State, StorySignature
from vigie.store import open_database, open_state

_NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
_CALLS, _BATCH, _WORDS = 200, 64, 200
_SLICE = 10_000


def main() -> None:
    """One archive, grown from size to size."""
    sizes = sorted(map(int, sys.argv[1:])) or [10_000, 100_000]
    seed = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(folder))
        state = open_state(database, SystemClock())
        held = 0
        for size in sizes:
            held = _grow(state, seed, held, size)
            copied = _text(seed)
            new, copy = _median(state, seed, lambda: _text(seed)), _median(state, seed, lambda copied=copied: copied)
            sys.stdout.write(f"{size:,} signatures: new text {new:.2f} ms, copy of one text {copy:.2f} ms\n")
            sys.stdout.flush()
        database.close()


def _grow(state: State, seed: random.Random, held: int, size: int) -> int:
    """Fills the archive up to `size` signatures."""
    for start in range(held, size, _SLICE):
        state.remember(*_signatures(seed, range(start, min(size, start + _SLICE))))
    return size


def _signatures(seed: random.Random, places: range) -> Iterator[StorySignature]:
    for place in places:
        runs = sorted(seed.getrandbits(63) for _ in range(_WORDS))
        sketch = b"".join(run.to_bytes(8, "little") for run in runs)
        yield StorySignature(f"s{place}", f"d{place}", tuple(runs[:BANDS]), sketch, _NOW)


def _median(state: State, seed: random.Random, text: Callable[[], str]) -> float:
    teller, spent = Storyteller(state), []
    for call in range(_CALLS):
        row = StoryText(f"n{seed.getrandbits(64)}", "", text(), _NOW, "bench")
        began = time.perf_counter()
        teller.story_of(row, _NOW)
        if call % _BATCH == _BATCH - 1:
            teller.keep()
        spent.append(1000 * (time.perf_counter() - began))
    return statistics.median(spent)


def _text(seed: random.Random) -> str:
    return " ".join(f"mot{seed.randrange(20_000)}" for _ in range(_WORDS))


if __name__ == "__main__":
    main()
