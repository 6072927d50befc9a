"""Evaluates a brand's query on what was found in one document, and keeps the proof."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from analysis.brand_terms import Hit
from analysis.folding import folded_words
from vigie.model import Document
from vigie.query import WORD, And, Field, Near, Node, Not, Or, Range, Term, neighbours, primary_language, title_term

_WORD = re.compile(f"({WORD.pattern})")  # a split by it gives what lies between, a word, over and over


class WordPlaces:
    """Where the words of a text begin, worked out when first asked for: most texts never need it."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def starts(self) -> list[int]:
        """The place of each word's first character, in order."""
        return list(accumulate(map(len, _WORD.split(self._text))))[:-1:2]


@dataclass(frozen=True, slots=True)
class FoundTerms:
    """What one document offers to the queries. Hits before `title_end` are in its title; `words` are those of title and text."""

    hits: Mapping[Term, Sequence[Hit]]
    title_end: int
    words: WordPlaces
    document: Document | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a query that is fulfilled: words found and fields that hold. Both empty for a NOT."""

    hits: tuple[Hit, ...] = ()
    fields: tuple[Field, ...] = ()


def evaluate(node: Node, found: FoundTerms) -> Evidence | None:
    """The evidence that `node` is fulfilled; None when it is not."""
    match node:
        case Term():
            hits = found.hits.get(node)
            return Evidence(tuple(hits)) if hits else None
        case Field("title", value):
            hits = [hit for hit in found.hits.get(title_term(value), ()) if hit.start < found.title_end]
            return Evidence(tuple(hits)) if hits else None
        case Near(left, right):
            there = found.hits.keys()
            if there.isdisjoint(left) or there.isdisjoint(right):
                return None
            hits = [*_near_hits(node, found, in_title=True), *_near_hits(node, found, in_title=False)]
            return Evidence(tuple(hits)) if hits else None
        case Field():
            return Evidence(fields=(node,)) if _holds(node, found.document) else None
        case Not(part):
            return Evidence() if evaluate(part, found) is None else None
        case And(parts):
            proofs = [evaluate(part, found) for part in parts]
            return None if None in proofs else _total(proofs)
        case Or(parts):
            wanted = (node.by_term[term] for term in found.hits.keys() & node.by_term.keys())
            told = sorted({place for places in wanted for place in places}.union(node.others))
            proofs = [proof for place in told if (proof := evaluate(parts[place], found)) is not None]
            return _total(proofs) if proofs else None


def speaking_terms(node: Node) -> Iterator[Term]:
    """The terms whose presence may fulfil `node`: all but those under NOT."""
    match node:
        case Term():
            yield node
        case Field("title", value):
            yield title_term(value)
        case Near(left, right):
            yield from left
            yield from right
        case And(parts) | Or(parts):
            for part in parts:
                yield from speaking_terms(part)
        case _:
            return


def every_term(node: Node) -> Iterator[Term]:
    """All the terms of `node`, those under NOT too."""
    match node:
        case Not(part):
            yield from every_term(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from every_term(part)
        case _:
            yield from speaking_terms(node)


def needs_no_term(node: Node) -> bool:
    """Whether `node` can be fulfilled by a document in which none of its terms stands, as `site:exemple.fr` can."""
    match node:
        case Term() | Near():
            return False
        case Field(name):
            return name != "title"
        case Not():
            return True
        case And(parts):
            return all(needs_no_term(part) for part in parts)
        case Or(parts):
            return any(needs_no_term(part) for part in parts)


def with_handles(query: Node, handles: Sequence[Term]) -> Node:
    """`query` fulfilled by any of `handles` as well; what its outermost NOTs take away stays away."""
    if not handles:
        return query
    parts = query.parts if isinstance(query, And) else (query,)
    wanted = tuple(part for part in parts if not isinstance(part, Not))
    unwanted = tuple(part for part in parts if isinstance(part, Not))
    either = Or((wanted[0] if len(wanted) == 1 else And(wanted), *handles))
    return And((either, *unwanted)) if unwanted else either


def is_on_site(document: Document, host: str) -> bool:
    """Whether `document` was published on `host` or below it."""
    return document.site == host or document.site.endswith(f".{host}")


def _near_hits(near: Near, found: FoundTerms, *, in_title: bool) -> list[Hit]:
    """The hits of both sides that stand near enough to each other, in the title or in the text."""
    left, right = (
        [hit for term in terms for hit in found.hits.get(term, ()) if (hit.start < found.title_end) is in_title]
        for terms in (near.left, near.right)
    )
    if not left or not right:
        return []
    lefts, rights = neighbours(near, _places(left), _places(right), found.words.starts)
    return [*(hit for hit in left if (hit.start, hit.end) in lefts), *(hit for hit in right if (hit.start, hit.end) in rights)]


def _places(hits: Iterable[Hit]) -> set[Range]:
    return {(hit.start, hit.end) for hit in hits}


def _total(proofs: Iterable[Evidence | None]) -> Evidence:
    kept = [proof for proof in proofs if proof is not None]
    return Evidence(tuple(hit for proof in kept for hit in proof.hits), tuple(field for proof in kept for field in proof.fields))


def _holds(field: Field, document: Document | None) -> bool:
    """Whether a field other than `title` holds; never without a document."""
    if document is None:
        return False
    match field.name:
        case "site":
            return is_on_site(document, field.value)
        case "lang":
            return primary_language(document.language or "") == field.value
        case "author":
            name = folded_words(field.value)
            return bool(name) and folded_words(document.author or "") == name
        case "kind":
            return document.kind == field.value.lower()
        case _:
            return document.source_id == field.value
