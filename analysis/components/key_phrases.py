"""The phrases that tell a text's subject. Writes `doc._.key_phrases`; uses word classes where the trained pipeline gave them."""

from spacy.language import Language
from spacy.tokens import Doc

from analysis.components.reading import attempt, brand_ranges
from analysis.key_phrases import read_key_phrases
from analysis.sentiment.passage import passage_of
from vigie.query import WORD
from vigie.terms import fold

NAME = "vigie_key_phrases"


class KeyPhrasesComponent:
    """Reads the key phrases of the text with its title, brand names left out."""

    def __call__(self, doc: Doc) -> Doc:
        return attempt(doc, "key_phrases", _key_phrases)


def _key_phrases(doc: Doc) -> tuple[str, ...]:
    text = passage_of(doc).text
    names = {fold(word) for start, end in brand_ranges(doc) for word in WORD.findall(text[start:end])}
    classes = {token.idx: token.pos_ for token in doc} if doc.has_annotation("POS") else None
    return read_key_phrases(text, names, classes)


@Language.factory(NAME)
def create(nlp: Language, name: str) -> KeyPhrasesComponent:
    """The component."""
    return KeyPhrasesComponent()
