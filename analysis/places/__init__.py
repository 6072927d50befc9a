"""The places that a text names, by an own gazetteer of the French-speaking world and the countries. See docs/enrichment.md."""

from analysis.places.reader import read_places

__all__ = ["read_places"]
