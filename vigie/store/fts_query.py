"""A query of `vigie.query`, compiled for SQLite: as much as possible for the text index, the rest as SQL conditions.

Between a filter and the mention store. Every term reaches FTS5 as quoted words that were cut and folded like the texts, so
nothing a user types is read as FTS5's own syntax. In SQL, `m` is the mention and `m.mid` its row.

What the index cannot say, it narrows: `has_exact_row` and `has_neighbours` then read the texts of the mentions it found. FTS5 has
a NEAR, but without order or case, and it takes one word for two where both sides mean it.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, product

from vigie.query import And, Field, Near, Node, Not, Or, Range, Term, neighbours
from vigie.store.codec import plain_of, storable
from vigie.store.rows import tags_expression
from vigie.store.words import folded, folded_words, has_row, row_places, word_pairs, words

_EXACT_FUNCTION = "has_exact_row"  # (record, words with a space between, prefix) -> 0 or 1
_NEAR_FUNCTION = "has_neighbours"  # (record, the Near as JSON) -> 0 or 1
_RECORD = "(SELECT record FROM mention_record AS r WHERE r.mid = m.mid)"
_PARENTHESIS = re.compile("[()]")
_TEXT_COLUMNS = "{title body}"
_MOST_PAIRS = 64  # of words near each other that FTS5 is asked for one by one
_MOST_JOINED = 200  # conditions side by side: SQLite reads a thousand levels, and each OR of a row is one
_SHALLOW = 6  # conditions nested less are read by SQLite in any order
_MOST_NESTED = 12  # parentheses inside each other in FTS5, whose parser gives up at a stack of 100


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL that is true or false, never NULL, with its placeholders' values in order; `depth`: how nested it is."""

    sql: str
    values: tuple[object, ...] = ()
    depth: int = 0


NEVER = Condition("0")


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """What a mention must fulfil: all `wanted` and none of the `unwanted` FTS5 expressions, and all `conditions`.

    `tags` are FTS5 expressions that follow from the conditions: they lead to few rows where the conditions alone would try all.
    """

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    tags: tuple[str, ...] = ()


_NOWHERE = CompiledQuery(conditions=(NEVER,))


def compile_query(node: Node) -> CompiledQuery:
    """What `node` means; its outermost AND is taken apart. Takes time in proportion to the size of `node` times its depth."""
    match node:
        case Term(exact_case=True):
            return _narrowed(node._replace(exact_case=False), _exact(node))
        case Term(text, prefix):
            return _indexed(_row_of_words(text, prefix, _TEXT_COLUMNS))
        case Field("title", value):
            return _indexed(_row_of_words(value, value.endswith("*"), "title"))
        case Field(name, value):
            return _FIELDS[name](value.strip()) if value.strip() and name in _FIELDS else _NOWHERE
        case Near():
            return _near(node)
        case Not(part):
            return _not(compile_query(part))
        case And(parts):
            return _and([compile_query(part) for part in parts])
        case Or(parts):
            return _or([compile_query(part) for part in parts])


def match_all(wanted: Sequence[str], unwanted: Sequence[str] = ()) -> str:
    """The FTS5 expression for texts that match every `wanted` (at least one) and none of the `unwanted`."""
    expression = " AND ".join(f"({part})" for part in wanted)
    return f"({expression}) NOT ({match_any(unwanted)})" if unwanted else expression


def match_any(expressions: Sequence[str]) -> str:
    """The FTS5 expression for texts that match at least one of `expressions`."""
    return " OR ".join(f"({part})" for part in expressions)


def found(expression: str) -> Condition:
    """The mentions whose text matches an FTS5 expression."""
    return Condition("m.mid IN (SELECT rowid FROM mention_text WHERE mention_text MATCH ?)", (expression,))


def negated(condition: Condition) -> Condition:
    return Condition(f"NOT ({condition.sql})", condition.values, condition.depth + 1)


def all_of(conditions: Sequence[Condition]) -> Condition:
    """True where all of `conditions` are; true when there is none."""
    return _joined(" AND ", conditions) if conditions else Condition("1")


