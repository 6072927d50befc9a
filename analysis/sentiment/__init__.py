"""The tone of French texts about brands: own lexicon and rules, pieces of words, a sentence encoder, and a small fitted model.

See docs/sentiment.md.
"""

from analysis.sentiment.model import Profile
from analysis.sentiment.scorer import Judgement, SentimentScorer

__all__ = ["Judgement", "Profile", "SentimentScorer"]
