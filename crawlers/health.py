"""What a pass says of its source's health, and when the source is read next. Pure."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from crawlers.optouts import REASONS
from crawlers.visit import REFUSED
from vigie.model import PassReport, Source, SourceHealth, SourceState

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
DAILY_RETRIES = 7  # a week of daily tries before it becomes one a week
MIN_ITEMS = 8  # fewer say nothing of a rhythm
SILENT_GAPS = 3
JITTER = 0.1  # passes come up to a tenth of their interval early, so that sources do not all come due together

KNOWN_PAGES = 8  # fewer say nothing of a yield
LEAST_YIELD = 0.3  # a source of which less is read has no yield that could fall
FALLEN = 0.3  # of the usual yield: below, the pages are not what they were
RECENT, USUAL = 0.8, 0.98  # what each page leaves of the yield before it: about the last 5 pages, and the last 50

BLOCKS = REFUSED | frozenset(REASONS.values()) | {"robots"}
"""Reasons with which a site says that it does not want to be read."""

UNREADABLE = frozenset(("broken_feed", "not_a_feed", "nothing_found", "no_forum", "unreadable", "broken_sitemap"))
"""Reasons of a page that came, but is not what it was taken for."""

GONE_AFTER = {**dict.fromkeys(("http_404", "http_410", "soft_404"), 2 * DAY), "dns": WEEK}


def next_state(
    previous: SourceState, report: PassReport, source: Source, document_times: Sequence[datetime], now: datetime, jitter: float
) -> SourceState:
    """The state after a pass. `document_times` are publications, newest first; `jitter` is in [0, 1)."""
    failures = 0 if report.ok else previous.failures + 1
    times = sorted((moment for moment in document_times if moment <= now), reverse=True)  # a wrong future date is no sign of life
    after = replace(
        _with_yield(previous, report),
        last_pass_at=report.finished_at,
        last_ok_at=report.finished_at if report.ok else previous.last_ok_at,
        last_item_at=times[0] if times else previous.last_item_at,
        next_at=now + _wait(source.interval, failures, report.retry_after, jitter),
        failures=failures,
        failing_since=None if report.ok else previous.failing_since or report.finished_at,
        error="" if report.ok else report.message,
        reason="" if report.ok else report.reason,
        usual_gap=usual_gap(times) or previous.usual_gap,
    )
    health = _health(after, now)
    return replace(after, health=health, since=previous.since if health is previous.health else now)


def _with_yield(state: SourceState, report: PassReport) -> SourceState:
    """The state with the pages of a pass learnt. What is usual stands still while the yield is fallen."""
    pages = report.parsed + report.barren
    if not pages:
        return state
    share = report.parsed / pages
    recent = share + (state.recent_yield - share) * RECENT**pages
    weight = max(pages / (state.pages + pages), 1 - USUAL**pages)  # the mean, as long as little is known
    usual = state.usual_yield + (share - state.usual_yield) * weight
    is_fallen = _has_fallen(state.pages, state.usual_yield, recent)
    return replace(state, pages=state.pages + pages, recent_yield=recent, usual_yield=state.usual_yield if is_fallen else usual)


def _has_fallen(pages: int, usual: float, recent: float) -> bool:
    return pages >= KNOWN_PAGES and usual >= LEAST_YIELD and recent < FALLEN * usual


def usual_gap(times: Sequence[datetime]) -> timedelta | None:
    """The time between two items that 95 % of the gaps stay within (nearest rank); None for fewer than eight items.

    `times` are in order, newest first.
    """
    if len(times) < MIN_ITEMS:
        return None
    gaps = sorted(later - earlier for later, earlier in pairwise(times))
    return gaps[math.ceil(0.95 * len(gaps)) - 1]


def _health(state: SourceState, now: datetime) -> SourceHealth:
    """What the state shows; its own `health` is not looked at."""
    if state.failing_since is not None:
        return _failing(state, now - state.failing_since)
    if _has_fallen(state.pages, state.usual_yield, state.recent_yield):
        return SourceHealth.CHANGED
    gap, last_item = state.usual_gap, state.last_item_at
    silent = last_item is not None and gap is not None and now - last_item > max(SILENT_GAPS * gap, DAY)
    return SourceHealth.SILENT if silent else SourceHealth.OK


def _failing(state: SourceState, lasted: timedelta) -> SourceHealth:
    """What a source is whose last pass failed; it has failed for `lasted`."""
    if state.reason in BLOCKS:
        return SourceHealth.BLOCKED
    if state.reason in GONE_AFTER and lasted >= GONE_AFTER[state.reason]:
        return SourceHealth.GONE
    if state.reason in UNREADABLE and state.last_ok_at is not None and state.failures > 1:
        return SourceHealth.CHANGED
    return SourceHealth.LATE


def _wait(interval: timedelta, failures: int, retry_after: timedelta | None, jitter: float) -> timedelta:
    asked = retry_after or timedelta(0)
    return max(_back_off(interval, failures) - interval * JITTER * jitter, asked)


def _back_off(interval: timedelta, failures: int) -> timedelta:
    """The interval; after failures its doublings up to a day, a week of daily tries, then one a week."""
    if failures <= 1 or interval >= WEEK:
        return interval
    doublings_to_a_day = max(0, math.ceil(math.log2(DAY / interval)))
    if failures - 1 < doublings_to_a_day:
        return interval * (1 << (failures - 1))
    return max(DAY, interval) if failures - 1 - doublings_to_a_day < DAILY_RETRIES else WEEK
