"""Replays: exactly the documented lines in and out, one brand apart from another, streaming."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.replay import replay_counts, replay_mentions
from alerts.rules import BuzzOptions
from vigie.errors import VigieError

START = datetime(2026, 3, 2, tzinfo=ZoneInfo("Europe/Paris"))
STEP = timedelta(minutes=5)


def mention(at: datetime, brand: str, negative: float, story: str) -> str:
    moment = at.isoformat()
    return json.dumps(
        {
            "type": "mention",
            "brand": brand,
            "published_at": moment,
            "seen_at": moment,
            "negative": negative,
            "story": story,
            "source": story,
        }
    )


def tick(at: datetime) -> str:
    return json.dumps({"type": "tick", "at": at.isoformat()})


def stream(brands: list[str], flooded: str) -> Iterator[str]:
    """Five days of one mention an hour and brand; from day 4, noon, a flood of negatives for `flooded`."""
    for number in range(5 * 288):
        at = START + number * STEP
        for brand in brands:
            if number % 12 == 0:
                yield mention(at, brand, 0.1, f"{brand}{number}")
            if brand == flooded and 4 * 288 + 144 <= number < 4 * 288 + 156:
                yield from (mention(at, brand, 0.9, f"flood{number}-{index}") for index in range(6))
        yield tick(at + STEP)


def test_an_alert_is_one_json_line_with_time_brand_and_kind() -> None:
    [line] = replay_mentions(stream(["a", "b"], "b"), BuzzOptions())
    alert = json.loads(line)
    assert (alert["brand"], alert["kind"]) == ("b", "bad_buzz")
    assert timedelta(0) < datetime.fromisoformat(alert["at"]) - (START + timedelta(days=4, hours=12)) <= timedelta(minutes=30)
    assert alert["negatives"] > alert["expected_negatives"]


def test_brands_of_one_stream_do_not_touch_each_other() -> None:
    together = list(replay_mentions(stream(["a", "b"], "b"), BuzzOptions()))
    assert together == list(replay_mentions(stream(["b"], "b"), BuzzOptions()))


def test_an_answer_comes_before_the_next_line_is_read() -> None:
    read: list[str] = []

    def watched() -> Iterator[str]:
        for line in stream(["b"], "b"):
            read.append(line)
            yield line

    alert = json.loads(next(replay_mentions(watched(), BuzzOptions())))
    assert datetime.fromisoformat(json.loads(read[-1])["at"]) == datetime.fromisoformat(alert["at"])


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        "3",
        "{}",
        '{"type": "tock"}',
        '{"type": "tick"}',
        '{"type": "tick", "at": "yesterday"}',
        '{"type": "tick", "at": "2026-03-02T10:00:00"}',
        mention(START, "a", 1.5, "s"),
        mention(START, "a", float("nan"), "s"),
        mention(START, "a", 0.5, "s").replace('"brand"', '"mark"'),
    ],
)
def test_a_line_that_cannot_be_read_is_named_by_its_number(line: str) -> None:
    with pytest.raises(VigieError, match=r"line 3\b"):
        list(replay_mentions([tick(START), "", line], BuzzOptions()))


def test_counts_come_back_row_by_row_with_score_and_alert() -> None:
    rows = ["timestamp,value", *(f"2026-03-02 00:00:{number},{20 + number % 5}" for number in range(600)), "last,500"]
    answer = list(csv.DictReader(replay_counts(line + "\n" for line in rows)))
    assert [row["timestamp"] for row in answer] == [row.split(",")[0] for row in rows[1:]]
    assert [row["value"] for row in answer] == [row.split(",")[1] for row in rows[1:]]
    assert float(answer[-1]["score"]) > max(float(row["score"]) for row in answer[:-1])
    assert {row["alert"] for row in answer[:-1]} == {"0"}
    assert answer[-1]["alert"] == "1"


@pytest.mark.parametrize("row", ["x,y", "x", "x,1,2", "x,-1", "x,nan", "x,inf"])
def test_a_row_that_cannot_be_read_is_named_by_its_number(row: str) -> None:
    with pytest.raises(VigieError, match="line 3"):
        list(replay_counts(["timestamp,value\n", "t,1\n", row + "\n"]))


def test_counts_without_their_header_are_refused() -> None:
    with pytest.raises(VigieError, match="line 1"):
        list(replay_counts(["t,1\n"]))
