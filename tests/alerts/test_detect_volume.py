"""The detector of plain counts."""

import random

import pytest

from alerts.detect import VolumeDetector


def counts(number: int, seed: int = 1) -> list[int]:
    chance = random.Random(seed)
    return [max(0, round(chance.gauss(20, 4))) for _ in range(number)]


def scores(values: list[int]) -> list[float]:
    detector = VolumeDetector()
    return [detector.score(value).value for value in values]


def test_a_score_never_depends_on_what_comes_later() -> None:
    values = [*counts(800), 200, 210, 190, *counts(200, seed=2)]
    assert scores(values)[:600] == scores(values[:600])


def test_a_flood_alerts_once() -> None:
    detector = VolumeDetector()
    said = [detector.score(value).alert for value in [*counts(1500), *[200] * 12, *counts(100, seed=2)]]
    assert not any(said[:1500])
    assert 1 <= sum(said[1500:]) <= 3
    assert any(said[1500:1512])


def test_a_fall_is_no_alert() -> None:
    detector = VolumeDetector()
    assert not any(detector.score(value).alert for value in [*counts(1000), *[0] * 300])


def test_nothing_is_said_in_the_first_three_hundred_counts() -> None:
    detector = VolumeDetector()
    assert not any(detector.score(value).value for value in [*counts(150), *[500] * 150])


@pytest.mark.parametrize("values", [[0] * 1000, [0] * 500 + [10**9] * 500])
def test_scores_stay_between_0_and_1(values: list[int]) -> None:
    assert all(0 <= score <= 1 for score in scores(values))
