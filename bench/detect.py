"""Prints what a tick costs: microseconds per tick and brand, and the size of the saved state, for brands of four sizes; and
what one tick of ten thousand brands costs in one process.

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
        ticking, observing, mentions, size = _watch(a_day)
        print(f"{a_day:>14}   {1e6 * ticking / (DAYS * 288):>9.1f}   {1e6 * observing / max(1, mentions):>12.1f}   {size:>11}")
    print(f"counts: {_count():.1f} us a tick")
    print(f"10,000 brands of 20 mentions a day: {_many(10_000):.2f} s a tick")


def _watch(a_day: int) -> tuple[float, float, int, int]:
    """Seconds in ticks, seconds in observing, mentions, and bytes saved at the end."""
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
    return ticking, observing, number, len(detector.dump())


def _many(brands: int) -> float:
    """Seconds of one tick of so many brands, the third one; one brand in fourteen has a mention in it."""
    detectors = [BrandDetector(str(number), Options(), "Europe/Paris") for number in range(brands)]
    cost = 0.0
    for index in range(3):
        at = START + index * STEP
        for number, detector in enumerate(detectors):
            if number % 14 == index:
                detector.observe(Arrival(number, str(number), str(number), at, at, 0.4, str(number), "s", "s.example"))
        begin = time.process_time()
        for detector in detectors:
            detector.tick(at + STEP)
        cost = time.process_time() - begin
    return cost


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
