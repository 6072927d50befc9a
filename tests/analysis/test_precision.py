"""How right the analysis is by the team's marks: shares, their intervals, and what it takes to say more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.precision import Share, precisions
from tests.contracts.state_samples import some_mark
from vigie.model import DocumentKind, SentimentLabel

NEGATIVE, NEUTRAL = SentimentLabel.NEGATIVE, SentimentLabel.NEUTRAL


@pytest.mark.parametrize(
    ("right", "marked", "low", "high"),
    [(8, 10, 0.490, 0.943), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (1, 1, 0.207, 1.0), (50, 100, 0.404, 0.596)],
)
def test_the_interval_is_wilsons(right: int, marked: int, low: float, high: float) -> None:
    assert Share(right, marked).interval == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


@given(st.integers(0, 500).flatmap(lambda marked: st.tuples(st.integers(0, marked), st.just(marked))))
def test_a_share_lies_in_its_interval_and_what_is_missing_ends(counts: tuple[int, int]) -> None:
    share = Share(*counts)
    low, high = share.interval
    assert 0 <= low <= high <= 1
    assert share.value is None or low - 1e-9 <= share.value <= high + 1e-9
    assert (share.missing == 0) is (high - low <= 0.1)


def test_nothing_is_said_without_marks() -> None:
    (whole,) = precisions([])
    assert (whole.relevance.value, whole.tone.value, whole.relevance.interval) == (None, None, (0.0, 1.0))


def test_each_mark_counts_in_what_the_machine_had_said() -> None:
    whole = precisions(
        [
            some_mark("a", relevant=True, machine_relevance=0.9),
            some_mark("b", relevant=False, machine_relevance=0.9),
            some_mark("c", relevant=True, machine_relevance=0.4),
            some_mark("d", tone=NEGATIVE, machine_tone=NEGATIVE),
            some_mark("e", tone=NEUTRAL, machine_tone=NEGATIVE),
            some_mark("f", tone=NEGATIVE, machine_tone=NEUTRAL),
        ]
    )[0]
    assert (whole.relevance, whole.tone, whole.negative) == (Share(1, 2), Share(1, 3), Share(1, 2))


def test_the_lines_are_everything_then_brands_then_their_kinds_of_page() -> None:
    lines = precisions(
        [
            some_mark("a", brand="sosh", relevant=True),
            some_mark("b", brand="orange", relevant=True, kind=DocumentKind.REVIEW),
            some_mark("c", brand="orange", relevant=False, kind=DocumentKind.NEWS),
        ]
    )
    assert [(line.brand, line.kind) for line in lines] == [
        ("", ""),
        ("orange", ""),
        ("sosh", ""),
        ("orange", "news"),
        ("orange", "review"),
        ("sosh", "news"),
    ]
    assert lines[1].relevance == Share(1, 2)
