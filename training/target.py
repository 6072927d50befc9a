"""Fits analysis/target/model.npz and prints how good it is: part of `make train`, or python -m training.target [--write].

Nothing is tested on a text that it was fitted on, and neither was the scorer that gives the tone of the text: end to end, the
texts are parted in five, or by kind (fitted on five kinds, tested on the sixth, which is harder). A third figure is for texts
whose own tone is known, as people labelled it: the step from there to the brand alone.
"""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from scipy.sparse.linalg import svds

from analysis.sentiment.model import Profile
from analysis.target import cues
from analysis.target.features import names
from analysis.target.model import PARTS, TONES, Model, part_rows, softmax, tone_rows
from analysis.target.reader import ROLE_OF_PART, figures_of
from analysis.target.scene import scene_of
from analysis.target.words import BUCKETS, words
from training import texts as sets
from training.figures import Labels, Matrix, f1_of_each, macro_f1, temperature
from training.fit import fit as fit_tone
from training.fit import sparse
from training.texts import Texts
from training.tone import FOLDS, cross_validated, held_out_kinds, kinds
from vigie.model import Role, Span

MODEL = sets.ROOT / "analysis" / "target" / "model.npz"
EXTRA = sets.CORPUS / "brands_fr.tsv"  # read here only: its share of hard cases would teach the tone of texts wrong shares
ONE_SIDED = tuple("kmps")  # letters of texts written for their own tone: in nearly all of them the brand has the same
PENALTY = 5.0  # 10 with a third of the hard texts; below 5 the words outvote what cues lean to
RARITY = 0.5  # how far rare parts are given the weight of frequent ones: the power of 1 / frequency
PRIOR_TEXTS = 4.0  # a tone table's row is drawn towards its part's mean as by so many texts
DIFFERING = 2.0  # weight of a text whose tone is not that towards the brand: 3 found more of these and lost as many others
LEAN = 2.0  # how far the leaning of a cue to a part is one to that part's tone: 1 and the words outvote « mieux que »
PART_WORDS = 0.7  # of the share of a word in the tones is its share in the parts: at 1 roles gain a little, tones lose as much
RAREST = 3  # texts that a bucket of words must stand in
STEPS = 400
OUTCOMES = {"positive": "won", "negative": "lost", "neutral": "even"}
_TONE_OF_PART = {"won": 2, "lost": 0, "even": 1, "passing": 1, "own": 1, "victim": 1}  # places in TONES

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts that name a brand. Labels are places in PARTS and TONES; `words` has a column per bucket.

    `folded` and `by_kind` are chances of the tones of a text by a scorer that saw neither it nor, the second, any of its kind.
    `fold` is one of `FOLDS` parts, the same for all brands of a text; `is_extra` marks those of `EXTRA`.
    """

    kinds: NDArray[np.str_]
    features: Matrix
    words: csr_matrix
    text_tones: Labels
    tones: Labels
    parts: Labels
    folded: Matrix
    by_kind: Matrix
    fold: Labels
    is_extra: Flags


def load() -> Corpus:
    """The texts of the corpus in which the brand stands as written, but for the one-sided, and those of `EXTRA`."""
    own, extra = [row for path in sets.corpus_files() for row in sets.entries(path)], sets.entries(EXTRA)
    folded, by_kind = _scored()
    is_named = np.array([bool(_places(row)) and not row["id"].startswith(ONE_SIDED) for row in [*own, *extra]])
    named = [row for row, is_one in zip([*own, *extra], is_named, strict=True) if is_one]
    texts = list(dict.fromkeys(row["text"] for row in named))
    drawn = dict(zip(texts, np.random.default_rng(5).integers(FOLDS, size=len(texts)), strict=True))
    return Corpus(
        kinds=np.array([row["kind"] for row in named]),
        features=np.array([_figures(row) for row in named]),
        words=_words(named),
        text_tones=np.array([TONES.index(row["label"]) for row in named]),
        tones=np.array([TONES.index(row["brand_tone"]) for row in named]),
        parts=np.array([PARTS.index(_part(row)) for row in named]),
        folded=folded[is_named],
        by_kind=by_kind[is_named],
        fold=np.array([drawn[row["text"]] for row in named]),
        is_extra=(np.arange(len(is_named)) >= len(own))[is_named],
    )


def _figures(row: dict[str, str]) -> tuple[float, ...]:
    places = _places(row)
    return figures_of("", row["text"], places, scene_of("", row["text"], places))


def _words(rows: Sequence[dict[str, str]]) -> csr_matrix:
    return sparse([words(scene_of("", row["text"], _places(row))) for row in rows], BUCKETS)


def _places(row: dict[str, str]) -> tuple[Span, ...]:
    if not row["brand"]:
        return ()
    found = re.finditer(re.escape(row["brand"]), row["text"], re.IGNORECASE)
    return tuple(Span("text", place.start(), place.end()) for place in found)


def _part(row: dict[str, str]) -> str:
    return OUTCOMES[row["brand_tone"]] if row["role"] == "compared" else row["role"]


def _scored() -> tuple[Matrix, Matrix]:
    """The calibrated chances of the three tones of every text, the corpus in its order before `EXTRA`: by folds, by kinds."""
    corpus, extra = sets.corpus(), sets.read("extra", EXTRA)
    folded = cross_validated(corpus, (), Profile.QUALITY), fit_tone([corpus], Profile.QUALITY).logits(extra)
    by_kind = held_out_kinds(corpus, (), Profile.QUALITY), _extra_by_kind(corpus, extra)
    return _calibrated(corpus, *folded), _calibrated(corpus, *by_kind)


def _calibrated(corpus: Texts, own: Matrix, extra: Matrix) -> Matrix:
    return softmax(np.vstack([own, extra]) / temperature(corpus.labels, own))


def _extra_by_kind(corpus: Texts, extra: Texts) -> Matrix:
    """Logits of the texts of `EXTRA` from models that saw the five other kinds of the corpus."""
    logits = np.zeros((len(extra.rows), len(TONES)))
    for kind in kinds(extra):
        held = extra.of_kind(kind)
        logits[held] = fit_tone([corpus.part(~corpus.of_kind(kind))], Profile.QUALITY).logits(extra.part(held))
    return logits


def fit(corpus: Corpus, chosen: Flags) -> Model:
    """Weights and tone tables learnt from the chosen texts."""
    figures, parts, tones = corpus.features[chosen], corpus.parts[chosen], corpus.tones[chosen]
    rows = part_rows(figures, np.eye(len(TONES))[corpus.text_tones[chosen]])
    frequency = np.bincount(parts, minlength=len(PARTS)) / len(parts)
    rarity = frequency[parts] ** -RARITY
    differing = np.where(corpus.text_tones[chosen] == tones, 1.0, DIFFERING)
    toned = tone_rows(figures, corpus.folded[chosen])
    of_words = corpus.words[chosen]
    weights, part_words = _with_words(rows, PART_WORDS * of_words, np.eye(len(PARTS))[parts], rarity / rarity.mean(), _leanings)
    tone_weights, tone_words = _with_words(toned, of_words, np.eye(len(TONES))[tones], differing, _tone_leanings)
    return Model(
        parts=weights,
        tables=_tone_tables(parts, corpus.text_tones[chosen], tones),
        tones=tone_weights,
        words=np.hstack([PART_WORDS * part_words, tone_words]),
    )


def _with_words(
    rows: Matrix, of_words: csr_matrix, wanted: Matrix, weights: Matrix, leanings: Callable[[int], Matrix]
) -> tuple[Matrix, Matrix]:
    """The weights of the columns of `rows`, and of the buckets of words; a bucket met in too few texts has none."""
    often = np.flatnonzero(np.bincount(of_words.indices, minlength=BUCKETS) >= RAREST)
    leaning = np.vstack([np.zeros((len(often), wanted.shape[1])), leanings(rows.shape[1])])
    found = _descend(hstack([of_words[:, often], csr_matrix(rows)]).tocsr(), wanted, weights, leaning)
    table = np.zeros((BUCKETS, wanted.shape[1]))
    table[often] = found[: len(often)]
    return found[len(often) :], table


def _leanings(count: int) -> Matrix:
    """What each of `count` weights is before a text is seen."""
    leanings = np.zeros((count, len(PARTS)))
    for row, cue in enumerate(cues.load()):
        for part, weight in cue.leans:
            leanings[row, PARTS.index(part)] = weight
    return leanings


def _tone_leanings(count: int) -> Matrix:
    """As `_leanings`, for the tones: a sign of a part leans to the tone that this part mostly has."""
    leanings = np.zeros((count, len(TONES)))
    for row, weights in enumerate(_leanings(count)):
        for part, tone in _TONE_OF_PART.items():
            leanings[row, tone] += LEAN * weights[PARTS.index(part)]
    return leanings


def _descend(rows: csr_matrix, wanted: Matrix, weights: Matrix, leanings: Matrix) -> Matrix:
    """Softmax regression by Nesterov's accelerated descent; every weight but the bias is drawn to what it leans to."""
    penalty = np.full((rows.shape[1], 1), PENALTY)
    penalty[-1] = 0.01
    (largest,) = svds(rows.multiply(np.sqrt(weights)[:, None]).tocsr(), k=1, return_singular_vectors=False, random_state=1)
    step = 1.0 / (0.5 * largest**2 + PENALTY)
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


