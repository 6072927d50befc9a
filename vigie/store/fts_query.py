"""A query of `vigie.query`, compiled for SQLite: as much as possible for the text index, the rest as SQL conditions.

Between a filter and the mention store. Every term reaches FTS5 as quoted words that were cut and folded like the texts, so
nothing a user types is read as FTS5's own syntax. In SQL, `m` is the mention and `m.mid` its row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from vigie.query import And, Field, Node, Not, Or, Term
from vigie.store.codec import storable
from vigie.store.words import folded, folded_words, words

EXACT_FUNCTION = "has_exact_row"  # (record, words with a space between, prefix) -> 0 or 1

_TEXT_COLUMNS = "{title body}"


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL that is true or false, never NULL, with the values of its placeholders in order."""

    sql: str
    values: tuple[object, ...] = ()


NEVER = Condition("0")


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """What a mention must fulfil: all `wanted` and none of the `unwanted` FTS5 expressions, and all `conditions`."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


def compile_query(node: Node) -> CompiledQuery:
    """`node`, taken apart at its outermost AND."""
    wanted, unwanted, conditions = [], [], []
    for part in _conjuncts(node):
        if (expression := _match(part)) is not None:
            wanted.append(expression)
        elif isinstance(part, Not) and (expression := _match(part.part)) is not None:
            unwanted.append(expression)
        elif isinstance(part, Term) and (expression := _match(replace(part, exact_case=False))) is not None:
            wanted.append(expression)  # the index finds the words without their case, the original text decides
            conditions.append(_exact(part))
        else:
            conditions.append(_condition(part))
    return CompiledQuery(tuple(wanted), tuple(unwanted), tuple(conditions))


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
    return Condition(f"NOT ({condition.sql})", condition.values)


def all_of(conditions: Sequence[Condition]) -> Condition:
    """True where all of `conditions` are; true when there is none."""
    return _joined(" AND ", conditions) if conditions else Condition("1")


def _joined(operator: str, conditions: Sequence[Condition]) -> Condition:
    sql = operator.join(condition.sql for condition in conditions)
    return Condition(f"({sql})", tuple(value for condition in conditions for value in condition.values))


def _conjuncts(node: Node) -> list[Node]:
    if isinstance(node, And):
        return [inner for part in node.parts for inner in _conjuncts(part)]
    return [node]


def _match(node: Node) -> str | None:
    """`node` as one FTS5 expression; None where FTS5 cannot say it (fields, exact case, only exclusions, no word at all)."""
    match node:
        case Term(text, prefix, exact_case=False):
            return _row_of_words(_TEXT_COLUMNS, text, prefix)
        case Field("title", value):
            return _row_of_words("title", value, value.endswith("*"))
        case Or(parts):
            matches = [_match(part) for part in parts]
            return None if None in matches else match_any([part for part in matches if part is not None])
        case And():
            compiled = compile_query(node)
            return match_all(compiled.wanted, compiled.unwanted) if compiled.wanted and not compiled.conditions else None
        case _:
            return None


def _row_of_words(columns: str, text: str, prefix: bool) -> str | None:
    row = folded(text)
    return f'{columns} : "{row}"{" *" if prefix else ""}' if row else None


def _condition(node: Node) -> Condition:
    if (expression := _match(node)) is not None:
        return found(expression)
    match node:
        case Term(text, prefix, exact_case=True) if (expression := _match(Term(text, prefix))) is not None:
            return all_of([found(expression), _exact(node)])
        case Field(name, value):
            return _FIELDS[name](value.strip()) if value.strip() and name in _FIELDS else NEVER
        case Not(part):
            return negated(_condition(part))
        case And(parts):
            return all_of([_condition(part) for part in parts])
        case Or(parts):
            return _joined(" OR ", [_condition(part) for part in parts])
        case _:
            return NEVER  # a term without a letter or a digit


def _exact(term: Term) -> Condition:
    record = "(SELECT record FROM mention_record AS r WHERE r.mid = m.mid)"
    return Condition(f"{EXACT_FUNCTION}({record}, ?, ?)", (" ".join(words(term.text)), int(term.prefix)))


def _site(value: str) -> Condition:
    """The host itself or a host below it."""
    host = value.lower().removeprefix("www.")
    return Condition("(m.site = ? OR substr(m.site, ?) = ?)", (storable(host), -len(host) - 1, storable(f".{host}")))


def _author(value: str) -> Condition:
    name = " ".join(folded_words(value))
    return Condition("m.author_words = ?", (name,)) if name else NEVER


_FIELDS: Mapping[str, Callable[[str], Condition]] = {
    "site": _site,
    "author": _author,
    "lang": lambda value: Condition("lower(m.language) = ?", (storable(value.lower()),)),
    "kind": lambda value: Condition("m.kind = ?", (storable(value.lower()),)),
    "source": lambda value: Condition("m.source = ?", (storable(value),)),
}
