"""Which part a brand plays in a text, and the tone towards it, which is not always the tone of the text."""

from analysis.target.reader import Role, TargetReading, read_target

__all__ = ["Role", "TargetReading", "read_target"]
