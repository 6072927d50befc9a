"""The last twelve hours of a brand in bins of five minutes, and which stories and sites were seen lately."""

import zlib
from collections import OrderedDict
from collections.abc import Sequence
from itertools import groupby
from operator import mul
from typing import Any, NamedTuple

from alerts.detect.lateness import LONGEST
from alerts.detect.saved import row, row_of, whole_row, whole_row_of

SPAN = 144
"""Bins kept: twelve hours."""

WINDOWS = (3, 12, 36, SPAN)
"""15 minutes, 1 hour, 3 hours, 12 hours, in bins."""

_Sums = tuple[float, float, float, float]


class Sums(NamedTuple):
    """What each of the four WINDOWS holds, shortest first; what is usual is what should have been seen of it by now."""

    mentions: _Sums
    negatives: _Sums
    copies: _Sums
    negative_copies: _Sums
    usual: _Sums
    usual_negatives: _Sums


class Bins:
    """Counts and expectations per five minutes of publication, oldest first, ending with the bin `last`.

    `usual` is all that a bin usually holds in the end, `seen` the share of it that has been seen by now in each of the last
    three hours' bins.
    """

    COUNTS = ("mentions", "negatives", "copies", "negative_copies", "sites")
    USUAL = ("usual", "usual_negatives")

    def __init__(self, last: int) -> None:
        self.last = last
        self.mentions = [0] * SPAN
        self.negatives = [0] * SPAN
        self.copies = [0] * SPAN
        self.negative_copies = [0] * SPAN
        self.sites = [0] * SPAN  # by the bin in which a site was seen last: a window's sum counts each site once
        self.usual = [0.0] * SPAN
        self.usual_negatives = [0.0] * SPAN
        self.seen: tuple[float, ...] = (1.0,) * LONGEST

    def open(self, usual: float, usual_negatives: float) -> None:
        """Begins the next bin and forgets the oldest."""
        for series in (self.mentions, self.negatives, self.copies, self.negative_copies, self.sites):
            del series[0]
            series.append(0)
        del self.usual[0], self.usual_negatives[0]
        self.usual.append(usual)
        self.usual_negatives.append(usual_negatives)
        self.last += 1

    def sums(self) -> Sums:
        """The four windows that end with the bin `last`."""
        return Sums(
            _nested(self.mentions),
            _nested(self.negatives),
            _nested(self.copies),
            _nested(self.negative_copies),
            self._nested_by_now(self.usual),
            self._nested_by_now(self.usual_negatives),
        )

    def _nested_by_now(self, usual: Sequence[float]) -> _Sums:
        """`_nested` of `usual_by_now`; what is filled is summed first."""
        return _nested([self.seen[0] * sum(usual[:-LONGEST]), *map(mul, usual[-LONGEST:], self.seen)])

    def usual_by_now(self, usual: Sequence[float]) -> list[float]:
        """Of `usual` or `usual_negatives`, what should have been seen by now."""
        filled = self.seen[0]
        return [*(filled * one for one in usual[:-LONGEST]), *map(mul, usual[-LONGEST:], self.seen)]

    def index(self, number: int) -> int | None:
        """Where the bin of this number is in the series; None when it is forgotten. The future counts as the latest bin."""
        position = SPAN - 1 - (self.last - min(number, self.last))
        return position if position >= 0 else None

    def state(self) -> dict[str, Any]:
        counts = {name: whole_row(getattr(self, name)) for name in self.COUNTS}
        usual = {name: row(getattr(self, name)) for name in self.USUAL}
        return {"last": self.last, "seen": row(self.seen), **counts, **usual}

    @classmethod
    def restored(cls, state: dict[str, Any]) -> "Bins":
        bins = cls(state["last"])
        bins.seen = tuple(row_of(state["seen"]))
        for name in cls.COUNTS:
            setattr(bins, name, whole_row_of(state[name]))
        for name in cls.USUAL:
            setattr(bins, name, row_of(state[name]))
        return bins


def _nested(series: Sequence[float]) -> _Sums:
    """The sums of the last 3, 12, 36 and 144, each made from the one before."""
    quarter = sum(series[-3:])
    hour = quarter + sum(series[-12:-3])
    three = hour + sum(series[-36:-12])
    return quarter, hour, three, three + sum(series[:-36])


class Recent:
    """Which names were seen lately, and when last: the latest `capacity` of them, each kept as a mark of 32 bits.

    Two names share a mark once in about 700,000 at full capacity: harmless for counting.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._seen: OrderedDict[int, int] = OrderedDict()  # mark -> bin, the longest unseen first

    def see(self, name: str, at_bin: int) -> int | None:
        """Notes `name` in `at_bin`, which never goes back, and says in which bin it was seen last: None when it is new."""
        mark = zlib.crc32(name.encode("utf-8", "surrogatepass"))
        before = self._seen.get(mark)
        if before == at_bin:
            return before
        self._seen[mark] = at_bin
        if before is not None:
            self._seen.move_to_end(mark)
        elif len(self._seen) > self._capacity:
            self._seen.popitem(last=False)
        return before

    def forget(self, before_bin: int) -> None:
        """Drops the names unseen since `before_bin`."""
        while self._seen and next(iter(self._seen.values())) < before_bin:
            self._seen.popitem(last=False)

    def state(self) -> dict[str, Any]:
        """Marks in base 64, and how many of them in a row share a bin: 6,000 names take 32 KB."""
        runs = [[number, sum(1 for _ in group)] for number, group in groupby(self._seen.values())]
        return {"marks": whole_row(self._seen), "runs": runs}

    @classmethod
    def restored(cls, capacity: int, state: dict[str, Any]) -> "Recent":
        recent = cls(capacity)
        numbers = [number for number, length in state["runs"] for _ in range(length)]
        recent._seen = OrderedDict(zip(whole_row_of(state["marks"]), numbers, strict=True))
        return recent
