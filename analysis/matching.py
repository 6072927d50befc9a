"""Which brands a document names, and where: the first gate, through which every document goes.

Queries are evaluated on the document as a whole (title and text); exclusions are judged hit by hit. No spaCy here: a text
that names no brand costs one folding and one pass of an automaton.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from analysis.brand_queries import (
    Evidence,
    FoundTerms,
    WordPlaces,
    evaluate,
    every_term,
    is_on_site,
    needs_no_term,
    speaking_terms,
    with_handles,
)
from analysis.brand_terms import Hit, TermFinder, handle_terms
from analysis.folding import FoldedText, folded_words
from analysis.relevance import Lessons, NameJudge, Sight, lessons_of
from analysis.voices import VOICES
from config.schema import Brand
from vigie.model import Document, Mark, Span
from vigie.query import Node, Term, host_of

_NEAR_WORDS = 12  # an exclusion this close takes a hit away, across a full stop too
_LONGEST_SENTENCE = 40  # words: a forum post without full stops would otherwise be one sentence
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|\n")
_SHOWN_WORDS = 3
_MOST_SPANS = 10_000  # told of one brand: no person says a name so often, and megabytes of it would cost half a minute


@dataclass(frozen=True, slots=True)
class BrandMatch:
    """A brand whose query a document fulfils. `spans` are where its name stands, none when only the thread's
    title names it; `reason` says why, for users, in French.

    Of a name that is said without end the first 10,000 places are told.

    `is_relevant` is False when the name was found but means something else here, or when the brand itself speaks. `relevance`, in
    [0, 1], is how likely the name means the brand; where `is_doubtful`, a person should look.
    """

    brand_id: str
    spans: tuple[Span, ...]
    reason: str
    is_relevant: bool = True
    relevance: float = 1.0
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _CompiledBrand:
    """A brand ready for matching. `names` are the terms that stand for the brand; others of its query are only context."""

    id: str
    query: Node
    names: frozenset[Term]
    exclusions: frozenset[Term]
    site: str
    judge: NameJudge
    sure: frozenset[Term]


class BrandMatcher:
    """Finds every brand of the configuration in a document, in one pass."""

    def __init__(self, brands: Sequence[Brand], *, weighs_names: bool = True) -> None:
        """Without `weighs_names` every name is taken for the brand. Raises: QueryError when a query cannot be read."""
        self._brands = [_compile(brand, weighs_names) for brand in brands]
        wanted = {term for brand in self._brands for term in (*every_term(brand.query), *brand.exclusions)}
        speaking = {term for brand in self._brands for term in speaking_terms(brand.query)}
        self._speaking, self._others = TermFinder(speaking), TermFinder(wanted - speaking)
        self._named_by: dict[Term, list[int]] = {}
        for place, brand in enumerate(self._brands):
            for term in set(speaking_terms(brand.query)):
                self._named_by.setdefault(term, []).append(place)
        self._termless = [place for place, brand in enumerate(self._brands) if needs_no_term(brand.query)]

    def match(self, title: str, text: str, *, document: Document | None = None) -> tuple[BrandMatch, ...]:
        """The brands whose query `title` and `text` fulfil, in the order of the configuration, irrelevant ones among them.

        Spans count in the two strings as given. Fields such as `site:` are false where `document` is not given.
        """
        joined = f"{title}\n{text}"
        found = self._found(joined, len(title), document)
        places = {place for term in found.hits for place in self._named_by.get(term, ())}
        places.update(self._termless)
        matches = (_match(self._brands[place], found, joined) for place in sorted(places))
        return tuple(match for match in matches if match)

    def learn(self, marks: Iterable[Mark]) -> None:
        """Judges names with what settled marks teach, in place of what earlier ones did."""
        lessons = lessons_of(marks)
        for brand in self._brands:
            brand.judge.lessons = lessons.get(brand.id, Lessons())

    def traits(self, document: Document, brand_id: str) -> tuple[str, ...]:
        """What a mark on `document` teaches of a brand; nothing where its name does not stand there."""
        joined = f"{document.title}\n{document.text}"
        found = self._found(joined, len(document.title), document)
        brand = next((one for one in self._brands if one.id == brand_id), None)
        if brand is None:
            return ()
        sights = _sights(brand, (hit for hits in found.hits.values() for hit in hits))
        return brand.judge.traits(joined, sights, subject=_subject(found, joined), source=document.source_id)

    def _found(self, joined: str, title_end: int, document: Document | None) -> FoundTerms:
        """What stands in a text. What only takes away is looked for where there is something to take away."""
        hits: dict[Term, list[Hit]] = {}
        folded = FoldedText(joined)
        speaking = self._speaking.find(folded)
        for hit in chain(speaking, self._others.find(folded) if speaking or self._termless else ()):
            hits.setdefault(hit.term, []).append(hit)
        return FoundTerms(hits, title_end, WordPlaces(joined), document)


def _compile(brand: Brand, weighs_names: bool) -> _CompiledBrand:
    handles = [term for handle in brand.handles for term in handle_terms(handle)]
    query = brand.parsed_query
    name_words = set(folded_words(brand.name))
    speaking = list(speaking_terms(query))
    named = [term for term in speaking if name_words.intersection(folded_words(term.text))]
    exclusions = frozenset(_exclusion(phrase) for phrase in brand.exclude if phrase.strip())
    names = frozenset([*(named or speaking), *handles])
    judge = NameJudge(brand)
    return _CompiledBrand(
        id=brand.id,
        query=with_handles(query, handles),
        names=names,
        exclusions=exclusions,
        site=host_of(brand.site),
        judge=judge,
        sure=frozenset(term for term in names if not weighs_names or judge.is_sure(term.text)),
    )


def _exclusion(phrase: str) -> Term:
    """The term of an exclusion: words in a row, with the `=` and `*` of queries."""
    words = " ".join(phrase.split())
    return Term(words.lstrip("=").rstrip("*"), prefix=words.endswith("*"), exact_case=words.startswith("="))


def _match(brand: _CompiledBrand, found: FoundTerms, joined: str) -> BrandMatch | None:
    evidence = evaluate(brand.query, found)
    if evidence is None:
        return None
    spans = _spans(evidence, brand, found.title_end)
    if brand.site and speaks_itself(brand.site, found.document):
        return BrandMatch(brand.id, spans, f"publié par la marque sur {brand.site}", is_relevant=False, relevance=0.0)
    cancelled = _cancelled_hits(brand, found, joined)
    if not cancelled:
        return _judged(brand, evidence, found, joined)
    kept = {term: [hit for hit in hits if hit not in cancelled] for term, hits in found.hits.items()}
    remaining = evaluate(brand.query, replace(found, hits=kept))
    if remaining is None:
        excluded = f"exclu, près de {_quoted(cancelled.values(), joined)}"
        return BrandMatch(brand.id, spans, excluded, is_relevant=False, relevance=0.0)
    return _judged(brand, remaining, found, joined)


def _judged(brand: _CompiledBrand, evidence: Evidence, found: FoundTerms, joined: str) -> BrandMatch:
    """The match of a fulfilled query, with what its name means here."""
    judgement = brand.judge.judge(
        joined,
        _sights(brand, evidence.hits),
        subject=_subject(found, joined),
        source=found.document.source_id if found.document else "",
        has_context=any(hit.term not in brand.names for hit in evidence.hits),
    )
    return BrandMatch(
        brand.id,
        _spans(evidence, brand, found.title_end),
        " : ".join(filter(None, (_reason(evidence, joined), judgement.reason))),
        is_relevant=judgement.is_relevant,
        relevance=judgement.relevance,
        is_doubtful=judgement.is_doubtful,
    )


def _sights(brand: _CompiledBrand, hits: Iterable[Hit]) -> list[Sight]:
    """Where the brand's name stands, in order."""
    names = _in_order(hit for hit in hits if hit.term in brand.names)
    return [Sight(hit.start, hit.end, hit.term in brand.sure) for hit in names]


