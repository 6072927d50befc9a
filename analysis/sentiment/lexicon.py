"""Loads the words, phrases and signs that carry tone from the .tsv files beside this module, and finds them among tokens."""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import chain, product
from typing import NamedTuple

from analysis.sentiment.forms import forms
from analysis.sentiment.grammar import NUMBER_WORDS, STARS_COUNTED, STARS_SPELT
from analysis.sentiment.tokens import Token, TokenKind, fold, is_mark

_MIN_STEM, _MAX_STEM = 3, 9
_MAX_GAP = 3
_OPPOSITES = ("in", "im", "ir", "il", "mal")
_PREFIXES = (*_OPPOSITES, "re", "hyper", "super", "ultra", "archi", "mega")
_MIN_DERIVED = 4
_REMEMBERED = 50_000  # words whose answer is kept
_GAP = "..."
_NUMBER = "#"
_DIGITS = tuple("0123456789")

VERB_CLASSES = ("er", "ir", "verb")
"""The classes of words that a negation may follow."""


class Field(StrEnum):
    """What a tone comes from: the writer's feeling, what happened to a customer, what news report, an emoji, a rating."""

    FEELING = "feeling"
    SERVICE = "service"
    CRISIS = "crisis"
    SIGN = "sign"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class Entry:
    """Tone of a word or phrase: `strength` from -3 to 3. `verb`: a negation may follow it ("ne marche pas").

    `field` is a `Field` here; other word lists (emotion, toxicity) have fields of their own.
    """

    field: StrEnum
    strength: int
    verb: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """One place of a phrase: the words accepted there, how others may begin, whether a number stands for it.

    A gap is up to three words of any kind.
    """

    words: frozenset[str]
    beginnings: tuple[str, ...] = ()
    takes_number: bool = False
    is_gap: bool = False
    is_plain: bool = False  # accepts nothing but its words

    def accepts(self, token: Token) -> bool:
        said = token.folded
        is_named = said in self.words or (self.takes_number and _is_number(token))
        if not is_named and not (self.beginnings and said.startswith(self.beginnings)):
            return False
        return token.kind is TokenKind.WORD or token.kind is TokenKind.NUMBER


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row."""

    parts: tuple[_Part, ...]
    entry: Entry

    @property
    def beginnings_of_second(self) -> Iterator[str]:
        """How the word behind the first must begin."""
        if len(self.parts) == 1 or self.parts[1].is_gap or self.parts[1].takes_number:
            yield ""  # a number may be in figures of any script
        else:
            yield from (*self.parts[1].beginnings, *self.parts[1].words)


class Followers(NamedTuple):
    """What a token may have behind it to begin an entry: one of `words`, or what begins with one of `beginnings`."""

    words: Set[str]
    beginnings: tuple[str, ...]


_ANYTHING = Followers(frozenset(), ("",))


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Every entry, by what finds it: a phrase by its first word and its second, or "" when the second is not one word."""

    words: dict[str, Entry]
    stems: dict[str, Entry]
    phrases: dict[str, dict[str, list[Phrase]]]
    signs: dict[str, Entry]

    @cached_property
    def word(self) -> Callable[[str], Entry | None]:
        """The entry of a folded word: the form itself, else its longest stem, else that of the word it is made from."""
        return lru_cache(_REMEMBERED)(self._entry)

    @cached_property
    def followers(self) -> Callable[[str], Followers | None]:
        """What stands behind a folded token where an entry begins with it; None where none does, as with most words and marks."""
        return lru_cache(_REMEMBERED)(self._followers)

    def _followers(self, folded: str) -> Followers | None:
        is_figure = folded.startswith(_DIGITS)
        is_sign = folded in self.signs or "/" in folded or not (is_figure or folded.isalpha() or is_mark(folded))
        if is_sign or self._entry(folded) is not None:
            return _ANYTHING
        is_number = is_figure or folded in NUMBER_WORDS
        begun = [self.phrases.get(first, {}) for first in ((folded, _NUMBER) if is_number else (folded,))]
        open_ended = (phrase for by_second in begun for phrase in by_second.get("", ()))
        beginnings = dict.fromkeys(chain.from_iterable(phrase.beginnings_of_second for phrase in open_ended))
        words = {*chain(*begun), *(STARS_SPELT if is_figure or folded in STARS_COUNTED else ())} - {""}
        return Followers(words, tuple(beginnings)) if words or beginnings else None

    def _entry(self, folded: str) -> Entry | None:
        return self._listed(folded) or self._derived(folded)

    @cached_property
    def _beginnings(self) -> Set[str]:
        """The first letters of the stems."""
        return frozenset(stem[:_MIN_STEM] for stem in self.stems)

    def _listed(self, folded: str) -> Entry | None:
        found = self.words.get(folded)
        if found is not None or folded[:_MIN_STEM] not in self._beginnings:
            return found
        for length in range(min(len(folded), _MAX_STEM), _MIN_STEM - 1, -1):
            found = self.stems.get(folded[:length])
            if found is not None:
                return found
        return None

    def _derived(self, folded: str) -> Entry | None:
        """Adverbs ("scandaleusement"), degrees ("hyperdéçu"), returns ("refonctionne"), opposites of praise ("inconfortable")."""
        if folded.endswith("ment"):
            base = self._listed(folded[:-4])
            return Entry(base.field, 1 if base.strength > 0 else -2) if base and abs(base.strength) > 1 else None
        if not folded.startswith(_PREFIXES):
            return None
        for prefix in _PREFIXES:
            rest = folded.removeprefix(prefix)
            base = self.words.get(rest) if rest != folded and len(rest) >= _MIN_DERIVED else None
            if base is None:
                continue
            if prefix in _OPPOSITES:
                return Entry(base.field, max(-2, -base.strength)) if base.strength > 0 and not base.verb else None
            return base if base.verb == (prefix == "re") else None
        return None

    def phrase(self, row: Sequence[Token], start: int) -> tuple[Entry, int] | None:
        """The longest phrase that begins at `row[start]` and the index after it."""
        best: tuple[Entry, int] | None = None
        following = row[start + 1].folded if start + 1 < len(row) else ""
        for first in (row[start].folded, _NUMBER) if _is_number(row[start]) else (row[start].folded,):
            by_second = self.phrases.get(first)
            if by_second is None:
                continue
            for phrase in chain(by_second.get(following, ()), by_second.get("", ())):
                end = _phrase_end(phrase.parts, row, start)
                if end is not None and (best is None or end > best[1]):
                    best = phrase.entry, end
        return best


