"""Cuts a text into the pieces that carry tone: words, emoji, emoticons, stars, marks. First step of the sentiment scorer."""

import re
from enum import StrEnum
from functools import lru_cache
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
    """One piece of a text; `text[start:end]` is how it stands there.

    `folded` is what rules compare: lower case, no accents, stretched letters once ("NUUUL" is "nul"), an emoji without its skin
    tone. `shouted` is a word of three letters or more in capitals.
    """

    kind: TokenKind
    folded: str
    start: int
    end: int
    shouted: bool = False
    stretched: bool = False


_PICTURE = "\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u203c\u2049\u2190-\u21ff\u2300-\u23ff"
_STARS = "★☆⭐🌟✩✪"
# Most tokens are plain words, so they are tried first; those that may open a link or an emoticon wait for these (`late`).
_PIECES = re.compile(
    rf"""[ '’]*(?:
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
    )""",
    re.VERBOSE,
)
_KINDS = {number: TokenKind.WORD if name == "late" else TokenKind(name) for name, number in _PIECES.groupindex.items()}
_STRETCHED = re.compile(r"(.)\1{2,}")
_SKIN = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")


def tokens(text: str) -> list[Token]:
    """The tokens of `text`, in order; "€", "$" and "%" are words. White space, hyphens and apostrophes are left out."""
    return [_token(found) for found in _PIECES.finditer(text)]


def fold(word: str) -> str:
    """`word` in lower case without accents; ligatures are spelt out, and a few homographs keep their accent."""
    plain = word.lower().replace("œ", "oe").replace("æ", "ae")
    if plain.isascii() or plain in ACCENTED:
        return plain
    return unaccented(plain)


@lru_cache(maxsize=50_000)
def _compared(word: str) -> tuple[str, bool]:
    """`word` folded with its stretched letters once, and whether it had any."""
    folded = fold(word)
    single = _STRETCHED.sub(r"\1", folded)
    return single, single != folded


def _token(found: re.Match[str]) -> Token:
    group = found.lastindex or 0
    kind, raw, (start, end) = _KINDS[group], found[group], found.span(group)
    if kind is TokenKind.WORD:
        single, is_stretched = _compared(raw)
        return Token(kind, single, start, end, len(raw) > 2 and raw.isupper(), is_stretched)
    if kind is TokenKind.EMOJI:
        return Token(kind, _SKIN.sub("", raw), start, end)
    return Token(kind, raw, start, end)
