"""What a brand's arrivals amount to: the counts of the last twelve hours, and what is usual. The detectors judge by them.

A mention counts at the time of its publication when it was seen soon after; what comes to light later only teaches what is
usual. Copies of a story seen in the last 48 hours are counted as copies. What is usual is that of the sources that could be read.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from alerts.detect.baseline import BIN_S, Baseline, bin_of
from alerts.detect.coverage import Flows
from alerts.detect.detector import NORMAL, Conditions
from alerts.detect.lateness import Lateness, Pace
from alerts.detect.recent import SPAN, Bins, Recent, mark_of
from alerts.detect.saved import row, row_of
from vigie.model import Arrival

HOUR = 12
"""Bins in an hour; all times here are numbers of bins."""

_QUARTER = 3  # clocks everywhere are whole quarters of an hour apart, so a local hour begins with one

LEARNING = 72 * HOUR
"""A brand is known after three days."""

_HISTORY_MENTIONS = 8  # so many old mentions are knowledge of the time they come from
_STORY_MEMORY = 48 * HOUR
_MAX_STORIES, _MAX_SITES = 5000, 2000  # 27 and 11 KB saved; beyond, the longest unseen are forgotten and count anew
_SILENCE = 6  # without a tick for longer, the collector is taken to have been down
_NEGATIVE = 0.5  # probability from which a mention counts as negative
_LEAST_COVERAGE = 0.1  # what is expected never shrinks further: a mention from nowhere must not look like a flood


class Seen(NamedTuple):
    """An arrival in bins, with the marks of its story and its site."""

    seen: int
    published: int
    negative: bool
    story: int
    site: int
    source: str


def seen(arrival: Arrival) -> Seen:
    """The arrival in bins; one that is dated later than it was seen was published when it was seen."""
    at, published = bin_of(arrival.seen_at), bin_of(arrival.published_at)
    source = arrival.source_id
    story, site = mark_of(arrival.story_id), mark_of(arrival.site or source)
    return Seen(at, min(published, at), arrival.negative >= _NEGATIVE, story, site, source)


def last_bin(at: datetime) -> int:
    """The last bin that is over at `at`."""
    return math.ceil(at.timestamp() / BIN_S) - 1


@dataclass(slots=True)
class _Hour:
    """What the running hour brought so far: learnt when it is over. `bins` are those watched, each by the share that was seen."""

    cell: int
    bins: float = 0
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
        self._pace = self.bins.seen
        self._stories, self._sites = Recent(_MAX_STORIES), Recent(_MAX_SITES)
        self._hour = _Hour(self.baseline.cell(last))
        self._usual_step: int | None = None
        self._silence = (0, 0)  # the bins of the last one, half-open
        self._flows = Flows()
        self.coverage = 1.0

    @classmethod
    def begun(cls, zone: str, last: int, waiting: Sequence[Seen], conditions: Conditions = NORMAL) -> "Intake":
        """An intake at its first tick: it has learnt from what is old or was seen long ago, then counted what is fresh."""
        intake = cls(zone, last)
        old: list[Seen] = []
        fresh: list[Seen] = []
        for one in waiting:
            late = one.seen - one.published > Lateness.LEAST
            (old if late or one.seen <= last - SPAN else fresh).append(one)
        old.sort(key=lambda one: one.published)
        intake._flows.see([one.source for one in old], [one.published for one in old])
        for one in old:
            intake._learn_late(one)
        if len(old) >= _HISTORY_MENTIONS:
            intake._known_since = old[0].published
        intake.baseline.draw_rhythm()
        intake.bins.fill(last, *intake._usual_until(last))
        intake.absorb(fresh)
        intake._cover(conditions)
        return intake

    @property
    def is_known(self) -> bool:
        """Whether enough is known of the brand to judge it."""
        return self.bins.last - self._known_since >= LEARNING

    def move_to(self, last: int, waiting: Sequence[Seen], conditions: Conditions = NORMAL) -> None:
        """Opens the bins up to `last`, each with what was seen in it; `waiting` is in order."""
        is_watched = not self._was_silent(last)
        self._cover(conditions)
        position, end = 0, len(waiting)
        for number in range(self.bins.last + 1, last + 1):
            cell = self._open_bin(number, conditions.holiday)
            if cell != self._hour.cell:
                self._learn_hour(cell)
            self._hour.bins += is_watched * self.coverage
            start = position
            while position < end and waiting[position].seen <= number:
                position += 1
            if position > start:
                self.absorb(waiting[start:position])
        self.absorb(waiting[position:])
        self.bins.seen = self._seen_by(last)
        self._stories.forget(last - _STORY_MEMORY)
        self._sites.forget(last - SPAN)

    def absorb(self, mentions: Sequence[Seen]) -> None:
        """Counts mentions into the bins there are, or learns from them when they are late."""
        if not mentions:
            return
        published = [one.published for one in mentions]
        lags = [one.seen - one.published for one in mentions]
        fresh, oldest = mentions, min(published)
        late: Sequence[Seen] = ()
        if max(lags) > self._lateness.limit or oldest <= self.bins.last - SPAN or oldest < self._silence[1]:
            fresh, late = self._sorted_out(mentions)
            lags = [one.seen - one.published for one in mentions if not self._is_backlog(one)]
        self._flows.see([one.source for one in mentions], published)
        self._lateness.learn(lags)
        self._count(fresh)
        for one in late:
            self._learn_late(one)

    def _sorted_out(self, mentions: Sequence[Seen]) -> tuple[list[Seen], list[Seen]]:
        """The fresh ones and the late ones; of a backlog less is fresh."""
        limit, forgotten = self._lateness.limit, self.bins.last - SPAN
        fresh: list[Seen] = []
        late: list[Seen] = []
        for one in mentions:
            most = Lateness.LEAST if self._is_backlog(one) else limit
            (late if one.seen - one.published > most or one.published <= forgotten else fresh).append(one)
        return fresh, late

    def _seen_by(self, last: int) -> Pace:
        """How much of what is usual in the latest bins should have been seen by now: by the brand's pace and its main sources."""
        shown = self._flows.shown(last) if self._pace[-1] < 1 else None
        if shown is None:
            return self._pace
        return tuple(pace + (1 - pace) * share for pace, share in zip(self._pace, shown, strict=True))

    def _cover(self, conditions: Conditions) -> None:
        """Notes how much is seen from now on. Sources that are back bring what they kept: it was to be expected, then."""
        before, self.coverage = self.coverage, max(_LEAST_COVERAGE, self._flows.coverage(conditions))
        if self.coverage > before:
            bins, share = self.bins, self.baseline.share
            for back in range(1, self._lateness.limit + 1):
                usual = self.baseline.expected(self.baseline.cell(bins.last + 1 - back)) * self.coverage
                bins.usual[-back] = max(bins.usual[-back], usual)
                bins.usual_negatives[-back] = max(bins.usual_negatives[-back], usual * share)

    def _was_silent(self, last: int) -> bool:
        """Whether the time up to `last` is far longer than the usual step; a rhythm of ticks that changed is soon the usual."""
        step, usual = last - self.bins.last, self._usual_step
        silent = usual is not None and step > max(_SILENCE, 3 * usual)
        if silent:
            self._silence = (self.bins.last + 1, last + 1)
        self._usual_step = min(step, 2 * usual) if usual else step
        return silent

    def _usual_until(self, last: int) -> tuple[list[float], list[float]]:
        """What the bins up to `last` usually hold, and of negatives: one look at the calendar for each quarter of an hour."""
        quarters = range((last - SPAN + 1) // _QUARTER, last // _QUARTER + 1)
        by_quarter = [self.baseline.expected(self.baseline.cell(quarter * _QUARTER)) for quarter in quarters]
        start, share = (last - SPAN + 1) % _QUARTER, self.baseline.share
        usual = [one for one in by_quarter for _ in range(_QUARTER)][start : start + SPAN]
        return usual, [one * share for one in usual]

    def _open_bin(self, number: int, holiday: bool) -> int:
        """Begins the next bin with what the sources that are seen usually bring; returns its cell of the week."""
        cell = self.baseline.cell(number, holiday)
        usual = self.baseline.expected(cell) * self.coverage
        self.bins.open(usual, usual * self.baseline.share)
        return cell

    def _learn_hour(self, next_cell: int) -> None:
        hour, self._hour = self._hour, _Hour(next_cell)
        self._pace = self._lateness.settle()
        self._flows.settle()
        self.baseline.advance(self.bins.last)
        self.baseline.learn(hour.cell, hour.bins, hour.mentions, hour.negatives, capped=self.is_known)

    def _count(self, fresh: Sequence[Seen]) -> None:
        """Counts each in the bin of its publication, copies apart."""
        self._note_sites([one.site for one in fresh])
        told_before = self._stories.see([one.story for one in fresh], self.bins.last)
        news = [one for one, told in zip(fresh, told_before, strict=True) if told is None]
        negatives = [one.published for one in news if one.negative]
        self.bins.count([one.published for one in news], negatives)
        self._hour.mentions += len(news)
        self._hour.negatives += len(negatives)
        if len(news) < len(fresh):
            copies = [one for one, told in zip(fresh, told_before, strict=True) if told is not None]
            self.bins.count_copies([one.published for one in copies], [one.published for one in copies if one.negative])

    def _note_sites(self, sites: Sequence[int]) -> None:
        """Moves each site to the latest bin, so that it is counted once."""
        counts, last = self.bins.sites, self.bins.last
        for before in self._sites.see(sites, last):
            if before != last:
                counts[-1] += 1
                if before is not None and before > last - SPAN:
                    counts[before - last - 1] -= 1

    def _learn_late(self, one: Seen) -> None:
        """Teaches the baseline; a copy teaches nothing, and neither does what was published while the collector was down."""
        [told] = self._stories.see([one.story], self.bins.last)
        if told is None and not self._is_backlog(one):
            self.baseline.learn_late(one.published, one.negative)

    def _is_backlog(self, one: Seen) -> bool:
        return self._silence[0] <= one.published < self._silence[1]

    def state(self) -> dict[str, Any]:
        """All of it but the zone, for `restored`."""
        hour = self._hour
        return {
            "baseline": self.baseline.state(),
            "bins": self.bins.state(),
            "known_since": self._known_since,
            "lateness": self._lateness.state(),
            "pace": row(self._pace),
            "stories": self._stories.state(),
            "sites": self._sites.state(),
            "hour": [hour.cell, hour.bins, hour.mentions, hour.negatives],
            "usual_step": self._usual_step,
            "silence": self._silence,
            "flows": self._flows.state(),
            "coverage": self.coverage,
        }

    @classmethod
    def restored(cls, zone: str, state: dict[str, Any]) -> "Intake":
        """The intake that `state` was taken from."""
        intake = cls(zone, state["bins"]["last"])
        intake.baseline = Baseline.restored(zone, state["baseline"])
        intake.bins = Bins.restored(state["bins"])
        intake._known_since = state["known_since"]
        intake._lateness = Lateness.restored(state["lateness"])
        intake._pace = tuple(row_of(state["pace"]))
        intake._stories = Recent.restored(_MAX_STORIES, state["stories"])
        intake._sites = Recent.restored(_MAX_SITES, state["sites"])
        intake._hour = _Hour(*state["hour"])
        intake._usual_step = state["usual_step"]
        intake._silence = (state["silence"][0], state["silence"][1])
        intake._flows = Flows.restored(state["flows"])
        intake.coverage = state["coverage"]
        return intake
