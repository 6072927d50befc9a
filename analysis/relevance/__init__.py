"""Whether a name found in a text means the brand or something else of that name: Orange or an orange.

`judge` weighs what the other modules read: `window` the words around a name, `syntax` the general rules of French, `profiles` the
senses of one name, `lessons` what the team has marked, `vocabulary` which names are also words, first names or towns. Only texts
that name a brand come here.
"""

from analysis.relevance.judge import RELEVANT, Judgement, NameJudge, Sight
from analysis.relevance.lessons import Lessons, lessons_of

__all__ = ["RELEVANT", "Judgement", "Lessons", "NameJudge", "Sight", "lessons_of"]
