"""How long a site asks to be left alone, in every form that servers send, and how long it is remembered."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Response

from config.schema import Crawl
from crawlers.manners import Manners
from crawlers.middlewares.retry_after import DEFAULT_WAIT, LONGEST_WAIT, requested_wait
from crawlers.robots import read_robots
from vigie.clock import SimulatedClock

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
SITE = "https://gazette.example"
ROBOTS = read_robots("User-agent: *\nDisallow: /prive")


def wait(value: str | bytes, status: int = 429) -> timedelta | None:
    return requested_wait(Response(SITE, status=status, headers={"Retry-After": value}), NOW)


@pytest.fixture
def manners() -> Manners:
    return Manners(Crawl(), SimulatedClock(NOW))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("0000000000120", 120),
        ("Thu, 12 Mar 2026 09:10:00 GMT", 600),
        ("Thu, 12 Mar 2020 09:10:00 GMT", 0),
    ],
)
def test_a_wait_is_read_in_seconds_and_as_a_date(value: str, seconds: int) -> None:
    assert wait(value) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["100000", "9" * 12, "9" * 5000, "Thu, 12 Mar 2027 09:10:00 GMT"])
def test_no_wait_is_longer_than_a_day(value: str) -> None:
    assert wait(value) == LONGEST_WAIT


@pytest.mark.parametrize("value", ["", "bientôt", "-5", "1.5", "Thu, 12 Mar 99999999999999999999 09:10:00 GMT"])
def test_a_wait_that_cannot_be_read_is_the_usual_one_for_429_and_none_for_503(value: str) -> None:
    assert (wait(value), wait(value, 503)) == (DEFAULT_WAIT, None)


@given(st.one_of(st.binary(max_size=40), st.text("0123456789 :GMTJanFri,+-").map(str.encode)))
def test_no_header_breaks_the_pass(value: bytes) -> None:
    asked = wait(value)
    assert asked is not None
    assert timedelta(0) <= asked <= LONGEST_WAIT


@pytest.mark.parametrize("shorter", [timedelta(0), timedelta(minutes=1)])
def test_a_shorter_wait_does_not_end_a_longer_one(manners: Manners, shorter: timedelta) -> None:
    manners.hold(SITE, timedelta(hours=2))
    manners.hold(SITE, shorter)
    assert manners.held_for(SITE) == timedelta(hours=2)


def test_a_longer_wait_replaces_a_shorter_one(manners: Manners) -> None:
    manners.hold(SITE, timedelta(minutes=1))
    manners.hold(SITE, timedelta(hours=2))
    assert manners.held_for(SITE) == timedelta(hours=2)


def test_what_is_over_is_forgotten_when_something_new_is_kept() -> None:
    clock = SimulatedClock(NOW)
    manners = Manners(Crawl(), clock)
    manners.hold("https://over.example", timedelta(minutes=1))
    manners.keep_robots("https://over.example", ROBOTS)
    clock.advance(timedelta(days=2))
    manners.hold(SITE, timedelta(minutes=1))
    manners.keep_robots(SITE, ROBOTS)
    assert SITE in repr(manners)
    assert "over.example" not in repr(manners)
