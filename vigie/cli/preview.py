"""What a query would bring, in numbers, before it is saved: `vigie search --counts`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from vigie.cli.common import print_json, print_table
from vigie.model import DocumentKind

if TYPE_CHECKING:
    from vigie.ports import Filter, MentionStore, Tally

_MOST_SOURCES = 10


def show_counts(store: "MentionStore", chosen: "Filter", as_json: bool) -> None:
    """Prints the mentions of `chosen` counted in all, by kind of page and by source, each by tone. Raises: Exit 1 without any."""
    rows = list(_counts(store, chosen))
    if as_json:
        print_json(
            {"by": by, "value": value or None, "total": tally.total, "negative": tally.negative, "neutral": tally.neutral,
             "positive": tally.positive}
            for by, value, tally in rows
        )  # fmt: skip
    else:
        cells = [[by, value, tally.total, tally.negative, tally.neutral, tally.positive] for by, value, tally in rows]
        print_table("Counts", ("by", "value", "total", "negative", "neutral", "positive"), cells)
    if not rows[0][2].total:
        raise typer.Exit(1)


def _counts(store: "MentionStore", chosen: "Filter") -> Iterator[tuple[str, str, "Tally"]]:
    yield "all", "", store.count(chosen)
    kinds = [(kind, store.count(replace(chosen, kinds=[kind]))) for kind in DocumentKind]
    for kind, tally in sorted(kinds, key=lambda one: -one[1].total):
        if tally.total:
            yield "kind", kind, tally
    for source, tally in store.top_sources(chosen, _MOST_SOURCES):
        yield "source", source, tally
