"""Reads the list of what spam says, and finds its phrases in the words of a paragraph. Used by the spam filter alone."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from analysis.folding import fold

_WORD = re.compile(r"\w+")
_SAID = ("topic", "ware", "lure", "call", "promise", "report")
_KEY = 3  # letters under which a word that may go on is looked up


@dataclass(frozen=True, slots=True)
class _Phrase:
    kind: str
    words: tuple[str, ...]
    goes_on: bool  # the last word may have an ending

    def stands_at(self, place: int, words: Sequence[str]) -> bool:
        said = words[place : place + len(self.words)]
        if len(said) < len(self.words) or tuple(said[:-1]) != self.words[:-1]:
            return False
        return said[-1].startswith(self.words[-1]) if self.goes_on else said[-1] == self.words[-1]


def phrases_in(words: Sequence[str]) -> Mapping[str, Set[str]]:
    """For each kind (topic, ware, lure…) what the folded `words` say of it; the longest phrase counts."""
    said: defaultdict[str, set[str]] = defaultdict(set)
    starts = _starts()
    for place, word in enumerate(words):
        listed = starts.get(word, ()) + starts.get(word[:_KEY] + "*", ())
        if not listed:
            continue
        longest = {phrase.kind: phrase for phrase in listed if phrase.stands_at(place, words)}
        for kind, phrase in longest.items():
            said[kind].add(" ".join(words[place : place + len(phrase.words)]))
    return said


@cache
def stems(kind: str) -> tuple[str, ...]:
    """The folded entries of `kind` that are looked for anywhere in a text."""
    return tuple(dict.fromkeys(fold(phrase) for listed, phrase in _entries() if listed == kind))


@cache
def glue_words() -> frozenset[str]:
    """The short words of prose, folded."""
    return french_glue() | frozenset(stems("glue"))


@cache
def french_glue() -> frozenset[str]:
    """Those of French."""
    return frozenset(stems("french_glue"))


@cache
def _starts() -> Mapping[str, tuple[_Phrase, ...]]:
    """The phrases by their first word, or by the first letters and a * where that word may go on; shorter phrases first."""
    found: defaultdict[str, list[_Phrase]] = defaultdict(list)
    for kind, text in _entries():
        words = tuple(_WORD.findall(fold(text)))
        if kind in _SAID:
            goes_on = text.endswith("*")
            key = words[0][:_KEY] + "*" if goes_on and len(words) == 1 else words[0]
            found[key].append(_Phrase(kind, words, goes_on))
    return {key: tuple(sorted(phrases, key=lambda phrase: len(phrase.words))) for key, phrases in found.items()}


def _entries() -> Iterator[tuple[str, str]]:
    """Kind and phrase of each entry of the list."""
    for line in files("analysis.models").joinpath("spam_phrases.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, _, phrases = line.partition("\t")
            yield from ((kind, phrase) for phrase in phrases.split(", "))
