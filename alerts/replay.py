"""What the live detectors would have said: recorded mentions or counts in, alerts out, line by line. No store, no mail."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from alerts.detect import Detector, VolumeDetector
from alerts.rules import RuleOptions
from vigie.errors import VigieError
from vigie.model import Arrival, Signal

_FIRST_YEAR, _LAST_YEAR = 1970, 2200


def replay_mentions(lines: Iterable[str], rule: RuleOptions, zone: str = "Europe/Paris") -> Iterator[str]:
    """One JSON line per alert of the rule, as soon as its tick is read; brands of one stream are watched apart.

    Reads JSON Lines of mentions and ticks. Raises: VigieError naming the line that cannot be read.
    """
    detectors: dict[str, Detector] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        match _mention_or_tick(number, line):
            case Arrival() as arrival:
                if arrival.brand_id not in detectors:
                    detectors[arrival.brand_id] = rule.begin(arrival.brand_id, zone)
                detectors[arrival.brand_id].observe(arrival)
            case datetime() as at:
                for detector in detectors.values():
                    if alert := detector.tick(at).alert:
                        yield _alert_line(alert, at)


def replay_counts(lines: Iterable[str]) -> Iterator[str]:
    """CSV `timestamp,value,score,alert`, one row per row read, header first. Raises: VigieError naming the line."""
    rows = csv.reader(lines)
    header = next(rows, [])
    if header[:2] != ["timestamp", "value"]:
        raise VigieError("line 1: the header must be timestamp,value")
    yield "timestamp,value,score,alert"
    detector = VolumeDetector()
    for row in rows:
        if not row:
            continue
        try:
            timestamp, value = row
            count = float(value)
            if not 0 <= count < float("inf"):
                raise ValueError("a count is 0 or more")
        except ValueError as error:
            raise VigieError(f"line {rows.line_num}: expected a timestamp and a count: {error}") from error
        score = detector.score(count)
        yield f"{timestamp},{value},{score.value:.6f},{int(score.alert)}"


def _mention_or_tick(number: int, line: str) -> Arrival | datetime:
    try:
        read = json.loads(line)
        match read["type"]:
            case "tick":
                return _moment(read["at"])
            case "mention":
                return _arrival(number, read)
            case other:
                raise ValueError(f"type {other!r} is neither mention nor tick")
    except (ValueError, KeyError, TypeError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else error
        raise VigieError(f"line {number}: not a mention or a tick: {reason}") from error


def _arrival(number: int, read: dict[str, Any]) -> Arrival:
    negative = float(read["negative"])
    if not 0 <= negative <= 1:
        raise ValueError(f"negative is a probability, not {negative}")
    source = str(read["source"])
    return Arrival(
        sequence=number,
        mention_id=str(number),
        brand_id=str(read["brand"]),
        published_at=_moment(read["published_at"]),
        seen_at=_moment(read["seen_at"]),
        negative=negative,
        story_id=str(read["story"]),
        source_id=source,
        site=source,
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if not _FIRST_YEAR <= moment.year < _LAST_YEAR:
        raise ValueError(f"{text} is not a date of our time")
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return moment.astimezone(UTC)


def _alert_line(alert: Signal, at: datetime) -> str:
    return json.dumps(
        {
            "at": at.isoformat(),
            "brand": alert.brand_id,
            "kind": alert.kind,
            "evidence": round(alert.evidence, 2),
            "window_minutes": int(alert.window.total_seconds() // 60),
            "seen": alert.seen,
            "expected": round(alert.expected, 2),
            "expected_high": alert.expected_high,
            "negatives": alert.negatives,
            "expected_negatives": round(alert.expected_negatives, 2),
            "usual_negative_share": round(alert.usual_negative_share, 3),
            "sites": alert.sites,
            "copies": alert.copies,
            "onset": alert.onset.isoformat(),
        },
        ensure_ascii=False,
    )