@cache
def load() -> Lexicon:
    """The lexicon of the package. Raises: ValueError, with file and line, on an entry that cannot be read."""
    signs = [(Entry(Field.SIGN, int(row[0])), sign) for row in _rows("emoji.tsv", 2) for sign in row[1].split()]
    rows = chain(_rows("phrases.tsv", 3), _rows("phrases_en.tsv", 3))
    phrases = [(Entry(Field(name), int(strength)), text) for name, strength, text in rows]
    return compiled(_lexicon_rows(), phrases, signs)


def compiled(
    words: Iterable[tuple[Entry, str, str]], phrases: Iterable[tuple[Entry, str]], signs: Iterable[tuple[Entry, str]]
) -> Lexicon:
    """A lexicon of entries. A word stands behind its class (the second column of lexicon.tsv).

    Raises: ValueError on an unknown class, and on a phrase that begins with a gap.
    """
    listed: dict[str, Entry] = {}
    stems: dict[str, Entry] = {}
    for entry, kind, word in words:
        if kind == "stem":
            stems[fold(word)] = entry
        else:
            listed.update(dict.fromkeys(map(fold, forms(word, kind)), entry))
    return Lexicon(listed, stems, _by_start(phrases), {sign: entry for entry, sign in signs})


def _lexicon_rows() -> Iterator[tuple[Entry, str, str]]:
    for file in ("lexicon.tsv", "lexicon_en.tsv"):
        for name, kind, strength, listed in _rows(file, 4):
            entry = Entry(Field(name), int(strength), verb=kind in VERB_CLASSES)
            yield from ((entry, kind, word) for word in listed.split())


def _by_start(listed: Iterable[tuple[Entry, str]]) -> dict[str, dict[str, list[Phrase]]]:
    found: dict[str, dict[str, list[Phrase]]] = {}
    for entry, text in listed:
        written = [_alternatives(part) for part in text.replace("'", " ").split()]
        phrase = Phrase(tuple(map(_part, written)), entry)
        for first, second in product(_first_words(written[0]), _second_words(written)):
            found.setdefault(first, {}).setdefault(second, []).append(phrase)
    return found


def _alternatives(part: str) -> tuple[str, ...]:
    """What a part of a phrase accepts: words, `word*` for a beginning, `#` for a number in figures or in words, or a gap."""
    return (_GAP,) if part == _GAP else tuple(map(fold, part.split("|")))


def _part(alternatives: tuple[str, ...]) -> _Part:
    beginnings = tuple(word[:-1] for word in alternatives if word.endswith("*"))
    takes_number, is_gap = _NUMBER in alternatives, alternatives == (_GAP,)
    return _Part(frozenset(alternatives), beginnings, takes_number, is_gap, not (beginnings or takes_number or is_gap))


def _first_words(part: tuple[str, ...]) -> Iterator[str]:
    """The words by which a phrase is found; the first part may hold no gap, and a prefix stands for the forms of its verb."""
    for word in part:
        if word == _GAP:
            raise ValueError("a phrase cannot begin with ...")
        if word.endswith("*"):
            yield from (word[:-1], *map(fold, forms(word[:-1] + "er", "er")))
        else:
            yield word


def _second_words(parts: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The second words of a phrase, or "" alone when there is none or it is a gap, a prefix or a number."""
    if len(parts) == 1 or parts[1] == (_GAP,) or any(word == _NUMBER or word.endswith("*") for word in parts[1]):
        return ("",)
    return parts[1]


def _rows(name: str, columns: int) -> Iterator[list[str]]:
    text = files("analysis.sentiment").joinpath(name).read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        row = line.split("\t")
        if len(row) != columns:
            raise ValueError(f"{name}, line {number}: {columns} columns were expected, found {len(row)}")
        yield row


def _phrase_end(parts: Sequence[_Part], row: Sequence[Token], at: int) -> int | None:
    """The index after the `parts` when they stand at `row[at]`, else None."""
    count = len(row)
    for place, part in enumerate(parts):
        if part.is_gap:
            return _end_after_gap(parts[place + 1 :], row, at)
        if at >= count or (part.is_plain and row[at].folded not in part.words) or not part.accepts(row[at]):
            return None
        at += 1
    return at


def _end_after_gap(parts: Sequence[_Part], row: Sequence[Token], at: int) -> int | None:
    """The index after the `parts` that follow a gap at `row[at]`; a gap does not reach over a mark."""
    for place in range(at, at + _MAX_GAP + 1):
        is_there = place < len(row)
        if (not parts or parts[0].is_gap or (is_there and parts[0].accepts(row[place]))) and (
            end := _phrase_end(parts, row, place)
        ) is not None:
            return end
        if not is_there or row[place].kind is TokenKind.MARK:
            return None
    return None


def _is_number(token: Token) -> bool:
    return token.kind is TokenKind.NUMBER or token.folded in NUMBER_WORDS
