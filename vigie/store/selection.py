"""Which rows a filter means: `vigie.ports.Filter` as SQL.

Two ways lead to the rows. Through the text index, whose tags hold brand, tone, kind, themes and the like: that way rows come
newest first and a page ends the search. Or through the table and its indexes: that way is shorter for counts without a text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vigie.ports import Filter
from vigie.store.codec import microseconds, storable
from vigie.store.fts_query import CompiledQuery, Condition, all_of, compile_query, found, match_all, match_any, negated
from vigie.store.rows import first_mid, last_mid, tags_expression, theme_line


@dataclass(frozen=True, slots=True)
class Selection:
    """`sql` begins with FROM; `m` is the mention, `row` the name of its row number."""

    sql: str
    values: tuple[object, ...]
    row: str


def select_counts(chosen: Filter) -> Selection:
    """The rows of `chosen`, in no order: for counts."""
    query = compile_query(chosen.query) if chosen.query else CompiledQuery()
    return _selection(chosen, query, [*query.tags, *_tags(chosen)] if query.wanted or query.tags else [])


def select_page(chosen: Filter, before: int | None) -> Selection:
    """The rows of `chosen` whose number is below `before`, to be read in descending order of `row`."""
    query = compile_query(chosen.query) if chosen.query else CompiledQuery()
    selection = _selection(chosen, query, [] if _are_few(chosen) and not query.wanted else [*query.tags, *_tags(chosen)])
    if before is None:
        return selection
    return Selection(f"{selection.sql} AND {selection.row} < ?", (*selection.values, before), selection.row)


def _are_few(chosen: Filter) -> bool:
    """Whether an index leads to the rows: there is no need for the tags then."""
    marked = chosen.assignees or chosen.due_before is not None or chosen.doubtful or chosen.toxic
    return bool(marked or chosen.story_id is not None or (chosen.brands and chosen.seen_start is not None))


def _selection(chosen: Filter, query: CompiledQuery, tags: Sequence[str]) -> Selection:
    conditions = [*query.conditions, *_conditions(chosen)]
    wanted = [*query.wanted, *tags]
    if wanted:
        row, source = "t.rowid", "mention_text AS t CROSS JOIN mention AS m ON m.mid = t.rowid"
        conditions.insert(0, Condition("t.mention_text MATCH ?", (match_all(wanted, query.unwanted),)))
    else:
        row, source = "m.mid", "mention AS m"
        if query.unwanted:
            conditions.append(negated(found(match_any(query.unwanted))))
    if wanted or not chosen.brands:  # the rows of a brand in a window have an index of their own
        conditions.extend(_row_range(chosen, row))
    where = all_of(conditions)
    return Selection(f"FROM {source} WHERE {where.sql}", where.values, row)


def _tags(chosen: Filter) -> list[str]:
    named = {
        "brand": chosen.brands,
        "label": chosen.labels,
        "kind": chosen.kinds,
        "source": chosen.sources,
        "language": chosen.languages,
        "role": chosen.roles,
        "emotion": chosen.emotions,
        "theme": chosen.themes,
    }
    return [tags_expression(name, values) for name, values in named.items() if values]


def _conditions(chosen: Filter) -> list[Condition]:
    listed = {
        "m.brand": chosen.brands,
        "m.label": chosen.labels,
        "m.kind": chosen.kinds,
        "m.source": chosen.sources,
        "m.language": chosen.languages,
        "m.state": chosen.states,
        "m.assignee": chosen.assignees,
        "m.role": chosen.roles,
        "m.emotion": chosen.emotions,
        "m.story": [] if chosen.story_id is None else [chosen.story_id],
    }
    bounds = {
        "m.published_at >= ?": chosen.start,
        "m.published_at < ?": chosen.end,
        "m.seen_at >= ?": chosen.seen_start,
        "m.seen_at < ?": chosen.seen_end,
        "m.due_at < ?": chosen.due_before,
    }
    flags = {"m.doubtful": chosen.doubtful, "m.toxic": chosen.toxic}  # written out: SQLite's indexes of those set want it so
    conditions = [one_of(column, values) for column, values in listed.items() if values]
    conditions += [Condition(f"{column} = {int(flag)}") for column, flag in flags.items() if flag is not None]
    if chosen.themes:
        lines = tuple(storable(theme_line(theme)) for theme in chosen.themes)
        conditions.append(Condition(f"({' OR '.join(['instr(m.themes, ?)'] * len(lines))})", lines))
    return conditions + [Condition(sql, (microseconds(moment),)) for sql, moment in bounds.items() if moment is not None]


def one_of(column: str, values: Sequence[str]) -> Condition:
    """The rows whose `column` is one of `values`."""
    return Condition(f"{column} IN ({', '.join('?' * len(values))})", tuple(storable(value) for value in values))


def _row_range(chosen: Filter, row: str) -> list[Condition]:
    bounds = []
    if chosen.start is not None:
        bounds.append(Condition(f"{row} >= ?", (first_mid(chosen.start),)))
    if chosen.end is not None:
        bounds.append(Condition(f"{row} < ?", (last_mid(chosen.end),)))
    return bounds
