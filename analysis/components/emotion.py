"""The emotion that prevails in a text. Writes `doc._.emotion`; reads `doc._.sentiment` where it was written before."""

from spacy.language import Language
from spacy.tokens import Doc

from analysis.components.reading import attempt
from analysis.emotion import read_emotion
from analysis.sentiment.passage import passage_of
from vigie.model import Emotion

NAME = "vigie_emotion"


class EmotionComponent:
    """Reads the six emotions of the text with its title."""

    def __call__(self, doc: Doc) -> Doc:
        return attempt(doc, "emotion", _emotion)


def _emotion(doc: Doc) -> Emotion | None:
    sentiment = doc._.sentiment
    return read_emotion(passage_of(doc), sentiment.label if sentiment else None).emotion


@Language.factory(NAME)
def create(nlp: Language, name: str) -> EmotionComponent:
    """The component."""
    return EmotionComponent()
