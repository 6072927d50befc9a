"""Whether a name found in a text means the brand or something else of that name: Orange or an orange.

`judge` weighs what the other modules read: `window` the words around a name, `syntax` the general rules of French, `profiles` the
senses of one name, `vocabulary` which names are also words, first names or towns. Only texts that name a brand come here.
"""

from analysis.relevance.judge import Judgement, NameJudge, Sight

__all__ = ["Judgement", "NameJudge", "Sight"]