def held_out(corpus: Corpus, text_tones: Matrix, part: NDArray[np.generic]) -> tuple[Labels, Labels]:
    """Roles (numbers in Role) and tones answered for each text by a model that saw no text of the same `part`."""
    roles, tones = np.zeros(len(part), int), np.zeros(len(part), int)
    for one in np.unique(part):
        tested = part == one
        learnt = fit(corpus, ~tested)
        said = corpus.words[tested] @ learnt.words
        of_parts, of_tones = learnt.chances(corpus.features[tested], text_tones[tested], said)
        roles[tested] = (of_parts @ _ROLE_OF_PART).argmax(axis=1)
        tones[tested] = of_tones.argmax(axis=1)
    return roles, tones


_ROLES = tuple(Role)
_ROLE_OF_PART = np.array([[float(ROLE_OF_PART[part] is role) for role in _ROLES] for part in PARTS])


def report(corpus: Corpus, text_tones: Matrix, part: NDArray[np.generic], name: str) -> None:
    """Prints macro-F1 of tone and role, over all texts and over those whose tone is not that towards the brand."""
    roles, tones = held_out(corpus, text_tones, part)
    plain = text_tones.argmax(axis=1)
    differs = corpus.tones != corpus.text_tones
    true_roles = _ROLE_OF_PART[corpus.parts].argmax(axis=1)
    for title, among in {"corpus": ~corpus.is_extra, "extra": corpus.is_extra}.items():
        of_roles = f1_of_each(true_roles[among], roles[among], len(_ROLES))
        by_role = " ".join(f"{role} {figure:.1f}" for role, figure in zip(_ROLES, of_roles, strict=True))
        _say(f"{name}, {title}: role {np.mean(of_roles):.1f} ({by_role})")
        of_kinds = {kind: corpus.kinds == kind for kind in sorted(set(corpus.kinds))} if title == "corpus" else {}
        for group, rows in {
            "all": among,
            "differing": among & differs,
            **{k: among & rows for k, rows in of_kinds.items()},
        }.items():
            before, after = (macro_f1(corpus.tones[rows], answer[rows]) for answer in (plain, tones))
            right = [100 * np.mean(corpus.tones[rows] == answer[rows]) for answer in (plain, tones)]
            _say(f"  tone, {group}, {rows.sum()}: F1 {before:.1f} -> {after:.1f}, right {right[0]:.1f} % -> {right[1]:.1f} %")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def write(learnt: Model, path: Path) -> None:
    """Stores the model where the package reads it."""
    stored = {name: getattr(learnt, name).astype(np.float32) for name in ("parts", "tables", "tones")}
    np.savez_compressed(path, features=np.array(names()), words=learnt.words.astype(np.float16), **stored)


def main() -> None:
    """Measures, and fits on all texts."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--write", action="store_true", help="replace analysis/target/model.npz")
    given = arguments.parse_args()
    corpus = load()
    _say(f"{np.sum(~corpus.is_extra)} brands in texts of the corpus, {np.sum(corpus.is_extra)} in {EXTRA.name}")
    report(corpus, corpus.folded, corpus.fold, "end to end, texts in five parts")
    report(corpus, corpus.by_kind, corpus.kinds, "end to end, kinds held out in turn")
    report(corpus, np.eye(len(TONES))[corpus.text_tones], corpus.kinds, "tone of the text as labelled, kinds held out in turn")
    if given.write:
        write(fit(corpus, np.full(len(corpus.kinds), True)), MODEL)


if __name__ == "__main__":
    main()
