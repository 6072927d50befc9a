"""Own site compromised: a page of the brand's own site shows spam that somebody put there. Told at once, the rest together."""

from collections.abc import Iterable

from alerts.detect.intake import HOUR
from alerts.detect.sightings import Habit, Sighting, SightingDetector
from vigie.model import Arrival, SignalKind

_HABIT = Habit(SignalKind.OWN_SITE, pause=12 * HOUR)
"""A break-in shows on page after page while the site is read: the first one is told, the others in one mail half a day later."""


def own_site_detector(brand_id: str) -> SightingDetector:
    """Tells of each page that analysis found to be compromised, once."""
    return SightingDetector(brand_id, _HABIT, _pages)


def _pages(arrival: Arrival) -> Iterable[Sighting]:
    if arrival.compromised:
        yield Sighting(arrival.mention_id, arrival.site)
