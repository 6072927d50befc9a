"""New complaint theme: what people complain of now, and did not before. The themes themselves are read by the analysis."""

import math
from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

from alerts.detect.baseline import BIN_S, bin_start
from alerts.detect.detector import NORMAL, Conditions, Verdict
from alerts.detect.intake import HOUR, LEARNING, last_bin, seen
from alerts.detect.recent import Recent
from alerts.detect.saved import packed, unpacked
from alerts.detect.tails import rarity, still_usual
from vigie.model import Arrival, Signal, SignalKind

_VERSION = 1
_DAY = 24 * HOUR
_MEMORY = 28.0  # days that a theme's habit fades over
_BURST = 0.05  # as in the bad-buzz channel: complaints come in company
_FRESH = 12 * HOUR
_MOST_THEMES = 100
_MOST_AT_ONCE, _MOST_RECENT = 20, 20  # themes complained of within a day, and complaints of each: more need not be told apart
_MAX_STORIES = 2000


class _Complaint(NamedTuple):
    seen: int
    published: int
    site: str


class ThemeDetector:
    """Tells of themes that are rare for the brand and met at least `least` times within a day; each again after a day without."""

    def __init__(self, brand_id: str, threshold: float, least: int) -> None:
        """`threshold` is evidence: -log10 of the chance of so many complaints of the theme in a day."""
        self._brand_id, self._threshold, self._least = brand_id, threshold, least
        self._waiting: list[tuple[str, str, _Complaint]] = []  # theme, story
        self._recent: dict[str, list[_Complaint]] = {}
        self._habits: dict[str, float] = {}  # fading number of complaints, those of the last day not among them
        self._watched = 0.0  # fading number of days
        self._stories = Recent(_MAX_STORIES)
        self._told: dict[str, int] = {}
        self._first: int | None = None
        self._last = 0

    def observe(self, arrival: Arrival) -> None:
        """Takes in a mention; it counts from the next tick on. Only complaints do: negative ones with a theme."""
        if arrival.negative >= 0.5 and arrival.themes and not arrival.compromised:
            one = seen(arrival)
            if one.seen - one.published <= _FRESH:
                for theme in arrival.themes:
                    self._waiting.append((theme, one.story, _Complaint(one.seen, one.published, one.site)))

    def tick(self, at: datetime, conditions: Conditions = NORMAL) -> Verdict:
        """Judges the last day, one complaint per story and theme."""
        now, is_later = last_bin(at), True
        if self._first is None:
            self._first = self._last = now
        elif now <= self._last:
            now, is_later = self._last, False
        self._fade((now - self._last) / _DAY)
        self._last = now
        self._take_in(now)
        new = [theme for theme in self._recent if self._is_new(theme)]
        known = now - self._first >= LEARNING
        lately = {theme: at_bin for theme, at_bin in self._told.items() if now - at_bin < _DAY}
        told = [theme for theme in new if theme not in lately] if is_later and known else []
        self._told = lately | dict.fromkeys([theme for theme in new if theme in lately or theme in told], now)
        current = self._signal(told or new, conditions)
        return Verdict(current if told else None, current, calm=not new and not current.is_blind)

    def _fade(self, days: float) -> None:
        factor = math.exp(-days / _MEMORY)
        self._watched = self._watched * factor + days
        self._habits = {theme: count * factor for theme, count in self._habits.items() if count * factor > 0.01}

    def _take_in(self, now: int) -> None:
        """Counts what waits, and turns what is older than a day into habit."""
        told = self._stories.see([f"{theme} {story}" for theme, story, _ in self._waiting], now)
        for (theme, _, complaint), before in zip(self._waiting, told, strict=True):
            if before is None and (theme in self._recent or len(self._recent) < _MOST_AT_ONCE):
                self._recent.setdefault(theme, []).append(complaint)
        self._waiting.clear()
        for theme, complaints in list(self._recent.items()):
            kept = [one for one in complaints if now - one.seen < _DAY][-_MOST_RECENT:]
            self._habits[theme] = self._habits.get(theme, 0.0) + len(complaints) - len(kept)
            self._recent[theme] = kept
        self._recent = {theme: complaints for theme, complaints in self._recent.items() if complaints}
        self._stories.forget(now - 2 * _DAY)
        if len(self._habits) > _MOST_THEMES:
            self._habits = dict(Counter(self._habits).most_common(_MOST_THEMES))

    def _is_new(self, theme: str) -> bool:
        count = len(self._recent[theme])
        return count >= self._least and rarity(count, self._usual(theme) + _BURST) >= self._threshold

    def _usual(self, theme: str) -> float:
        """Complaints of the theme in a usual day."""
        return self._habits.get(theme, 0.0) / max(1.0, self._watched)

    def _signal(self, themes: list[str], conditions: Conditions) -> Signal:
        told = [one for theme in themes for one in self._recent[theme]]
        expected = sum(self._usual(theme) for theme in themes)
        rarest = max((rarity(len(self._recent[theme]), self._usual(theme) + _BURST) for theme in themes), default=0.0)
        since = min((one.published for one in told), default=self._last)
        return Signal(
            at=bin_start(self._last + 1),
            brand_id=self._brand_id,
            kind=SignalKind.THEME,
            evidence=rarest,
            window=timedelta(seconds=_DAY * BIN_S),
            seen=len(told),
            expected=expected,
            expected_high=still_usual(expected),
            negatives=len(told),
            expected_negatives=expected,
            usual_negative_share=1.0,
            stories=len(told),
            sites=len({one.site for one in told}),
            copies=0,
            onset=bin_start(since),
            coverage=conditions.seen_share,
            matched=tuple(sorted(themes, key=lambda theme: -len(self._recent[theme]))[:10]),
        )

    def dump(self) -> bytes:
        """All that it knew at its last tick, as JSON of at most 64 KB."""
        return packed(
            _VERSION,
            brand=self._brand_id,
            recent=self._recent,
            habits=self._habits,
            watched=self._watched,
            stories=self._stories.state(),
            told=self._told,
            ticks=[self._first, self._last],
        )

    @classmethod
    def load(cls, state: bytes, threshold: float, least: int) -> "ThemeDetector":
        """The detector that `dump` saved, with today's settings. Raises: VigieError when the bytes are not such a state."""
        with unpacked(state, _VERSION) as read:
            detector = cls(read["brand"], threshold, least)
            detector._recent = {theme: [_Complaint(*one) for one in told] for theme, told in read["recent"].items()}
            detector._habits, detector._watched = read["habits"], read["watched"]
            detector._stories = Recent.restored(_MAX_STORIES, read["stories"])
            detector._told = read["told"]
            detector._first, detector._last = read["ticks"]
        return detector
