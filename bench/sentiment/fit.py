"""Fits analysis/sentiment/model.json and prints how good it is: python bench/sentiment/fit.py DATA_FOLDER [--write] [--check].

DATA_FOLDER holds umsab_fr_train.tsv, umsab_fr_val.tsv (UMSAB French, Barbieri et al. 2022) and deft2017_train.tsv (DEFT 2017,
task 1), each `label<TAB>text`. They are not part of the project. tests/eval/sentiment_dev.tsv joins the fit;
tests/eval/sentiment_check.tsv is read with --check only, after everything is decided. Needs numpy.
"""

import argparse
import csv
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment.features import NAMES, textblob_analyzer
from analysis.sentiment.lexicon import load as load_lexicon
from analysis.sentiment.model import LABELS
from analysis.sentiment.scorer import read
from vigie.model import DocumentKind

ROOT = Path(__file__).resolve().parents[2]
# Weight of one text in the fit, and the pull towards the prior. Set by hand: see docs/sentiment.md for what was looked at.
WEIGHTS = {"dev": 3.0, "umsab": 0.5, "deft": 0.15}
PENALTY = 3.0
STYLE_PENALTY = 30.0  # what tells tweets from tweets (links, length) must not rule elsewhere
KIND_PENALTY = 20.0
FOLDS = 5
# What a weight is before any text is seen, for negative, neutral, positive: praise speaks for positive. Emoji and ratings are
# rare in the tweets, and mostly ironic in those about politics; without this they would be learnt upside down.
PRAISE = np.array([-0.6, -0.2, 0.8])
SIGNED = {"balance": PRAISE, "net": PRAISE, "textblob_polarity": PRAISE, "last_sentence": PRAISE, "after_turn": PRAISE}
SIGNED |= {name: PRAISE for name in NAMES if name.endswith("_praise")}
SIGNED |= {name: PRAISE[::-1] for name in NAMES if name.endswith("_blame")}

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Texts:
    """A labelled set with its features; `kinds` holds one DocumentKind value per text."""

    name: str
    texts: list[str]
    kinds: list[str]
    labels: Labels
    features: Matrix

    def part(self, chosen: NDArray[np.bool_]) -> "Texts":
        rows = np.flatnonzero(chosen)
        return Texts(
            self.name, [self.texts[i] for i in rows], [self.kinds[i] for i in rows], self.labels[rows], self.features[rows]
        )


@dataclass(frozen=True)
class Fit:
    """Weights (features x labels), biases, and shifts by kind."""

    weights: Matrix
    biases: Matrix
    kinds: dict[str, Matrix]

    def probabilities(self, of: Texts) -> Matrix:
        logits = of.features @ self.weights + self.biases + np.array([self.kinds.get(kind, np.zeros(3)) for kind in of.kinds])
        return _softmax(logits)


def load(name: str, path: Path, kind: str = "social") -> Texts:
    """Reads a labelled file; rows with another label than the three ("mixed") are left out."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if rows[0][0] == "label":
        entries = [(row[0], row[1], row[3]) for row in rows[1:]]
    else:
        entries = [(row[0], kind, row[1]) for row in rows if row[0] in LABELS]
    lexicon = load_lexicon()
    features = np.array([read(text, lexicon).features for _, _, text in entries])
    labels = np.array([LABELS.index(label) for label, _, _ in entries])
    return Texts(name, [text for _, _, text in entries], [kind for _, kind, _ in entries], labels, features)


def fit(sets: Sequence[Texts]) -> Fit:
    """Multinomial logistic regression with a Gaussian prior, solved by Newton's method."""
    kinds = sorted({kind for s in sets if s.name != "deft" for kind in s.kinds})
    design = np.concatenate([_design(s, kinds) for s in sets])
    weight = np.concatenate([np.full(len(s.labels), WEIGHTS[s.name]) for s in sets])
    penalty = np.concatenate(
        [[PENALTY if name in SIGNED else STYLE_PENALTY for name in NAMES], np.full(len(kinds), KIND_PENALTY), [0.01], [1e-6]]
    )
    prior = np.zeros((design.shape[1], len(LABELS)))
    prior[: len(NAMES)] = [SIGNED.get(name, np.zeros(3)) for name in NAMES]
    solved = _newton(design, np.concatenate([s.labels for s in sets]), weight, penalty, prior)
    count = len(NAMES)
    shifts = {kind: solved[count + i] for i, kind in enumerate(kinds)}
    return Fit(solved[:count], solved[-1], shifts)


def _design(s: Texts, kinds: Sequence[str]) -> Matrix:
    """Features, one column per kind, one for DEFT (its "objective" is another idea of neutral, not to be learnt), a constant."""
    deft = s.name == "deft"
    by_kind = np.array([[float(kind == other and not deft) for other in kinds] for kind in s.kinds])
    return np.hstack([s.features, by_kind, np.full((len(s.labels), 1), float(deft)), np.ones((len(s.labels), 1))])


