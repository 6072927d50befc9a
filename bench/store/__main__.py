"""What the mention stores cost, and how that grows: `python -m bench.store`, or `make bench-store`.

Both stores receive the same mentions and answer the same questions; when their answers differ the benchmark fails. Each store
and size has a process of its own. Everything it makes, on the disk and on the server, is removed at the end.
"""

import argparse
import multiprocessing
import sys
import uuid
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations
from pathlib import Path

from bench.store import report
from bench.store.place import Place
from bench.store.trial import Trial, measure

STORES = ("sqlite", "elasticsearch")


def main() -> int:
    options = _options()
    stores = [store for store in STORES if options.store in (store, "both")]
    if "elasticsearch" in stores and not options.address:
        print("no Elasticsearch answers: its half is left out; start one with `make elasticsearch`", file=sys.stderr)
        stores.remove("elasticsearch")
    trials = [_apart(store, size, options.address) for size in options.sizes for store in stores]
    differing = _differences(trials)
    same = ["Both answered every question the same."] if len(stores) > 1 and not differing else []
    print("\n".join([report.tables(trials), "", *differing, *same]))
    if options.page and not differing:
        report.write(options.page, trials)
    return 1 if differing else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.store", description=__doc__)
    parser.add_argument("--sizes", type=_numbers, default=[10_000, 100_000, 1_000_000], help="mentions, with commas between")
    parser.add_argument("--store", choices=[*STORES, "both"], default="both")
    parser.add_argument("--address", default="", help="of an Elasticsearch 8 or 9; empty leaves its half out")
    parser.add_argument("--page", type=Path, help="a page of docs/ whose figures are replaced by those of this run")
    return parser.parse_args()


def _numbers(written: str) -> list[int]:
    return [int(number) for number in written.split(",")]


def _differences(trials: Sequence[Trial]) -> list[str]:
    """A line for each question that two stores of one size answered differently."""
    return [
        f"{one.size:,} mentions: {name}: {one.place.store} answers {answer}, {other.place.store} {other_answer}"
        for one, other in combinations(trials, 2)
        if one.size == other.size
        for (name, answer), (_, other_answer) in zip(one.answers, other.answers, strict=True)
        if answer != other_answer
    ]


def _apart(store: str, size: int, address: str) -> Trial:
    """One trial in a process of its own: its memory is its own, and what it does to the server is undone whatever happens."""
    place = Place(address, f"bench-{uuid.uuid4().hex[:12]}") if store == "elasticsearch" else Place()
    print(f"{store}: {size:,} mentions", file=sys.stderr, flush=True)
    try:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
            return apart.submit(measure, place, size).result()
    finally:
        if place.address:
            from elasticsearch import Elasticsearch  # noqa: PLC0415 - only where there is a server

            from bench.store.bare import remove  # noqa: PLC0415

            with Elasticsearch(place.address) as client:
                remove(client, place.prefix)


if __name__ == "__main__":
    sys.exit(main())
