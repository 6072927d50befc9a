"""The query language of brands and of search: one parser, compiled by the matcher and by each store.

    orange AND (panne OR "service client") NOT vitamine
    "crédit du nord" -emploi site:exemple.fr lang:fr
    (panne OR coupure) NEAR/5 (box OR internet)

Words side by side are joined by AND. NOT and `-` take away. `AND OR NOT` may be written `ET OU SAUF`; operators are in capitals,
so that « et » stays a word. `mot*` matches the beginning of a word, `=Mot` only that exact case. A word is compared without case
and accents; a phrase is words in a row. Fields: `site:` (a host and those below it, an address stands for its host), `lang:` (a
region does not count: `fr-CA` is `fr`), `author:`, `title:` (`mot*` here too), `kind:`, `source:`. `liste:emploi` stands for the
query of that name, in parentheses; who parses gives the lists.

`a NEAR/5 b`: both stand in the title or both in the text, in either order, with at most 5 words between the end of one and the
beginning of the other, and share no word: `panne NEAR/5 panne` wants two of them. `ONEAR/5`: `a` comes first. Without a number it
is 4, as at Meltwater. On each side stands a word, a phrase, `mot*`, `=Mot`, or some of these joined by OR in parentheses. Ends of
sentences do not count. NEAR binds before NOT, AND and OR, and joins two sides, never three.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import urlsplit

from vigie.errors import QueryError

FIELDS = ("site", "lang", "author", "title", "kind", "source")
LIST = "liste"
MOST_TERMS = 10_000
"""Words, phrases and fields in one query, those of its lists not counted."""

_OPERATORS = {"AND": "AND", "ET": "AND", "OR": "OR", "OU": "OR", "NOT": "NOT", "SAUF": "NOT"}
_NEAR = re.compile("(?P<ordered>O)?NEAR(?P<distance>/.*)?")
_DISTANCE = re.compile("/[0-9]{1,3}")
_USUAL_DISTANCE = 4
_LONGEST_DISTANCE = 100
_MOST_BESIDE = 50  # terms on one side of a NEAR: a server refuses a query of some thousand phrases
_MAX_DEPTH = 50

WORD = re.compile(r"[^\W_][^\W_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W_\u0300-\u036f]*)*")
"""One word, wherever words are counted or looked up: a run of letters and digits. « l'été » is two."""

Range = tuple[int, int]
"""Where something stands: its first place and the one after its last."""


