"""Prints what a tick costs: microseconds per tick and brand, and the size of the saved state, for brands of four sizes; and
what one tick of ten thousand brands costs in one process, as the live system does it: each is read, ticked and saved.

python bench/detect.py
"""

import random
import time
from datetime import UTC, datetime, timedelta

from alerts.detect import BrandDetector, Options, VolumeDetector
from vigie.model import Arrival

START = datetime(2026, 1, 5, tzinfo=UTC)
STEP = timedelta(minutes=5)
DAYS = 7


def main() -> None:
    """One week a brand, ticked every five minutes; arrivals are made outside the measured time."""
    print("mentions a day   us a tick   us a mention   saved bytes")
    for a_day in (1, 20, 400, 8000):
        ticking, observing, mentions, saved = _watch(a_day)
        per_mention = 1e6 * observing / max(1, mentions)
        print(f"{a_day:>14}   {1e6 * ticking / (DAYS * 288):>9.1f}   {per_mention:>12.1f}   {len(saved):>11}")
    print(f"counts: {_count():.1f} us a tick")
    ticking, keeping = _many(10_000, _watch(20)[3])
    print(f"10,000 brands of 20 mentions a day: {ticking:.2f} s a tick, and {keeping:.2f} s to read and write their states")


def _watch(a_day: int) -> tuple[float, float, int, bytes]:
    """Seconds in ticks, seconds in observing, mentions, and the state saved at the end."""
    chance = random.Random(a_day)
    detector = BrandDetector("b", Options(), "Europe/Paris")
    ticking = observing = 0.0
    number = 0
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
        ticking += time.process_time() - middle
    return ticking, observing, number, detector.dump()


def _many(brands: int, saved: bytes) -> tuple[float, float]:
    """Seconds in one tick of so many brands of the same week, and in reading and writing what they know; the database apart."""
    at = START + timedelta(days=DAYS) + STEP
    ticking = keeping = 0.0
    for number in range(brands):
        begin = time.process_time()
        detector = BrandDetector.load(saved, Options(), "Europe/Paris")
        loaded = time.process_time()
        if number % 14 == 0:
            detector.observe(Arrival(number, str(number), "b", at, at, 0.4, str(number), "s", "s.example"))
        detector.tick(at)
        ticked = time.process_time()
        detector.dump()
        ticking += ticked - loaded
        keeping += time.process_time() - ticked + loaded - begin
    return ticking, keeping


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
