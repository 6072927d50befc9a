"""The named lists that a query may call, as `-liste:emploi`: those shipped in `exclusions.toml` and the team's own.

Between `brands.toml` and whoever parses a query: the matcher and `vigie search` are given the same lists.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from vigie.query import LIST, Field, Node, parse


def lists_of(own: Mapping[str, str]) -> Mapping[str, Node]:
    """The lists by name, shipped ones among them, as `vigie.query.parse` takes them.

    A list of `own` takes the place of a shipped one. In its query `liste:` means what stands above it, so that it can add to the
    list that it replaces, and no list can go round in a circle. Raises: QueryError.
    """
    return _compiled(tuple(own.items()))


def lists_by_name(own: Iterable[str] = ()) -> Mapping[str, Node]:
    """The same names, each left as it is written: to show a query without what its lists hold."""
    return {name: Field(LIST, name) for name in (*shipped_lists(), *own)}


@cache
def shipped_lists() -> Mapping[str, str]:
    """The queries of the lists that come with Vigie."""
    return MappingProxyType(tomllib.loads(files("config").joinpath("exclusions.toml").read_text("utf-8")))


@cache
def _compiled(own: tuple[tuple[str, str], ...]) -> Mapping[str, Node]:
    lists: dict[str, Node] = dict(_compiled(())) if own else {}
    for name, query in own or shipped_lists().items():
        lists[name] = parse(query, lists)
    return MappingProxyType(lists)
