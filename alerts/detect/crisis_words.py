"""Crisis words: one of the team's words or phrases stands near the brand. Told at once, also of a brand that is hardly known.

A word that is met near the brand more than once a month is none that one mention makes news: it is told when it comes in numbers.
"""

from collections.abc import Iterable

from alerts.detect.intake import HOUR
from alerts.detect.topics import Telling
from vigie.model import Arrival, SignalKind

_FRESH = 48 * HOUR
_EVIDENCE = 3.0  # the third mention of a day, of a word that is met twice a month
_ALONE = 1 / 28  # a day


def crisis_word_telling() -> Telling:
    """Each word that analysis found near the brand."""
    return Telling(SignalKind.CRISIS_WORDS, _words, _EVIDENCE, 1, _FRESH, _ALONE, lasts=False, from_the_start=True)


def _words(arrival: Arrival) -> Iterable[str]:
    return arrival.words
