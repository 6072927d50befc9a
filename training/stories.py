"""How well copies of one text are told from texts written apart, on tests/eval/stories_*: a measure of `training.quality`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from analysis.stories import StoryText, assign_stories
from training.figures import pairwise_f1
from training.texts import EVALUATION


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and the story that it is of; `sort` says why it is in the set, empty in older sets."""

    text: StoryText
    story: str
    sort: str


def labelled(part: str) -> list[Labelled]:
    """The texts of a set of tests/eval, in the order of their dates."""
    rows = [json.loads(line) for line in (EVALUATION / f"stories_{part}.jsonl").read_text("utf-8").splitlines()]
    return [_labelled(row) for row in sorted(rows, key=lambda row: datetime.fromisoformat(row["published_at"]))]


def told(rows: Sequence[Labelled]) -> list[str]:
    """The story that each text is given."""
    return [story for _, story in assign_stories(row.text for row in rows)]


def stories_f1(part: str) -> float:
    """Pairwise F1 in [0, 1] of copies that share a story, on one set of tests/eval."""
    rows = labelled(part)
    return pairwise_f1([row.story for row in rows], told(rows))


def stories() -> dict[str, float]:
    """Pairwise F1 in % by set."""
    parts = sorted(path.stem.partition("_")[2] for path in EVALUATION.glob("stories_*.jsonl"))
    return {f"stories.{part}": 100 * stories_f1(part) for part in parts}


def _labelled(row: dict[str, str]) -> Labelled:
    text = StoryText(row["id"], row["title"], row["text"], datetime.fromisoformat(row["published_at"]), row["source"])
    return Labelled(text, row["story"], row.get("sort", ""))
