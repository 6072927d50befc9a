"""The last twelve hours of a brand in bins of five minutes, and which stories and sites were seen lately."""

import zlib
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from operator import mul
from typing import Any, NamedTuple

from alerts.detect.lateness import COMPLETE, FINE, OLDER, Pace
from alerts.detect.saved import row, row_of, whole_row, whole_row_of

SPAN = 144
"""Bins kept: twelve hours."""

WINDOWS = (3, 6, 12, 36, SPAN)
"""15 and 30 minutes, 1 hour, 3 hours, 12 hours, in bins."""

_Sums = tuple[float, float, float, float, float]
_NONE: _Sums = (0, 0, 0, 0, 0)


class Sums(NamedTuple):
    """What each of the WINDOWS holds, shortest first; what is usual is what should have been seen of it by now."""

    mentions: _Sums
    negatives: _Sums
    copies: _Sums
    negative_copies: _Sums
    usual: _Sums
    usual_negatives: _Sums


class Bins:
    """Counts and expectations per five minutes of publication, oldest first, ending with the bin `last`.

    `usual` is all that a bin usually holds in the end, `seen` the share of it that has been seen by now.
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
        self.seen: Pace = COMPLETE
        self._said = self._copied = 0  # mentions and copies in all bins

    def fill(self, last: int, usual: list[float], usual_negatives: list[float]) -> None:
        """Begins the bins up to `last`, all of them, with what they usually hold, oldest first."""
        self.last, self.usual, self.usual_negatives = last, usual, usual_negatives

    def open(self, usual: float, usual_negatives: float) -> None:
        """Begins the next bin and forgets the oldest."""
        self._said -= self.mentions[0]
        self._copied -= self.copies[0]
        for series in (self.mentions, self.negatives, self.copies, self.negative_copies, self.sites):
            del series[0]
            series.append(0)
        del self.usual[0], self.usual_negatives[0]
        self.usual.append(usual)
        self.usual_negatives.append(usual_negatives)
        self.last += 1

    def count(self, mentions: Collection[int], negatives: Iterable[int]) -> None:
        """Adds mentions, and the negative ones of them, by the bins of their publication: of those there are, or later."""
        _add(mentions, self.last, self.mentions)
        _add(negatives, self.last, self.negatives)
        self._said += len(mentions)

    def count_copies(self, copies: Collection[int], negatives: Iterable[int]) -> None:
        """The same for copies of what was told before."""
        _add(copies, self.last, self.copies)
        _add(negatives, self.last, self.negative_copies)
        self._copied += len(copies)

    def sums(self) -> Sums:
        """The windows that end with the bin `last`."""
        return Sums(
            _nested(self.mentions) if self._said else _NONE,
            _nested(self.negatives) if self._said else _NONE,
            _nested(self.copies) if self._copied else _NONE,
            _nested(self.negative_copies) if self._copied else _NONE,
            self._nested_by_now(self.usual),
            self._nested_by_now(self.usual_negatives),
        )

    def _nested_by_now(self, usual: Sequence[float]) -> _Sums:
        """`_nested` of `usual_by_now`; what is older than three hours is summed by its stretches."""
        three = [*map(mul, usual[-FINE:], self.seen[-FINE:])]
        older = 0.0
        for share, (start, end) in zip(self.seen, OLDER, strict=False):
            older += share * sum(usual[start:end])
        all_three = sum(three)
        return sum(three[-3:]), sum(three[-6:]), sum(three[-12:]), all_three, all_three + older

    def usual_by_now(self, usual: Sequence[float]) -> list[float]:
        """Of `usual` or `usual_negatives`, what should have been seen by now."""
        older = [share * one for share, (start, end) in zip(self.seen, OLDER, strict=False) for one in usual[start:end]]
        return [*older, *map(mul, usual[-FINE:], self.seen[-FINE:])]

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
        bins._said, bins._copied = sum(bins.mentions), sum(bins.copies)
        return bins


def _add(published: Iterable[int], last: int, counts: list[int]) -> None:
    """Counts each in its bin, from the end of the series that ends with the bin `last`; the future counts as that one."""
    for number in published:
        counts[number - last - 1 if number < last else -1] += 1


def _nested(series: Sequence[float]) -> _Sums:
    """The sums of the last 3, 6, 12, 36 and of all 144."""
    three = series[-36:]
    return sum(three[-3:]), sum(three[-6:]), sum(three[-12:]), sum(three), sum(series)


def mark_of(name: str) -> int:
    """The name in 32 bits. Of 5,000 names a new one shares its mark with one once in about 700,000: harmless for counting."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass"))


class Recent:
    """Which names were seen lately, and when last: the latest `capacity` of them, by their marks."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._seen: OrderedDict[int, int] = OrderedDict()  # mark -> bin, the longest unseen first

    def see(self, marks: Iterable[int], at_bin: int) -> list[int | None]:
        """Notes names in `at_bin`, which never goes back; says in which bin each was seen last, None when it is new."""
        seen, befores = self._seen, []
        for mark in marks:
            before = seen.get(mark)
            befores.append(before)
            if before != at_bin:
                seen[mark] = at_bin
                if before is not None:
                    seen.move_to_end(mark)
                elif len(seen) > self._capacity:
                    seen.popitem(last=False)
        return befores

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
