"""Prints what the rules that tell facts cost: alerts in a month of ordinary talk, how soon an event is told. By the live desk.

python bench/rules.py [SEEDS]        months for each size, 1 unless told

The stream is made up; its rates are stated below. Two weeks are learnt, thirty days count; each kind has its event in them.
"""

import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from alerts.calendar import Calendar
from alerts.desk import AlertDesk
from config.schema import Brand, RuleRow
from vigie.clock import SystemClock
from vigie.model import Arrival, Outcome
from vigie.ports import Settlement
from vigie.store import open_database, open_state

START = datetime(2026, 1, 5, tzinfo=UTC)
STEP, HOUR, DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
LEARNT, COUNTED = 14 * DAY, 30 * DAY
KINDS = ("theme", "crisis_words", "outlet", "own_site")
HOURS = (2, 1, 1, 1, 1, 2, 5, 9, 13, 14, 14, 14, 15, 14, 13, 13, 14, 15, 16, 15, 13, 10, 7, 4)  # mentions by the hour
NEGATIVE, THEMED, THEMES = 0.25, 0.5, 16  # of all; of the negatives; how many there are
WORDED, WORDS = 0.01, 20
"""Mentions with a word of the shipped crisis list: 0.9 % of 1,839 tweets on ecology, 2.3 % of 3,906 on politics and TV."""

TIER_1, PRINTED_AGAIN = 0.025, 0.4  # mentions in national outlets; of these, dispatches that others print too
REPLIES = 0.1  # of the complaints, those that draw one to four more of the same
EVENTS = {
    kind: LEARNT + day * DAY + 10 * HOUR for kind, day in (("theme", 20), ("crisis_words", 22), ("outlet", 24), ("own_site", 26))
}
"""When they begin; each is over after six hours."""


def main() -> None:
    """One line for each kind of rule and size."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    print("mentions a day   rule           alerts a month   alerts on the event   minutes to the first")
    for a_day in (20, 400):
        told: dict[str, list[timedelta]] = {kind: [] for kind in KINDS}
        for seed in range(seeds):
            for kind, at in _alerts(_month(random.Random(1000 * a_day + seed), a_day)):
                told[kind].append(at)
        for kind in KINDS:
            begin = EVENTS[kind]
            late = [at - begin for at in told[kind] if begin < at <= begin + DAY]
            calm = (len(told[kind]) - len(late)) / seeds * COUNTED / (COUNTED - DAY)
            first = f"{min(late) / timedelta(minutes=1):.0f}" if late else "-"
            print(f"{a_day:>14}   {kind:<14} {calm:>14.1f}   {len(late) / seeds:>19.1f}   {first:>20}", flush=True)


Said = tuple[timedelta, dict[str, object]]


def _month(chance: random.Random, a_day: int) -> list[Said]:
    """What is said, by the time since START: ordinary talk, and the events."""
    said = [one for kind in EVENTS for one in _event(chance, a_day, kind)]
    for hour in range((LEARNT + COUNTED) // HOUR):
        rate = a_day * HOURS[hour % 24] / sum(HOURS) * (0.55 if hour // 24 % 7 >= 5 else 1.18)
        at = timedelta(hours=hour)
        while (at := at + HOUR * chance.expovariate(rate)) < timedelta(hours=hour + 1):
            said += _mention(chance, at)
    return sorted(said, key=lambda one: one[0])


def _mention(chance: random.Random, at: timedelta) -> Iterator[Said]:
    """One mention, and those that follow from it."""
    story = f"s{chance.getrandbits(48)}"
    if chance.random() < TIER_1:
        for _ in range(chance.randint(3, 6) if chance.random() < PRINTED_AGAIN else 1):
            yield at, {"story_id": story, "tier": 1, "site": f"national{chance.randrange(20)}.example"}
            at += 4 * HOUR * chance.expovariate(2)
        return
    complaint: dict[str, object] = {}
    if chance.random() < NEGATIVE:
        complaint["negative"] = 0.9
        if chance.random() < THEMED:
            complaint["themes"] = (f"theme{_zipf(chance, THEMES)}",)
    if chance.random() < WORDED:
        complaint["words"] = (f"mot{_zipf(chance, WORDS)}",)
    yield at, {"story_id": story, **complaint}
    if complaint and chance.random() < REPLIES:
        for _ in range(chance.randint(1, 4)):
            yield at + HOUR * chance.expovariate(1), {"story_id": f"s{chance.getrandbits(48)}", **complaint}


def _zipf(chance: random.Random, number: int) -> int:
    """A rank from 0, the k-th half as often as the first and so on."""
    return chance.choices(range(number), [1 / (rank + 1) for rank in range(number)])[0]


def _event(chance: random.Random, a_day: int, kind: str) -> list[Said]:
    """Within six hours: a new theme, or a rare word, in a tenth of a day's mentions (6 at least); a story in five national
    outlets; 60 pages of the own site broken into."""
    number = {"outlet": 5, "own_site": 60}.get(kind, max(6, a_day // 10))
    news: dict[str, dict[str, object]] = {
        "theme": {"negative": 0.9, "themes": ("nouveau",)},
        "crisis_words": {"negative": 0.9, "words": (f"mot{WORDS - 1}",)},
        "outlet": {"negative": 0.9, "story_id": "affaire", "tier": 1},
        "own_site": {"compromised": True},
    }
    return [
        (
            EVENTS[kind] + 6 * HOUR * chance.random(),
            {"story_id": f"{kind}{index}", "site": f"{kind}{index}.example", **news[kind]},
        )
        for index in range(number)
    ]


def _alerts(said: list[Said]) -> Iterator[tuple[str, timedelta]]:
    """The kind and moment of each alert after what is learnt, from a desk that ticks every five minutes."""
    rules = [RuleRow(id=kind, kind=kind, recipients=["a@example.fr"]) for kind in KINDS]
    with TemporaryDirectory() as folder:
        database = open_database(Path(folder))
        state, given = open_state(database, SystemClock()), 0
        desk = AlertDesk(rules=rules, brands=[Brand(id="b", name="B", query="b")], state=state, calendar=Calendar())
        for index in range(1, (LEARNT + COUNTED) // STEP + 1):
            arrivals = []
            while given < len(said) and said[given][0] < index * STEP:
                arrivals.append(_arrival(given, *said[given]))
                given += 1
            if arrivals:
                state.settle([Settlement(f"d{index}", "s", Outcome.STORED, arrivals=arrivals)])
            now = START + index * STEP
            for incident in desk.tick(now):
                if incident.opened_at == now and index * STEP > LEARNT:
                    yield incident.rule_id, index * STEP
        database.close()


def _arrival(number: int, at: timedelta, more: dict[str, object]) -> Arrival:
    plain = {"negative": 0.1, "site": f"site{number % 300}.example", "tier": 2, **more}
    return Arrival(0, f"m{number}", "b", START + at, START + at, source_id="s", **plain)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
