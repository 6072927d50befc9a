"""Fits analysis/models/spam_meaning.npz: part of `make train`, or python -m training.spam [--write].

A support vector machine on the words, the meaning and the signs of paragraphs: spam and clean ones of tests/eval, and the corpus
as clean. Then what its cross-validated score is worth, alone and within a page, by logistic regression on whole pages.
Prints what the whole filter, with the fitted model in it, finds in each set of tests/eval.
"""

import argparse
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVC

from analysis.components import spam_page
from analysis.components.spam import Judge, split_spam
from analysis.components.spam_meaning import GAMMA, PLACES, WORTH_ASKING, meanings, places_of, seen, worth_of
from analysis.components.spam_signs import Evidence, Signs
from analysis.sentiment import encoder
from training import texts as sets
from training.figures import Matrix
from training.fit import sparse
from training.texts import EVALUATION

MODEL = sets.ROOT / "analysis" / "models" / "spam_meaning.npz"
Places = NDArray[np.int64]
_LOOSENESS, _FIRST_LOOSENESS = 4.0, 10.0  # inverse of the penalty; from 4 to 20 nothing changes
_AXES = 256  # of 1024: with all of them the model finds no more and is three times as large
_FEWEST_MET = 2  # texts with a stem, for it to count
_EVERY = 5  # texts of the corpus from one that is fitted to the next: the model keeps many of those that it is given
# The sets whose errors have been looked at.
_FITTED = ("dev", "check", "unseen", "words_dev", "words_check", "words_unseen", "prose_dev")
_FITTED_PAGES = "pages_dev"
_PLACE = 3  # paragraphs of tests/eval/spam_page.txt before the one that is judged
_FOLDS = 5  # whole pages, and whole trades of the other sets
_CLEAN_CUT, _CLEAN_CUT_ALONE = 0.0075, 0.004  # of clean paragraphs in pages, of clean texts of one paragraph


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph to learn from: `group` is never on both sides of a fold, `page` its whole page, None where it has none.

    `is_text` when it was written to stand alone: a comment, a text of the corpus.
    """

    text: str
    is_spam: bool
    group: str
    page: tuple[str, ...] | None = None
    is_text: bool = False


def paragraphs(part: str) -> list[tuple[bool, str]]:
    """Whether it is spam, and the paragraph, for each row of a set of single paragraphs in tests/eval."""
    return [(label == "spam", text) for label, _sort, _language, text in _rows(part)]


def pages(part: str) -> list[Passage]:
    """The paragraphs of a set of whole pages in tests/eval, without titles; a comment is a document of its own."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for page, _kind, place, label, _sort, text in _rows(part):
        if place != "title":
            found.setdefault(page, []).append((place, label, text))
    whole = {page: tuple(text for place, _, text in rows if place != "comment") for page, rows in found.items()}
    return [
        Passage(text, label == "spam", page, None if place == "comment" else whole[page], place == "comment")
        for page, rows in found.items()
        for place, label, text in rows
    ]


def _rows(part: str) -> list[list[str]]:
    return [line.split("\t") for line in (EVALUATION / f"spam_{part}.tsv").read_text("utf-8").splitlines()[1:]]


def _passages() -> list[Passage]:
    trades = [
        Passage(text, label == "spam", f"trade {trade}") for part in _FITTED for label, trade, _language, text in _rows(part)
    ]
    texts = [entry["text"] for path in sets.corpus_files() for entry in sets.entries(path)][::_EVERY]
    corpus = [Passage(text, is_spam=False, group=str(number), is_text=True) for number, text in enumerate(texts)]
    return [*trades, *pages(_FITTED_PAGES), *corpus]


