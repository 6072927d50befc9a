"""The arithmetic of rarity, against definitions summed term by term."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.detect.tails import rarity, rise_start, share_rarity, still_usual

MEANS = st.floats(0.001, 5000)


def summed_tail(count: int, mean: float, size: int) -> float:
    """P(X >= count) by its definition: one less the probabilities below."""
    success = size / (size + mean)
    return 1 - sum(math.comb(k + size - 1, k) * success**size * (1 - success) ** k for k in range(count))


@given(st.integers(1, 60), st.floats(0.5, 40), st.integers(1, 9))
def test_rarity_is_the_tail_of_the_negative_binomial(count: int, mean: float, size: int) -> None:
    tail = summed_tail(count, mean, size)
    if tail > 1e-9:  # below, one less a sum has no digits left
        assert rarity(count, mean, size) == pytest.approx(-math.log10(tail), rel=1e-4, abs=1e-9)


@given(st.integers(1, 60), st.floats(0.5, 40), st.floats(1, 9))
def test_between_two_whole_sizes_lies_what_is_between_their_tails(count: int, mean: float, size: float) -> None:
    ends = sorted((rarity(count, mean, math.floor(size)), rarity(count, mean, math.ceil(size))))
    assert ends[0] - 1e-9 <= rarity(count, mean, size) <= ends[1] + 1e-9


@given(st.floats(0.1, 10_000), st.floats(0.01, 100), MEANS)
def test_a_larger_count_is_never_less_rare(count: float, more: float, mean: float) -> None:
    assert rarity(count + more, mean) >= rarity(count, mean) - 1e-9


@given(st.floats(0.1, 1000), MEANS, st.floats(1.01, 10))
def test_a_count_is_never_rarer_for_a_brand_that_is_talked_about_more(count: float, mean: float, factor: float) -> None:
    assert rarity(count, mean * factor) <= rarity(count, mean) + 1e-9


def test_nothing_seen_is_not_rare_and_anything_is_where_nothing_is_possible() -> None:
    assert rarity(0, 3.0) == 0
    assert rarity(-2.5, 3.0) == 0
    assert rarity(1, 0.0) == math.inf


def test_counts_of_a_hundred_thousand_do_not_overflow() -> None:
    assert 0 < rarity(100_000, 5000) < 100


@given(MEANS)
def test_the_usual_limit_is_the_smallest_count_exceeded_once_in_forty(mean: float) -> None:
    limit = still_usual(mean)
    assert 10 ** -rarity(limit + 1, mean) <= 0.025 * (1 + 1e-9)
    assert limit == 0 or 10 ** -rarity(limit, mean) > 0.025 * (1 - 1e-9)


def test_a_usual_share_is_not_rare_and_a_larger_one_is_the_rarer_the_more_mentions_show_it() -> None:
    assert share_rarity(25, 100, 0.25) == 0
    assert share_rarity(0, 0, 0.25) == 0
    assert 0 < share_rarity(6, 10, 0.25) < share_rarity(60, 100, 0.25)


def test_a_rise_starts_where_the_counts_leave_the_usual() -> None:
    counts = [1, 0, 1, 1, 0, 1, 6, 7, 5, 8]
    assert rise_start(counts, [0.7] * 10, 6.5) == 6


def test_a_stray_mention_long_before_is_not_the_start_of_the_rise() -> None:
    counts = [1, *[0] * 100, 2, 3, 2]
    assert rise_start(counts, [0.01] * 104, 2.3) == 101
