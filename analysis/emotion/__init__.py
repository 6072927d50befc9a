"""The emotion that a text shows, of Ekman's six, by an own lexicon and the rules of the tone. See docs/enrichment.md."""

from analysis.emotion.reader import EmotionReading, read_emotion

__all__ = ["EmotionReading", "read_emotion"]
