"""The buckets of a histogram: where each begins, and the counts that fall into it. Pure."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vigie.model import SentimentLabel
from vigie.ports import Bucket, Tally
from vigie.store.codec import microseconds

_DAY = timedelta(days=1)


def bucket_starts(start: datetime, end: datetime, step: timedelta, zone: ZoneInfo) -> list[datetime]:
    """Where the buckets of `[start, end)` begin, in UTC: at `start`, then every `step`; whole days begin at the zone's midnights.

    Raises: ValueError when `step` is not positive.
    """
    if step <= timedelta(0):
        raise ValueError("the step of a histogram must be positive")
    if start >= end:
        return []
    starts = [start.astimezone(UTC)]
    day, count = start.astimezone(zone).date(), 1
    while True:
        following = midnight(day + count * step, zone) if is_whole_days(step) else starts[0] + count * step
        if following >= end:
            return starts
        starts.append(following)
        count += 1


def is_whole_days(step: timedelta) -> bool:
    return step % _DAY == timedelta(0)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of `day` in `zone`, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def fill(starts: Sequence[datetime], counts: Iterable[tuple[int, str, int]]) -> list[Bucket]:
    """A bucket for each of `starts`, from (moment in microseconds, tone, number); no moment is before the first start."""
    edges = [microseconds(start) for start in starts]
    filled: Counter[tuple[int, str]] = Counter()
    for at, label, number in counts:
        filled[bisect_right(edges, at) - 1, label] += number
    return [Bucket(start, tally({label: filled[place, label] for label in SentimentLabel})) for place, start in enumerate(starts)]


def tally(numbers: Mapping[SentimentLabel, int]) -> Tally:
    """Counts by tone; a tone that is not named has none."""
    return Tally(
        numbers.get(SentimentLabel.NEGATIVE, 0),
        numbers.get(SentimentLabel.NEUTRAL, 0),
        numbers.get(SentimentLabel.POSITIVE, 0),
    )


def tallies(counts: Iterable[tuple[str, str, int]]) -> dict[str, Tally]:
    """A tally for each key, from (key, tone, number)."""
    numbers: dict[str, dict[SentimentLabel, int]] = {}
    for key, label, number in counts:
        by_label = numbers.setdefault(key, {})
        by_label[SentimentLabel(label)] = by_label.get(SentimentLabel(label), 0) + number
    return {key: tally(by_label) for key, by_label in numbers.items()}
