"""What the stars of a review say beside its words."""

from vigie.model import Sentiment, SentimentLabel

_POOR, _GOOD = 2.0, 4.0
_SURE = 0.9


def with_stars(read: Sentiment, stars: float | None) -> Sentiment:
    """The tone of a review: its author's stars decide where they are clear (up to 2, from 4), else what was read in the text.

    Words that pull the other way are then no evidence any more.
    """
    if stars is None or _POOR < stars < _GOOD:
        return read
    label = SentimentLabel.NEGATIVE if stars <= _POOR else SentimentLabel.POSITIVE
    if read.label is label:
        return read
    is_poor = label is SentimentLabel.NEGATIVE
    return Sentiment(label, -_SURE if is_poor else _SURE, _SURE if is_poor else 1 - _SURE)
