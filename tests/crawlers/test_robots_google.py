"""Every case of Google's own reader of robots.txt (github.com/google/robotstxt, robots_test.cc of 1 April 2026, Apache-2.0).

`robots/google.jsonl` has the facts of each: agent, address, rules, expected answer; `<a*9000>` stands for a run of characters.
`ours` is the reason why Vigie answers otherwise.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from crawlers.robots import decide

CASES = [
    json.loads(line) for line in (Path(__file__).parent / "robots" / "google.jsonl").read_text(encoding="utf-8").splitlines()
]


def unpacked(text: str) -> str:
    return re.sub(r"<(.)\*(\d+)>", lambda run: run[1] * int(run[2]), text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['case']}-{case['url'][:40]}")
def test_the_answer_is_googles_unless_a_reason_is_written(case: dict[str, Any]) -> None:
    allowed = decide(unpacked(case["robots"]), case["agent"], unpacked(case["url"])).allowed
    assert (allowed == case["allowed"]) is ("ours" not in case)


def test_the_list_is_whole() -> None:
    assert (len(CASES), sum("ours" in case for case in CASES)) == (145, 3)
