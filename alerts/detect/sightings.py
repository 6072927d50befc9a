"""What detectors of single facts share: something worth telling is seen, and told once. No counts are judged.

An article in a national outlet, a page of one's own that was broken into: each is told at the tick after it came to light.
"""

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
from vigie.model import Arrival, Signal, SignalKind

_VERSION = 1
_MOST_KEYS = 2000  # 35 KB saved at most; beyond, the longest unseen are forgotten and may be told anew
_MOST_KEPT = 150  # what waits for the end of a pause; beyond, the oldest are left out
_MOST_NAMED = 10
_FRESH = 48 * HOUR  # what was published earlier is history that comes to light


class Sighting(NamedTuple):
    """One reason to tell of an arrival: `key` is what is told once, `name` what people read."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Habit:
    """How a kind of sighting is told.

    Once something was told, the next waits `pause` bins and is told together with what came meanwhile. `from_the_start`: also in
    the first three days.
    """

    kind: SignalKind
    pause: int = 0
    from_the_start: bool = True


class _Found(NamedTuple):
    """An arrival that is to be told, in bins."""

    seen: int
    published: int
    negative: bool
    site: int  # its mark
    names: tuple[str, ...]


class SightingDetector:
    """Tells of the arrivals in which `read` finds something that was not told before. Ticks may be missing and of any length."""

    def __init__(self, brand_id: str, habit: Habit, read: Callable[[Arrival], Iterable[Sighting]]) -> None:
        self._brand_id = brand_id
        self._habit = habit
        self._read = read
        self._waiting: list[tuple[_Found, tuple[Sighting, ...]]] = []
        self._found: list[_Found] = []
        self._known = Recent(_MOST_KEYS)
        self._first: int | None = None
        self._last: int | None = None
        self._told: int | None = None

    def observe(self, arrival: Arrival) -> None:
        """Takes in an arrival; it counts from the next tick on."""
        sightings = tuple(self._read(arrival))
        if sightings:
            one = seen(arrival)
            if one.seen - one.published <= _FRESH:
                self._waiting.append((_Found(one.seen, one.published, one.negative, one.site, ()), sightings))

    def tick(self, at: datetime, conditions: Conditions = NORMAL) -> Verdict:
        """Tells what was found. A tick that is not later than the last tells nothing, and loses nothing."""
        now = last_bin(at)
        is_later = self._last is None or now > self._last
        if self._first is None:
            self._first = now
        self._last = now if self._last is None else max(now, self._last)
        self._sort_out(self._last)
        may_tell = self._habit.from_the_start or self._last - self._first >= LEARNING
        if not may_tell:
            self._found.clear()
        is_paused = self._told is not None and self._last - self._told < self._habit.pause
        told = self._found if is_later and not is_paused else []
        current = self._signal(told, conditions)
        if not told:
            del self._found[:-_MOST_KEPT]
            return Verdict(None, current, calm=not current.is_blind, lasts=False)
        self._told, self._found = self._last, []
        return Verdict(current, current, calm=False, lasts=False)

    def _sort_out(self, now: int) -> None:
        """Keeps, of what waits, the sightings that are news."""
        for found, sightings in self._waiting:
            known = self._known.see([mark_of(one.key) for one in sightings], now)
            names = tuple(one.name for one, before in zip(sightings, known, strict=True) if before is None)
            if names:
                self._found.append(found._replace(names=names))
        self._waiting.clear()

    def _signal(self, told: list[_Found], conditions: Conditions) -> Signal:
        now = self._last or 0
        since = min((one.seen for one in told), default=now)
        names = Counter(name for one in told for name in dict.fromkeys(one.names))
        return Signal(
            at=bin_start(now + 1),
            brand_id=self._brand_id,
            kind=self._habit.kind,
            evidence=0.0,
            window=timedelta(seconds=(now + 1 - min(since, now)) * BIN_S),
            seen=len(told),
            expected=0.0,
            expected_high=0,
            negatives=sum(one.negative for one in told),
            expected_negatives=0.0,
            usual_negative_share=0.0,
            stories=len(told),
            sites=len({one.site for one in told}),
            copies=0,
            onset=bin_start(min((one.published for one in told), default=now)),
            coverage=conditions.seen_share,
            matched=tuple(name for name, _ in names.most_common(_MOST_NAMED)),
        )

    def dump(self) -> bytes:
        """All that was known at the last tick, as JSON of at most 64 KB; what was observed since is not in it."""
        ticks = [self._first, self._last, self._told]
        return packed(_VERSION, brand=self._brand_id, found=self._found, known=self._known.state(), ticks=ticks)

    def restored(self, state: bytes) -> "SightingDetector":
        """This detector, going on from what `dump` saved. Raises: VigieError when the bytes are not such a state."""
        with unpacked(state, _VERSION) as read:
            self._brand_id = read["brand"]
            self._found = [_Found(at, published, bad, site, tuple(names)) for at, published, bad, site, names in read["found"]]
            self._known = Recent.restored(_MOST_KEYS, read["known"])
            self._first, self._last, self._told = read["ticks"]
        return self
