"""What the components know and write about one text: the attributes under `doc._`, declared in one place."""

import logging
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

from vigie.errors import StoreError
from vigie.model import Enrichment

_LOG = logging.getLogger(__name__)

# Given by the gate: document (vigie.model.Document, without its spam), matches (the relevant BrandMatch values), and text_start,
# where in the Doc the document's text begins, its title standing before. Written by the components: the rest.
_GIVEN = ("document", "matches", "text_start")
_WRITTEN = ("relevance", "story_id", "sentiment", "target", *(field.name for field in fields(Enrichment)))


def declare_attributes() -> None:
    """Makes the attributes known to spaCy; each is None until written, `failures` an empty list. Idempotent."""
    for name in (*_GIVEN, *_WRITTEN):
        Doc.set_extension(name, default=None, force=True)
    Doc.set_extension("failures", default=[], force=True)


def attempt(doc: Doc, field: str, read: Callable[[Doc], Any]) -> Doc:
    """`doc` with `read(doc)` as its attribute `field`. A text that makes `read` raise loses that field only, and it is noted.

    Raises: StoreError, for then it is not the text that failed.
    """
    try:
        setattr(doc._, field, read(doc))
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - the analyse loop: the loss of a field is counted in Analysis.reason
        document = doc._.document.id
        _LOG.warning("event=component_failed field=%s document=%s error=%s", field, document, type(error).__name__)
        doc._.failures = [*doc._.failures, field]
    return doc


def one_token(vocab: Vocab, text: str) -> Doc:
    """`text` as a Doc without words, a fiftieth of the cost."""
    return Doc(vocab, words=[text] if text else [], spaces=[False] if text else [])


def brand_ranges(doc: Doc) -> list[tuple[int, int]]:
    """Where brand names stand in the text of `doc`, title included, first and last character (excluded)."""
    matches = doc._.matches or ()
    shifts = {"title": 0, "text": doc._.text_start or 0}
    return [
        (span.start + shifts[span.field_name], span.end + shifts[span.field_name]) for match in matches for span in match.spans
    ]
