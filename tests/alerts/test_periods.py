from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.periods import latest_period, periods_before
from config.schema import DigestRow

PARIS = ZoneInfo("Europe/Paris")
RHYTHMS = ["day", "weekday", "week", "month"]
HOUR = timedelta(hours=1)


def row(every: str, at: time = time(8), on: int = 1) -> DigestRow:
    return DigestRow.model_validate({"id": "point", "every": every, "at": at, "on": on, "recipients": ["com@exemple.fr"]})


def told(every: str, now: datetime, on: int = 1) -> tuple[str, str]:
    period = latest_period(row(every, on=on), PARIS, now)
    return tuple(f"{end.astimezone(PARIS):%Y-%m-%d %H:%M}" for end in (period.start, period.end))  # type: ignore[return-value]


def test_a_weekday_digest_of_monday_tells_the_weekend_too() -> None:
    assert told("weekday", datetime(2026, 11, 23, 9, tzinfo=UTC)) == ("2026-11-20 08:00", "2026-11-23 08:00")


def test_a_weekday_digest_is_not_sent_on_saturday_and_sunday() -> None:
    assert told("weekday", datetime(2026, 11, 22, 12, tzinfo=UTC)) == ("2026-11-19 08:00", "2026-11-20 08:00")


@pytest.mark.parametrize(("on", "end"), [(1, "2026-11-16"), (3, "2026-11-18"), (7, "2026-11-15")])
def test_a_weekly_digest_ends_on_its_day(on: int, end: str) -> None:
    start = datetime.fromisoformat(end) - timedelta(days=7)
    assert told("week", datetime(2026, 11, 19, 12, tzinfo=UTC), on) == (f"{start:%Y-%m-%d} 08:00", f"{end} 08:00")


def test_a_monthly_digest_tells_the_month_before_whatever_its_length() -> None:
    assert told("month", datetime(2026, 3, 14, tzinfo=UTC)) == ("2026-02-01 08:00", "2026-03-01 08:00")


@pytest.mark.parametrize("every", RHYTHMS)
@pytest.mark.parametrize("at", [time(2, 30), time(8)])
@pytest.mark.parametrize("change", [datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)])
def test_periods_follow_each_other_without_gap_or_overlap_across_clock_changes(every: str, at: time, change: datetime) -> None:
    periods = dict.fromkeys(latest_period(row(every, at), PARIS, change + n * HOUR / 2) for n in range(48 * 12))
    assert all(before.end == after.start for before, after in pairwise(periods))
    assert all(one.end.astimezone(PARIS).time() == at or at == time(2, 30) for one in periods)


@given(
    every=st.sampled_from(RHYTHMS),
    now=st.integers(0, 50 * 366 * 24 * 60).map(lambda minutes: datetime(2000, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes)),
    hour=st.times(),
)
def test_the_latest_period_is_over_and_the_next_one_is_not(every: str, now: datetime, hour: time) -> None:
    digest = row(every, hour)
    period = latest_period(digest, PARIS, now)
    assert period.start < period.end <= now
    assert latest_period(digest, PARIS, period.end) == period


def test_a_monday_is_compared_with_mondays() -> None:
    digest = row("weekday")
    period = latest_period(digest, PARIS, datetime(2026, 11, 23, 9, tzinfo=UTC))
    before = periods_before(period, digest, PARIS, 2)
    assert [f"{one.start.astimezone(PARIS):%a %d}" for one in before] == ["Fri 06", "Fri 13"]
    assert {one.end - one.start for one in before} == {timedelta(days=3)}


@pytest.mark.parametrize("every", ["day", "week", "month"])
def test_the_periods_before_lead_up_to_the_period(every: str) -> None:
    digest = row(every)
    period = latest_period(digest, PARIS, datetime(2026, 4, 15, tzinfo=UTC))
    chain = [*periods_before(period, digest, PARIS, 5), period]
    assert len(chain) == 6
    assert all(before.end == after.start for before, after in pairwise(chain))