def _subject(found: FoundTerms, joined: str) -> str:
    """What the page is about: its title, that of its thread, and the words of its site's name."""
    title, document = joined[: found.title_end], found.document
    return " ".join((title, document.thread_title, document.site)) if document else title


def speaks_itself(site: str, document: Document | None) -> bool:
    """Whether the brand published `document`; what customers write in the comments and forums of its site is theirs."""
    return document is not None and document.kind not in VOICES and is_on_site(document, site)


def _cancelled_hits(brand: _CompiledBrand, found: FoundTerms, joined: str) -> dict[Hit, Hit]:
    """The hits of the brand's name that an exclusion takes away, each with that exclusion.

    An exclusion that contains the name (« jus d'orange ») takes away the hits it contains, any other those that are near.
    """
    exclusions = sorted((hit for term in brand.exclusions for hit in found.hits.get(term, ())), key=lambda hit: hit.start)
    if not exclusions:
        return {}
    names = [hit for term in brand.names for hit in found.hits.get(term, ())]
    cancelled = _contained(names, exclusions)
    containing = set(cancelled.values())
    apart = [hit for hit in exclusions if hit not in containing]
    starts = [hit.start for hit in apart]
    nearness = _Nearness(joined, found.words)
    for name in names:
        place = bisect_left(starts, name.start)
        for hit in apart[max(0, place - 1) : place + 1]:
            if nearness.are_near(name, hit):
                cancelled.setdefault(name, hit)
    return cancelled


