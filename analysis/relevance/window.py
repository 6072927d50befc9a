"""The words around one occurrence of a name, and what its capitals tell. Reads a bounded stretch, however long the text."""

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import cached_property, lru_cache
from typing import NamedTuple

from analysis.folding import fold
from vigie.query import WORD

FAR = 1_000  # words: of what stands in the page's title only
_REACH = 500  # characters read on each side
_TOKEN = re.compile(rf"{WORD.pattern}|[.!?…;:,\n()&]")
_LONGEST_WORD = 40  # characters
_HYPHENED_BEFORE, _HYPHENED_AFTER = re.compile(r"(?<!\w)([^\W\d_]+)-$"), re.compile(r"-([^\W\d_]+)")
_ENDS = frozenset(".!?…\n")
_SMALL_WORDS = frozenset(("le", "la", "les", "l", "de", "du", "des", "d", "et", "en", "au", "aux", "a"))
_CAPITAL_ARTICLES = frozenset(("La", "Le", "Les"))
_FEWEST_WORDS = 4  # fewer do not show how their writer uses capitals
_SHOUTED_SHARE = 0.6
_TITLE_CASE_SHARE = 0.75


class Token(NamedTuple):
    """A word or a sign, as written and as it is compared."""

    shown: str
    stem: str


class Case(Enum):
    """What the capitals of an occurrence tell: the writer sets it as a name, as a word, or nothing can be known."""

    NAME = "name"
    WORD = "word"
    CARELESS = "careless"  # in lower case, but so is everything
    SILENT = "silent"  # at the start of a sentence, or among capitals


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """`word` as it is compared: folded, without the mark of the plural."""
    return singular(fold(word).strip() or word)


def singular(folded: str) -> str:
    """A folded word without the mark of the plural."""
    return folded[:-1] if len(folded) > 3 and folded[-1] in "sx" else folded


def tokens(text: str) -> list[Token]:
    """The words and signs of `text`, in order."""
    return list(map(_token, _TOKEN.findall(text)))


@lru_cache(maxsize=1 << 16)
def _token(shown: str) -> Token:
    return Token(shown, stem(shown))


class Window:
    """One occurrence of a name, `text[start:end]`. `before` is nearest first, `after` in reading order."""

    def __init__(self, text: str, start: int, end: int, *, is_plural: bool = False) -> None:
        """`is_plural`: the name stands there with a mark of the plural that is not its own."""
        first = max(0, start - _REACH)
        self.name = text[start:end]
        self.before = tokens(text[first:start])[::-1]
        self.after = tokens(text[end : end + _REACH])
        sign_before = text[max(0, start - 1) : start]
        self.sign = sign_before if sign_before in ("#", "@") else self.name[:1]
        self.glued = text[end : end + 5]
        self.is_plural = is_plural
        self._beside = text[max(first, start - _LONGEST_WORD) : start], text[end : end + _LONGEST_WORD]

    @cached_property
    def sentence(self) -> tuple[list[Token], list[Token]]:
        """The tokens of the name's own sentence, before and after it."""
        return _to_end(self.before), _to_end(self.after)

    @property
    def hyphened(self) -> frozenset[str]:
        """The stems of the words that a hyphen joins to the name."""
        before, after = self._beside
        found = (_HYPHENED_BEFORE.search(before), _HYPHENED_AFTER.match(after))
        return frozenset(stem(word[1]) for word in found if word)

    @property
    def is_second_part(self) -> bool:
        """Whether a capitalised word and a hyphen, or inside a sentence a capitalised article, stand right before the capital."""
        joined = _HYPHENED_BEFORE.search(self._beside[0])
        if not self.name[:1].isupper():
            return False
        if joined:
            return joined[1].istitle() and stem(joined[1]) not in _SMALL_WORDS
        before = self.sentence[0]
        is_article = len(before) > 1 and before[0].shown in _CAPITAL_ARTICLES and before[1].shown[0].islower()
        return is_article and self.case is Case.NAME

    @cached_property
    def case(self) -> Case:
        """What the capitals of the name tell."""
        words = [word for word in WORD.findall(self.name) if any(map(str.isalpha, word))]
        telling = [place for place, word in enumerate(words) if stem(word) not in _SMALL_WORDS] or [0]
        if not words or self._is_among_capitals(words):
            return Case.SILENT
        starts_sentence = telling[0] == 0 and not _words(self.sentence[0])
        is_capital = [words[place][0].isupper() or words[place][0].isdigit() for place in telling]
        if any(is_capital[1:]) or (is_capital[0] and not starts_sentence) or _is_acronym(words):
            return Case.NAME
        if starts_sentence and is_capital[0]:
            return Case.SILENT
        return Case.CARELESS if self._is_careless() else Case.WORD

    def _is_among_capitals(self, name: Sequence[str]) -> bool:
        """Whether the sentence shouts, or capitalises Every Word."""
        around = [word for part in self.sentence for word in _words(part)]
        if len(around) < _FEWEST_WORDS:
            return False
        if sum(word.isupper() for word in around) >= _SHOUTED_SHARE * len(around):
            return name[0].isupper()
        long = [word for word in around if len(word) > 3]
        capital = sum(word[0].isupper() for word in long)
        return len(long) >= _FEWEST_WORDS and capital >= _TITLE_CASE_SHARE * len(long)

    def _is_careless(self) -> bool:
        """Whether nothing around has a capital."""
        return not any(token.shown[0].isupper() for token in (*self.before, *self.after))


class Scene:
    """All words that may tell something about one occurrence.

    `distances`: by stem, how many words away its nearest occurrence stands.
    """

    def __init__(self, window: Window, subject: Sequence[str]) -> None:
        """`subject`: stems of what the page is about, which count as far away."""
        self._subject = subject
        self._before, self._after = [token.stem for token in window.before], [token.stem for token in window.after]
        before, after = _nearest(self._before), _nearest(self._after)
        on_both_sides = {word: min(before[word], after[word]) for word in before.keys() & after.keys()}
        self.distances = dict.fromkeys(subject, FAR) | before | after | on_both_sides

    @cached_property
    def line(self) -> str:
        """The stems in reading order, between blanks; the name is `_`."""
        return f" {' '.join((*self._subject, '.', *reversed(self._before), '_', *self._after))} "


def _nearest(read: Sequence[str]) -> dict[str, int]:
    """For each word the place of its first occurrence."""
    return dict(zip(reversed(read), range(len(read) - 1, -1, -1), strict=True))


def _to_end(read: Iterable[Token]) -> list[Token]:
    """The tokens up to the end of the sentence."""
    kept: list[Token] = []
    for token in read:
        if token.shown in _ENDS:
            break
        kept.append(token)
    return kept


def _words(read: Iterable[Token]) -> list[str]:
    return [token.shown for token in read if token.shown[0].isalpha()]


def _is_acronym(words: Sequence[str]) -> bool:
    """Whether the name is written in capitals among words that are not."""
    return sum(map(len, words)) > 1 and all(word.isupper() for word in words)
