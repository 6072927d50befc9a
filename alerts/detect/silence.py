"""Silence: a brand of which people always speak is not mentioned at all, although its sources are read.

Either something is wrong with the collection that no source shows by itself, or the talk has moved elsewhere.
"""

import math
from datetime import datetime, timedelta

from alerts.detect.baseline import BIN_S, bin_start
from alerts.detect.detector import NORMAL, Conditions, Verdict
from alerts.detect.intake import Intake
from alerts.detect.saved import packed, unpacked
from alerts.detect.stream import Stream
from alerts.detect.tails import SIZE, still_usual
from vigie.model import BLIND_BELOW, Arrival, Signal, SignalKind

_VERSION = 3
_SPOKEN_OF = 3.0  # mentions a day: below, days without any are ordinary


class SilenceDetector:
    """Tells when the mentions that should have come since the last one make its absence rare; once for each silence."""

    def __init__(self, brand_id: str, threshold: float, zone: str) -> None:
        """`threshold` is evidence: -log10 of the chance that nothing is said for so long."""
        self._brand_id = brand_id
        self._threshold = threshold
        self._stream = Stream(zone)
        self._missed = 0.0  # mentions expected since the last one
        self._heard: int | None = None  # the last bin in which something was seen, or the first one
        self._told = False

    def observe(self, arrival: Arrival) -> None:
        """Takes in a mention; it counts from the next tick on."""
        self._stream.observe(arrival)

    def tick(self, at: datetime, conditions: Conditions = NORMAL) -> Verdict:
        """Judges the time up to `at`: expected is only what the sources that could be read usually bring."""
        intake, opened, brought = self._stream.advance(at, conditions)
        if opened:
            self._missed += sum(intake.bins.usual[-opened:])
        if brought or self._heard is None:
            self._missed, self._heard, self._told = 0.0, intake.bins.last, False
        return self._verdict(intake, may_tell=opened > 0 and intake.is_known)

    def _verdict(self, intake: Intake, *, may_tell: bool) -> Verdict:
        evidence = SIZE * math.log10(1 + self._missed / SIZE)
        current = self._signal(intake, evidence)
        is_silent = evidence >= self._threshold and intake.baseline.a_day >= _SPOKEN_OF and intake.coverage >= BLIND_BELOW
        if may_tell and is_silent and not self._told:
            self._told = True
            return Verdict(current, current, calm=False)
        return Verdict(None, current, calm=not self._told and not current.is_blind)

    def _signal(self, intake: Intake, evidence: float) -> Signal:
        now = intake.bins.last + 1
        since = now if self._heard is None else self._heard + 1
        return Signal(
            at=bin_start(now),
            brand_id=self._brand_id,
            kind=SignalKind.SILENCE,
            evidence=evidence,
            window=timedelta(seconds=max(1, now - since) * BIN_S),
            seen=0,
            expected=self._missed,
            expected_high=still_usual(self._missed),
            negatives=0,
            expected_negatives=0.0,
            usual_negative_share=intake.baseline.share,
            stories=0,
            sites=0,
            copies=0,
            onset=bin_start(since),
            coverage=intake.coverage,
        )

    def dump(self) -> bytes:
        """All that it knew at its last tick, as JSON of at most 64 KB."""
        silence = [self._missed, self._heard, self._told]
        return packed(_VERSION, brand=self._brand_id, stream=self._stream.state(), silence=silence)

    @classmethod
    def load(cls, state: bytes, threshold: float, zone: str) -> "SilenceDetector":
        """The detector that `dump` saved, with today's threshold. Raises: VigieError when the bytes are not such a state."""
        with unpacked(state, _VERSION) as read:
            detector = cls(read["brand"], threshold, zone)
            detector._stream = Stream.restored(zone, read["stream"])
            detector._missed, detector._heard, detector._told = read["silence"]
        return detector
