"""Fits the tone model of both profiles and prints how good it is: `make train`, or python -m training.tone [FOLDER] [--write].

The project's own corpus and tests/eval/sentiment_dev.tsv are always fitted. FOLDER adds umsab_fr_train.tsv (UMSAB French,
Barbieri et al. 2022) and deft2017_train.tsv (DEFT 2017, task 1), and umsab_fr_val.tsv is scored; each is `label<TAB>text`, and
none is part of the project.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from analysis.sentiment.model import LABELS, Profile
from analysis.sentiment.scorer import SURE_FROM
from analysis.target.model import softmax
from training import texts as sets
from training.figures import Labels, Matrix, macro_f1, reliability, temperature
from training.fit import fit, write
from training.texts import ROOT, Texts
from vigie.model import DocumentKind

FOLDS = 5


def held_out_kinds(corpus: Texts, others: Sequence[Texts], profile: Profile) -> Matrix:
    """Logits of every text of the corpus, from models that saw the other five kinds of the corpus, and `others`."""
    logits = np.zeros((len(corpus.rows), 3))
    for kind in kinds(corpus):
        held = corpus.of_kind(kind)
        logits[held] = fit([corpus.part(~held), *others], profile).logits(corpus.part(held))
    return logits


def cross_validated(held: Texts, others: Sequence[Texts], profile: Profile) -> Matrix:
    """Logits of every text of `held` from models that never saw it; copies of one text share a fold."""
    shuffled = np.random.default_rng(1).permutation(len(held.rows)) % FOLDS
    first = {row.text: int(fold) for row, fold in zip(reversed(held.rows), reversed(shuffled), strict=True)}
    place = np.array([first[row.text] for row in held.rows])
    logits = np.zeros((len(held.rows), 3))
    for fold in range(FOLDS):
        chosen = place == fold
        logits[chosen] = fit([held.part(~chosen), *others], profile).logits(held.part(chosen))
    return logits


def kinds(texts: Texts) -> list[DocumentKind]:
    """Those that occur, by name."""
    return sorted({row.kind for row in texts.rows})


def by_kind(texts: Texts, logits: Matrix) -> dict[DocumentKind, float]:
    """Macro-F1 of each kind."""
    answers = logits.argmax(axis=1)
    return {kind: macro_f1(texts.labels[held], answers[held]) for kind in kinds(texts) for held in (texts.of_kind(kind),)}


def report(title: str, texts: Texts, logits: Matrix, heat: float) -> None:
    """Prints macro-F1, by kind where there are several, the confusion, and the reliability of `negative`."""
    labels, answers = texts.labels, logits.argmax(axis=1)
    figures = by_kind(texts, logits)
    _say(
        f"{title}: {len(labels)} texts  macro-F1 {macro_f1(labels, answers):.1f}  accuracy {100 * np.mean(labels == answers):.1f}"
    )
    if len(figures) > 1:
        mean = np.mean(list(figures.values()))
        _say(f"   by kind: {'  '.join(f'{kind} {figure:.1f}' for kind, figure in figures.items())}  mean {mean:.1f}")
    _say("   gold x answer: " + "  ".join(f"{name} {_confusion(labels, answers, i)}" for i, name in enumerate(LABELS)))
    chances = softmax(logits / heat)
    _say("   said negative -> was negative (texts): " + reliability(labels, chances[:, 0]))
    unsure, right = chances.max(axis=1) < SURE_FROM, labels == answers
    shares = [np.mean(part) for part in (unsure, right[unsure], right[~unsure])]
    _say(f"   unsure {shares[0]:.1%}: {shares[1]:.0%} of them right, {shares[2]:.0%} of the others")


def _confusion(labels: Labels, answers: Labels, label: int) -> list[int]:
    return [int(np.sum((labels == label) & (answers == answer))) for answer in range(3)]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def train(profile: Profile, corpus: Texts, outside: Sequence[Texts], tests: Sequence[Texts], store: bool) -> float:
    """Measures one profile on the corpus, fits it on everything, scores `tests`. Returns the temperature."""
    held_out = held_out_kinds(corpus, (), profile)
    heat = temperature(corpus.labels, held_out)
    report(f"{profile}, corpus alone, kinds held out in turn", corpus, held_out, heat)
    fitted = fit([corpus, *outside], profile)
    if store:
        write(fitted, heat, ROOT / "analysis" / "sentiment" / f"tone_{profile}.npz")
    for test in tests:
        report(f"{profile}, {test.name}", test, fitted.logits(test), heat)
    return heat


def cross_validate_all(profile: Profile, corpus: Texts, others: Sequence[Texts], heat: float) -> None:
    """Measures what takes longest: every set that is in the fit, without the texts that are scored."""
    report(
        f"{profile}, corpus with the other sets, kinds held out in turn", corpus, held_out_kinds(corpus, others, profile), heat
    )
    for held in others:
        rest = [texts for texts in others if texts is not held]
        report(f"{profile}, {held.name}, cross-validated", held, cross_validated(held, [corpus, *rest], profile), heat)


def main() -> None:
    """Reads the texts once, for both profiles."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path, nargs="?", help="where the outside sets are")
    arguments.add_argument("--write", action="store_true", help="replace analysis/sentiment/tone_*.npz")
    arguments.add_argument("--all", action="store_true", help="also cross-validate every set of the fit; ten minutes more")
    given = arguments.parse_args()
    outside: list[Texts] = []
    tests = [sets.evaluation(part) for part in ("check", "blind", "unseen")]
    if given.folder:
        outside = [
            sets.read("umsab", given.folder / "umsab_fr_train.tsv"),
            sets.read("deft", given.folder / "deft2017_train.tsv"),
        ]
        tests.append(sets.read("UMSAB validation", given.folder / "umsab_fr_val.tsv"))
    corpus, dev = sets.corpus(), sets.evaluation("dev")
    heats = {profile: train(profile, corpus, [dev, *outside], tests, given.write) for profile in Profile}
    if given.all:
        for profile, heat in heats.items():
            cross_validate_all(profile, corpus, [dev, *outside], heat)


if __name__ == "__main__":
    main()
