"""The detector of one brand: fed with arrivals, asked at ticks, saved between them. Pure: no clock, no store, no mail.

After the prototype in the research note on spikes; `docs/detection.md` has the formulae and the figures.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from alerts.detect.baseline import BIN_S, bin_start
from alerts.detect.detector import NORMAL, Conditions, Verdict
from alerts.detect.evidence import Options, Reading, onset_bin, read_negatives, read_volume
from alerts.detect.intake import HOUR, Intake
from alerts.detect.recent import WINDOWS, Sums
from alerts.detect.saved import packed, unpacked
from alerts.detect.stream import Stream
from alerts.detect.tails import USUAL, rarity, still_usual
from vigie.model import Arrival, Signal, SignalKind

_VERSION = 4
_REPEAT, _REPEAT_EARLY, _EARLY_FACTOR = 24 * HOUR, 6 * HOUR, 2.5
_WORSE_FACTOR, _WORSE_LEAST, _WORSE_AFTER, _WORSE_HALF_LIFE = 1.5, 1.2, HOUR, 8 * HOUR
_CALM_WINDOW = 3  # three hours, where WINDOWS has them
_LENGTHS = tuple(timedelta(seconds=window * BIN_S) for window in WINDOWS)


@dataclass(frozen=True, slots=True)
class _Report:
    """What was reported, when and on which evidence."""

    kind: SignalKind
    at: int
    evidence: float


class BrandDetector:
    """Watches one brand. Ticks may be missing and of any length; the same arrivals and ticks give the same alerts.

    `zone` is the IANA zone whose hours and weekends the brand's public lives by.
    """

    def __init__(self, brand_id: str, options: Options, zone: str) -> None:
        self._brand_id = brand_id
        self._options = options
        self._stream = Stream(zone)
        self._latest: _Report | None = None  # of either kind, an aggravation included
        self._latest_alert: _Report | None = None
        self._latest_bad: _Report | None = None  # with the strongest evidence since

    def observe(self, arrival: Arrival) -> None:
        """Takes in a mention; it counts from the next tick on. One that is given twice in a tick counts once."""
        self._stream.observe(arrival)

    def tick(self, at: datetime, conditions: Conditions = NORMAL) -> Verdict:
        """Judges the time up to `at`. The first tick never alerts, nor does one that is not later than the last."""
        intake, opened, _ = self._stream.advance(at, conditions)
        return self._verdict(intake, conditions, may_report=opened > 0 and intake.is_known)

    def _verdict(self, intake: Intake, conditions: Conditions, *, may_report: bool) -> Verdict:
        sums = intake.bins.sums()
        kind, reading = self._read(sums)
        may_report &= kind is SignalKind.BAD_BUZZ or not conditions.planned
        now = intake.bins.last
        alerted = may_report and self._is_due(kind, reading.evidence, now)
        worse = may_report and self._is_worse(kind, reading.evidence, now)
        self._remember(kind, reading.evidence, now, alerted=alerted)
        current = self._signal(intake, sums, kind, reading)
        if alerted or worse:
            onset = onset_bin(intake.bins, reading, of_negatives=kind is SignalKind.BAD_BUZZ)
            current = replace(current, onset=bin_start(onset))
        if alerted:
            return Verdict(current, current, worse, calm=False)
        if worse:
            self._latest = _Report(kind, now, reading.evidence)
        return Verdict(None, current, worse, calm=_is_calm(sums) and not current.is_blind)

    def _read(self, sums: Sums) -> tuple[SignalKind, Reading]:
        """The channel that tells more; the bad one as soon as it has enough evidence of its own."""
        bad = read_negatives(sums, self._options)
        if self._options.volume and bad.evidence < self._options.threshold:
            volume = read_volume(sums, self._options)
            if volume.evidence > bad.evidence:
                return SignalKind.BUZZ, volume
        return SignalKind.BAD_BUZZ, bad

    def _is_due(self, kind: SignalKind, evidence: float, now: int) -> bool:
        """Enough evidence, and not reported for 24 hours; after 6 already when it is 2.5 times the strongest since."""
        if evidence < self._options.threshold:
            return False
        last = self._latest_bad if kind is SignalKind.BAD_BUZZ else self._latest_alert
        if last is None or now - last.at >= _REPEAT:
            return True
        return kind is SignalKind.BAD_BUZZ and now - last.at >= _REPEAT_EARLY and evidence >= _EARLY_FACTOR * last.evidence

    def _remember(self, kind: SignalKind, evidence: float, now: int, *, alerted: bool) -> None:
        """Keeps the report; without one, lets the latest bad alert stand for the strongest evidence since."""
        if alerted:
            self._latest = self._latest_alert = _Report(kind, now, evidence)
        if kind is SignalKind.BAD_BUZZ:
            if alerted:
                self._latest_bad = self._latest
            elif self._latest_bad and evidence > self._latest_bad.evidence:
                self._latest_bad = replace(self._latest_bad, evidence=evidence)

    def _is_worse(self, kind: SignalKind, evidence: float, now: int) -> bool:
        """At least 1.5 times as exceptional as the last report, which fades by half in 8 hours, and never less than 1.2 times."""
        last = self._latest
        if last is None or kind is not last.kind or evidence < self._options.threshold:
            return False
        since = now - last.at
        factor = max(_WORSE_LEAST, _WORSE_FACTOR * 0.5 ** (since / _WORSE_HALF_LIFE))
        return since >= _WORSE_AFTER and evidence >= factor * last.evidence

    def _signal(self, intake: Intake, sums: Sums, kind: SignalKind, reading: Reading) -> Signal:
        """What the most telling window holds; its start stands for the onset, which is only asked for when it is told."""
        bins, window = intake.bins, reading.window
        expected, seen = sums.usual[window], int(sums.mentions[window])
        return Signal(
            at=bin_start(bins.last + 1),
            brand_id=self._brand_id,
            kind=kind,
            evidence=reading.evidence,
            window=_LENGTHS[window],
            seen=seen,
            expected=expected,
            expected_high=still_usual(expected),
            negatives=int(sums.negatives[window]),
            expected_negatives=sums.usual_negatives[window],
            usual_negative_share=intake.baseline.share,
            stories=seen,
            sites=sum(bins.sites[-reading.bins :]),
            copies=int(sums.copies[window]),
            onset=bin_start(bins.last + 1 - reading.bins),
            coverage=intake.coverage,
        )

    def dump(self) -> bytes:
        """All that the detector knew at its last tick, as JSON of at most 64 KB; what it observed since is not in it."""
        reports = (self._latest, self._latest_alert, self._latest_bad)
        return packed(
            _VERSION,
            brand=self._brand_id,
            stream=self._stream.state(),
            reports=[asdict(report) if report else None for report in reports],
        )

    @classmethod
    def load(cls, state: bytes, options: Options, zone: str) -> "BrandDetector":
        """The detector that `dump` saved, with today's options. Raises: VigieError when the bytes are not such a state."""
        with unpacked(state, _VERSION) as read:
            detector = cls(read["brand"], options, zone)
            detector._stream = Stream.restored(zone, read["stream"])
            detector._latest, detector._latest_alert, detector._latest_bad = map(_restored, read["reports"])
        return detector


def _is_calm(sums: Sums) -> bool:
    """Whether the last three hours held no more than usual, of all mentions and of negative ones."""
    return _is_usual(sums.mentions, sums.usual) and _is_usual(sums.negatives, sums.usual_negatives)


def _is_usual(counts: Sequence[float], usual: Sequence[float]) -> bool:
    count, mean = counts[_CALM_WINDOW], usual[_CALM_WINDOW]
    return count <= mean or rarity(count, mean) < USUAL


def _restored(read: dict[str, Any] | None) -> _Report | None:
    return _Report(SignalKind(read["kind"]), read["at"], read["evidence"]) if read else None