def fit() -> dict[str, Matrix]:
    """The arrays of the model as `analysis.components.spam_meaning` reads them; the same each time."""
    passages = _passages()
    labels = np.array([passage.is_spam for passage in passages])
    signs = [Signs(passage.text) for passage in passages]
    places = [places_of(sign.folded) for sign in signs]
    rarity = _rarity(places)
    words = sparse([(found, worth_of(found, rarity)) for found in places], PLACES)
    numbers = np.array([sign.vector() for sign in signs])
    meant = _meanings([passage.text for passage in passages])
    axes = np.linalg.svd(meant, full_matrices=False).Vh[:_AXES].T
    seen_of_all = seen(meant, axes, numbers)
    kernel = rbf_kernel(seen_of_all, gamma=GAMMA) + (words @ words.T).toarray()
    cheap = hstack([words, csr_matrix(numbers)]).tocsr()
    folds = np.array([zlib.crc32(passage.group.encode()) % _FOLDS for passage in passages])
    first, machine = _first(cheap, labels), _machine(kernel, labels)
    return {
        "rarity": rarity,
        "first_words": first.coef_[0][:PLACES],
        "first_signs": first.coef_[0][PLACES:],
        "first_bias": first.intercept_,
        "axes": axes,
        "vectors": seen_of_all[machine.support_],
        "weights": machine.dual_coef_[0],
        "words": np.asarray(machine.dual_coef_ @ words[machine.support_])[0],
        "bias": machine.intercept_,
        **_weights(passages, _scores(kernel, cheap, labels, folds), meant),
    }


def _meanings(texts: Sequence[str]) -> Matrix:
    sense = sets.needed_encoder()
    return np.array([meanings(text, sense) for text in texts])


def _first(cheap: csr_matrix, labels: NDArray[np.bool_]) -> LogisticRegression:
    return LogisticRegression(C=_FIRST_LOOSENESS, solver="liblinear").fit(cheap, labels)


def _machine(kernel: Matrix, labels: NDArray[np.bool_]) -> SVC:
    """The support vector machine whose kernel is linear in the words plus radial in the rest."""
    return SVC(C=_LOOSENESS, kernel="precomputed").fit(kernel, labels)


def _scores(kernel: Matrix, cheap: csr_matrix, labels: NDArray[np.bool_], folds: NDArray[np.int64]) -> Matrix:
    """The score that each passage has from those of other folds; NaN where words and signs alone say that it sells nothing."""
    scores = np.full(len(labels), np.nan)
    for fold in range(_FOLDS):
        known, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        asked = held[_first(cheap[known], labels[known]).decision_function(cheap[held]) >= WORTH_ASKING]
        machine = _machine(kernel[np.ix_(known, known)], labels[known])
        scores[asked] = machine.decision_function(kernel[np.ix_(asked, known)])
    return scores


def _weights(passages: Sequence[Passage], scores: Matrix, meant: Matrix) -> dict[str, Matrix]:
    """`alone` and `in_page` of the model."""
    score_of = {passage.text: score for passage, score in zip(passages, scores, strict=True) if not np.isnan(score)}
    meaning_of = {passage.text: row[: encoder.SIZE] for passage, row in zip(passages, meant, strict=True)}
    return {"alone": _alone(passages, score_of), "in_page": _in_page(passages, score_of, meaning_of)}


def _alone(passages: Sequence[Passage], score_of: Mapping[str, float]) -> Matrix:
    texts = [passage for passage in passages if passage.is_text]
    asked = [(text, each) for text in texts if text.text in score_of for each in _evidence(text.text)]
    known = [spam_page.alone(each, score_of[text.text]) for text, each in asked]
    clean = sum(not text.is_spam for text in texts)
    return _weighed(np.array(known), np.array([text.is_spam for text, _ in asked]), clean * _CLEAN_CUT_ALONE)


