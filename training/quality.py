"""The gate of `make quality`: fails when accuracy on committed data is below its floor, or the data changed.

Floors and the SHA-256 of each data file are in floors.json. `--lower REASON` stores what was measured as the new floors, with the
reason; nothing else makes a floor go down.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from analysis.sentiment import SentimentScorer
from analysis.sentiment.model import LABELS, Profile
from training import readings
from training import texts as sets
from training.figures import macro_f1
from training.relevance import relevance
from training.spam import spam
from training.stories import stories
from training.texts import EVALUATION, ROOT, Texts, corpus_files
from training.tone import by_kind, held_out_kinds

FLOORS = Path(__file__).with_name("floors.json")
_SLACK = 0.5  # points that a floor lies below what was measured: another processor rounds otherwise


def tone() -> dict[str, float]:
    """Macro-F1 in % of both profiles: kinds of the corpus held out in turn, and the shipped model on the sets of tests/eval."""
    corpus = sets.corpus()
    figures: dict[str, float] = {}
    for profile in Profile:
        kinds = by_kind(corpus, held_out_kinds(corpus, (), profile))
        figures |= {f"tone.{profile}.{kind}": figure for kind, figure in kinds.items()}
        figures[f"tone.{profile}.kinds"] = float(np.mean(list(kinds.values())))
        for test in map(sets.evaluation, ("dev", "check", "blind", "unseen", "english_dev", "english_check")):
            figures[f"tone.{profile}.{test.name}"] = _shipped(test, profile)
    return figures


MEASURES: tuple[Callable[[], dict[str, float]], ...] = (
    tone,
    relevance,
    readings.target,
    stories,
    spam,
    readings.emotion,
    readings.toxicity,
    readings.themes,
    readings.places,
    readings.entities,
)


def _shipped(test: Texts, profile: Profile) -> float:
    scorer = SentimentScorer(profile)
    answers = [LABELS.index(scorer.score(row.text, row.kind).label) for row in test.rows]
    return macro_f1(test.labels, np.array(answers))


def digests() -> dict[str, str]:
    """The SHA-256 of every data file that is measured on, by its path in the repository."""
    paths = sorted([*corpus_files(), *EVALUATION.glob("*_*.*")])
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def faults(figures: Mapping[str, float], found: Mapping[str, str], pinned: Mapping[str, Any]) -> list[str]:
    """What is wrong, a line each: figures below their floor or gone, data that is not what the floors were set on."""
    low = [f"{name}: {figures.get(name, 0):.1f} is below its floor {floor:.1f}" for name, floor in pinned["floors"].items()
           if figures.get(name, 0) < floor]  # fmt: skip
    changed = [
        f"{name}: not the data the floors were set on" for name, digest in pinned["digests"].items() if found.get(name) != digest
    ]
    return low + changed + [f"{name}: has no floor yet" for name in figures if name not in pinned["floors"]]


def main() -> int:
    """Prints every figure; 1 when the gate is shut."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lower", metavar="REASON", help="set floors and digests to what is found; tell the changelog too")
    given = arguments.parse_args()
    pinned = json.loads(FLOORS.read_text(encoding="utf-8"))
    figures = {name: figure for measure in MEASURES for name, figure in measure().items()}
    for name, figure in sorted(figures.items()):
        sys.stdout.write(f"{name}: {figure:.1f} (floor {pinned['floors'].get(name, 0):.1f})\n")
    if given.lower:
        _store(figures, [*pinned["lowered"], given.lower])
        return 0
    wrong = faults(figures, digests(), pinned)
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong else 0


def _store(figures: Mapping[str, float], reasons: list[str]) -> None:
    floors = {name: round(figure - _SLACK, 1) for name, figure in sorted(figures.items())}
    stored = {"digests": digests(), "floors": floors, "lowered": reasons}
    FLOORS.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
