"""How well names are told apart on the labelled texts of tests/eval: F1 of `relevant`, a brand row of three keys for each name.

`relevance_unknown*.tsv` are names without a shipped profile.
"""

import csv

from analysis.matching import BrandMatcher
from config.schema import Brand
from training.texts import EVALUATION


def relevance() -> dict[str, float]:
    """F1 in % by set, for `training.quality`."""
    return {path.stem.replace("_", ".", 1): 100 * relevance_f1(path.name) for path in sorted(EVALUATION.glob("relevance_*.tsv"))}


def relevance_f1(file: str) -> float:
    """F1 in [0, 1] on one file of tests/eval."""
    matchers: dict[str, BrandMatcher] = {}
    right = wrong = 0
    with (EVALUATION / file).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            finder = matchers.setdefault(row["brand"], _matcher(row["brand"]))
            answer = any(found.is_relevant for found in finder.match(row["title"], row["text"]))
            wanted = row["relevant"] == "1"
            right += answer and wanted
            wrong += answer != wanted
    return 2 * right / (2 * right + wrong)


def _matcher(name: str) -> BrandMatcher:
    return BrandMatcher([Brand(id="marque", name=name, query=f'"{name}"')])