def _joined(operator: str, conditions: Sequence[Condition]) -> Condition:
    if len(conditions) > _MOST_JOINED:
        middle = len(conditions) // 2
        conditions = [_joined(operator, conditions[:middle]), _joined(operator, conditions[middle:])]
    # What is open before a parenthesis fills SQLite's parser stack. Shallow ones stay in order: the index, then what reads texts.
    deepest_first = sorted(conditions, key=lambda one: -(one.depth // _SHALLOW))
    sql = operator.join(condition.sql for condition in deepest_first)
    values = tuple(value for condition in deepest_first for value in condition.values)
    return Condition(f"({sql})", values, max(one.depth for one in conditions) + 1)


def _and(parts: Sequence[CompiledQuery]) -> CompiledQuery:
    return CompiledQuery(
        tuple(wanted for part in parts for wanted in part.wanted),
        tuple(unwanted for part in parts for unwanted in part.unwanted),
        tuple(condition for part in parts for condition in part.conditions),
        tuple(tag for part in parts for tag in part.tags),
    )


def _or(parts: Sequence[CompiledQuery]) -> CompiledQuery:
    expressions = [_expression(part) for part in parts]
    indexed = [one for one in expressions if one is not None]
    others = [_condition(part) for part, one in zip(parts, expressions, strict=True) if one is None]
    if not others:
        return CompiledQuery(wanted=(match_any(indexed),))
    return CompiledQuery(conditions=(_joined(" OR ", [*([found(match_any(indexed))] if indexed else []), *others]),))


def _not(part: CompiledQuery) -> CompiledQuery:
    if (expression := _expression(part)) is not None:
        return CompiledQuery(unwanted=(expression,))
    return CompiledQuery(conditions=(negated(_condition(part)),))


def _expression(query: CompiledQuery) -> str | None:
    """`query` as one FTS5 expression; None where FTS5 cannot say it: fields, case, order, only exclusions, deep nesting."""
    if not query.wanted or query.conditions:
        return None
    is_one = len(query.wanted) == 1 and not query.unwanted
    expression = query.wanted[0] if is_one else match_all(query.wanted, query.unwanted)
    return expression if _nesting(expression) <= _MOST_NESTED else None


def _nesting(expression: str) -> int:
    """How many parentheses are open at most; the words of an expression hold none."""
    return max(accumulate(1 if one == "(" else -1 for one in _PARENTHESIS.findall(expression)), default=0)


def _condition(query: CompiledQuery) -> Condition:
    indexed = []
    if query.wanted:
        indexed.append(found(match_all(query.wanted, query.unwanted)))
    elif query.unwanted:
        indexed.append(negated(found(match_any(query.unwanted))))
    return all_of([*indexed, *query.conditions])


def _indexed(expression: str | None) -> CompiledQuery:
    return _NOWHERE if expression is None else CompiledQuery(wanted=(expression,))


def _narrowed(superset: Node, condition: Condition) -> CompiledQuery:
    """The index finds what `superset` means, the original text decides."""
    return _and([compile_query(superset), CompiledQuery(conditions=(condition,))])


def _row_of_words(text: str, prefix: bool, columns: str = "") -> str | None:
    """Words in a row as an FTS5 phrase; None where there is no word."""
    row = folded(text)
    return f'{columns}{" : " if columns else ""}"{row}"{" *" if prefix else ""}' if row else None


def _exact(term: Term) -> Condition:
    return Condition(f"{_EXACT_FUNCTION}({_RECORD}, ?, ?)", (" ".join(words(term.text)), int(term.prefix)))


def _near(near: Near) -> CompiledQuery:
    """By the index alone where that says all, else narrowed by it."""
    left, right = ([row for term in side if (row := _row_of_words(term.text, term.prefix))] for side in (near.left, near.right))
    if not left or not right:
        return _NOWHERE
    if len(left) * len(right) > _MOST_PAIRS:
        expressions = [f"{_TEXT_COLUMNS} : ({match_any(side)})" for side in (left, right)]
        return CompiledQuery(tuple(expressions), conditions=(_neighbours(near),))
    pairs = [f"{_TEXT_COLUMNS} : NEAR({one} {other}, {near.words})" for one, other in product(left, right)]
    is_all = not near.ordered and not any(term.exact_case for term in near.left + near.right) and not _may_overlap(near)
    return CompiledQuery((match_any(pairs),), conditions=() if is_all else (_neighbours(near),))


def _may_overlap(near: Near) -> bool:
    """Whether one word of a text may be part of both sides."""
    sides = [
        [(word, term.prefix and place == 0) for term in side for place, word in enumerate(reversed(folded_words(term.text)))]
        for side in (near.left, near.right)
    ]
    return any(
        one == other or (open_one and other.startswith(one)) or (open_other and one.startswith(other))
        for (one, open_one), (other, open_other) in product(*sides)
    )


def _neighbours(near: Near) -> Condition:
    sides = [[(term.text, term.prefix, term.exact_case) for term in side] for side in (near.left, near.right)]
    return Condition(f"{_NEAR_FUNCTION}({_RECORD}, ?)", (json.dumps([*sides, near.words, near.ordered]),))


def _site(value: str) -> CompiledQuery:
    """The host itself or a host below it."""
    host = value.lower().removeprefix("www.")
    below = Condition("(m.site = ? OR substr(m.site, ?) = ?)", (storable(host), -len(host) - 1, storable(f".{host}")))
    return CompiledQuery(conditions=(below,), tags=(tags_expression("site", [host]),))


def _author(value: str) -> CompiledQuery:
    name = folded(value)
    return _tagged("author", "m.author_words", name) if name else _NOWHERE


def _tagged(name: str, column: str, value: str) -> CompiledQuery:
    return CompiledQuery(conditions=(Condition(f"{column} = ?", (storable(value),)),), tags=(tags_expression(name, [value]),))


_FIELDS: Mapping[str, Callable[[str], CompiledQuery]] = {
    "site": _site,
    "author": _author,
    "lang": lambda value: CompiledQuery(conditions=(Condition("lower(m.language) = ?", (storable(value.lower()),)),)),
    "kind": lambda value: _tagged("kind", "m.kind", value.lower()),
    "source": lambda value: _tagged("source", "m.source", value),
}

# --- what SQLite calls back for each mention that the index found


def _has_exact_row(record: bytes, row: str, prefix: int) -> bool:
    return any(has_row(text, row.split(" "), bool(prefix)) for text in _texts(record))


def _has_neighbours(record: bytes, near: str) -> bool:
    return any(_are_near(text, _near_of(near)) for text in _texts(record))


FUNCTIONS: Mapping[str, tuple[Callable[..., bool], int]] = {
    _EXACT_FUNCTION: (_has_exact_row, 3),
    _NEAR_FUNCTION: (_has_neighbours, 2),
}
"""The SQL functions that compiled queries call, each with its number of values."""


def _texts(record: bytes) -> tuple[str, str]:
    document = plain_of(record)["document"]  # the whole mention would take four times as long
    return document["title"], document["text"]


@lru_cache(maxsize=64)
def _near_of(written: str) -> Near:
    left, right, most, ordered = json.loads(written)
    return Near(tuple(Term(*term) for term in left), tuple(Term(*term) for term in right), most, ordered)


def _are_near(text: str, near: Near) -> bool:
    pairs = word_pairs(text)
    plain, as_written = [plain for plain, _ in pairs], [written for _, written in pairs]
    left, right = (list(_places(side, as_written, plain)) for side in (near.left, near.right))
    return bool(left and right) and any(neighbours(near, left, right, range(len(plain))))


def _places(terms: Sequence[Term], as_written: list[str], plain: list[str]) -> Iterator[Range]:
    for term in terms:
        present, row = (as_written, words(term.text)) if term.exact_case else (plain, folded_words(term.text))
        if row:
            yield from ((start, start + len(row)) for start in row_places(present, row, term.prefix))
