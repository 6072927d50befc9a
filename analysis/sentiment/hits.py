"""Finds what carries tone among the tokens of a text: phrases, words, emoji, ratings; before any rule weighs it."""

from collections.abc import Sequence
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from analysis.sentiment.grammar import STARS_COUNTED, STARS_SPELT
from analysis.sentiment.lexicon import Entry, Field, Lexicon
from analysis.sentiment.tokens import Token, TokenKind

_FULL_STARS, _EMPTY_STARS = "★⭐🌟✪", "☆✩"
_STARRED_PLACES = frozenset(("hotel", "camping", "palace", "restaurant", "chef", "table", "residence", "gite"))


class Hit(NamedTuple):
    """Tokens `start` to `end` (excluded) carry a tone of `value`: -3 to 3 as found, beyond it once rules have weighed it.

    `negated` and `ironic` tell why the value is not the lexicon's.
    """

    field: StrEnum
    value: float
    start: int
    end: int
    verb: bool = False
    negated: bool = False
    ironic: bool = False


def find(row: Sequence[Token], lexicon: Lexicon) -> list[Hit]:
    """The hits of a text in order; none overlap. Phrases come before words, the longest first."""
    hits: list[Hit] = []
    free = 0
    folded = [token.folded for token in row]
    seconds = chain(folded[1:], ("",))
    for at, (follow, second) in enumerate(zip(map(lexicon.followers, folded), seconds, strict=False)):
        if follow is None or at < free or (second not in follow.words and not second.startswith(follow.beginnings)):
            continue
        hit = _hit(row, at, lexicon)
        if hit is not None:
            hits.append(hit)
            free = hit.end
    return hits


def _hit(row: Sequence[Token], at: int, lexicon: Lexicon) -> Hit | None:
    token = row[at]
    match token.kind:
        case TokenKind.WORD | TokenKind.NUMBER:
            stars = _stars_in_words(row, at)
            if stars is not None:
                return _rating(stars, 5, at, at + 2)
            phrase = lexicon.phrase(row, at)
            if phrase is not None:
                return _from(phrase[0], at, phrase[1])
            entry = lexicon.word(token.folded)
        case TokenKind.EMOJI | TokenKind.EMOTICON:
            entry = lexicon.signs.get(token.folded)
        case TokenKind.STARS:
            return _stars(token, at)
        case TokenKind.RATING:
            return None if at and row[at - 1].folded in ("le", "du", "au") else _fraction(token, at)
        case _:
            return None
    return _from(entry, at, at + 1) if entry is not None else None


def _from(entry: Entry, start: int, end: int) -> Hit:
    return Hit(entry.field, float(entry.strength), start, end, entry.verb)


def _rating(got: float, of: float, start: int, end: int) -> Hit:
    """Three fifths say nothing; a full mark is 3, a fifth or less -3."""
    return Hit(Field.RATING, max(-3.0, min(3.0, (got / of - 0.6) * 7.5)), start, end)


def _fraction(token: Token, at: int) -> Hit:
    got, of = (float(part.strip().replace(",", ".")) for part in token.folded.split("/"))
    return _rating(got, of, at, at + 1)


def _stars(token: Token, at: int) -> Hit:
    full = sum(token.folded.count(star) for star in _FULL_STARS)
    empty = sum(token.folded.count(star) for star in _EMPTY_STARS)
    if full + empty == 1 and at:
        return Hit(Field.SIGN, 1.0, at, at + 1)  # one star inside a text decorates; before the text it is a rating
    return _rating(full, max(5, full + empty), at, at + 1)


def _stars_in_words(row: Sequence[Token], at: int) -> float | None:
    """The number before "étoile(s)" or "star(s)", unless a hotel or a restaurant wears them."""
    if at + 1 >= len(row) or row[at + 1].folded not in STARS_SPELT:
        return None
    if any(token.folded in _STARRED_PLACES for token in row[max(0, at - 3) : at]):
        return None
    word = row[at].folded
    number = float(word.replace(",", ".")) if row[at].kind is TokenKind.NUMBER else STARS_COUNTED.get(word)
    return number if number is not None and number <= 5 else None
