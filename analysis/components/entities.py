"""The people and organisations that a text names. Writes `doc._.entities`; brands and places are told elsewhere.

With `recogniser` they are those of spaCy's entity recogniser, which must then be in the pipeline; else capitals with a clue.
"""

from spacy.language import Language
from spacy.tokens import Doc

from analysis.components.reading import attempt, brand_ranges
from analysis.entities import MOST, may_be_name, read_entities
from analysis.folding import fold
from analysis.places import read_places
from analysis.sentiment.passage import passage_of

NAME = "vigie_entities"
_KINDS = frozenset(("PER", "ORG"))


class EntitiesComponent:
    """`recogniser`: take the entities of spaCy's `ner` where it ran."""

    def __init__(self, recogniser: bool) -> None:
        self._recogniser = recogniser

    def __call__(self, doc: Doc) -> Doc:
        return attempt(doc, "entities", self._entities)

    def _entities(self, doc: Doc) -> tuple[str, ...]:
        is_read = self._recogniser and doc.has_annotation("ENT_IOB")
        passage = passage_of(doc)
        found = _recognised(doc) if is_read else read_entities(passage.text, brand_ranges(doc))
        places = set(map(fold, read_places(passage) if doc._.places is None else doc._.places))
        return tuple(dict.fromkeys(name for name in found if name and fold(name) not in places))[:MOST]


def _recognised(doc: Doc) -> tuple[str, ...]:
    """The people and organisations of spaCy's recogniser that are no brand of the team."""
    taken = brand_ranges(doc)
    entities = [one for one in doc.ents if one.label_ in _KINDS and may_be_name(doc.text, one.start_char, one.end_char)]
    free = [one for one in entities if not any(one.start_char < end and start < one.end_char for start, end in taken)]
    return tuple(one.text.strip() for one in free)


@Language.factory(NAME, default_config={"recogniser": False})
def create(nlp: Language, name: str, recogniser: bool) -> EntitiesComponent:
    """The component; `recogniser` needs spaCy's `ner` in the pipeline."""
    return EntitiesComponent(recogniser)
