"""The state of a source after a pass."""

from datetime import UTC, datetime, timedelta

import pytest

from crawlers.health import next_state
from vigie.model import DocumentKind, PassReport, Source, SourceHealth, SourceState

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
SOURCE = Source("s", "feed", "https://a.example/feed", "A", DocumentKind.NEWS, interval=timedelta(minutes=15))
HOURLY = [NOW - timedelta(hours=hours) for hours in range(20)]


def report(ok: bool = True, retry_after: timedelta | None = None, reason: str = "http_500", **pages: int) -> PassReport:
    told = "" if ok else reason
    return PassReport("s", NOW, NOW, ok, message=told, retry_after=retry_after, reason=told, **pages)


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
    assert (bad.health, bad.error, bad.last_ok_at) == (SourceHealth.LATE, "http_500", NOW)


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


# --- why a source is not seen


def failed(reason: str, *, days: float, before: SourceState | None = None) -> SourceState:
    """The state after failures for one reason, a pass a day at first and one `days` later."""
    state = before or SourceState("s")
    for at in (NOW, NOW + timedelta(days=days)):
        told = PassReport("s", at, at, False, message=reason, reason=reason)
        state = next_state(state, told, SOURCE, [], at, 0.0)
    return state


@pytest.mark.parametrize("reason", ["http_401", "http_403", "robots", "login_wall", "consent_wall", "captcha", "noai"])
def test_a_source_that_refuses_us_is_blocked(reason: str) -> None:
    state = next_state(SourceState("s"), report(ok=False, reason=reason), SOURCE, [], NOW, 0.0)
    assert (state.health, state.reason) == (SourceHealth.BLOCKED, reason)


@pytest.mark.parametrize(
    ("reason", "days", "health"),
    [
        ("http_404", 1.9, SourceHealth.LATE),
        ("http_404", 2, SourceHealth.GONE),
        ("http_410", 2, SourceHealth.GONE),
        ("dns", 6, SourceHealth.LATE),
        ("dns", 7, SourceHealth.GONE),
        ("timeout", 60, SourceHealth.LATE),
    ],
)
def test_a_source_is_gone_when_it_was_not_there_for_days(reason: str, days: float, health: SourceHealth) -> None:
    assert failed(reason, days=days).health is health


def test_a_success_in_between_starts_the_days_anew() -> None:
    back = next_state(failed("http_404", days=1.5), report(), SOURCE, HOURLY, NOW, 0.0)
    assert failed("http_404", days=1, before=back).health is SourceHealth.LATE


def test_a_source_whose_pages_held_something_and_no_longer_do_has_changed() -> None:
    state = SourceState("s")
    for _ in range(3):
        state = next_state(state, report(parsed=5, barren=1), SOURCE, HOURLY, NOW, 0.0)
    states = [state := next_state(state, report(barren=2), SOURCE, HOURLY, NOW, 0.0) for _ in range(5)]
    assert [one.health for one in states[:1]] == [SourceHealth.OK]
    assert states[-1].health is SourceHealth.CHANGED
    assert states[-1].usual_yield > 0.6, "what is usual is not unlearnt while nothing is found"


def test_a_changed_source_is_well_once_its_pages_hold_something_again() -> None:
    state = SourceState("s")
    for parsed, barren in ((20, 0), (0, 20), (3, 0)):
        state = next_state(state, report(parsed=parsed, barren=barren), SOURCE, HOURLY, NOW, 0.0)
    assert state.health is SourceHealth.OK


def test_a_source_of_which_little_was_ever_found_has_not_changed() -> None:
    state = SourceState("s")
    for _ in range(20):
        state = next_state(state, report(parsed=1, barren=9), SOURCE, HOURLY, NOW, 0.0)
        assert state.health is SourceHealth.OK


def test_a_feed_that_is_none_any_more_has_changed_at_the_second_pass() -> None:
    good = next_state(SourceState("s"), report(), SOURCE, HOURLY, NOW, 0.0)
    first = next_state(good, report(ok=False, reason="not_a_feed"), SOURCE, HOURLY, NOW, 0.0)
    second = next_state(first, report(ok=False, reason="not_a_feed"), SOURCE, HOURLY, NOW, 0.0)
    assert (first.health, second.health) == (SourceHealth.LATE, SourceHealth.CHANGED)


def test_a_source_says_since_when_it_is_what_it_is() -> None:
    later = NOW + timedelta(days=3)
    once = failed("timeout", days=3)
    assert (once.since, once.failing_since, once.last_pass_at) == (NOW, NOW, later)


def test_what_an_older_vigie_called_failing_is_late() -> None:
    assert SourceHealth("failing") is SourceHealth.LATE
