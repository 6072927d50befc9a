"""What a moderator should look at: insult, threat, hate, sexual content. It deletes nothing. See docs/enrichment.md."""

from analysis.toxicity.reader import ToxicityReading, read_toxicity

__all__ = ["ToxicityReading", "read_toxicity"]
