"""The state of a source after a pass."""

from datetime import UTC, datetime, timedelta

import pytest

from crawlers.health import next_state
from vigie.model import DocumentKind, PassReport, Source, SourceHealth, SourceState

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
SOURCE = Source("s", "feed", "https://a.example/feed", "A", DocumentKind.NEWS, interval=timedelta(minutes=15))
HOURLY = [NOW - timedelta(hours=hours) for hours in range(20)]


def report(ok: bool = True, retry_after: timedelta | None = None) -> PassReport:
    return PassReport("s", NOW, NOW, ok, message="" if ok else "http_500", retry_after=retry_after)


def after_failures(count: int) -> SourceState:
    state = SourceState("s")
    for _ in range(count):
        state = next_state(state, report(ok=False), SOURCE, [], NOW, 0.0)
    return state


def wait(state: SourceState) -> timedelta:
    assert state.next_at is not None
    return state.next_at - NOW


def test_a_good_pass_is_followed_by_the_next_after_the_interval() -> None:
    state = next_state(SourceState("s"), report(), SOURCE, HOURLY, NOW, 0.0)
    assert (state.health, wait(state), state.failures) == (SourceHealth.OK, timedelta(minutes=15), 0)


def test_jitter_shortens_the_interval_by_a_tenth_at_most() -> None:
    state = next_state(SourceState("s"), report(), SOURCE, HOURLY, NOW, 0.999)
    assert timedelta(minutes=13.5) < wait(state) < timedelta(minutes=15)


def test_failures_are_retried_after_doubling_waits_then_daily_then_weekly() -> None:
    waits = [wait(after_failures(count)) for count in range(1, 20)]
    assert waits[:3] == [timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1)]
    assert waits == sorted(waits)
    assert waits.count(timedelta(days=1)) == 7
    assert waits[-1] == timedelta(days=7)


def test_a_failure_keeps_what_went_well_before_and_says_why() -> None:
    good = next_state(SourceState("s"), report(), SOURCE, HOURLY, NOW, 0.0)
    bad = next_state(good, report(ok=False), SOURCE, HOURLY, NOW, 0.0)
    assert (bad.health, bad.error, bad.last_ok_at) == (SourceHealth.FAILING, "http_500", NOW)


def test_one_good_pass_ends_the_failures() -> None:
    state = next_state(after_failures(9), report(), SOURCE, HOURLY, NOW, 0.0)
    assert (state.failures, state.error, wait(state)) == (0, "", timedelta(minutes=15))


def test_the_wait_that_a_site_asks_for_is_kept() -> None:
    state = next_state(SourceState("s"), report(retry_after=timedelta(hours=2)), SOURCE, HOURLY, NOW, 0.0)
    assert wait(state) == timedelta(hours=2)


@pytest.mark.parametrize(("age", "health"), [(timedelta(hours=20), SourceHealth.OK), (timedelta(hours=25), SourceHealth.SILENT)])
def test_an_hourly_source_is_silent_after_a_day(age: timedelta, health: SourceHealth) -> None:
    times = [moment - age for moment in HOURLY]
    assert next_state(SourceState("s"), report(), SOURCE, times, NOW, 0.0).health is health


def test_a_weekly_source_is_not_silent_after_a_week() -> None:
    times = [NOW - timedelta(days=8 + 7 * weeks) for weeks in range(10)]
    assert next_state(SourceState("s"), report(), SOURCE, times, NOW, 0.0).health is SourceHealth.OK


def test_a_few_items_make_no_rhythm() -> None:
    times = [NOW - timedelta(days=300, hours=hours) for hours in range(7)]
    assert next_state(SourceState("s"), report(), SOURCE, times, NOW, 0.0).health is SourceHealth.OK


def test_a_date_in_the_future_does_not_hide_silence_for_ever() -> None:
    times = [NOW + timedelta(days=400)] + [NOW - timedelta(days=30, hours=hours) for hours in range(20)]
    state = next_state(SourceState("s"), report(), SOURCE, times, NOW, 0.0)
    assert state.health is SourceHealth.SILENT
