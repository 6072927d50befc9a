"""Filters and queries as Elasticsearch's query DSL. Pure; between `vigie.ports.Filter` and the store's requests.

A term is looked up in `vigie.words.*`, which hold words cut and folded by Vigie itself, so that a query means the same here as in
SQLite and in the matcher, whatever analysis the server knows. Nothing a user types is read as the server's own syntax.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from vigie.model import WorkflowState
from vigie.ports import Filter
from vigie.query import And, Field, Near, Node, Not, Or, Term
from vigie.store.codec import microseconds
from vigie.store.elasticsearch.documents import exact_tokens, folded_tokens, kept
from vigie.store.words import folded

Clause = dict[str, Any]

PUBLISHED, SEEN, STORED = "vigie.date.published_us", "vigie.date.seen_us", "vigie.date.stored_us"
MENTION_ID, DOCUMENT, STORY = "event.id", "vigie.document.id", "vigie.story.id"
BRAND, LABEL, SOURCE, SITE = "vigie.brand.exact", "vigie.sentiment.label", "vigie.source.id.exact", "url.domain"
KIND, LANGUAGE = "vigie.kind.exact", "vigie.language.exact"
DOUBTFUL, ROLE, EMOTION = "vigie.doubtful", "vigie.role", "vigie.emotion"
THEMES, TOXICITY = "vigie.themes.exact", "vigie.toxicity"
STATE, ASSIGNEE, DUE = "vigie.workflow.state", "vigie.workflow.assignee.exact", "vigie.workflow.due_us"

NEVER: Clause = {"match_none": {}}
_ALWAYS: Clause = {"match_all": {}}
_TITLE, _TEXT = "vigie.words.title", "vigie.words.text"
_DEPTH = 12  # levels of a query after which the next is wrapped
_MOST_ENDINGS = 50_000  # forms of a word that the last, open word of a phrase may take, in one shard


def query_of(chosen: Filter) -> Clause:
    """The mentions of `chosen`; nothing is scored."""
    listed: Mapping[str, Sequence[str]] = {
        BRAND: chosen.brands,
        LABEL: chosen.labels,
        KIND: chosen.kinds,
        SOURCE: chosen.sources,
        LANGUAGE: chosen.languages,
        STATE: chosen.states,
        ASSIGNEE: chosen.assignees,
        ROLE: chosen.roles,
        EMOTION: chosen.emotions,
        THEMES: chosen.themes,
        STORY: () if chosen.story_id is None else (chosen.story_id,),
    }
    clauses = [one_of(field, values) for field, values in listed.items() if values]
    clauses += _window(PUBLISHED, chosen.start, chosen.end) + _window(SEEN, chosen.seen_start, chosen.seen_end)
    clauses += _window(DUE, None, chosen.due_before)
    flags = (({"term": {DOUBTFUL: True}}, chosen.doubtful), ({"exists": {"field": TOXICITY}}, chosen.toxic))
    clauses += [clause if wanted else none_of([clause]) for clause, wanted in flags if wanted is not None]
    if chosen.query is not None:
        clauses.append(_clause(chosen.query))
    return all_of(clauses)


def all_of(clauses: Sequence[Clause]) -> Clause:
    """What every clause means; everything where there is none."""
    if len(clauses) == 1:
        return clauses[0]
    return {"bool": {"filter": list(clauses)}} if clauses else _ALWAYS


def none_of(clauses: Sequence[Clause]) -> Clause:
    return {"bool": {"must_not": list(clauses)}}


def one_of(field: str, values: Sequence[str]) -> Clause:
    """The mentions whose `field` is one of `values`, exactly."""
    return {"terms": {field: [kept(str(value)) for value in values]}}


def spared() -> Clause:
    """What retention leaves: mentions with a note, and open assignments."""
    assigned = _any_of([{"exists": {"field": field}} for field in (ASSIGNEE, DUE)])
    return _any_of([{"term": {"vigie.workflow.has_note": True}}, all_of([one_of(STATE, [WorkflowState.NEW]), assigned])])


def before(moment: datetime) -> Clause:
    """The mentions published before `moment`."""
    return {"range": {PUBLISHED: {"lt": microseconds(moment)}}}


def _window(field: str, start: datetime | None, end: datetime | None) -> list[Clause]:
    bounds = {name: microseconds(moment) for name, moment in (("gte", start), ("lt", end)) if moment is not None}
    return [{"range": {field: bounds}}] if bounds else []


def _clause(node: Node, depth: int = 1) -> Clause:
    """What `node` means. A server reads thirty levels of a query at most, but a wrapped query by itself, from the first level."""
    if depth % _DEPTH == 0:
        return {"wrapper": {"query": b64encode(json.dumps(_clause(node, depth + 1)).encode()).decode()}}
    match node:
        case Term(text, prefix, exact_case):
            return _any_of([_row(field, text, prefix, exact_case) for field in (_TITLE, _TEXT)])
        case Near():
            return _any_of([clause for field in (_TITLE, _TEXT) for clause in _near(field, node)])
        case Field(name, value):
            return _FIELDS[name](value.strip()) if value.strip() and name in _FIELDS else NEVER
        case Not(part):
            return none_of([_clause(part, depth + 1)])
        case And(parts):
            return all_of([_clause(part, depth + 1) for part in parts])
        case Or(parts):
            others = [_clause(part, depth + 1) for part in parts if _lone_word(part) is None]
            return _any_of([*_any_word([word for part in parts if (word := _lone_word(part))]), *others])


def _lone_word(node: Node) -> str | None:
    """The token of a term that is one whole word."""
    if not isinstance(node, Term) or node.prefix:
        return None
    row = _tokens(node.text, node.exact_case)
    return row[0] if len(row) == 1 else None


def _any_word(words: Sequence[str]) -> list[Clause]:
    """Any of `words`, in one clause a field: a server reads some thousand clauses at most."""
    return [{"terms": {field: list(words)}} for field in (_TITLE, _TEXT)] if words else []


def _any_of(clauses: Sequence[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def _row(field: str, text: str, prefix: bool, exact_case: bool) -> Clause:
    """Words in a row in one field; a row of no word is nowhere."""
    row = _tokens(text, exact_case)
    if not row:
        return NEVER
    if len(row) == 1:
        return {"prefix" if prefix else "term": {field: {"value": row[0]}}}
    phrase: Clause = {"query": " ".join(row)}
    if prefix:
        return {"match_phrase_prefix": {field: {**phrase, "max_expansions": _MOST_ENDINGS}}}
    return {"match_phrase": {field: phrase}}


def _near(field: str, near: Near) -> list[Clause]:
    """The ways in which both sides can stand near each other in one field; at least one.

    Span queries: intervals let both sides share words, and would find `"a a" NEAR/3 "a a"` in « a a a ». A server walks through
    both sides once and never back, so that those that come first must be of one length: then they end in the order they begin.
    """
    left, right = (_spans_by_length(field, side) for side in (near.left, near.right))
    if not left or not right:
        return [NEVER]
    orders = [(left, right)] if near.ordered else [(left, right), (right, left)]
    return [
        {"span_near": {"clauses": [_any_span(spans), _any_span(chain(*seconds.values()))], "slop": near.words, "in_order": True}}
        for firsts, seconds in orders
        for spans in firsts.values()
    ]


def _spans_by_length(field: str, terms: Sequence[Term]) -> dict[int, list[Clause]]:
    """Where `terms` stand in one field, under the number of their words; terms of no word are nowhere."""
    spans: dict[int, list[Clause]] = {}
    for term in terms:
        if row := _tokens(term.text, term.exact_case):
            spans.setdefault(len(row), []).append(_span(field, row, term.prefix))
    return spans


def _span(field: str, row: Sequence[str], prefix: bool) -> Clause:
    words: list[Clause] = [{"span_term": {field: word}} for word in row]
    if prefix:
        words[-1] = {"span_multi": {"match": {"prefix": {field: {"value": row[-1]}}}}}
    return words[0] if len(words) == 1 else {"span_near": {"clauses": words, "slop": 0, "in_order": True}}


def _any_span(spans: Iterable[Clause]) -> Clause:
    return {"span_or": {"clauses": list(spans)}}


def _tokens(text: str, exact_case: bool) -> list[str]:
    return exact_tokens(text) if exact_case else folded_tokens(text)


def _site(value: str) -> Clause:
    """The host itself or a host below it."""
    return one_of("vigie.sites", [value.lower().removeprefix("www.")])


def _author(value: str) -> Clause:
    name = folded(value)
    return one_of("vigie.author.words", [name]) if name else NEVER


_FIELDS: Mapping[str, Callable[[str], Clause]] = {
    "site": _site,
    "author": _author,
    "title": lambda value: _row(_TITLE, value, value.endswith("*"), exact_case=False),
    "lang": lambda value: {"term": {LANGUAGE: {"value": kept(value), "case_insensitive": True}}},
    "kind": lambda value: one_of(KIND, [value.lower()]),
    "source": lambda value: one_of(SOURCE, [value]),
}
