"""What a moderator should look at in a text. Writes `doc._.toxicity`."""

from spacy.language import Language
from spacy.tokens import Doc

from analysis.components.reading import attempt
from analysis.sentiment.passage import passage_of
from analysis.toxicity import read_toxicity

NAME = "vigie_toxicity"


class ToxicityComponent:
    """Flags insults, threats, hate and sexual content of the text with its title."""

    def __call__(self, doc: Doc) -> Doc:
        return attempt(doc, "toxicity", lambda doc: read_toxicity(passage_of(doc)).kinds)


@Language.factory(NAME)
def create(nlp: Language, name: str) -> ToxicityComponent:
    """The component."""
    return ToxicityComponent()
