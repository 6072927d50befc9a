"""Decides which documents are worth reading closely: names a brand, is not spam, is in a language that is kept.

The cheapest question comes first, so most documents cost one pass of the matcher. What is admitted goes to spaCy.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.components.language import LanguageDetector
from analysis.components.spam import split_spam
from analysis.matching import BrandMatch, BrandMatcher
from config.schema import Brand
from vigie.model import Analysis, Document, Outcome

_SHORTEST_ANSWER = 6  # words


@dataclass(frozen=True, slots=True)
class Admitted:
    """A document to read closely, its spam paragraphs taken out, and the brands it is relevant for: at least one."""

    document: Document
    matches: tuple[BrandMatch, ...]
    language: str


class Gate:
    """Asks each document three questions, in the order of `admit`."""

    def __init__(self, brands: Sequence[Brand], languages: Sequence[str]) -> None:
        """Raises: QueryError when a brand's query cannot be read."""
        self.matcher = BrandMatcher(brands)
        self._detector = LanguageDetector(languages)

    def admit(self, document: Document) -> Admitted | Analysis:
        """The document for spaCy, or the end of its way with the reason."""
        matches = self._relevant(document)
        if not matches:
            return Analysis(document.id, Outcome.OFF_TOPIC, reason="no_brand")
        split = split_spam(document.text)
        if split.is_spam:
            return Analysis(document.id, Outcome.SPAM, reason="spam")
        if split.cut:
            document = replace(document, text=split.kept)
            matches = self._relevant(document)
            if not matches:
                return Analysis(document.id, Outcome.SPAM, reason="brand_in_spam")
        language = self._detector.language_of(f"{document.title}\n{document.text}", document.language)
        if not self._detector.keeps(language):
            return Analysis(document.id, Outcome.OFF_TOPIC, reason=f"language:{language}")
        return Admitted(document, matches, language)

    def _relevant(self, document: Document) -> tuple[BrandMatch, ...]:
        """The brands that the document names; an answer that names none is about those that its thread's title names."""
        named = self.matcher.match(document.title, document.text, document=document)
        if named or not _says_something(document):
            return tuple(match for match in named if match.is_relevant)
        of_thread = self.matcher.match(document.thread_title, document.text, document=document)
        return tuple(
            replace(match, spans=(), reason=f"sujet du fil : {match.reason}") for match in of_thread if match.is_relevant
        )


def _says_something(document: Document) -> bool:
    """Whether an answer is long enough to be read under its thread's title: « Merci ! » speaks of no brand."""
    return bool(document.thread_title) and len(document.text.split()) >= _SHORTEST_ANSWER
