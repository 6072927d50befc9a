"""What a brand's arrivals amount to: the counts of the last twelve hours, and what is usual. The detector judges by them.

A mention counts when it was seen soon after it was published; what comes to light later only teaches what is usual. Copies of a
story seen in the last 48 hours are counted as copies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from alerts.detect.baseline import Baseline
from alerts.detect.lateness import Lateness
from alerts.detect.recent import SPAN, Bins, Recent

HOUR = 12
"""Bins in an hour; all times here are numbers of bins."""

LEARNING = 72 * HOUR
"""A brand is known after three days."""

_HISTORY_MENTIONS = 8  # so many old mentions are knowledge of the time they come from
_STORY_MEMORY = 48 * HOUR
_MAX_STORIES, _MAX_SITES = 6000, 2000  # 32 and 11 KB saved; beyond, the longest unseen are forgotten and count anew
_SILENCE = 6  # without a tick for longer, the collector is taken to have been down


class Seen(NamedTuple):
    """An arrival in bins."""

    seen: int
    published: int
    negative: bool
    story: str
    site: str


@dataclass(slots=True)
class _Hour:
    """What the running hour brought so far: learnt when it is over."""

    cell: int
    bins: int = 0
    mentions: int = 0
    negatives: int = 0


class Intake:
    """Sorts arrivals into fresh, copied and late, up to the last bin that was ticked."""

    def __init__(self, zone: str, last: int) -> None:
        self._zone = zone
        self.baseline = Baseline(zone, last + 1)
        self.bins = Bins(last - SPAN)
        self._known_since = last
        self._lateness = Lateness()
        self._stories, self._sites = Recent(_MAX_STORIES), Recent(_MAX_SITES)
        self._hour = _Hour(self.baseline.cell(last))
        self._usual_step: int | None = None
        self._silence = (0, 0)  # the bins of the last one, half-open

    @classmethod
    def begun(cls, zone: str, last: int, waiting: Sequence[Seen]) -> "Intake":
        """An intake at its first tick: it has learnt from what is old or was seen long ago, then counted what is fresh."""
        intake = cls(zone, last)
        old: list[Seen] = []
        fresh: list[Seen] = []
        for one in waiting:
            (old if intake._is_late(one) or one.seen <= last - SPAN else fresh).append(one)
        old.sort(key=lambda one: one.published)
        for one in old:
            intake._learn_late(one)
        if len(old) >= _HISTORY_MENTIONS:
            intake._known_since = old[0].published
        intake.baseline.draw_rhythm()
        for number in range(last - SPAN + 1, last + 1):
            intake._open_bin(number)
        intake.absorb(fresh)
        return intake

    @property
    def is_known(self) -> bool:
        """Whether enough is known of the brand to judge it."""
        return self.bins.last - self._known_since >= LEARNING

    def move_to(self, last: int, waiting: Sequence[Seen]) -> None:
        """Opens the bins up to `last`, each with what was seen in it; `waiting` is in order."""
        is_watched = not self._was_silent(last)
        position = 0
        for number in range(self.bins.last + 1, last + 1):
            cell = self._open_bin(number)
            if cell != self._hour.cell:
                self._learn_hour(cell)
            self._hour.bins += is_watched
            start = position
            while position < len(waiting) and waiting[position].seen <= number:
                position += 1
            self.absorb(waiting[start:position])
        self.absorb(waiting[position:])
        self._lateness.settle()
        self._stories.forget(last - _STORY_MEMORY)
        self._sites.forget(last - SPAN)

    def absorb(self, mentions: Iterable[Seen]) -> None:
        """Counts mentions into the bins there are, or learns from them when they are late."""
        for one in mentions:
            index = None if self._is_late(one) else self.bins.index(one.seen)
            if not self._is_backlog(one):
                self._lateness.learn(one.seen - one.published)
            if index is None:
                self._learn_late(one)
            else:
                self._count(one, index)

    def _was_silent(self, last: int) -> bool:
        """Whether the time up to `last` is far longer than the usual step; a rhythm of ticks that changed is soon the usual."""
        step, usual = last - self.bins.last, self._usual_step
        silent = usual is not None and step > max(_SILENCE, 3 * usual)
        if silent:
            self._silence = (self.bins.last + 1, last + 1)
        self._usual_step = min(step, 2 * usual) if usual else step
        return silent

    def _open_bin(self, number: int) -> int:
        """Begins the next bin with what it usually holds; returns its cell of the week."""
        cell = self.baseline.cell(number)
        usual = self.baseline.expected(cell)
        self.bins.open(usual, usual * self.baseline.share)
        return cell

    def _learn_hour(self, next_cell: int) -> None:
        hour, self._hour = self._hour, _Hour(next_cell)
        self.baseline.advance(self.bins.last)
        self.baseline.learn(hour.cell, hour.bins, hour.mentions, hour.negatives, capped=self.is_known)

    def _count(self, one: Seen, index: int) -> None:
        bins = self.bins
        self._note_site(one.site)
        if self._stories.see(one.story, bins.last) is not None:
            bins.copies[index] += 1
            bins.negative_copies[index] += one.negative
            return
        bins.mentions[index] += 1
        bins.negatives[index] += one.negative
        self._hour.mentions += 1
        self._hour.negatives += one.negative

    def _note_site(self, site: str) -> None:
        """Moves the site to the latest bin, so that each is counted once."""
        before = self._sites.see(site, self.bins.last)
        if before is not None and (place := self.bins.index(before)) is not None:
            self.bins.sites[place] -= 1
        self.bins.sites[-1] += 1

    def _learn_late(self, one: Seen) -> None:
        """Teaches the baseline; a copy teaches nothing, and neither does what was published while the collector was down."""
        is_copy = self._stories.see(one.story, self.bins.last) is not None
        if not is_copy and not self._is_backlog(one):
            self.baseline.learn_late(one.published, one.negative)

    def _is_late(self, one: Seen) -> bool:
        limit = Lateness.LEAST if self._is_backlog(one) else self._lateness.limit
        return one.seen - one.published > limit

    def _is_backlog(self, one: Seen) -> bool:
        return self._silence[0] <= one.published < self._silence[1]

    def state(self) -> dict[str, Any]:
        """All of it but the zone, for `restored`."""
        return {
            "baseline": self.baseline.state(),
            "bins": self.bins.state(),
            "known_since": self._known_since,
            "lateness": self._lateness.state(),
            "stories": self._stories.state(),
            "sites": self._sites.state(),
            "hour": asdict(self._hour),
            "usual_step": self._usual_step,
            "silence": self._silence,
        }

    @classmethod
    def restored(cls, zone: str, state: dict[str, Any]) -> "Intake":
        """The intake that `state` was taken from."""
        intake = cls(zone, state["bins"]["last"])
        intake.baseline = Baseline.restored(zone, state["baseline"])
        intake.bins = Bins.restored(state["bins"])
        intake._known_since = state["known_since"]
        intake._lateness = Lateness.restored(state["lateness"])
        intake._stories = Recent.restored(_MAX_STORIES, state["stories"])
        intake._sites = Recent.restored(_MAX_SITES, state["sites"])
        intake._hour = _Hour(**state["hour"])
        intake._usual_step = state["usual_step"]
        intake._silence = (state["silence"][0], state["silence"][1])
        return intake
