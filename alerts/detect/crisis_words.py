"""Crisis words: one of the team's words or phrases stands near the brand. Told at once, also of a brand that is hardly known."""

from collections.abc import Iterable

from alerts.detect.intake import HOUR
from alerts.detect.sightings import Habit, Sighting, SightingDetector
from vigie.model import Arrival, SignalKind

_HABIT = Habit(SignalKind.CRISIS_WORDS, again_after=24 * HOUR)
"""A word is news again when it was away for a day: a crisis in which it is in every text is told once."""


def crisis_word_detector(brand_id: str) -> SightingDetector:
    """Tells of each word that analysis found near the brand."""
    return SightingDetector(brand_id, _HABIT, _words)


def _words(arrival: Arrival) -> Iterable[Sighting]:
    return (Sighting(word, word) for word in arrival.words)
