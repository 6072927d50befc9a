import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from alerts.calendar import Calendar
from alerts.usual import HOUR, daily_habits, hourly_bands, local_days, past_watched, tally_by, usual
from alerts.views import Period
from vigie.ports import Bucket, Tally

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 16, 7, tzinfo=UTC)


def hours(start: datetime, counts: list[int]) -> list[Bucket]:
    return [Bucket(start + n * HOUR, Tally(neutral=count)) for n, count in enumerate(counts)]


def test_fewer_than_five_days_are_no_habit() -> None:
    assert usual([3, 4, 5, 6]) is None


@given(st.lists(st.integers(min_value=0, max_value=500), min_size=5, max_size=40))
def test_the_usual_range_lies_within_what_was_seen(counts: list[int]) -> None:
    habit = usual(counts)
    assert habit is not None
    assert min(counts) <= habit.low <= habit.high <= max(counts)


def test_one_wild_day_does_not_widen_the_usual_range_to_itself() -> None:
    habit = usual([10] * 19 + [500])
    assert habit is not None
    assert habit.high == 10


def test_time_before_the_first_mention_is_no_habit() -> None:
    assert [bucket.tally.total for bucket in past_watched(hours(MONDAY, [0, 0, 3, 0]))] == [3, 0]


def test_local_days_follow_the_wall_clock_across_a_clock_change() -> None:
    last = Period(datetime(2026, 10, 25, 7, tzinfo=UTC), datetime(2026, 10, 26, 7, tzinfo=UTC))
    days = local_days(last, 3, PARIS)
    assert [(day.end - day.start) // HOUR for day in days] == [24, 25, 24]


def test_days_join_without_gap_and_end_with_the_last() -> None:
    last = Period(MONDAY - timedelta(days=1), MONDAY)
    days = local_days(last, 29, PARIS)
    assert (len(days), days[-1]) == (29, last)
    assert all(day.end == following.start for day, following in itertools.pairwise(days))


def test_each_hour_is_added_to_its_own_day_only() -> None:
    days = local_days(Period(MONDAY, MONDAY + timedelta(days=1)), 2, PARIS)
    counted = tally_by(days, hours(days[0].start, [1] * 48))
    assert [tally.total for tally in counted] == [24, 24]


def test_weekends_are_compared_with_weekends() -> None:
    last = MONDAY + timedelta(days=7)
    days = local_days(Period(last, last + timedelta(days=1)), 7, PARIS)  # Tuesday to Monday
    habits = daily_habits(days, [Tally(neutral=n + 1) for n in range(7)], Calendar())
    assert [tally.total for tally in habits[True]] == [5, 6]


def test_a_public_holiday_is_compared_with_weekends() -> None:
    tuesday = datetime(2026, 7, 14, 7, tzinfo=UTC)
    days = local_days(Period(tuesday, tuesday + timedelta(days=1)), 3, PARIS)  # Sunday, Monday, the national holiday
    habits = daily_habits(days, [Tally(neutral=n + 1) for n in range(3)], Calendar())
    assert [tally.total for tally in habits[True]] == [1, 3]


def test_a_night_hour_is_compared_with_night_hours() -> None:
    past = hours(MONDAY - timedelta(days=28), [10 if n % 24 < 12 else 1 for n in range(24 * 28)])
    bands = hourly_bands(hours(MONDAY, [0] * 24), past, Calendar())
    assert (bands[0].high, bands[20].high) == (10, 1)


def test_without_history_there_is_no_band_at_all() -> None:
    assert hourly_bands(hours(MONDAY, [4, 5]), hours(MONDAY - timedelta(days=2), [3] * 48), Calendar()) == ()
