"""A page that prints times of today which are still to come is in another zone than its source was declared in."""

from datetime import UTC, datetime

import pytest

from crawlers.clock import zone_of
from crawlers.comments import read_comments
from crawlers.tree import parse_page

NOW = datetime(2026, 7, 3, 18, 10, tzinfo=UTC)


def zone(body: str, declared: str = "Etc/UTC", now: datetime = NOW) -> str:
    root = parse_page(f"<html><body>{body}</body></html>".encode(), None)
    assert root is not None
    return zone_of(root, declared, now)


@pytest.mark.parametrize(
    "line",
    ["<td>Aujourd’hui 19:53</td>", "<p>Posté aujourd'hui à 19h10</p>", "<b>Aujourd'hui</b> à 19:53:02", "<i>today, 19:53</i>"],
)
def test_a_time_of_today_that_is_still_to_come_tells_that_the_site_is_in_paris(line: str) -> None:
    assert zone(f"<div>{line}</div>") == "Europe/Paris"


def test_exact_dates_of_the_page_tell_its_zone_before_any_guess() -> None:
    page = '<time datetime="2026-07-01T10:00:00+04:00">1er juillet</time><td>Aujourd’hui 19:53</td>'
    assert zone(page) == "Etc/GMT-4"


def test_a_site_east_of_paris_is_in_the_nearest_zone_in_which_its_times_are_past() -> None:
    assert zone("<td>Aujourd’hui 21:53</td>", "Europe/Paris") == "Etc/GMT-4"


def test_after_midnight_a_site_where_it_is_still_yesterday_is_in_the_nearest_zone_to_the_west() -> None:
    just_after_midnight = datetime(2026, 1, 3, 23, 5, tzinfo=UTC)  # the 4th in Paris
    assert zone("<td>Aujourd’hui 22:50</td>", "Europe/Paris", just_after_midnight) == "Etc/UTC"


@pytest.mark.parametrize(
    "line",
    ["<td>Aujourd’hui 18:05</td>", "<p>Le bus passe aujourd'hui à 19:53 devant la gare</p>", "<td>Hier 23:50</td>",
     "<td>Aujourd’hui</td>", "<time datetime='2026-07-01T10:00:00+04:00'>1er juillet</time>"],
)  # fmt: skip
def test_a_page_whose_times_are_past_is_in_the_zone_of_its_source(line: str) -> None:
    assert zone(line) == "Etc/UTC"


def test_a_comment_of_today_is_dated_by_the_zone_that_its_page_shows() -> None:
    page = '<html><body><div class="comment" id="comment-7"><b class="fn">Zoé</b> <span class="date">aujourd’hui à 19:53</span>'
    page += '<div class="comment-content"><p>Bien vu, merci.</p></div></div></body></html>'
    found = read_comments(page.encode(), "https://x.example/a", encoding=None, now=NOW, zone="Etc/UTC").comments
    assert [one.published and one.published.at for one in found] == [datetime(2026, 7, 3, 17, 53, tzinfo=UTC)]
