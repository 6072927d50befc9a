"""The detectors at their posts: in memory from one tick to the next, and in the state for whoever goes on after a crash.

Under the alert desk. Most ticks bring most detectors nothing, so a detector is written when it was given something or told
something, and at every twelfth tick at least. The ticks themselves are written for all of them together: a memory that is read is
first ticked through those that it has not seen, which makes it exactly what it was in the process that is gone.
"""

import gc
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from alerts.detect import Conditions, Detector, Verdict
from alerts.rules import RuleOptions
from config.schema import Brand, RuleRow
from vigie.errors import VigieError
from vigie.ports import State

_LOG = logging.getLogger(__name__)
_BATCH = 10_000
_LONGEST = 12  # ticks that a detector goes unwritten, and that are kept
_TICKS = "ticks"
"""Under which the latest ticks are kept, beside the detectors."""


class Tick(NamedTuple):
    """A look at all brands: when, and which of how many sources could not be trusted to have been seen."""

    at: datetime
    unseen: frozenset[str]
    sources: int


@dataclass(frozen=True, slots=True)
class Watch:
    """One brand under one rule: a detector with a memory of its own."""

    rule: RuleRow
    brand: Brand
    options: RuleOptions

    @property
    def name(self) -> str:
        """Under which the detector's memory is kept."""
        return f"detector/{self.rule.id}/{self.brand.id}"


@dataclass(slots=True)
class Post:
    """A watch at work: its detector, and the last arrival that it was given.

    `stirred`: it knows what no tick alone tells it. `unwritten`: the ticks since it was written.
    """

    watch: Watch
    detector: Detector
    cursor: int = 0
    stirred: bool = False
    unwritten: int = 0

    def tick(self, at: datetime, conditions: Conditions) -> Verdict:
        """The detector's verdict."""
        verdict = self.detector.tick(at, conditions)
        self.stirred |= verdict.alert is not None or verdict.worse
        return verdict


class Posts:
    """All watches at work. `called` and `keep` belong into one transaction of the state; when it fails, `forget`."""

    def __init__(self, watches: Sequence[Watch], state: State, zone: str, conditions: Callable[[str, Tick], Conditions]) -> None:
        """`zone` gives the local hours; `conditions` says under which a brand's tick was judged."""
        self._watches = watches
        self._state = state
        self._zone = zone
        self._conditions = conditions
        self._posts: list[Post] | None = None
        self._ticks: list[Tick] = []
        self._written = b""
        self._turn = 0

    def called(self) -> Sequence[Post]:
        """Every post as of the last tick, given what arrived since. They are read anew when another process has ticked."""
        if self._posts is None or self._state.detector_state(_TICKS) != self._written:
            self._posts, self._ticks = self._read_all()
        self._feed(self._posts)
        return self._posts

    def read(self) -> list[Post]:
        """Every post as the state knows it, given what arrived since; apart from those in memory."""
        posts, _ = self._read_all()
        self._feed(posts)
        return posts

    def keep(self, tick: Tick) -> None:
        """Writes what another process needs to go on after `tick`."""
        self._ticks = [*self._ticks, tick][-_LONGEST:]
        self._turn = (self._turn + 1) % _LONGEST
        for number, post in enumerate(self._posts or ()):
            post.unwritten += 1
            if post.stirred or post.unwritten >= _LONGEST or number % _LONGEST == self._turn:
                head = f"{post.cursor} {tick.at.isoformat()}\n".encode("ascii")
                self._state.save_detector_state(post.watch.name, head + post.detector.dump())
                post.stirred, post.unwritten = False, 0
        self._written = _written(self._ticks)
        self._state.save_detector_state(_TICKS, self._written)

    def forget(self) -> None:
        """Drops what is in memory: it was not written."""
        self._posts = None

    def _read_all(self) -> tuple[list[Post], list[Tick]]:
        """Every post as of the last tick, and the latest ticks."""
        ticks = _ticks_of(self._state.detector_state(_TICKS))
        with _all_to_stay():
            return [self._read(watch, ticks) for watch in self._watches], ticks

    def _read(self, watch: Watch, ticks: Sequence[Tick]) -> Post:
        """A watch with its memory; one without, or with one that cannot be read, learns from all arrivals there are."""
        saved = self._state.detector_state(watch.name)
        if saved is not None:
            head, _, dumped = saved.partition(b"\n")
            cursor, _, at = head.decode("ascii", "replace").partition(" ")
            try:
                post = Post(watch, watch.options.resume(dumped, self._zone), int(cursor), stirred=not at)
                if at:
                    self._catch_up(post, datetime.fromisoformat(at), ticks)
                return post
            except (VigieError, ValueError):
                _LOG.exception("event=detector_state_lost name=%s", watch.name)
        return Post(watch, watch.options.begin(watch.brand.id, self._zone), stirred=True)

    def _catch_up(self, post: Post, since: datetime, ticks: Sequence[Tick]) -> None:
        """Ticks the post through those after `since`: none of them brought it anything, or it would have been written then."""
        for tick in ticks:
            if tick.at > since:
                post.detector.tick(tick.at, self._conditions(post.watch.brand.id, tick))
                post.unwritten += 1

    def _feed(self, posts: Sequence[Post]) -> None:
        """Gives each arrival to the posts of its brand that have not had it."""
        by_brand = defaultdict(list)
        for post in posts:
            by_brand[post.watch.brand.id].append(post)
        cursor = min((post.cursor for post in posts), default=0)
        while posts and (arrivals := self._state.arrivals_after(cursor, _BATCH)):
            for arrival in arrivals:
                for post in by_brand[arrival.brand_id]:
                    if arrival.sequence > post.cursor:
                        post.detector.observe(arrival)
                        post.stirred = True
            cursor = arrivals[-1].sequence
        for post in posts:
            post.cursor = max(post.cursor, cursor)


@contextmanager
def _all_to_stay() -> Iterator[None]:
    """Spares Python's collector walking what is read, again and again as it grows: a third of the time for 10,000 brands."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _written(ticks: Sequence[Tick]) -> bytes:
    return json.dumps([[tick.at.isoformat(), sorted(tick.unseen), tick.sources] for tick in ticks]).encode("ascii")


def _ticks_of(written: bytes | None) -> list[Tick]:
    """The ticks that `_written` wrote; none when they cannot be read: to the detectors it is as if they had been missing."""
    try:
        read = json.loads(written or b"[]")
        return [Tick(datetime.fromisoformat(at), frozenset(unseen), sources) for at, unseen, sources in read]
    except (ValueError, TypeError):
        _LOG.exception("event=ticks_lost")
        return []
