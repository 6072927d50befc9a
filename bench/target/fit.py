"""Fits analysis/target/model.json and prints how good it is: python bench/target/fit.py [FOLDER] [--write] [--scorer].

FOLDER holds the labelled corpus (fr_*.tsv, analysis/corpus when not given). Figures hold out one kind of text in turn: fitted on
five, tested on the sixth. They are for texts whose own tone is known, as people labelled it: what is measured is the step from
there to the brand. --scorer adds those with the tone of the shipped scorer, which are honest only while it is not fitted on the
corpus. Needs numpy.
"""

import argparse
import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment import SentimentScorer
from analysis.target import cues
from analysis.target.features import features, names
from analysis.target.model import PARTS, TONES
from analysis.target.reader import ROLE_OF_PART
from analysis.target.scene import scene_of
from vigie.model import DocumentKind, Role, Span

ROOT = Path(__file__).resolve().parents[2]
KINDS = {kind.value.removesuffix("_post"): kind for kind in DocumentKind}
PENALTY = 10.0  # 1 and 3 gave more changes of tone, and more of them wrong
RARITY = 0.5  # how far rare parts are given the weight of frequent ones: the power of 1 / frequency
PRIOR_TEXTS = 4.0  # a tone table's row is drawn towards its part's mean as by so many texts
STEPS = 400
OUTCOMES = {"positive": "won", "negative": "lost", "neutral": "even"}

Matrix = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Corpus:
    """Texts that name a brand. Labels are places in PARTS and TONES; `scored` are chances of the tones of the text."""

    kinds: NDArray[np.str_]
    features: Matrix
    text_tones: Numbers
    tones: Numbers
    parts: Numbers
    scored: Matrix


@dataclass(frozen=True)
class Fit:
    """Weights (features and three tones of the text, then the bias; times parts) and the table of tones."""

    weights: Matrix
    tones: Matrix

    def chances(self, rows: Matrix, text_tones: Matrix) -> tuple[Matrix, Matrix]:
        """Of the parts and of the tones towards the brand, a row per text."""
        parts, tones = np.zeros((len(rows), len(PARTS))), np.zeros((len(rows), len(TONES)))
        for number in range(len(TONES)):
            assumed = np.tile(np.eye(len(TONES))[number], (len(rows), 1))
            likely = text_tones[:, [number]] * _softmax(_design(rows, assumed) @ self.weights)
            parts += likely
            tones += likely @ self.tones[:, number, :]
        return parts, tones


def load(folder: Path, with_scorer: bool) -> Corpus:
    """The corpus in `folder`; rows whose brand does not stand in the text as written are left out."""
    rows = [row for path in sorted(folder.glob("*.tsv")) for row in _rows(path)]
    scorer = SentimentScorer() if with_scorer else None
    return Corpus(
        np.array([row["kind"] for row in rows]),
        np.array([features(scene_of("", row["text"], _places(row))) for row in rows]),
        np.array([TONES.index(row["label"]) for row in rows]),
        np.array([TONES.index(row["brand_tone"]) for row in rows]),
        np.array([PARTS.index(_part(row)) for row in rows]),
        np.array([_scored(row, scorer) for row in rows]) if scorer else np.zeros((len(rows), len(TONES))),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row for row in rows if row["brand"] and _places(row)]


def _places(row: dict[str, str]) -> tuple[Span, ...]:
    found = re.finditer(re.escape(row["brand"]), row["text"], re.IGNORECASE)
    return tuple(Span("text", place.start(), place.end()) for place in found)


def _part(row: dict[str, str]) -> str:
    return OUTCOMES[row["brand_tone"]] if row["role"] == "compared" else row["role"]


def _scored(row: dict[str, str], scorer: SentimentScorer) -> tuple[float, float, float]:
    tone = scorer.score(row["text"], KINDS[row["kind"]])
    positive = max(0.0, tone.score + tone.negative)
    return tone.negative, max(0.0, 1.0 - tone.negative - positive), positive


def fit(corpus: Corpus, chosen: Flags) -> Fit:
    """Weights and tone tables learnt from the chosen texts."""
    rows = _design(corpus.features[chosen], np.eye(len(TONES))[corpus.text_tones[chosen]])
    parts = corpus.parts[chosen]
    frequency = np.bincount(parts, minlength=len(PARTS)) / len(parts)
    rarity = frequency[parts] ** -RARITY
    return Fit(
        _descend(rows, np.eye(len(PARTS))[parts], rarity / rarity.mean(), _leanings(rows.shape[1])),
        _tone_tables(parts, corpus.text_tones[chosen], corpus.tones[chosen]),
    )


def _design(rows: Matrix, text_tones: Matrix) -> Matrix:
    return np.hstack([rows, text_tones, np.ones((len(rows), 1))])


def _leanings(count: int) -> Matrix:
    """What each of `count` weights is before a text is seen."""
    leanings = np.zeros((count, len(PARTS)))
    for row, cue in enumerate(cues.load()):
        for part, weight in cue.leans:
            leanings[row, PARTS.index(part)] = weight
    return leanings