def _newton(x: Matrix, labels: Labels, weight: Matrix, penalty: Matrix, prior: Matrix, steps: int = 12) -> Matrix:
    size, classes = x.shape[1], len(LABELS)
    solved = np.zeros((size, classes))
    wanted = np.eye(classes)[labels]
    for _ in range(steps):
        p = _softmax(x @ solved)
        slope = x.T @ (weight[:, None] * (p - wanted)) + penalty[:, None] * (solved - prior)
        curve = np.zeros((classes * size, classes * size))
        for a in range(classes):
            for b in range(classes):
                spread = weight * p[:, a] * ((a == b) - p[:, b])
                block = x.T @ (spread[:, None] * x) + (np.diag(penalty) if a == b else 0.0)
                curve[a * size : (a + 1) * size, b * size : (b + 1) * size] = block
        step = np.linalg.solve(curve + 1e-9 * np.eye(len(curve)), slope.T.ravel()).reshape(classes, size).T
        solved = solved - step
        if np.abs(step).max() < 1e-5:
            break
    return solved


def _softmax(logits: Matrix) -> Matrix:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def folds(s: Texts) -> Labels:
    """The fold of each text; copies of one text share a fold."""
    shuffled = np.random.default_rng(1).permutation(len(s.texts)) % FOLDS
    first = {text: int(fold) for text, fold in zip(reversed(s.texts), reversed(shuffled), strict=True)}
    return np.array([first[text] for text in s.texts])


def cross_validated(held: Texts, others: Sequence[Texts]) -> Matrix:
    """Probabilities of every text of `held` from models that never saw it."""
    chances = np.zeros((len(held.labels), 3))
    place = folds(held)
    for fold in range(FOLDS):
        chosen = place == fold
        chances[chosen] = fit([held.part(~chosen), *others]).probabilities(held.part(chosen))
    return chances


def macro_f1(labels: Labels, answers: Labels) -> float:
    scores = []
    for label in range(3):
        hit = np.sum((labels == label) & (answers == label))
        size = np.sum(labels == label) + np.sum(answers == label)
        scores.append(2 * hit / size if size else 0.0)
    return 100 * float(np.mean(scores))


def baseline(s: Texts) -> Labels:
    """textblob-fr alone: beyond a tenth either way it is not neutral."""
    analyze = textblob_analyzer()
    return np.array([0 if p < -0.1 else 2 if p > 0.1 else 1 for p in (analyze(text)[0] for text in s.texts)])


def report(s: Texts, chances: Matrix) -> None:
    answers = chances.argmax(axis=1)
    by_label = " ".join(f"{LABELS[i]} {[int(np.sum((s.labels == i) & (answers == j))) for j in range(3)]}" for i in range(3))
    print(
        f"{s.name}: {len(s.labels)} texts  macro-F1 {macro_f1(s.labels, answers):.1f}  textblob-fr alone "
        f"{macro_f1(s.labels, baseline(s)):.1f}  gold x answer: {by_label}"
    )
    if len(set(s.kinds)) > 1:
        rows = [(kind, np.array([k == kind for k in s.kinds])) for kind in sorted(set(s.kinds))]
        print("   by kind: " + "  ".join(f"{kind} {int(np.sum((s.labels == answers)[m]))}/{int(m.sum())}" for kind, m in rows))
    print("   said negative -> was negative (texts): " + reliability(s.labels == 0, chances[:, 0]))


def reliability(was: NDArray[np.bool_], said: Matrix) -> str:
    bins = [(low / 5, (said >= low / 5) & (said < low / 5 + 0.2 + (low == 4))) for low in range(5)]
    return "  ".join(f"{said[m].mean():.2f} -> {was[m].mean():.2f} ({m.sum()})" for _, m in bins if m.any())


def rounded(row: Matrix) -> list[float]:
    return [round(float(value), 4) for value in row]


def write(fitted: Fit, path: Path) -> None:
    stored: dict[str, Any] = {
        "source": "UMSAB French train, DEFT 2017 task 1 train, tests/eval/sentiment_dev.tsv; bench/sentiment/fit.py",
        "features": NAMES,
        "weights": {label: rounded(fitted.weights[:, i]) for i, label in enumerate(LABELS)},
        "biases": {label: round(float(fitted.biases[i]), 4) for i, label in enumerate(LABELS)},
        "kinds": {str(DocumentKind(kind)): rounded(shift) for kind, shift in fitted.kinds.items()},
    }
    path.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--write", action="store_true", help="replace analysis/sentiment/model.json")
    arguments.add_argument("--check", action="store_true", help="also score the check set, once everything is decided")
    given = arguments.parse_args()
    started = time.process_time()
    dev = load("dev", ROOT / "tests/eval/sentiment_dev.tsv")
    umsab, val = (load("umsab", given.folder / f"umsab_fr_{part}.tsv") for part in ("train", "val"))
    deft = load("deft", given.folder / "deft2017_train.tsv")
    total = sum(len(s.labels) for s in (dev, umsab, val, deft))
    print(f"{total / (time.process_time() - started):.0f} texts per CPU second, loading included")
    report(dev, cross_validated(dev, [umsab, deft]))
    report(deft, cross_validated(deft, [dev, umsab]))
    fitted = fit([dev, umsab, deft])
    report(val, fitted.probabilities(val))
    if given.check:
        check = load("check", ROOT / "tests/eval/sentiment_check.tsv")
        report(check, fitted.probabilities(check))
    if given.write:
        write(fitted, ROOT / "analysis/sentiment/model.json")


if __name__ == "__main__":
    main()
