"""Which part a brand plays in a text, and the tone towards it, which is not always the tone of the text."""

from analysis.target.reader import read_target

__all__ = ["read_target"]
