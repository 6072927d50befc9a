"""The places that a text names. Writes `doc._.places`; what names a brand is no place."""

from spacy.language import Language
from spacy.tokens import Doc

from analysis.components.reading import attempt, brand_ranges
from analysis.places import read_places
from analysis.sentiment.passage import passage_of

NAME = "vigie_places"


class PlacesComponent:
    """Reads the places of the text with its title."""

    def __call__(self, doc: Doc) -> Doc:
        return attempt(doc, "places", lambda doc: read_places(passage_of(doc), brand_ranges(doc)))


@Language.factory(NAME)
def create(nlp: Language, name: str) -> PlacesComponent:
    """The component."""
    return PlacesComponent()
