"""What is known of the sources, as `vigie status` and `vigie source list` show it."""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from config.schema import Config
    from vigie.model import SourceState
    from vigie.ports import State


def evidence_of(config: "Config", state: "SourceState") -> str:
    """Why a source is not seen, in words; empty for one that is."""
    from alerts.gather import unseen_source
    from alerts.letter import evidence
    from alerts.texts import Wording
    from vigie.model import SourceHealth

    if state.health is SourceHealth.OK:
        return ""
    wording = Wording("en", ZoneInfo(config.settings.team.zone), datetime.now(UTC))
    return evidence(unseen_source(config, state), wording)


def source_rows(config: "Config", state: "State") -> Iterator[dict[str, Any]]:
    """Every row of sources.toml with its health; durations and times are None until they are known.

    `rhythm` is the time within which 95 % of its items follow one another, `delay_p50` and `delay_p90` go from publication to
    capture, `yield` is the share of its last pages in which something was found.
    """
    from vigie.model import SourceState

    known = {one.source_id: one for one in state.states()}
    for row in config.sources:
        each, delays = known.get(row.id, SourceState(row.id)), state.capture_delays(row.id)
        yield {
            "id": row.id,
            "kind": row.kind,
            "state": str(each.health) if row.enabled else "paused",
            "every": row.interval,
            "last_ok": each.last_ok_at,
            "last_item": each.last_item_at,
            "rhythm": each.usual_gap,
            "delay_p50": _rank(delays, 0.5),
            "delay_p90": _rank(delays, 0.9),
            "yield": round(each.recent_yield, 2) if each.pages else None,
            "evidence": evidence_of(config, each) if row.enabled else "",
            "url": str(row.url),
        }


def _rank(values: Sequence[timedelta], share: float) -> timedelta | None:
    """The nearest rank, of values in ascending order."""
    return values[math.ceil(share * len(values)) - 1] if values else None


def lasting(length: timedelta | None) -> str:
    """`45 s`, `12 min`, `3 h`, `2 d`; a dash for None."""
    if length is None:
        return "-"
    seconds = length.total_seconds()
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.0f} s"
