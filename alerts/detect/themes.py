"""New complaint theme: what people complain of now, and did not before. Told when several complaints of a day name it."""

from collections.abc import Iterable

from alerts.detect.intake import HOUR
from alerts.detect.topics import Telling
from vigie.model import Arrival, SignalKind

_FRESH = 12 * HOUR


def theme_telling(threshold: float, least: int) -> Telling:
    """`threshold` is evidence: -log10 of the chance of so many complaints of the theme in a day, of which there are `least`."""
    return Telling(SignalKind.THEME, _complaints, threshold, least, _FRESH)


def _complaints(arrival: Arrival) -> Iterable[str]:
    """Only complaints count: negative mentions with a theme."""
    return arrival.themes if arrival.negative >= 0.5 and not arrival.compromised else ()
