"""The query language of brands and of search: one parser, compiled by the matcher and by each store.

    orange AND (panne OR "service client") NOT vitamine
    "crédit du nord" -emploi site:exemple.fr lang:fr

Words side by side are joined by AND. NOT and `-` take away. `AND OR NOT` may be written `ET OU SAUF`; operators are in capitals,
so that « et » stays a word. `mot*` matches the beginning of a word, `=Mot` only that exact case. A word is compared without case
and accents; a phrase is words in a row. Fields: `site:` (a host and those below it, an address stands for its host), `lang:` (a
region does not count: `fr-CA` is `fr`), `author:`, `title:` (`mot*` here too), `kind:`, `source:`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from vigie.errors import QueryError

FIELDS = ("site", "lang", "author", "title", "kind", "source")
_OPERATORS = {"AND": "AND", "ET": "AND", "OR": "OR", "OU": "OR", "NOT": "NOT", "SAUF": "NOT"}
_MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Term:
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


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Node", ...]


Node = Term | Field | Not | And | Or


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # ( ) AND OR NOT term field end
    node: Term | Field | None
    column: int


_TOKEN = re.compile(
    rf"""\s*(?:
        (?P<open>\() | (?P<close>\))
      | (?P<field>{"|".join(FIELDS)}):(?:"(?P<fquoted>[^"]*)"|(?P<fplain>[^\s()"]+))
      | (?P<minus>-)(?=["\w(=@\#]|[^\s\w)])
      | (?P<exact>=)?"(?P<quoted>[^"]*)"(?P<qstar>\*)?
      | (?P<exact_word>=)?(?P<word>[^\s()"]+)
    )""",
    re.VERBOSE,
)


def parse(query: str) -> Node:
    """Reads `query`. Raises: QueryError, which names the column and what was expected there."""
    tokens = list(_tokens(query.replace("“", '"').replace("”", '"').replace("«", '"').replace("»", '"')))
    return _Parser(query, tokens).whole()


def title_term(value: str) -> Term:
    """The term that `title:value` looks for in a title."""
    return Term(value.rstrip("*"), prefix=value.endswith("*"))


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


def _tokens(query: str) -> Iterator[_Token]:
    position = 0
    while query[position:].strip():
        found = _TOKEN.match(query, position)
        column = position + len(query[position:]) - len(query[position:].lstrip()) + 1
        if not found:
            raise QueryError(query, column, 'a closing quote (") is missing')
        position = found.end()
        yield _token(query, found, column)
    yield _Token("end", None, len(query) + 1)


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
    if word in _OPERATORS and not found["exact_word"]:
        return _Token(_OPERATORS[word], None, column)
    text = word.rstrip("*")
    if not text:
        raise QueryError(query, column, "at least one letter was expected before *")
    return _Token("term", Term(text, text != word, bool(found["exact_word"])), column)


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
    """Recursive descent: OR binds least, then AND (written or not), then NOT."""

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
            return self._atom()
        self._take()
        self._go_deeper()
        inner = self._not()
        self._depth -= 1
        return inner.part if isinstance(inner, Not) else Not(inner)

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
