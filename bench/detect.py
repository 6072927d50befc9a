"""Prints what a tick costs: microseconds per tick and brand, and the size of the saved state, for brands of four sizes; and
what a tick of ten thousand brands costs the alert desk of the live system, what it reads and writes included.

python bench/detect.py
"""

import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from alerts.calendar import Calendar
from alerts.desk import AlertDesk
from alerts.detect import BrandDetector, Options, VolumeDetector
from config.schema import Brand, RuleRow
from vigie.clock import SystemClock
from vigie.model import Arrival, Outcome
from vigie.ports import Settlement
from vigie.store import open_database, open_state

START = datetime(2026, 1, 5, tzinfo=UTC)
STEP = timedelta(minutes=5)
DAYS = 7


def main() -> None:
    """One week a brand, ticked every five minutes; arrivals are made outside the measured time."""
    print("mentions a day   us a tick (median)   us a mention   saved bytes")
    for a_day in (1, 20, 400, 8000):
        ticks, observing, mentions, saved = _watch(a_day)
        per_mention = 1e6 * observing / max(1, mentions)
        print(f"{a_day:>14}   {1e6 * median(ticks):>18.1f}   {per_mention:>12.1f}   {len(saved):>11}")
    print(f"counts: {_count():.1f} us a tick")
    with TemporaryDirectory() as folder:
        first, *seconds, restarted = _many(10_000, Path(folder))
    usual, most = median(seconds), max(seconds)
    print(f"10,000 brands of 20 mentions a day: first tick {first:.1f} s, then {usual:.2f} s, at most {most:.2f} s")
    print(f"the same after a restart: {restarted:.1f} s")


def _watch(a_day: int) -> tuple[list[float], float, int, bytes]:
    """Seconds of each tick, seconds in observing, mentions, and the state saved at the end."""
    chance = random.Random(a_day)
    detector = BrandDetector("b", Options(), "Europe/Paris")
    ticks, observing, number = [], 0.0, 0
    for index in range(DAYS * 288):
        at = START + index * STEP
        batch = []
        for _ in range(int(a_day / 288 + chance.random())):
            number += 1
            site = f"{chance.randrange(3000)}.example"
            batch.append(Arrival(number, str(number), "b", at, at, chance.random() ** 2, str(number), "s", site))
        begin = time.process_time()
        for arrival in batch:
            detector.observe(arrival)
        middle = time.process_time()
        detector.tick(at + STEP)
        observing += middle - begin
        ticks.append(time.process_time() - middle)
    return ticks, observing, number, detector.dump()


def _many(brands: int, folder: Path) -> list[float]:
    """CPU seconds of each tick over so many brands, on a database: the first one, an hour and a half, then one of a new desk."""
    database = open_database(folder)
    state, chance = open_state(database, SystemClock()), random.Random(1)
    watched = [Brand(id=f"b{number}", name=f"Marque {number}", query=f"marque{number}") for number in range(brands)]
    rules = [RuleRow(id="crise", recipients=["a@example.fr"])]
    seconds, number, last = [], 0, 20
    for index in range(last + 1):
        if index in (0, last):
            desk = AlertDesk(rules=rules, brands=watched, state=state, calendar=Calendar())
        at, arrivals = START + index * STEP, []
        for _ in range(brands * 20 // 288):
            number += 1
            brand = f"b{chance.randrange(brands)}"
            arrivals.append(Arrival(0, f"m{number}", brand, at, at, chance.random() ** 2, f"s{number}", "s", "s.example"))
        state.settle([Settlement(f"d{index}", "s", Outcome.STORED, arrivals=arrivals)])
        begin = time.process_time()
        desk.tick(at + STEP)
        seconds.append(time.process_time() - begin)
    database.close()
    return seconds


def _count() -> float:
    """Microseconds of one count in the volume detector."""
    chance, detector = random.Random(0), VolumeDetector()
    counts = [chance.randrange(40) for _ in range(20_000)]
    begin = time.process_time()
    for count in counts:
        detector.score(count)
    return 1e6 * (time.process_time() - begin) / len(counts)


if __name__ == "__main__":
    main()
