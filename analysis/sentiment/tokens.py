"""Cuts a text into the pieces that carry tone: words, emoji, emoticons, stars, marks. First step of the sentiment scorer."""

import re
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from analysis.sentiment.grammar import ACCENTED
from vigie.folding import unaccented


class TokenKind(StrEnum):
    """What a token is. A handle is `@name`; a hashtag is a word without its sign."""

    WORD = "word"
    NUMBER = "number"
    EMOJI = "emoji"
    EMOTICON = "emoticon"
    STARS = "stars"
    RATING = "rating"
    HANDLE = "handle"
    LINK = "link"
    MARK = "mark"


class Token(NamedTuple):
    """One piece of a text, wherever it stands.

    `folded` is what rules compare: lower case, no accents, stretched letters once ("NUUUL" is "nul"), an emoji without its skin
    tone. `shouted` is a word of three letters or more in capitals.
    """

    kind: TokenKind
    folded: str
    shouted: bool = False
    stretched: bool = False


class Cut(NamedTuple):
    """The tokens of a text in order: the `n`th stands at `text[starts[n]:ends[n]]`."""

    row: list[Token]
    starts: list[int]
    ends: list[int]


_PICTURE = "\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u203c\u2049\u2190-\u21ff\u2300-\u23ff"
_STARS = "★☆⭐🌟✩✪"
_MARKS = frozenset('…,;:()«»"“”\n')  # beside runs of full stops, and of exclamation and question marks
# Most tokens are plain words, so they are tried first; those that may open a link or an emoticon wait for these (`late`).
_NAMED_PIECES = rf"""
    (?P<word>(?!https?://|www\.|[xX]D|T_T)[^\W\d_]+|[€$%])
  | (?P<link>https?://\S+|www\.\S+)
  | (?P<handle>@\w+)
  | (?P<rating>(?<![\d/.,])\d{{1,2}}(?:[.,]\d)?\s?/\s?(?:5|10|20)(?![\d/]))
  | (?P<stars>[{_STARS}](?:[{_STARS}\ufe0f\s]*[{_STARS}])?)
  | (?P<emoji>(?:[\U0001f1e6-\U0001f1ff]{{2}}|[{_PICTURE}])[\ufe0f\U0001f3fb-\U0001f3ff]*)
  | (?P<emoticon>(?<!\w)(?:[:;=][-'^o]?[)(\]\[DPpOo/|\\3*$@]+|[xX]D+\b|<3+|</3|\^_*\^|-_+-|T_T|:'-?[()]|/s\b))
  | (?P<late>[^\W\d_]+)
  | (?P<number>\d+(?:[.,]\d+)?)
  | (?P<mark>\.{{2,}}|[!?]+|[.…,;:()«»"“”\n])
"""
_PIECE = re.compile(_NAMED_PIECES, re.VERBOSE)
# Splits a text into what lies between two pieces, the blanks before a piece, and the piece, over and over.
_PIECES = re.compile(rf"([ '’]*)({re.sub(r'[?]P<[a-z]+>', '?:', _NAMED_PIECES)})", re.VERBOSE)
_KINDS = {number: TokenKind.WORD if name == "late" else TokenKind(name) for name, number in _PIECE.groupindex.items()}
_GLUED = re.compile(r"(?<=\w)[xX]D+|[xX]D+(?=[^\WD])")  # letters, while the same by itself laughs
_STRETCHED = re.compile(r"(.)\1{2,}")
_SKIN = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")


def tokens(text: str) -> list[Token]:
    """The tokens of `text`, in order; "€", "$" and "%" are words. White space, hyphens and apostrophes are left out."""
    return cut(text).row


def cut(text: str) -> Cut:
    """The tokens of `text`, with their places."""
    parts = _PIECES.split(text)
    ends = list(accumulate(map(len, parts)))
    read, starts = list(map(_read, parts[2::3])), ends[1::3]
    if "xD" in text or "XD" in text:
        glued = {found.start() for found in _GLUED.finditer(text)}
        read = [
            _word(text[start:end]) if start in glued else token
            for token, start, end in zip(read, starts, ends[2::3], strict=True)
        ]
    return Cut(read, starts, ends[2::3])


def is_mark(folded: str) -> bool:
    """Whether a folded token is a mark."""
    return folded.startswith((".", "!", "?")) or folded in _MARKS


def fold(word: str) -> str:
    """`word` in lower case without accents; ligatures are spelt out, and a few homographs keep their accent."""
    plain = word.lower().replace("œ", "oe").replace("æ", "ae")
    if plain.isascii() or plain in ACCENTED:
        return plain
    return unaccented(plain)


@lru_cache(maxsize=50_000)
def _read(raw: str) -> Token:
    """The token of a piece, as long as it stands by itself."""
    if raw.isalpha() and raw[0] not in "xX":
        return _word(raw)
    found = _PIECE.match(raw)
    kind = _KINDS[found.lastindex or 0] if found else TokenKind.MARK
    if kind is TokenKind.WORD:
        return _word(raw)
    return Token(kind, _SKIN.sub("", raw) if kind is TokenKind.EMOJI else raw)


def _word(raw: str) -> Token:
    folded = fold(raw)
    single = _STRETCHED.sub(r"\1", folded)
    return Token(TokenKind.WORD, single, len(raw) > 2 and raw.isupper(), single != folded)
