"""How rare is a count: the tail of the usual distribution, the share of negatives, and where a rise began. Pure arithmetic."""

import math
from collections.abc import Sequence

SIZE = 4
"""Shape of the negative binomial: variance = mean + mean²/4. Talk about a brand comes in bursts that Poisson calls impossible."""

USUAL = -math.log10(0.025)
"""Rarity from which a count is no longer usual: beyond the 97.5 % quantile."""

_LN10 = math.log(10)


def rarity(count: float, mean: float, size: float = SIZE) -> float:
    """-log10 P(X >= count) for a negative binomial X of this mean and size (1 or more); 0 when the count is not above 0.

    Between two whole sizes the evidence is interpolated.
    """
    if count <= 0:
        return 0.0
    if mean <= 0:
        return math.inf
    whole = int(size)
    below = _tail(count, mean, whole)
    return below if size == whole else below + (size - whole) * (_tail(count, mean, whole + 1) - below)


def stands_out(count: float, mean: float, size: float = SIZE) -> bool:
    """Whether a count is two deviations above the mean of such a variable: below, its rarity is worth no computation."""
    above = count - mean
    return above > 0 and above * above > 4 * (mean + mean * mean / size)


def _tail(count: float, mean: float, size: int) -> float:
    """The same for a whole size.

    X >= n happens exactly when n + r - 1 tries hold at most r - 1 successes of probability r / (r + mean): r terms, however
    large the count. Binomial coefficients take any real n, so a discounted count needs no rounding.
    """
    tries = count + size - 1
    odds = size / mean  # success against failure
    term = total = 1.0
    for successes in range(1, size):
        term *= odds * (tries - successes + 1) / successes
        total += term
    return max(0.0, (tries * math.log1p(size / mean) - math.log(total)) / _LN10)


def still_usual(mean: float) -> int:
    """The 97.5 % quantile: the smallest count that is exceeded with a probability of at most 2.5 %."""
    count = int(2.1918 * mean + 1.8)  # where large means have it
    while rarity(count + 1, mean) < USUAL:
        count += 1
    while count and rarity(count, mean) >= USUAL:
        count -= 1
    return count


def share_rarity(negatives: float, mentions: float, usual_share: float) -> float:
    """About -log10 of the probability that so many of `mentions` are negative at the usual share; 0 when no more than usual.

    Normal tail z²/2 with one term for a mood that itself drifts (sd 0.1 sqrt(p (1 - p))) besides the binomial one.
    """
    if mentions <= 0 or negatives <= mentions * usual_share:
        return 0.0
    spread = usual_share * (1 - usual_share) * (1 / mentions + 0.01)
    excess = negatives / mentions - usual_share
    return excess * excess / spread / (2 * _LN10) + 0.3


def rise_start(counts: Sequence[int], usual: Sequence[float], rate: float) -> int:
    """The index at which a change from `usual` (one mean per count) to `rate`, lasting to the end, explains `counts` best.

    Maximum likelihood for Poisson counts (Page, 1954: the last minimum of the cumulative log-likelihood ratio).
    """
    best, best_index, total = -math.inf, len(counts), 0.0
    for index in range(len(counts) - 1, -1, -1):
        total -= rate - usual[index]
        if counts[index]:
            total += counts[index] * math.log(max(rate, 1e-6) / max(usual[index], 1e-6))
        if total > best:
            best, best_index = total, index
    return best_index
