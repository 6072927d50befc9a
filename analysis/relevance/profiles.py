"""The senses of ambiguous names, compiled from `profiles.toml` beside this module or from a brand's own row."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from analysis.folding import fold
from analysis.relevance.window import Scene, Token, Window, stem
from config.schema import Brand, Senses
from vigie.query import WORD


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words directly before the name, nearest first, and directly after it; `word*` is a beginning."""

    written: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def neighbour(self) -> str:
        """The word beside the name by which the phrase is looked up; empty when that is a beginning."""
        nearest = self.before[0] if self.before else self.after[0]
        return "" if nearest.endswith("*") else nearest

    def fits(self, window: Window) -> bool:
        """Whether the words around a name are those of the phrase."""
        return _fit(self.before, window.before) and _fit(self.after, window.after)


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a name: `phrases`, by a word beside the name; words that stand somewhere near, by their stems, as they are
    written; `rows` of several such words; `starts`, beginnings of such words.
    """

    label: str
    phrases: Mapping[str, Sequence[Phrase]]
    words: Mapping[str, str]
    rows: Mapping[str, str]
    starts: tuple[str, ...]

    def phrases_at(self, window: Window) -> Iterator[Phrase]:
        """The phrases that hold the name where it stands."""
        beside = {read[0].stem for read in (window.before, window.after) if read}
        yield from (phrase for word in ("", *beside) for phrase in self.phrases.get(word, ()) if phrase.fits(window))

    def context_at(self, scene: Scene) -> Iterator[tuple[str, int]]:
        """The entries that stand around the name, each with how many words away."""
        yield from ((self.words[word], scene.distances[word]) for word in self.words.keys() & scene.distances.keys())
        for row, written in self.rows.items():
            if f" {row} " in scene.line:
                yield written, scene.distances[row.partition(" ")[0]]
        if self.starts:
            yield from ((word, away) for word, away in scene.distances.items() if word.startswith(self.starts))


@dataclass(frozen=True, slots=True)
class Profile:
    """What `name`, folded, may mean. `has_word`: one of the rival senses is a common word, so that capitals tell.

    `proper` are the labels of those that are names, for which they do not.
    """

    name: str
    prior: float
    brand: Sense
    rivals: tuple[Sense, ...]
    has_word: bool
    proper: frozenset[str]


def profile_of(brand: Brand) -> Profile | None:
    """The profile in the brand's row, else the shipped one of its name unless it is switched off, else none."""
    name = fold(brand.name).strip()
    if brand.senses is not None:
        return _compiled(name, brand.senses)
    shipped = shipped_senses()
    if not brand.profile or name not in shipped:
        return None
    return _compiled(*shipped[name])


@cache
def shipped_senses() -> Mapping[str, tuple[str, Senses]]:
    """By folded spelling of the brand: the folded name that is ambiguous, and its senses."""
    rows = tomllib.loads(files("analysis.relevance").joinpath("profiles.toml").read_text("utf-8"))
    senses = [(name, Senses.model_validate(row)) for name, row in rows.items()]
    return {fold(spelling): (fold(name), row) for name, row in senses for spelling in (*row.also, name)}


def _compiled(name: str, senses: Senses) -> Profile:
    rivals = [_sense(label, line) for label, line in (*senses.words.items(), *senses.names.items())]
    return Profile(
        name, senses.prior, _sense("la marque", senses.brand), tuple(rivals), bool(senses.words), frozenset(senses.names)
    )


def _sense(label: str, line: str) -> Sense:
    phrases: dict[str, list[Phrase]] = {}
    context: dict[str, str] = {}
    starts: list[str] = []
    for written in filter(None, map(str.strip, line.split(","))):
        if "_" in written:
            before, _, after = written.partition("_")
            phrase = Phrase(written, tuple(_pattern(before)[::-1]), tuple(_pattern(after)))
            phrases.setdefault(phrase.neighbour, []).append(phrase)
        elif written.endswith("*") and " " not in written:
            starts.append(fold(written.rstrip("*")))
        else:
            context[" ".join(_pattern(written))] = written
    words = {entry: written for entry, written in context.items() if " " not in entry}
    rows = {entry: written for entry, written in context.items() if " " in entry}
    return Sense(label, phrases, words, rows, tuple(starts))


def _pattern(words: str) -> list[str]:
    """The stems of `words`, those that end with `*` as beginnings."""
    return [fold(word) if word.endswith("*") else stem(word) for part in words.split() for word in _parts(part)]


def _parts(part: str) -> list[str]:
    """`jus`, `d` of `jus d'`; `press*` stays whole."""
    return [part] if part.endswith("*") else WORD.findall(part) or [part]


def _fit(wanted: Sequence[str], read: Sequence[Token]) -> bool:
    if len(wanted) > len(read):
        return False
    return all(
        token.stem.startswith(word[:-1]) if word.endswith("*") else token.stem == word
        for word, token in zip(wanted, read, strict=False)
    )
