"""Lags: which mentions are late, and how much of what was published lately should have been seen by now."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from alerts.detect.lateness import COMPLETE, FINE, Lateness


def learnt(*lags: int) -> Lateness:
    lateness = Lateness()
    lateness.learn(lags)
    return lateness


@given(st.lists(st.integers(0, 200), max_size=300))
def test_the_older_a_bin_the_more_of_it_has_been_seen(lags: list[int]) -> None:
    seen = learnt(*lags).settle()
    assert len(seen) == len(COMPLETE)
    assert seen[-1] > 0
    assert seen[0] <= 1
    assert all(older >= newer for older, newer in pairwise(seen))


def test_of_sources_that_are_always_two_hours_late_nothing_is_expected_before() -> None:
    lateness = learnt(*[24] * 900)
    seen = lateness.settle()
    assert lateness.limit == 24
    assert seen[-1 - 24] > 0.95
    assert max(seen[-18:]) <= 0.05


def test_what_a_part_of_the_sources_always_brings_hours_later_is_waited_for() -> None:
    lateness = learnt(*[0] * 480, *[70] * 500)
    seen = lateness.settle()
    assert lateness.limit == 72
    assert seen[0] == 1
    assert max(seen[-FINE:]) < 0.6


def test_what_one_in_fifty_brings_hours_later_is_late() -> None:
    assert learnt(*[0] * 980, *[100] * 20).settle()[0] < 1


def test_an_old_text_that_comes_to_light_says_nothing_of_the_pace() -> None:
    assert learnt(*[145] * 5000).settle() == Lateness().settle() == COMPLETE


def test_the_pace_of_today_replaces_that_of_last_month() -> None:
    lateness = learnt(*[0] * 2000)
    for _ in range(12):
        lateness.settle()
    lateness.learn([9] * 900)
    lateness.settle()
    assert lateness.limit == 9
