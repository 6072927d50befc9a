"""Tells what in a text a moderator should look at: entries of the list, each kept only where it is meant and aimed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.sentiment import hits, rules
from analysis.sentiment.hits import Hit
from analysis.sentiment.lexicon import Lexicon
from analysis.sentiment.passage import Passage
from analysis.toxicity import aim
from analysis.toxicity.masks import unmasked
from analysis.wordlists import read_lexicon
from vigie.model import Toxicity

_NAMED, _THROWN = 2, 1  # strengths that want the word to name somebody, or to be thrown at somebody
_SHORTEST_HIDDEN = 3


@dataclass(frozen=True, slots=True)
class ToxicityReading:
    """The kinds found, in the order of `Toxicity`, and the words of each as they stand in the text."""

    kinds: tuple[Toxicity, ...]
    evidence: Mapping[Toxicity, tuple[str, ...]]


def read_toxicity(passage: Passage) -> ToxicityReading:
    """What is toxic in a text, precision before recall. Quoted, reported, denied and reclaimed words are left out."""
    plain = unmasked(passage.text, _hidden())
    read = Passage(plain.text) if plain.originals else passage
    found: dict[Toxicity, list[str]] = {}
    raw = hits.find(read.row, lexicon())
    for hit, weighed in zip(raw, rules.weigh_each(raw, read.row, read.where), strict=True):
        if isinstance(hit.field, Toxicity) and not weighed.negated and _counts(hit, hit.field, read):
            found.setdefault(hit.field, []).append(plain.as_written(read.written(hit)))
    kinds = tuple(kind for kind in Toxicity if kind in found)
    return ToxicityReading(kinds, {kind: tuple(dict.fromkeys(found[kind])) for kind in kinds})


@cache
def lexicon() -> Lexicon:
    """The words and phrases of the four kinds."""
    return read_lexicon("analysis.toxicity", "toxicity.tsv", Toxicity)


@cache
def _hidden() -> tuple[str, ...]:
    """The words that people hide: those that are toxic without being thrown at somebody."""
    listed = lexicon().words.items()
    return tuple(word for word, entry in listed if entry.strength >= _NAMED and len(word) >= _SHORTEST_HIDDEN)


def _counts(hit: Hit, kind: Toxicity, read: Passage) -> bool:
    if not hit.value or aim.is_told(hit, read.row, read.where):
        return False
    if kind is Toxicity.THREAT and aim.is_joke(hit, read.row):
        return False
    if hit.value == _THROWN:
        return aim.is_thrown(hit, read.row)
    if hit.value == _NAMED:
        return aim.is_named(hit, read.row) and not (kind is Toxicity.RACISM and aim.is_reclaimed(hit, read.row, read.where))
    return True
