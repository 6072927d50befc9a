"""Sixty texts made to be hard: who is meant, and is it said of the brand?

The tone of each text is given, so that what is tested is the step from there to the brand.
"""

import csv
from collections import Counter
from pathlib import Path

from analysis.target import read_target
from vigie.model import Role, Sentiment, SentimentLabel, Span, Target

FILE = Path(__file__).parents[1] / "eval/target_probes.tsv"
TONES = {
    "negative": Sentiment(SentimentLabel.NEGATIVE, -0.85, 0.9),
    "neutral": Sentiment(SentimentLabel.NEUTRAL, 0.0, 0.05),
    "positive": Sentiment(SentimentLabel.POSITIVE, 0.85, 0.05),
}
ROLES_RIGHT = {Role.SUBJECT: 6, Role.COMPARED: 17, Role.PASSING: 9, Role.OWN: 10, Role.VICTIM: 12}  # as of the last fit
TONES_RIGHT = 57  # the tone of the text alone has 24


def probes() -> list[dict[str, str]]:
    lines = FILE.read_text(encoding="utf-8").splitlines()[1:]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def reading(probe: dict[str, str]) -> Target:
    start = probe["text"].index(probe["brand"])
    spans = [Span("text", start, start + len(probe["brand"]))]
    return read_target("", probe["text"], spans, TONES[probe["text_tone"]])


def test_there_are_sixty_probes() -> None:
    assert len({probe["text"] for probe in probes()}) == 60


def test_roles_are_read_as_well_as_at_the_last_fit() -> None:
    right = Counter(probe["role"] for probe in probes() if reading(probe).role == probe["role"])
    assert {role: right[role] for role in Role if right[role] < ROLES_RIGHT[role]} == {}


def test_tones_towards_the_brand_are_read_as_well_as_at_the_last_fit() -> None:
    assert sum(reading(probe).tone == probe["tone"] for probe in probes()) >= TONES_RIGHT