def _contained(names: Sequence[Hit], exclusions: Sequence[Hit]) -> dict[Hit, Hit]:
    """The hits in `names` that overlap one of `exclusions`, which are in order of their start."""
    starts = [hit.start for hit in exclusions]
    longest = max(hit.end - hit.start for hit in exclusions)
    contained: dict[Hit, Hit] = {}
    for name in names:
        nearby = exclusions[bisect_left(starts, name.start - longest) : bisect_left(starts, name.end)]
        contained.update((name, hit) for hit in nearby if name.start < hit.end)
    return contained


class _Nearness:
    """Distances between hits of one text, in words and sentences."""

    def __init__(self, text: str, words: WordPlaces) -> None:
        self._words = words.starts
        self._ends = [found.start() for found in _SENTENCE_END.finditer(text)]

    def are_near(self, one: Hit, other: Hit) -> bool:
        """Whether at most `_NEAR_WORDS` words stand between the two, or one sentence holds both."""
        first, second = sorted((one, other), key=lambda hit: hit.start)
        between = bisect_left(self._words, second.start) - bisect_left(self._words, first.end)
        if between <= _NEAR_WORDS:
            return True
        same_sentence = bisect_left(self._ends, first.end) == bisect_left(self._ends, second.start)
        return same_sentence and between <= _LONGEST_SENTENCE


def _spans(evidence: Evidence, brand: _CompiledBrand, title_end: int) -> tuple[Span, ...]:
    """Where the brand's name stands, in order, the longest of overlapping spellings only."""
    spans: list[Span] = []
    last_end = -1
    for hit in _in_order(hit for hit in evidence.hits if hit.term in brand.names):
        if hit.start < last_end:
            continue
        last_end = hit.end
        spans.append(_span(hit, title_end))
        if len(spans) == _MOST_SPANS:
            break
    return tuple(sorted(spans, key=lambda span: (span.field_name != "title", span.start)))


def _in_order(hits: Iterable[Hit]) -> list[Hit]:
    """The hits, each once, by their start, longer ones first."""
    return sorted(dict.fromkeys(hits), key=lambda hit: (hit.start, -hit.end))  # most are in order already, which a set would lose


def _span(hit: Hit, title_end: int) -> Span:
    if hit.start < title_end:
        return Span("title", hit.start, hit.end)
    return Span("text", hit.start - title_end - 1, hit.end - title_end - 1)


def _reason(evidence: Evidence, joined: str) -> str:
    fields = [f"{field.name}:{field.value}" for field in evidence.fields]
    words = [_quoted(evidence.hits, joined)] if evidence.hits else []
    return ", ".join([*words, *dict.fromkeys(fields)])


def _quoted(hits: Iterable[Hit], joined: str) -> str:
    """The first words found, as they stand in the text, each once."""
    words = list(dict.fromkeys(joined[hit.start : hit.end] for hit in _in_order(hits)))
    return ", ".join(f"« {word} »" for word in words[:_SHOWN_WORDS])
