"""What a pass says of its source's health, and when the source is read next. Pure."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from vigie.model import PassReport, Source, SourceHealth, SourceState

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
DAILY_RETRIES = 7  # a week of daily tries before it becomes one a week
MIN_ITEMS = 8  # fewer say nothing of a rhythm
SILENT_GAPS = 3
JITTER = 0.1  # passes come up to a tenth of their interval early, so that sources do not all come due together


def next_state(
    previous: SourceState, report: PassReport, source: Source, document_times: Sequence[datetime], now: datetime, jitter: float
) -> SourceState:
    """The state after a pass. `document_times` are publications, newest first; `jitter` is in [0, 1)."""
    failures = 0 if report.ok else previous.failures + 1
    times = sorted((moment for moment in document_times if moment <= now), reverse=True)  # a wrong future date is no sign of life
    gap = usual_gap(times) or previous.usual_gap
    last_item = times[0] if times else previous.last_item_at
    return SourceState(
        source_id=source.id,
        health=_health(report.ok, last_item, gap, now),
        last_pass_at=report.finished_at,
        last_ok_at=report.finished_at if report.ok else previous.last_ok_at,
        last_item_at=last_item,
        next_at=now + _wait(source.interval, failures, report.retry_after, jitter),
        failures=failures,
        error="" if report.ok else report.message,
        usual_gap=gap,
    )


def usual_gap(times: Sequence[datetime]) -> timedelta | None:
    """The time between two items that 95 % of the gaps stay within (nearest rank); None for fewer than eight items.

    `times` are in order, newest first.
    """
    if len(times) < MIN_ITEMS:
        return None
    gaps = sorted(later - earlier for later, earlier in pairwise(times))
    return gaps[math.ceil(0.95 * len(gaps)) - 1]


def _health(ok: bool, last_item: datetime | None, gap: timedelta | None, now: datetime) -> SourceHealth:
    if not ok:
        return SourceHealth.FAILING
    silent = last_item is not None and gap is not None and now - last_item > max(SILENT_GAPS * gap, DAY)
    return SourceHealth.SILENT if silent else SourceHealth.OK


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
