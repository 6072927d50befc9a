"""Every mention: each new mention is told, together with what came since the last mail. For brands of which little is said."""

from collections.abc import Iterable

from alerts.detect.sightings import Habit, Sighting, SightingDetector
from vigie.model import Arrival, SignalKind


def mention_detector(brand_id: str, pause_bins: int) -> SightingDetector:
    """Tells of new stories, at most once in `pause_bins` bins of five minutes; copies of a story are told once."""
    return SightingDetector(brand_id, Habit(SignalKind.MENTION, pause=pause_bins), _mentions)


def _mentions(arrival: Arrival) -> Iterable[Sighting]:
    if not arrival.compromised:
        yield Sighting(arrival.story_id, arrival.site)
