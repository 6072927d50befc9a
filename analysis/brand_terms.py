"""The words that brands are looked for by, compiled for one pass over a text; and which hits in a text are whole words.

One Aho-Corasick automaton holds the terms of every brand, so that a thousand brands cost about what one costs. It finds
character runs; French word boundaries are then checked here: elision, plural, possessive, hashtags.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analysis.folding import FoldedText, fold, web_addresses
from vigie.query import Term

_ELISION = re.compile(r"(?<!\w)(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|quelqu)'$")
_HASHTAG_BEFORE = re.compile(r"#\w*$")
_BLANKS = " \n"  # of folded text
_LONGEST_LEAD = 40  # characters read before a hit to recognise an elision or a hashtag
_GLUED_SIGN = re.compile(r"(?<=\w)([&+])(?=\w|$)")  # C&A is also written C & A, Canal+ is also Canal +
_SEPARATORS = re.compile("[ ']")
_SHORTEST_GLUED = 4  # #ca is not a hashtag of "c a"
_SHORTEST_PLURAL = 3  # "lu" has no plural "lus"


class Hit(NamedTuple):
    """A term found: which one, and where in the original text."""

    term: Term
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One folded spelling of a term. `exact` is the only original spelling accepted, when case counts."""

    term: Term
    length: int
    prefix: bool
    plural: bool
    exact: str | None


class TermFinder:
    """Finds terms in a text. Built once, read by every document."""

    def __init__(self, terms: Iterable[Term]) -> None:
        import ahocorasick  # noqa: PLC0415 - only commands that analyse pay for it

        spellings: dict[str, list[_Pattern]] = {}
        for term in terms:
            for spelling in _spellings(term):
                spellings.setdefault(spelling, []).append(_pattern(term, spelling))
        self._automaton = ahocorasick.Automaton()
        for spelling, patterns in spellings.items():
            self._automaton.add_word(spelling, tuple(patterns))
        self._automaton.make_automaton()
        self._is_empty = not spellings

    def find(self, folded: FoldedText) -> list[Hit]:
        """Whole-word hits in order of their end, those inside web and mail addresses left out."""
        if self._is_empty or not (hits := list(self._hits(folded))):
            return []
        addresses = web_addresses(folded.original)
        return [hit for hit in hits if not _is_inside(hit, addresses)]

    def _hits(self, folded: FoldedText) -> Iterator[Hit]:
        for last, patterns in self._automaton.iter(folded.text):
            start = last + 1 - patterns[0].length
            if not _starts_word(folded, start):
                continue
            for pattern in patterns:
                end = _end_of_word(folded, last + 1, pattern)
                if end is None:
                    continue
                first, after = folded.to_original(start, end)
                if _is_spelled(folded.original[first:after], pattern):
                    yield Hit(pattern.term, first, after)


def handle_terms(handle: str) -> tuple[Term, ...]:
    """The terms for a declared hashtag or account name: with its sign only, for `free` without one is a word."""
    name = handle.strip().lstrip("#@＃＠")
    return (Term(f"#{name}"), Term(f"@{name}")) if name else ()


def _pattern(term: Term, spelling: str) -> _Pattern:
    letters = spelling.lstrip("#@")
    plural = not term.exact_case and len(letters) >= _SHORTEST_PLURAL and letters[-1].isalpha() and letters[-1] not in "sxz"
    return _Pattern(term, len(spelling), term.prefix, plural, _plain(term.text) if term.exact_case else None)


def _spellings(term: Term) -> set[str]:
    """The folded spellings of a term: as given, without its final ! or ?, without its apostrophe, glued in a hashtag."""
    folded = fold(term.text).strip()
    if term.exact_case:
        return {folded} - {""}
    shortest = folded.rstrip("!?") or folded
    spellings = {folded, shortest}
    if "'" in shortest.strip("'"):
        spellings |= {shortest.replace("'", " "), shortest.replace("'", "")}
    spellings.add(_GLUED_SIGN.sub(r" \1 ", shortest).strip())
    words = _SEPARATORS.split(shortest)
    if len(words) > 1 and all(map(_is_plain_word, words)) and sum(map(len, words)) >= _SHORTEST_GLUED:
        spellings |= {sign + glue.join(words) for sign in "#@" for glue in ("", "_")}
    return spellings - {""}


def _is_spelled(written: str, pattern: _Pattern) -> bool:
    """Whether the original spelling is the one asked for, where case counts."""
    if pattern.exact is None:
        return True
    plain = _plain(written)
    return plain.startswith(pattern.exact) if pattern.prefix else plain == pattern.exact


def _is_plain_word(word: str) -> bool:
    return bool(word) and all(map(_is_word, word))


def _plain(text: str) -> str:
    """`text` with one form of apostrophe, blank and accent, its case kept: how exact spellings are compared."""
    return " ".join(unicodedata.normalize("NFC", text).replace("’", "'").split())


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _starts_word(folded: FoldedText, start: int) -> bool:
    """Whether a word, or an emoji, may begin at `start`."""
    text = folded.text
    if start == 0 or (before := text[start - 1]) in _BLANKS:
        return True
    if text[start] in "#@":
        return not _is_word(before)
    if not _is_word(text[start]):
        return before != "\u200d"
    if before == "'":
        lead = text[max(0, start - _LONGEST_LEAD) : start]
        return len(lead) == 1 or not _is_word(lead[-2]) or bool(_ELISION.search(lead))
    return not _is_word(before) or _is_hashtag_part(folded, start)


def _end_of_word(folded: FoldedText, end: int, pattern: _Pattern) -> int | None:
    """Where the word that ends with the pattern ends in the folded text; None when the pattern stops inside a word."""
    text = folded.text
    if end == len(text) or text[end] in _BLANKS:
        return end
    if not _is_word(text[end - 1]):
        return None if text[end : end + 1] == "\u200d" else end
    if pattern.prefix:
        while end < len(text) and _is_word(text[end]):
            end += 1
        return end
    if _is_boundary(text, end) or (_is_word(text[end]) and _is_hashtag_part(folded, end)):
        return end
    return end + 1 if pattern.plural and text[end] == "s" and _is_boundary(text, end + 1) else None


def _is_boundary(text: str, end: int) -> bool:
    """Whether a word may end before `end`; the 's of a possessive may follow, any other glued apostrophe may not."""
    if end >= len(text):
        return True
    if text[end] != "'":
        return not _is_word(text[end])
    following = text[end + 1 : end + 3]
    return not following or not _is_word(following[0]) or (following[0] == "s" and not _is_word(following[1:] or " "))


def _is_hashtag_part(folded: FoldedText, place: int) -> bool:
    """Whether a capital starts a new word at `place` inside a hashtag: #BoycottOrange, #SNCFGreve."""
    lead = folded.text[max(0, place - _LONGEST_LEAD) : place]
    if "#" not in lead or not _HASHTAG_BEFORE.search(lead):
        return False
    original = folded.original
    here = folded.to_original(place, place + 1)[0]
    before, following = original[here - 1], original[here + 1 : here + 2]
    return original[here].isupper() and (not before.isupper() or following.islower())


def _is_inside(hit: Hit, ranges: Sequence[tuple[int, int]]) -> bool:
    """Whether `hit` lies within one of `ranges`, which are in order and apart."""
    place = bisect_right(ranges, (hit.start, 1 << 62)) - 1
    return place >= 0 and hit.start < ranges[place][1]
