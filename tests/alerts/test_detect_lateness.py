"""Lags: which mentions are late, and how much of what was published lately should have been seen by now."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from alerts.detect.lateness import LONGEST, Lateness


def learnt(*lags: int) -> Lateness:
    lateness = Lateness()
    for lag in lags:
        lateness.learn(lag)
    return lateness


@given(st.lists(st.integers(0, 200), max_size=300))
def test_the_older_a_bin_the_more_of_it_has_been_seen(lags: list[int]) -> None:
    seen = learnt(*lags).settle()
    assert len(seen) == LONGEST
    assert seen[-1] > 0
    assert seen[0] <= 1
    assert all(older >= newer for older, newer in pairwise(seen))


def test_of_sources_that_are_always_two_hours_late_nothing_is_expected_before() -> None:
    lateness = learnt(*[24] * 900)
    seen = lateness.settle()
    assert lateness.limit == 24
    assert seen[LONGEST - 1 - 24] > 0.95
    assert max(seen[LONGEST - 18 :]) <= 0.05


def test_what_comes_later_than_three_hours_is_not_waited_for() -> None:
    assert learnt(*[0] * 480, *[100] * 500).settle()[0] < 0.6


def test_an_old_text_that_comes_to_light_says_nothing_of_the_pace() -> None:
    assert learnt(*[145] * 5000).settle() == Lateness().settle() == (1.0,) * LONGEST


def test_the_pace_of_today_replaces_that_of_last_month() -> None:
    lateness = learnt(*[0] * 2000)
    for _ in range(12):
        lateness.settle()
    for _ in range(900):
        lateness.learn(9)
    lateness.settle()
    assert lateness.limit == 9
