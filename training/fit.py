"""Fits the weights of the tone model: multinomial logistic regression over the blocks of `analysis.sentiment.model`.

A text's row stands in up to three places: with the weights of all, with those of social networks, and with those of DEFT 2017,
whose "objective" is another idea of neutral; the last keep that habit out of the others and are thrown away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression

from analysis.sentiment.features import NAMES
from analysis.sentiment.model import Domain, Profile, Scaling
from analysis.sentiment.ngrams import BUCKETS
from training.figures import Matrix
from training.texts import Texts
from vigie.model import DocumentKind

# The weight of one text of each set, tuned as docs/sentiment.md tells.
WEIGHTS = {"corpus": 1.0, "dev": 1.0, "umsab": 1.5, "deft": 0.4}
_BIAS, _KIND = 0.075, 0.1  # small numbers make for biases that move little
_RAREST_WORD, _RAREST_PIECE = 2, 4  # in fewer texts than that a bucket says nothing
_STEPS = 150
_KINDS = list(DocumentKind)


@dataclass(frozen=True, slots=True)
class Fit:
    """A column of weights per label over the rows of `design`, three times: for all, for social networks, for DEFT."""

    profile: Profile
    scaling: Scaling
    columns: Matrix

    def logits(self, texts: Texts) -> Matrix:
        """One row per text, before the temperature; texts of DEFT are read in its own habit."""
        return np.asarray(_placed(design(texts, self.scaling, self.profile), texts) @ self.columns)


def fit(sets: Sequence[Texts], profile: Profile) -> Fit:
    """The same each time for the same texts."""
    scaling = _scaling(sets)
    rows = vstack([_placed(design(texts, scaling, profile), texts) for texts in sets]).tocsr()
    used = np.flatnonzero(np.diff(rows.tocsc().indptr))
    labels = np.concatenate([texts.labels for texts in sets])
    weight = np.concatenate([np.full(len(texts.rows), WEIGHTS[texts.name]) for texts in sets])
    regression = LogisticRegression(C=1.0, fit_intercept=False, max_iter=_STEPS, tol=1e-3)
    regression.fit(rows[:, used], labels, sample_weight=weight)
    columns = np.zeros((rows.shape[1], 3))
    columns[used] = regression.coef_.T
    return Fit(profile, scaling, columns)


def design(texts: Texts, scaling: Scaling, profile: Profile) -> csr_matrix:
    """A row per text: features and meaning, words, pieces of words, kind, a constant."""
    seen = texts.seen if profile is Profile.QUALITY else [replace(seen, meaning=None) for seen in texts.seen]
    kinds = np.array([[_KIND * (row.kind is kind) for kind in _KINDS] for row in texts.rows])
    blocks = [
        csr_matrix(np.array([scaling.dense(one) for one in seen])),
        sparse([scaling.words(one) for one in seen], BUCKETS),
        sparse([scaling.pieces(one) for one in seen], BUCKETS),
        csr_matrix(kinds),
        csr_matrix(np.full((len(seen), 1), _BIAS)),
    ]
    return hstack(blocks).tocsr()


def write(fitted: Fit, temperature: float, path: Path) -> None:
    """Stores what `analysis.sentiment.model.load` reads."""
    everywhere, social, _ = np.split(fitted.columns, 3)
    stored = {"names": np.array(NAMES), "temperature": np.array(temperature)}
    stored |= {name: getattr(fitted.scaling, name).astype(np.float32) for name in ("centre", "spread")}
    stored |= {name: getattr(fitted.scaling, name).astype(np.float16) for name in ("rare_words", "rare_pieces")}
    for domain, columns in ((Domain.ANY, everywhere), (Domain.SOCIAL, everywhere + social)):
        dense, words, pieces, kinds, bias = np.split(columns, np.cumsum(_widths(len(columns))))
        stored |= {f"{domain}_dense": dense.astype(np.float32), f"{domain}_bias": _BIAS * bias[0]}
        stored |= {f"{domain}_words_table": words.astype(np.float16), f"{domain}_pieces_table": pieces.astype(np.float16)}
        stored |= {
            f"kind_{kind}": _KIND * kinds[i] for i, kind in enumerate(_KINDS) if Domain.of(kind) is domain and kinds[i].any()
        }
    np.savez_compressed(path, **stored)


def _widths(total: int) -> list[int]:
    """How many columns the blocks of `design` have, but for the last."""
    return [total - 2 * BUCKETS - len(_KINDS) - 1, BUCKETS, BUCKETS, len(_KINDS)]


def _scaling(sets: Sequence[Texts]) -> Scaling:
    """Centre and spread are those of the corpus: the other sets are of one kind."""
    features = np.array([seen.features for texts in sets for seen in texts.seen if texts.name == "corpus"])
    seen = [one for texts in sets for one in texts.seen]
    words = _rareness((one.grams.words for one in seen), len(seen), _RAREST_WORD)
    pieces = _rareness((one.grams.pieces for one in seen), len(seen), _RAREST_PIECE)
    return Scaling(features.mean(axis=0), features.std(axis=0) + 1e-3, words, pieces)


def _rareness(texts: Iterable[np.ndarray], size: int, rarest: int) -> Matrix:
    """The logarithm of how seldom each bucket is met (smoothed inverse document frequency), as stored: in half precision."""
    met = np.bincount(np.concatenate([np.unique(buckets) for buckets in texts]), minlength=BUCKETS)
    return np.where(met < rarest, 0.0, np.log((1 + size) / (1 + met)) + 1).astype(np.float16).astype(np.float64)


def sparse(rows: Sequence[tuple[np.ndarray, Matrix]], width: int) -> csr_matrix:
    """A row per text, from its buckets and what each counts there, and `width` columns."""
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    buckets, shares = (np.concatenate(part) for part in zip(*rows, strict=True))
    return csr_matrix((shares, buckets, ends), shape=(len(rows), width))


def _placed(rows: csr_matrix, texts: Texts) -> csr_matrix:
    """The rows for all, for social networks and for DEFT, side by side."""
    social = np.array([float(Domain.of(row.kind) is Domain.SOCIAL) for row in texts.rows])
    deft = np.full(len(social), float(texts.name == "deft"))
    placed = hstack([rows, rows.multiply(social[:, None]), rows.multiply(deft[:, None])]).tocsr()
    placed.eliminate_zeros()
    return placed