def _in_page(passages: Sequence[Passage], score_of: Mapping[str, float], meaning_of: Mapping[str, Matrix]) -> Matrix:
    labels = {passage.text: passage.is_spam for passage in passages if passage.page}
    known, spam = [], []
    for page in dict.fromkeys(passage.page for passage in passages if passage.page):
        evidence = _evidence("\n".join(page))
        meant = {at: meaning_of[each.signs.text] for at, each in enumerate(evidence)}
        scores = {at: score_of[each.signs.text] for at, each in enumerate(evidence) if each.signs.text in score_of}
        for at in scores if len(evidence) > 1 else ():
            known.append(spam_page.in_page(at, evidence, scores, meant))
            spam.append(labels[evidence[at].signs.text])
    clean = sum(not is_spam for is_spam in labels.values())
    return _weighed(np.array(known), np.array(spam), clean * _CLEAN_CUT)


def _evidence(text: str) -> list[Evidence]:
    """What the filter asks its judge about."""
    asked: list[Evidence] = []

    def keep(page: Sequence[Evidence]) -> list[bool]:
        asked.extend(page)
        return [False] * len(page)

    split_spam(text, keep)
    return asked


def _weighed(known: Matrix, spam: NDArray[np.bool_], most_clean: float) -> Matrix:
    """The weights of a logistic regression and a bias above which so many clean ones lie."""
    spread = np.maximum(known.std(axis=0), 1e-9)
    weights = LogisticRegression().fit(known / spread, spam).coef_[0] / spread
    clean = np.sort((known @ weights)[~spam])[::-1]
    return np.append(weights, -clean[int(most_clean)])


def _rarity(places: Sequence[Places]) -> Matrix:
    """How much each place counts: 1 + ln of one in how many texts has it; 0 where fewer than two have."""
    met = np.bincount(np.concatenate(places), minlength=PLACES)
    return np.where(met >= _FEWEST_MET, 1 + np.log((1 + len(places)) / (1 + met)), 0.0)


def _store(fitted: dict[str, Matrix]) -> None:
    np.savez_compressed(MODEL, allow_pickle=False, **{name: array.astype(np.float16) for name, array in fitted.items()})


def is_cut(text: str, judge: Judge | None = None) -> bool:
    """Whether a paragraph is cut out of a press article on something else, by rules alone where `judge` is None."""
    page = _page()
    return text in split_spam("\n".join([*page[:_PLACE], text, *page[_PLACE:]]), judge).cut


@cache
def _page() -> list[str]:
    return (EVALUATION / "spam_page.txt").read_text("utf-8").splitlines()


def answers(part: str) -> list[tuple[bool, bool]]:
    """Whether it is spam, and whether it was cut, for each paragraph of a set of tests/eval, by rules and meaning.

    Of single paragraphs spam stands in an article on something else, and what is clean alone; a page is judged as it is.
    """
    if not part.startswith("pages"):
        return [
            (is_spam, is_cut(text, spam_page.sold) if is_spam else bool(split_spam(text, spam_page.sold).cuts))
            for is_spam, text in paragraphs(part)
        ]
    whole = {passage.page or (passage.text,) for passage in pages(part)}
    cut = {page: frozenset(split_spam("\n".join(page), spam_page.sold).cut) for page in whole}
    return [(passage.is_spam, passage.text in cut[passage.page or (passage.text,)]) for passage in pages(part)]


def spam() -> dict[str, float]:
    """For `training.quality`, by set: the share in % of spam paragraphs cut, and of clean ones kept."""
    figures: dict[str, float] = {}
    for part in sorted(path.stem.partition("_")[2] for path in EVALUATION.glob("spam_*.tsv")):
        answered = answers(part)
        for wanted, name in ((True, "cut"), (False, "kept")):
            right = [answer is wanted for is_spam, answer in answered if is_spam is wanted]
            figures[f"spam.{part}.{name}"] = 100 * sum(right) / len(right)
    return figures


def main() -> None:
    """Fits, stores, measures what is stored."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--write", action="store_true", help="replace analysis/models/spam_meaning.npz")
    if arguments.parse_args().write:
        _store(fit())
    for name, figure in spam().items():
        sys.stdout.write(f"{name}: {figure:.1f}\n")


if __name__ == "__main__":
    main()
