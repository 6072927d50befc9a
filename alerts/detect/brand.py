"""The detector of one brand: fed with arrivals, asked at ticks, saved between them. Pure: no clock, no store, no mail.

After the prototype in the research note on spikes; `docs/detection.md` has the formulae and the figures.
"""

import json
import math
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from alerts.detect.baseline import BIN_S, bin_of, bin_start
from alerts.detect.detector import Verdict
from alerts.detect.evidence import Options, Reading, onset_bin, read_negatives, read_volume
from alerts.detect.intake import HOUR, Intake, Seen
from alerts.detect.tails import USUAL, rarity, still_usual
from vigie.errors import VigieError
from vigie.model import Arrival, Signal, SignalKind

_VERSION = 1
_NEGATIVE = 0.5  # probability from which a mention counts as negative
_REPEAT, _REPEAT_EARLY, _EARLY_FACTOR = 24 * HOUR, 6 * HOUR, 2.5
_WORSE_FACTOR, _WORSE_LEAST, _WORSE_AFTER, _WORSE_HALF_LIFE = 1.5, 1.2, HOUR, 8 * HOUR
_CALM_WINDOW = 3 * HOUR


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
        self._zone = zone
        self._waiting: list[Seen] = []
        self._intake: Intake | None = None
        self._latest: _Report | None = None  # of either kind, an aggravation included
        self._latest_alert: _Report | None = None
        self._latest_bad: _Report | None = None  # with the strongest evidence since

    def observe(self, arrival: Arrival) -> None:
        """Takes in a mention; it counts from the next tick on."""
        seen, published = bin_of(arrival.seen_at), bin_of(arrival.published_at)
        site = arrival.site or arrival.source_id
        self._waiting.append(Seen(seen, min(published, seen), arrival.negative >= _NEGATIVE, arrival.story_id, site))

    def tick(self, at: datetime) -> Verdict:
        """Judges the time up to `at`. The first tick never alerts, nor does one that is not later than the last."""
        waiting, self._waiting = sorted(self._waiting), []
        last = math.ceil(at.timestamp() / BIN_S) - 1
        if self._intake is None:
            self._intake = Intake.begun(self._zone, last, waiting)
            return self._verdict(self._intake, may_report=False)
        if last <= self._intake.bins.last:
            self._intake.absorb(waiting)
            return self._verdict(self._intake, may_report=False)
        self._intake.move_to(last, waiting)
        return self._verdict(self._intake, may_report=self._intake.is_known)

    def _verdict(self, intake: Intake, may_report: bool) -> Verdict:
        kind, reading = self._read(intake)
        current = self._signal(intake, kind, reading)
        now = intake.bins.last
        alerted = may_report and self._is_due(kind, reading.evidence, now)
        worse = may_report and self._is_worse(kind, reading.evidence, now)
        self._remember(kind, reading.evidence, now, alerted=alerted)
        if alerted:
            return Verdict(current, current, worse, calm=False)
        if worse:
            self._latest = _Report(kind, now, reading.evidence)
        return Verdict(None, current, worse, calm=_is_calm(intake))

    def _read(self, intake: Intake) -> tuple[SignalKind, Reading]:
        """The channel that tells more; the bad one as soon as it has enough evidence of its own."""
        bad = read_negatives(intake.bins, self._options)
        if self._options.volume and bad.evidence < self._options.threshold:
            volume = read_volume(intake.bins, self._options)
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

    def _signal(self, intake: Intake, kind: SignalKind, reading: Reading) -> Signal:
        bins, window = intake.bins, reading.window
        expected, seen = sum(bins.usual[-window:]), sum(bins.mentions[-window:])
        onset = onset_bin(bins, reading, of_negatives=kind is SignalKind.BAD_BUZZ)
        return Signal(
            at=bin_start(bins.last + 1),
            brand_id=self._brand_id,
            kind=kind,
            evidence=reading.evidence,
            window=timedelta(seconds=window * BIN_S),
            seen=seen,
            expected=expected,
            expected_high=still_usual(expected),
            negatives=sum(bins.negatives[-window:]),
            expected_negatives=sum(bins.usual_negatives[-window:]),
            usual_negative_share=intake.baseline.share,
            stories=seen,
            sites=sum(bins.sites[-window:]),
            copies=sum(bins.copies[-window:]),
            onset=bin_start(onset),
        )

    def dump(self) -> bytes:
        """All that the detector knew at its last tick, as JSON of at most 64 KB; what it observed since is not in it."""
        state = {
            "version": _VERSION,
            "brand": self._brand_id,
            "intake": self._intake.state() if self._intake else None,
            "latest": asdict(self._latest) if self._latest else None,
            "latest_alert": asdict(self._latest_alert) if self._latest_alert else None,
            "latest_bad": asdict(self._latest_bad) if self._latest_bad else None,
        }
        return json.dumps(state, separators=(",", ":")).encode("ascii")

    @classmethod
    def load(cls, state: bytes, options: Options, zone: str) -> "BrandDetector":
        """The detector that `dump` saved, with today's options. Raises: VigieError when the bytes are not such a state."""
        try:
            read = json.loads(state)
            if read["version"] != _VERSION:
                raise ValueError(f"version {read['version']}")
            detector = cls(read["brand"], options, zone)
            detector._intake = Intake.restored(zone, read["intake"]) if read["intake"] else None
            detector._latest, detector._latest_alert = _restored(read["latest"]), _restored(read["latest_alert"])
            detector._latest_bad = _restored(read["latest_bad"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise VigieError(f"the saved state of a detector cannot be read, it has to learn anew: {error!r}") from error
        return detector


def _is_calm(intake: Intake) -> bool:
    """Whether the last three hours held no more than usual, of all mentions and of negative ones."""
    bins = intake.bins
    return all(
        rarity(sum(counts[-_CALM_WINDOW:]), sum(usual[-_CALM_WINDOW:])) < USUAL
        for counts, usual in ((bins.mentions, bins.usual), (bins.negatives, bins.usual_negatives))
    )


def _restored(read: dict[str, Any] | None) -> _Report | None:
    return _Report(SignalKind(read["kind"]), read["at"], read["evidence"]) if read else None