def _descend(rows: Matrix, wanted: Matrix, weights: Matrix, leanings: Matrix) -> Matrix:
    """Softmax regression by Nesterov's accelerated descent; every weight but the bias is drawn to what it leans to."""
    penalty = np.full((rows.shape[1], 1), PENALTY)
    penalty[-1] = 0.01
    step = 1.0 / (0.5 * np.linalg.norm(rows * np.sqrt(weights)[:, None], 2) ** 2 + PENALTY)
    found = ahead = leanings
    pace = 1.0
    for _ in range(STEPS):
        slope = rows.T @ ((_softmax(rows @ ahead) - wanted) * weights[:, None]) + penalty * (ahead - leanings)
        further, next_pace = ahead - step * slope, (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        ahead = further + (pace - 1) / next_pace * (further - found)
        found, pace = further, next_pace
    return found


def _softmax(logits: Matrix) -> Matrix:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances: Matrix = raised / raised.sum(axis=1, keepdims=True)
    return chances


def _tone_tables(parts: Numbers, text_tones: Numbers, tones: Numbers) -> Matrix:
    """Parts x tone of the text x tone towards the brand."""
    counts = np.zeros((len(PARTS), len(TONES), len(TONES)))
    np.add.at(counts, (parts, text_tones, tones), 1)
    of_part = counts.sum(axis=1, keepdims=True) + 0.1
    smoothed = counts + PRIOR_TEXTS * of_part / of_part.sum(axis=2, keepdims=True)
    tables: Matrix = smoothed / smoothed.sum(axis=2, keepdims=True)
    return tables


def held_out(corpus: Corpus, text_tones: Matrix) -> tuple[Numbers, Numbers]:
    """Roles (numbers in Role) and tones answered for each text by a model that saw no text of its kind."""
    roles, tones = np.zeros(len(corpus.kinds), int), np.zeros(len(corpus.kinds), int)
    for kind in sorted(set(corpus.kinds)):
        tested = corpus.kinds == kind
        of_parts, of_tones = fit(corpus, ~tested).chances(corpus.features[tested], text_tones[tested])
        roles[tested] = (of_parts @ _ROLE_OF_PART).argmax(axis=1)
        tones[tested] = of_tones.argmax(axis=1)
    return roles, tones


_ROLES = tuple(Role)
_ROLE_OF_PART = np.array([[float(ROLE_OF_PART[part] is role) for role in _ROLES] for part in PARTS])


def f1(wanted: Numbers, answered: Numbers, classes: int) -> list[float]:
    """F1 per class."""
    figures = []
    for one in range(classes):
        right = int(((wanted == one) & (answered == one)).sum())
        figures.append(2 * right / max(1, int((wanted == one).sum() + (answered == one).sum())))
    return figures


def report(corpus: Corpus, text_tones: Matrix, name: str) -> None:
    """Prints macro-F1 of tone and role, over all texts and over those whose tone is not that towards the brand."""
    roles, tones = held_out(corpus, text_tones)
    plain = text_tones.argmax(axis=1)
    wanted = _ROLE_OF_PART[corpus.parts].argmax(axis=1)
    differing = corpus.tones != corpus.text_tones
    by_role = " ".join(f"{role} {figure:.2f}" for role, figure in zip(_ROLES, f1(wanted, roles, 5), strict=True))
    print(f"{name}: role {np.mean(f1(wanted, roles, 5)):.3f} ({by_role})")
    for title, rows in (("all", np.full(len(roles), True)), ("differing", differing)):
        before, after = (np.mean(f1(corpus.tones[rows], answer[rows], 3)) for answer in (plain, tones))
        right = [(corpus.tones[rows] == answer[rows]).mean() for answer in (plain, tones)]
        print(f"  tone, {title}, {rows.sum()}: F1 {before:.3f} -> {after:.3f}, right {right[0]:.3f} -> {right[1]:.3f}")
    for kind in sorted(set(corpus.kinds)):
        rows = corpus.kinds == kind
        figures = [np.mean(f1(corpus.tones[rows], answer[rows], 3)) for answer in (plain, tones)]
        print(f"  tone, {kind}, {rows.sum()}: F1 {figures[0]:.3f} -> {figures[1]:.3f}")


def write(learnt: Fit, path: Path) -> None:
    """Stores the model where the package reads it."""
    count = len(names())
    parts = {
        part: {
            "bias": round(float(learnt.weights[-1, number]), 4),
            "by_tone": [round(float(weight), 4) for weight in learnt.weights[count:-1, number]],
            "tones": [[round(float(chance), 4) for chance in row] for row in learnt.tones[number]],
            "weights": [round(float(weight), 4) for weight in learnt.weights[:count, number]],
        }
        for number, part in enumerate(PARTS)
    }
    path.write_text(json.dumps({"features": names(), "parts": parts}) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "analysis/corpus")
    parser.add_argument("--write", action="store_true", help="store the weights learnt from the whole corpus")
    parser.add_argument("--scorer", action="store_true", help="also with the tone of the shipped scorer")
    options = parser.parse_args()
    corpus = load(options.folder, options.scorer)
    print(f"{len(corpus.kinds)} texts that name a brand")
    report(corpus, np.eye(len(TONES))[corpus.text_tones], "tone of the text as labelled")
    if options.scorer:
        report(corpus, corpus.scored, "tone of the text as scored")
    if options.write:
        write(fit(corpus, np.full(len(corpus.kinds), True)), ROOT / "analysis/target/model.json")


if __name__ == "__main__":
    main()
