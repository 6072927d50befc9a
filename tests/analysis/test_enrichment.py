"""The components of the enrichment in a spaCy pipeline: each writes its field, none takes a text down."""

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from analysis.components import emotion, entities, key_phrases, places, reading, themes, toxicity
from vigie.model import Emotion, Sentiment, SentimentLabel, Toxicity

NAMES = [module.NAME for module in (emotion, themes, key_phrases, toxicity, places, entities)]
TEXT = "Je suis furieux, colis jamais reçu à Lyon, bande de voleurs ! La CGT le dit : colis jamais reçu."


@pytest.fixture(scope="module")
def pipeline() -> Language:
    reading.declare_attributes()
    nlp = spacy.blank("fr")
    for name in NAMES:
        nlp.add_pipe(name)
    return nlp


def read(nlp: Language, text: str, tone: SentimentLabel | None = SentimentLabel.NEGATIVE) -> Doc:
    doc = nlp.make_doc(text)
    doc._.sentiment = Sentiment(tone, 0, 0) if tone else None
    return nlp(doc)


def test_each_component_writes_its_field(pipeline: Language) -> None:
    doc = read(pipeline, TEXT)
    assert doc._.emotion is Emotion.ANGER
    assert "livraison" in doc._.themes
    assert doc._.toxicity == (Toxicity.INSULT,)
    assert doc._.places == ("Lyon",)
    assert doc._.entities == ("CGT",)
    assert doc._.key_phrases
    assert doc._.failures == []


def test_the_tone_need_not_be_known(pipeline: Language) -> None:
    assert read(pipeline, TEXT, None)._.emotion is Emotion.ANGER


def test_an_empty_text_has_nothing(pipeline: Language) -> None:
    doc = read(pipeline, "")
    assert doc._.emotion is None
    assert not any((doc._.themes, doc._.toxicity, doc._.places, doc._.entities, doc._.key_phrases))
