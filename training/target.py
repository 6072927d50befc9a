"""Fits analysis/target/model.json and prints how good it is: part of `make train`, or python -m training.target [--write].

Figures hold out one kind of text of the corpus in turn: fitted on five, tested on the sixth. The first are for texts whose own
tone is known, as people labelled it: what is measured is the step from there to the brand. The second are end to end: the tone
of the text is that of a scorer which was fitted on the other five kinds alone.
"""

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment.model import Profile
from analysis.target import cues
from analysis.target.features import features, names
from analysis.target.model import PARTS, TONES
from analysis.target.reader import ROLE_OF_PART
from analysis.target.scene import scene_of
from training import texts as sets
from training.figures import Labels, Matrix, f1_of_each, macro_f1, softmax, temperature
from training.tone import held_out_kinds
from vigie.model import Role, Span

MODEL = sets.ROOT / "analysis" / "target" / "model.json"
PENALTY = 10.0  # 1 and 3 gave more changes of tone, and more of them wrong
RARITY = 0.5  # how far rare parts are given the weight of frequent ones: the power of 1 / frequency
PRIOR_TEXTS = 4.0  # a tone table's row is drawn towards its part's mean as by so many texts
STEPS = 400
OUTCOMES = {"positive": "won", "negative": "lost", "neutral": "even"}

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts that name a brand. Labels are places in PARTS and TONES; `scored` are chances of the tones of the text."""

    kinds: NDArray[np.str_]
    features: Matrix
    text_tones: Labels
    tones: Labels
    parts: Labels
    scored: Matrix


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights (features and three tones of the text, then the bias; times parts) and the table of tones."""

    weights: Matrix
    tones: Matrix

    def chances(self, rows: Matrix, text_tones: Matrix) -> tuple[Matrix, Matrix]:
        """Of the parts and of the tones towards the brand, a row per text."""
        parts, tones = np.zeros((len(rows), len(PARTS))), np.zeros((len(rows), len(TONES)))
        for number in range(len(TONES)):
            assumed = np.tile(np.eye(len(TONES))[number], (len(rows), 1))
            likely = text_tones[:, [number]] * softmax(_design(rows, assumed) @ self.weights)
            parts += likely
            tones += likely @ self.tones[:, number, :]
        return parts, tones


def load() -> Corpus:
    """The texts of the corpus in which the brand stands as written; `scored` by a scorer that saw no text of their kind."""
    rows = [row for path in sets.corpus_files() for row in sets.entries(path)]
    is_named = np.array([bool(_places(row)) for row in rows])
    named = [row for row in rows if _places(row)]
    return Corpus(
        np.array([row["kind"] for row in named]),
        np.array([features(scene_of("", row["text"], _places(row))) for row in named]),
        np.array([TONES.index(row["label"]) for row in named]),
        np.array([TONES.index(row["brand_tone"]) for row in named]),
        np.array([PARTS.index(_part(row)) for row in named]),
        _scored()[is_named],
    )


def _places(row: dict[str, str]) -> tuple[Span, ...]:
    if not row["brand"]:
        return ()
    found = re.finditer(re.escape(row["brand"]), row["text"], re.IGNORECASE)
    return tuple(Span("text", place.start(), place.end()) for place in found)


def _part(row: dict[str, str]) -> str:
    return OUTCOMES[row["brand_tone"]] if row["role"] == "compared" else row["role"]


def _scored() -> Matrix:
    """The calibrated chances of the three tones of every text of the corpus, in its order."""
    corpus = sets.corpus()
    logits = held_out_kinds(corpus, (), Profile.QUALITY)
    return softmax(logits / temperature(corpus.labels, logits))


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
        slope = rows.T @ ((softmax(rows @ ahead) - wanted) * weights[:, None]) + penalty * (ahead - leanings)
        further, next_pace = ahead - step * slope, (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        ahead = further + (pace - 1) / next_pace * (further - found)
        found, pace = further, next_pace
    return found


def _tone_tables(parts: Labels, text_tones: Labels, tones: Labels) -> Matrix:
    """Parts x tone of the text x tone towards the brand."""
    counts = np.zeros((len(PARTS), len(TONES), len(TONES)))
    np.add.at(counts, (parts, text_tones, tones), 1)
    of_part = counts.sum(axis=1, keepdims=True) + 0.1
    smoothed = counts + PRIOR_TEXTS * of_part / of_part.sum(axis=2, keepdims=True)
    tables: Matrix = smoothed / smoothed.sum(axis=2, keepdims=True)
    return tables


def held_out(corpus: Corpus, text_tones: Matrix) -> tuple[Labels, Labels]:
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


def report(corpus: Corpus, text_tones: Matrix, name: str) -> None:
    """Prints macro-F1 of tone and role, over all texts and over those whose tone is not that towards the brand."""
    roles, tones = held_out(corpus, text_tones)
    plain = text_tones.argmax(axis=1)
    of_roles = f1_of_each(_ROLE_OF_PART[corpus.parts].argmax(axis=1), roles, len(_ROLES))
    by_role = " ".join(f"{role} {figure:.1f}" for role, figure in zip(_ROLES, of_roles, strict=True))
    _say(f"{name}: role {np.mean(of_roles):.1f} ({by_role})")
    kinds = {f"{kind},": corpus.kinds == kind for kind in sorted(set(corpus.kinds))}
    for title, rows in {"all": np.full(len(roles), True), "differing": corpus.tones != corpus.text_tones, **kinds}.items():
        before, after = (macro_f1(corpus.tones[rows], answer[rows]) for answer in (plain, tones))
        right = [100 * np.mean(corpus.tones[rows] == answer[rows]) for answer in (plain, tones)]
        _say(f"  tone, {title} {rows.sum()}: F1 {before:.1f} -> {after:.1f}, right {right[0]:.1f} % -> {right[1]:.1f} %")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


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
    """Measures, and fits on the whole corpus."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--write", action="store_true", help="replace analysis/target/model.json")
    given = arguments.parse_args()
    corpus = load()
    _say(f"{len(corpus.kinds)} texts that name a brand")
    report(corpus, np.eye(len(TONES))[corpus.text_tones], "tone of the text as labelled")
    report(corpus, corpus.scored, "tone of the text as scored")
    if given.write:
        write(fit(corpus, np.full(len(corpus.kinds), True)), MODEL)


if __name__ == "__main__":
    main()
