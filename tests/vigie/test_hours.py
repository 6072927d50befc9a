"""Hours of the day that a configuration writes, over midnight and over clock changes."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.hours import end_of, opens_in, within


@given(start=st.times(), end=st.times(), moment=st.times())
def test_hours_and_the_rest_of_the_day_leave_no_gap_and_no_overlap(start: time, end: time, moment: time) -> None:
    one, other = f"{start:%H:%M}-{end:%H:%M}", f"{end:%H:%M}-{start:%H:%M}"
    if f"{start:%H:%M}" != f"{end:%H:%M}":
        assert within(one, moment) != within(other, moment)
    assert within("", moment)


@given(st.times(), st.times(), st.integers(0, 366 * 24 * 60))
def test_the_end_of_hours_is_ahead_and_no_more_in_them(start: time, end: time, minutes: int) -> None:
    hours = f"{start:%H:%M}-{end:%H:%M}"
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    if f"{start:%H:%M}" != f"{end:%H:%M}" and within(hours, at.time()):
        over = end_of(hours, at)
        assert over > at and not within(hours, over.time())


@pytest.mark.parametrize(
    ("hours", "at", "wait_h"),
    [
        ("", 12, 0),
        ("08:00-20:00", 8, 0),
        ("08:00-20:00", 20, 12),
        ("08:00-20:00", 7, 1),
        ("22:00-06:00", 23, 0),
        ("22:00-06:00", 5, 0),
        ("22:00-06:00", 6, 16),
        ("00:00-00:00", 3, 0),
    ],
)
def test_hours_may_pass_midnight(hours: str, at: int, wait_h: int) -> None:
    assert opens_in(hours, "UTC", datetime(2026, 3, 12, at, tzinfo=UTC)) == timedelta(hours=wait_h)


def test_hours_are_those_of_the_zone_on_the_day_the_clocks_change() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)  # 13:00 in Paris; at 04:00 of the next day it is 02:00 UTC
    assert opens_in("04:00-06:00", "Europe/Paris", before) == timedelta(hours=14)
