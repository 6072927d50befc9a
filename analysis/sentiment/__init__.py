"""The tone of French texts about brands: own lexicon and rules, textblob-fr, and a small fitted model. See docs/sentiment.md."""

from analysis.sentiment.scorer import SentimentScorer

__all__ = ["SentimentScorer"]
