"""What detectors of topics share: what is spoken of now, and was not before. The topics themselves are read by the analysis.

A complaint theme is told when several complaints of a day name it; a crisis word at once, unless it is one that is often said.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from alerts.detect.baseline import BIN_S, bin_start
from alerts.detect.detector import NORMAL, Conditions, Verdict
from alerts.detect.intake import HOUR, LEARNING, last_bin, seen
from alerts.detect.recent import Recent, mark_of
from alerts.detect.saved import packed, unpacked
from alerts.detect.tails import rarity, still_usual
from vigie.model import Arrival, Signal, SignalKind

_VERSION = 2
_DAY = 24 * HOUR
_MEMORY = 28.0  # days that a topic's habit fades over
_BURST = 0.05  # mentions that one remark draws: what is said comes in company
_MOST_TOPICS = 100
_MOST_AT_ONCE, _MOST_KEPT = 20, 20  # topics met within a day, and mentions of each that are more than counted
_MAX_STORIES = 2000


class _Said(NamedTuple):
    """A mention of a topic, in bins."""

    seen: int
    published: int
    site: int  # its mark
    negative: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """Which topics `read` finds in a mention, and when they are told.

    A topic is told when it is met `least` times within a day, if that is as rare for the brand as the evidence `threshold` asks,
    or if the topic is usually met at most `alone` times a day. `fresh`: bins after which a mention is history. `lasts`: whether
    it is followed to its end. `from_the_start`: also in the first three days.
    """

    kind: SignalKind
    read: Callable[[Arrival], Iterable[str]]
    threshold: float
    least: int
    fresh: int
    alone: float = -1.0
    lasts: bool = True
    from_the_start: bool = False


class TopicDetector:
    """Tells of topics that are rare for the brand; each again after a day without. Ticks may be missing and of any length."""

    def __init__(self, brand_id: str, telling: Telling) -> None:
        self._brand_id, self._telling = brand_id, telling
        self._waiting: list[tuple[str, int, _Said]] = []  # topic, mark of topic and story
        self._recent: dict[str, list[_Said]] = {}  # the first of the last day
        self._counts: dict[str, list[list[int]]] = {}  # all of the last day, by topic: hours, each with its number
        self._habits: dict[str, float] = {}  # fading number of mentions, those of the last day not among them
        self._watched = 0.0  # fading number of days
        self._stories = Recent(_MAX_STORIES)
        self._told: dict[str, int] = {}
        self._first: int | None = None
        self._last = 0

    def observe(self, arrival: Arrival) -> None:
        """Takes in a mention; it counts from the next tick on."""
        topics = tuple(self._telling.read(arrival))
        if topics:
            one = seen(arrival)
            if one.seen - one.published <= self._telling.fresh:
                said = _Said(one.seen, one.published, one.site, one.negative)
                self._waiting += [(topic, mark_of(f"{topic} {arrival.story_id}"), said) for topic in topics]

    def tick(self, at: datetime, conditions: Conditions = NORMAL) -> Verdict:
        """Judges the last day, one mention per story and topic."""
        now, is_later = last_bin(at), True
        if self._first is None:
            self._first = self._last = now
        elif now <= self._last:
            now, is_later = self._last, False
        self._fade((now - self._last) / _DAY)
        self._last = now
        self._take_in(now)
        new = [topic for topic in self._counts if self._is_new(topic)]
        known = self._telling.from_the_start or now - self._first >= LEARNING
        lately = {topic: at_bin for topic, at_bin in self._told.items() if now - at_bin < _DAY}
        told = [topic for topic in new if topic not in lately] if is_later and known else []
        self._told = lately | dict.fromkeys([topic for topic in new if topic in lately or topic in told], now)
        current = self._signal(told or new, conditions)
        calm = not new and not current.is_blind
        return Verdict(current if told else None, current, calm=calm, lasts=self._telling.lasts)

    def _fade(self, days: float) -> None:
        factor = math.exp(-days / _MEMORY)
        self._watched = self._watched * factor + days
        self._habits = {topic: count * factor for topic, count in self._habits.items() if count * factor > 0.01}

    def _take_in(self, now: int) -> None:
        """Counts what waits, and turns what is older than a day into habit."""
        told = self._stories.see([mark for _, mark, _ in self._waiting], now)
        for (topic, _, said), before in zip(self._waiting, told, strict=True):
            if before is None and (topic in self._counts or len(self._counts) < _MOST_AT_ONCE):
                self._count(topic, said, now // HOUR)
        self._waiting.clear()
        for topic, hours in self._counts.items():
            while hours and now // HOUR - hours[0][0] >= _DAY // HOUR:
                self._habits[topic] = self._habits.get(topic, 0.0) + hours.pop(0)[1]
        self._counts = {topic: hours for topic, hours in self._counts.items() if hours}
        self._recent = {
            topic: [one for one in self._recent[topic] if now - one.seen < _DAY] or self._recent[topic][-1:]
            for topic in self._counts
        }
        self._stories.forget(now - 2 * _DAY)
        if len(self._habits) > _MOST_TOPICS:
            self._habits = dict(Counter(self._habits).most_common(_MOST_TOPICS))

    def _count(self, topic: str, said: _Said, hour: int) -> None:
        hours, kept = self._counts.setdefault(topic, []), self._recent.setdefault(topic, [])
        if not hours or hours[-1][0] < hour:
            hours.append([hour, 0])
        hours[-1][1] += 1
        if len(kept) < _MOST_KEPT:
            kept.append(said)

    def _met(self, topic: str) -> int:
        """How often the topic was met within the last day."""
        return sum(number for _, number in self._counts[topic])

    def _is_new(self, topic: str) -> bool:
        count, usual, telling = self._met(topic), self._usual(topic), self._telling
        return count >= telling.least and (usual <= telling.alone or rarity(count, usual + _BURST) >= telling.threshold)

    def _usual(self, topic: str) -> float:
        """Mentions of the topic in a usual day."""
        return self._habits.get(topic, 0.0) / max(1.0, self._watched)

    def _signal(self, topics: list[str], conditions: Conditions) -> Signal:
        """What is told of the topics. Of more than 20 mentions of one, tone, sites and beginning are those of the first."""
        told = [one for topic in topics for one in self._recent[topic]]
        met = sum(self._met(topic) for topic in topics)
        expected = sum(self._usual(topic) for topic in topics)
        rarest = max((rarity(self._met(topic), self._usual(topic) + _BURST) for topic in topics), default=0.0)
        since = min((one.published for one in told), default=self._last)
        return Signal(
            at=bin_start(self._last + 1),
            brand_id=self._brand_id,
            kind=self._telling.kind,
            evidence=rarest,
            window=timedelta(seconds=_DAY * BIN_S),
            seen=met,
            expected=expected,
            expected_high=still_usual(expected),
            negatives=round(met * sum(one.negative for one in told) / max(1, len(told))),
            expected_negatives=expected,
            usual_negative_share=1.0,
            stories=met,
            sites=len({one.site for one in told}),
            copies=0,
            onset=bin_start(since),
            coverage=conditions.seen_share,
            matched=tuple(sorted(topics, key=lambda topic: -self._met(topic))[:10]),
        )

    def dump(self) -> bytes:
        """All that it knew at its last tick, as JSON of at most 64 KB."""
        return packed(
            _VERSION,
            brand=self._brand_id,
            recent=self._recent,
            counts=self._counts,
            habits=self._habits,
            watched=self._watched,
            stories=self._stories.state(),
            told=self._told,
            ticks=[self._first, self._last],
        )

    @classmethod
    def load(cls, state: bytes, telling: Telling) -> "TopicDetector":
        """The detector that `dump` saved, with today's settings. Raises: VigieError when the bytes are not such a state."""
        with unpacked(state, _VERSION) as read:
            detector = cls(read["brand"], telling)
            detector._recent = {topic: [_Said(*one) for one in told] for topic, told in read["recent"].items()}
            detector._counts = read["counts"]
            detector._habits, detector._watched = read["habits"], read["watched"]
            detector._stories = Recent.restored(_MAX_STORIES, read["stories"])
            detector._told = read["told"]
            detector._first, detector._last = read["ticks"]
        return detector
