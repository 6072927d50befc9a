"""The stars of a review and the tone of its text."""

import pytest

from analysis.sentiment.stars import with_stars
from vigie.model import Sentiment, SentimentLabel

NEUTRAL = Sentiment(SentimentLabel.NEUTRAL, 0.0, 0.2, ())
GLAD = Sentiment(SentimentLabel.POSITIVE, 0.7, 0.05, ("merci",))


@pytest.mark.parametrize(
    ("stars", "label"), [(1, "negative"), (2, "negative"), (2.5, "neutral"), (3.9, "neutral"), (4, "positive")]
)
def test_clear_stars_decide_and_others_leave_it_to_the_text(stars: float, label: str) -> None:
    assert with_stars(NEUTRAL, stars).label == label


def test_stars_that_contradict_the_words_win_and_leave_no_evidence() -> None:
    tone = with_stars(GLAD, 1)
    assert (tone.label, tone.evidence) == (SentimentLabel.NEGATIVE, ())
    assert tone.negative > 0.5 and tone.score < 0


def test_stars_that_agree_and_texts_without_change_nothing() -> None:
    assert with_stars(GLAD, 5) is GLAD
    assert with_stars(GLAD, None) is GLAD
