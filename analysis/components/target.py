"""The part each brand plays in a text, and the tone towards it. Writes `doc._.target`, by brand id; reads `doc._.sentiment`."""

from collections.abc import Mapping

from spacy.language import Language
from spacy.tokens import Doc

from analysis.components.reading import attempt
from analysis.sentiment.passage import passage_of
from analysis.target import read_target
from vigie.model import Target

NAME = "vigie_target"


class TargetComponent:
    """Reads every brand that the gate found; a text whose tone is not known is not read."""

    def __call__(self, doc: Doc) -> Doc:
        return attempt(doc, "target", _targets)


def _targets(doc: Doc) -> Mapping[str, Target]:
    """What the text says of each brand, by its id."""
    document, tone = doc._.document, doc._.sentiment
    if tone is None:
        return {}
    passage = passage_of(doc)
    return {match.brand_id: read_target(document.title, document.text, match.spans, tone, passage) for match in doc._.matches}


@Language.factory(NAME)
def create(nlp: Language, name: str) -> TargetComponent:
    """The component."""
    return TargetComponent()
