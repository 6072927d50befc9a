"""Whether a text can name a brand at all: asked of every page that is read, before its article is looked for.

It never says no where the matcher would find a brand, also when the text holds more than the matcher will see, in any order. A
query is reduced to words one of which must stand there, and each of these to its longest run of letters, which is looked for
anywhere, inside other words too.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from analysis.brand_queries import with_handles
from analysis.brand_terms import handle_terms
from analysis.folding import fold
from config.schema import Brand
from vigie.query import And, Field, Near, Node, Not, Or, Term, title_term

_RUN = re.compile(r"[^\W_]+")


def name_sieve(brands: Sequence[Brand]) -> Callable[[str], bool]:
    """What says whether a text can name one of the brands. Raises: QueryError on a query that cannot be read."""
    import ahocorasick  # noqa: PLC0415 - only commands that collect pay for it

    automaton = ahocorasick.Automaton()
    for brand in brands:
        runs = _mandatory(with_handles(brand.parsed_query, [term for handle in brand.handles for term in handle_terms(handle)]))
        if runs is None:
            return _anything
        for run in runs:
            automaton.add_word(run, run)
    if not len(automaton):
        return _nothing
    automaton.make_automaton()
    return lambda text: next(automaton.iter(fold(text)), None) is not None


def _anything(_text: str) -> bool:
    return True


def _nothing(_text: str) -> bool:
    return False


def _mandatory(node: Node) -> frozenset[str] | None:
    """Runs of letters of which every text that fulfils `node` holds one; None where a text without any may fulfil it."""
    match node:
        case Term(text):
            return _longest_run(text)
        case Field("title", value):
            return _longest_run(title_term(value).text)
        case Near(left, right):
            return _fewest((_any_of(left), _any_of(right)))
        case And(parts):
            return _fewest(map(_mandatory, parts))
        case Or(parts):
            return _any_of(parts)
        case Field() | Not():
            return None


def _any_of(parts: Iterable[Node]) -> frozenset[str] | None:
    found = [_mandatory(part) for part in parts]
    return None if None in found else frozenset(run for runs in found if runs for run in runs)


def _fewest(found: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """Of several that are all mandatory, the one that says most: short runs stand everywhere."""
    told = [runs for runs in found if runs is not None]
    return max(told, key=lambda runs: (min(map(len, runs), default=0), -len(runs)), default=None)


def _longest_run(text: str) -> frozenset[str] | None:
    """None for a term of signs alone, such as an emoji: a page may draw it."""
    runs = _RUN.findall(fold(text))
    return frozenset((max(runs, key=len),)) if runs else None
