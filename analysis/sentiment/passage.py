"""A text cut once for every reader of words in place: tone, emotion, themes, toxicity, places and entities share it."""

from functools import cached_property
from typing import TYPE_CHECKING

from analysis.folding import FoldedText
from analysis.sentiment import hits, rules
from analysis.sentiment.hits import Hit
from analysis.sentiment.layout import Layout, layout
from analysis.sentiment.lexicon import Lexicon
from analysis.sentiment.lexicon import load as load_lexicon
from analysis.sentiment.tokens import Cut, Token, cut

if TYPE_CHECKING:
    from spacy.tokens import Doc

_KEY = "vigie_passage"

LONGEST_READ = 20_000
"""Characters of a text that are read; what follows says nothing new of its tone, and a text of megabytes stays cheap."""


class Passage:
    """The first 20,000 characters of a text, cut into tokens. Each part is worked out when it is first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text[:LONGEST_READ]

    @cached_property
    def folded(self) -> FoldedText:
        """The text as terms are looked for in it."""
        return FoldedText(self.text)

    @cached_property
    def cut(self) -> Cut:
        """The tokens with their places."""
        return cut(self.text)

    @property
    def row(self) -> list[Token]:
        """The tokens, in order."""
        return self.cut.row

    @cached_property
    def where(self) -> Layout:
        """Where each token stands: sentence, clause, quotation."""
        return layout(self.row)

    @cached_property
    def tone(self) -> list[Hit]:
        """What carries tone, weighed by all rules, in order."""
        return rules.weigh(hits.find(self.row, load_lexicon()), self.row, self.where)

    def found(self, lexicon: Lexicon) -> list[Hit]:
        """The entries of `lexicon` that stand here, each weighed in its place, in order; negated ones are below 0."""
        return rules.weigh_each(hits.find(self.row, lexicon), self.row, self.where)

    def written(self, hit: Hit) -> str:
        """`hit` as it stands in the text."""
        return self.text[self.cut.starts[hit.start] : self.cut.ends[hit.end - 1]]


def passage_of(doc: "Doc") -> Passage:
    """The passage of a spaCy document, the same one for every component."""
    known = doc.user_data.get(_KEY)
    if not isinstance(known, Passage):
        known = doc.user_data[_KEY] = Passage(doc.text)
    return known