class Term(NamedTuple):
    """Words in a row; a plain word is a row of one. `prefix`: the last word may go on. `exact_case`: case and accents count."""

    text: str
    prefix: bool = False
    exact_case: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """`name:value`; `name` is one of FIELDS. The value of `site` is a bare host, that of `lang` no region; both in lower case."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Or:
    parts: tuple["Node", ...]

    @cached_property
    def by_term(self) -> Mapping[Term, Sequence[int]]:
        """The places of the parts that want a term, by it: of long lists most is in no text, and is not asked for one by one."""
        places: dict[Term, list[int]] = {}
        for place, part in enumerate(self.parts):
            for term in (part,) if isinstance(part, Term) else part.left if isinstance(part, Near) else ():
                places.setdefault(term, []).append(place)
        return places

    @cached_property
    def others(self) -> Sequence[int]:
        """The places of the other parts."""
        return [place for place, part in enumerate(self.parts) if not isinstance(part, Term | Near)]


@dataclass(frozen=True, slots=True)
class Near:
    """One of `left` and one of `right` with at most `words` words between them; `ordered`: that of `left` comes first."""

    left: tuple[Term, ...]
    right: tuple[Term, ...]
    words: int
    ordered: bool = False


Node = Term | Field | Near | Not | And | Or


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # ( ) AND OR NOT NEAR ONEAR term field list end
    node: "Node | None"
    column: int
    distance: int = 0  # of NEAR and ONEAR


_TOKEN = re.compile(
    rf"""
        (?P<open>\() | (?P<close>\))
      | (?P<field>{"|".join((*FIELDS, LIST))}):(?:"(?P<fquoted>[^"]*)"|(?P<fplain>[^\s()"]+))
      | (?P<minus>-)(?=["\w(=@\#]|[^\s\w)])
      | (?P<exact>=)?"(?P<quoted>[^"]*)"(?P<qstar>\*)?
      | (?P<exact_word>=)?(?P<word>[^\s()"]+)
    """,
    re.VERBOSE,
)


def parse(query: str, lists: Mapping[str, Node] | None = None) -> Node:
    """Reads `query`; `lists` are what `liste:` may name. Raises: QueryError, which says what was expected at which column."""
    tokens = list(_tokens(query.replace("“", '"').replace("”", '"').replace("«", '"').replace("»", '"'), lists or {}))
    return _Parser(query, tokens).whole()


def title_term(value: str) -> Term:
    """The term that `title:value` looks for in a title."""
    return Term(value.rstrip("*"), prefix=value.endswith("*"))


def neighbours(
    near: Near, left: Collection[Range], right: Collection[Range], word_starts: Sequence[int]
) -> tuple[set[Range], set[Range]]:
    """Those of `left` and those of `right` that stand near enough to one of the other side; both empty or neither.

    `left` and `right` are where the two sides of `near` stand in one text, `word_starts` where its words begin, in order. Takes
    n log n time.
    """
    lefts, rights = _followed(left, right, near.words, word_starts)
    if near.ordered:
        return lefts, rights
    early_rights, late_lefts = _followed(right, left, near.words, word_starts)
    return lefts | late_lefts, rights | early_rights


def host_of(site: str) -> str:
    """The host of an address or of a bare site name, lower case, without `www.`; empty for what has none."""
    address = site.strip() if "//" in site else f"//{site.strip()}"
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def primary_language(tag: str) -> str:
    """`fr` of `fr-CA`, `FR` or `fr_BE`."""
    return tag.replace("_", "-").split("-")[0].lower()


def _followed(
    firsts: Collection[Range], seconds: Collection[Range], most: int, word_starts: Sequence[int]
) -> tuple[set[Range], set[Range]]:
    """Those of `firsts` that one of `seconds` follows, and those of `seconds` that follow, with at most `most` words between."""
    by_start, by_end = sorted(seconds), sorted(firsts, key=itemgetter(1))

    def are_near(first: Range, second: Range) -> bool:
        return bisect_left(word_starts, second[0]) - bisect_left(word_starts, first[1]) <= most

    followed, following = set(), set()
    for first in by_end:
        place = bisect_left(by_start, first[1], key=itemgetter(0))  # the nearest one behind
        if place < len(by_start) and are_near(first, by_start[place]):
            followed.add(first)
    for second in by_start:
        place = bisect_right(by_end, second[0], key=itemgetter(1))  # the one after the nearest before
        if place > 0 and are_near(by_end[place - 1], second):
            following.add(second)
    return followed, following


def _tokens(query: str, lists: Mapping[str, Node]) -> Iterator[_Token]:
    position = _after_blanks(query, 0)
    terms = 0
    while position < len(query):
        found = _TOKEN.match(query, position)
        if not found:
            raise QueryError(query, position + 1, 'a closing quote (") is missing')
        token = _list(query, found, position + 1, lists) if found["field"] == LIST else _token(query, found, position + 1)
        terms += token.node is not None
        if terms > MOST_TERMS:
            raise QueryError(query, position + 1, f"at most {MOST_TERMS:,} words, phrases and fields were expected")
        yield token
        position = _after_blanks(query, found.end())
    yield _Token("end", None, len(query) + 1)


def _after_blanks(query: str, position: int) -> int:
    while position < len(query) and query[position].isspace():
        position += 1
    return position


def _token(query: str, found: re.Match[str], column: int) -> _Token:
    if found["open"]:
        return _Token("(", None, column)
    if found["close"]:
        return _Token(")", None, column)
    if found["minus"]:
        return _Token("NOT", None, column)
    if found["field"]:
        return _Token("field", _field(query, found["field"], found["fquoted"] or found["fplain"] or "", column), column)
    if found["quoted"] is not None:
        words = " ".join(found["quoted"].split())
        if not words:
            raise QueryError(query, column, "a word or a phrase was expected between the quotes")
        return _Token("term", Term(words, bool(found["qstar"]), bool(found["exact"])), column)
    word = found["word"]
    if not found["exact_word"]:
        if word in _OPERATORS:
            return _Token(_OPERATORS[word], None, column)
        if near := _NEAR.fullmatch(word):
            return _near_token(query, near, column)
    text = word.rstrip("*")
    if not text:
        raise QueryError(query, column, "at least one letter was expected before *")
    return _Token("term", Term(text, text != word, bool(found["exact_word"])), column)


def _list(query: str, found: re.Match[str], column: int, lists: Mapping[str, Node]) -> _Token:
    name = (found["fquoted"] or found["fplain"] or "").strip().lower()
    if name not in lists:
        known = f"one of {', '.join(sorted(lists))}" if lists else "but none is known here"
        raise QueryError(query, column + len(LIST) + 1, f"the name of a list was expected after {LIST}:, {known}; found {name!r}")
    return _Token("list", lists[name], column)


def _near_token(query: str, found: re.Match[str], column: int) -> _Token:
    operator = "ONEAR" if found["ordered"] else "NEAR"
    written = found["distance"]
    if written is None:
        return _Token(operator, None, column, _USUAL_DISTANCE)
    if not _DISTANCE.fullmatch(written) or int(written[1:]) > _LONGEST_DISTANCE:
        place = column + len(operator) + 1
        raise QueryError(query, place, f"a number of words from 0 to {_LONGEST_DISTANCE} was expected after {operator}/")
    return _Token(operator, None, column, int(written[1:]))


def _field(query: str, name: str, written: str, column: int) -> Field:
    value = " ".join(written.split())
    match name:
        case "site":
            value = host_of(value)
        case "lang":
            value = primary_language(value)
    if not value.rstrip("*"):
        raise QueryError(query, column, f"a value was expected after {name}:")
    return Field(name, value)


class _Parser:
    """Recursive descent: OR binds least, then AND (written or not), then NOT, then NEAR."""

    def __init__(self, query: str, tokens: list[_Token]) -> None:
        self._query, self._tokens, self._next, self._depth = query, tokens, 0, 0

    def whole(self) -> Node:
        if self._peek().kind == "end":
            raise QueryError(self._query, 1, "a word was expected, the query is empty")
        node = self._or()
        token = self._peek()
        if token.kind != "end":
            raise QueryError(self._query, token.column, "an opening parenthesis is missing before this one")
        if _only_takes_away(node):
            raise QueryError(
                self._query, 1, "a query that only takes away (NOT) would match everything else: name at least one word"
            )
        return node

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _go_deeper(self) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise QueryError(self._query, self._peek().column, f"parentheses and NOT are nested more than {_MAX_DEPTH} deep")

    def _or(self) -> Node:
        self._go_deeper()
        parts = [self._and()]
        while self._peek().kind == "OR":
            self._take()
            parts.append(self._and())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self) -> Node:
        parts = [self._not()]
        while self._peek().kind not in ("OR", ")", "end"):
            if self._peek().kind == "AND":
                self._take()
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _not(self) -> Node:
        if self._peek().kind != "NOT":
            return self._near()
        self._take()
        self._go_deeper()
        inner = self._not()
        self._depth -= 1
        return inner.part if isinstance(inner, Not) else Not(inner)

    def _near(self) -> Node:
        start = self._peek()
        left = self._atom()
        operator = self._peek()
        if operator.kind not in ("NEAR", "ONEAR"):
            return left
        self._take()
        beside = self._alternatives(left, start)
        start = self._peek()
        near = Near(beside, self._alternatives(self._atom(), start), operator.distance, operator.kind == "ONEAR")
        another = self._peek()
        if another.kind in ("NEAR", "ONEAR"):
            what = f"{operator.kind} joins two sides; for three write a {operator.kind} b AND b {operator.kind} c"
            raise QueryError(self._query, another.column, what)
        return near

    def _alternatives(self, node: Node, start: _Token) -> tuple[Term, ...]:
        """The words of one side of a NEAR, which begins at `start`."""
        terms: dict[Term, None] = {}
        for part in _flat(node):
            if not isinstance(part, Term):
                what = "beside NEAR a word or phrase was expected, or some joined by OR in parentheses: no field, AND, NOT, NEAR"
                raise QueryError(self._query, start.column, what)
            terms[part] = None
        if len(terms) > _MOST_BESIDE:
            what = f"at most {_MOST_BESIDE} words or phrases were expected on one side of NEAR, found {len(terms)}"
            raise QueryError(self._query, start.column, what)
        return tuple(terms)

    def _atom(self) -> Node:
        token = self._take()
        if token.node is not None:
            return token.node
        if token.kind == "(":
            node = self._or()
            closing = self._take()
            if closing.kind != ")":
                raise QueryError(self._query, token.column, "this parenthesis is never closed")
            return node
        what = "the end of the query" if token.kind == "end" else token.kind
        raise QueryError(self._query, token.column, f"a word, a phrase or ( was expected, found {what}")


def _flat(node: Node) -> Iterator[Node]:
    """The parts of an OR, those of an OR inside it too; any other node itself."""
    if not isinstance(node, Or):
        yield node
        return
    for part in node.parts:
        yield from _flat(part)


def _only_takes_away(node: Node) -> bool:
    match node:
        case Not():
            return True
        case And(parts):
            return all(_only_takes_away(part) for part in parts)
        case Or(parts):
            return any(_only_takes_away(part) for part in parts)
        case _:
            return False
