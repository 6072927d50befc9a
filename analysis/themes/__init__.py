"""What people complain of: the team's themes, found by queries and kept where there is a complaint. See docs/enrichment.md."""

from analysis.themes.reader import ThemeFinder, ThemeHit

__all__ = ["ThemeFinder", "ThemeHit"]
