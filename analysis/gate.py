"""Decides which documents are worth reading closely: names a brand, is not spam, is in a language that is kept.

The cheapest question comes first, so most documents cost one pass of the matcher. What is admitted goes to spaCy. Relevance, spam
and language can be switched off (`analysis.components.registry`).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from analysis.components.language import LanguageDetector
from analysis.components.registry import GATE
from analysis.components.spam import Judge, SpamSplit, split_spam
from analysis.matching import BrandMatch, BrandMatcher, speaks_itself
from config.schema import Brand
from vigie.model import Analysis, Document, Outcome, host_of

_SHORTEST_ANSWER = 6  # words
_HALF = re.compile(r"[\ud800-\udfff]")
_LONE_SURROGATES = "lone_surrogates"  # as `vigie status` counts what documents lost


@dataclass(frozen=True, slots=True)
class Admitted:
    """A document to read closely, its spam paragraphs taken out, and the brands it is relevant for: at least one.

    `compromised` are the brands whose own page it is, where the spam was put in by somebody; `lost` is what it lost at the gate.
    """

    document: Document
    matches: tuple[BrandMatch, ...]
    language: str
    compromised: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


class Gate:
    """Asks each document three questions, in the order of `admit`."""

    def __init__(
        self,
        brands: Sequence[Brand],
        languages: Sequence[str],
        steps: Collection[str] = tuple(GATE),
        judge: Judge | None = None,
    ) -> None:
        """`steps` are those switched on, `judge` is as for `split_spam`. Raises: QueryError on a query that cannot be read."""
        self._judge = judge
        self.matcher = BrandMatcher(brands, weighs_names="relevance" in steps)
        self._cuts_spam = "spam" in steps
        self._detector = LanguageDetector(languages, detects="language" in steps)
        self._own_sites: dict[str, list[str]] = {}
        for brand in brands:
            if site := host_of(brand.site):
                self._own_sites.setdefault(site, []).append(brand.id)

    def admit(self, document: Document) -> Admitted | Analysis:
        """The document for spaCy, or the end of its way with the reason; either with the brands whose page was broken into."""
        whole = _whole(document)
        owners = self._owners(whole)
        split = split_spam(whole.text, self._judge, whole.hidden) if owners and self._cuts_spam else None
        verdict = self._judged(whole, split)
        if split is not None and split.is_injected:
            verdict = replace(verdict, compromised=owners)
        return verdict if whole is document or isinstance(verdict, Analysis) else replace(verdict, lost=(_LONE_SURROGATES,))

    def _owners(self, document: Document) -> tuple[str, ...]:
        """The brands that publish the site of the document themselves."""
        if not self._own_sites:
            return ()
        labels = document.site.split(".")
        sites = (".".join(labels[first:]) for first in range(len(labels)))
        return tuple(brand_id for site in sites if speaks_itself(site, document) for brand_id in self._own_sites.get(site, ()))

    def _judged(self, document: Document, split: SpamSplit | None) -> Admitted | Analysis:
        """The verdict; `split` is the text without its spam, where that was asked before."""
        matches = self._relevant(document)
        if not matches:
            return Analysis(document.id, Outcome.OFF_TOPIC, reason="no_brand")
        if self._cuts_spam and (split := split or split_spam(document.text, self._judge, document.hidden)).cuts:
            if split.is_spam:
                return Analysis(document.id, Outcome.SPAM, reason="spam")
            document = replace(document, text=split.kept)
            matches = self._relevant(document)
            if not matches:
                return Analysis(document.id, Outcome.SPAM, reason="brand_in_spam")
        language = self._detector.language_of(f"{document.title}\n{document.text}", document.language)
        if not self._detector.keeps(language):
            return Analysis(document.id, Outcome.OFF_TOPIC, reason=f"language:{language}")
        return Admitted(replace(document, hidden=()) if document.hidden else document, matches, language)

    def _relevant(self, document: Document) -> tuple[BrandMatch, ...]:
        """The brands that the document names, the doubtful ones among them.

        An answer that names none is about those that its thread's title names.
        """
        named = self.matcher.match(document.title, document.text, document=document)
        if named or not _says_something(document):
            return tuple(match for match in named if _is_kept(match))
        of_thread = self.matcher.match(document.thread_title, document.text, document=document)
        return tuple(replace(match, spans=(), reason=f"sujet du fil : {match.reason}") for match in of_thread if _is_kept(match))


def _whole(document: Document) -> Document:
    """The document with U+FFFD in place of halves of surrogate pairs, which UTF-8 and spaCy refuse; mostly itself."""
    try:
        f"{document.title}{document.text}{document.thread_title}".encode()
    except UnicodeEncodeError:
        title, text, thread_title = (
            _HALF.sub("\ufffd", written) for written in (document.title, document.text, document.thread_title)
        )
        return replace(document, title=title, text=text, thread_title=thread_title)
    return document


def _is_kept(match: BrandMatch) -> bool:
    """Whether it may be meant: what is likelier another sense, but not surely, is kept for a person to look at, set aside."""
    return match.is_relevant or match.is_doubtful


def _says_something(document: Document) -> bool:
    """Whether an answer is long enough to be read under its thread's title: « Merci ! » speaks of no brand."""
    return bool(document.thread_title) and len(document.text.split()) >= _SHORTEST_ANSWER
