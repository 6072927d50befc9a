"""Which window tells most: without a stream around it."""

from alerts.detect import Options
from alerts.detect.evidence import read_negatives, read_volume
from alerts.detect.recent import Sums

NONE = (0, 0, 0, 0, 0)
HALF_AN_HOUR = Sums(
    mentions=(4, 16, 16, 18, 24),
    negatives=(3, 14, 14, 14, 15),
    copies=NONE,
    negative_copies=NONE,
    usual=(0.2, 0.4, 0.8, 2.4, 9.6),
    usual_negatives=(0.04, 0.08, 0.16, 0.48, 1.92),
)


def test_negatives_of_half_an_hour_are_judged_by_themselves() -> None:
    assert read_negatives(HALF_AN_HOUR, Options()).bins == 6


def test_mentions_of_whatever_tone_are_not_judged_by_the_half_hour() -> None:
    assert read_volume(HALF_AN_HOUR, Options()).bins == 12
