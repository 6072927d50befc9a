"""Text as it is compared: no case, no accents, one kind of apostrophe and blank. Offsets lead back to the original.

The matcher, the story index and the spam filter all compare folded text; what users see is always the original.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from itertools import repeat

_APOSTROPHES = "’‘ʼʹ´`′＇"
_HYPHENS = "-‐‑"  # compounds are written with and without: Coca-Cola, coca cola
_LINE_ENDS = "\n\r\v\f\x85\u2028\u2029"
_JOINER = "\u200d"  # glues emoji into one picture, so it must not vanish
_LETTERS_WITHOUT_DECOMPOSITION = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i"}
_SPACES = re.compile(" {2,}")
_BLANKS = re.compile("[ \n]{2,}")
_LINE_BREAKS = re.compile(" ?\n[ \n]*")
# Anchored at the start of a run and of bounded length, so that a megabyte without blanks costs one pass.
_WEB = re.compile(
    r"""(?:https?://|(?<!\w)www\.)\S+
      | (?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+
      | (?<![\w.-])(?:[\w-]{1,63}\.){1,9}[a-z]{2,24}/\S*""",
    re.IGNORECASE | re.VERBOSE,
)
_MAIL_SIGN, _PATH_SIGN = re.compile(r"@(?<=[\w.+-]@)[\w-]"), re.compile(r"\.[a-z]{2,24}/", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_LONG, _MANY_LETTERS = 200, 150  # characters, different ones: where replacing takes half as long as translating


class _FoldingTable(dict[int, str]):
    """What each character becomes, worked out once per character; made for `str.translate`."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    """The folded form of one character: none, one or several characters, each its own folded form."""
    if character in _APOSTROPHES:
        return "'"
    if character in _LINE_ENDS:
        return "\n"
    category = unicodedata.category(character)
    if character in _HYPHENS or character.isspace() or category == "No":  # No: the superscript of a footnote ends a word
        return " "
    if character == _JOINER or category == "So":  # So: a decomposed ™ would be the letters tm
        return character
    if category in ("Cf", "Mn"):
        return ""
    lowered = unicodedata.normalize("NFKD", character).casefold()
    letters = (_LETTERS_WITHOUT_DECOMPOSITION.get(letter, letter) for letter in lowered if unicodedata.category(letter) != "Mn")
    folded = "".join(letters)
    return folded if folded == character else "".join(map(_fold_character, folded))


_TABLE = _FoldingTable()


def fold(text: str) -> str:
    """`text` without case and accents; hyphens are spaces, runs of blanks one space, or one newline where a line ended."""
    folded = _fold_characters(text)
    if "  " in folded:
        folded = _SPACES.sub(" ", folded)
    return _LINE_BREAKS.sub("\n", folded) if "\n" in folded else folded


def _fold_characters(text: str) -> str:
    """`text` with each character folded. In a text of some length the few that it is made of are replaced, each in one go."""
    if len(text) < _LONG or len(letters := set(text)) > _MANY_LETTERS:
        return text.translate(_TABLE)
    for letter in letters:
        folded = _TABLE[ord(letter)]
        if folded != letter:
            text = text.replace(letter, folded)
    return text


def without_addresses(text: str) -> str:
    """`text` with a blank in place of each web and mail address."""
    return _WEB.sub(" ", text) if _has_address_sign(text) else text


def folded_words(text: str) -> list[str]:
    """The words of `text`, folded, without web and mail addresses: what two copies of a text have in common."""
    return plain_words(without_addresses(text))


def plain_words(text: str) -> list[str]:
    """The words of a text without addresses, folded."""
    return _WORD.findall(fold(text))


def web_addresses(text: str) -> list[tuple[int, int]]:
    """Where web and mail addresses stand in `text`. A bare host (`booking.com`) is a name, not an address."""
    return [found.span() for found in _WEB.finditer(text)] if _has_address_sign(text) else []


def _has_address_sign(text: str) -> bool:
    """Whether `text` holds a sign that every address has: most texts have none, and are not searched.

    A mere slash or @ (« 24/24 », « @Orange ») is no sign.
    """
    return (
        ("/" in text and ("://" in text or _PATH_SIGN.search(text) is not None))
        or ("@" in text and _MAIL_SIGN.search(text) is not None)
        or "www." in text.lower()
    )


class FoldedText:
    """A text beside its folded form. The way back is worked out when first asked for: most texts hold no hit."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.text = fold(original)

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original that the non-empty range `start`-`end` of the folded text stands for."""
        first, last = self._offsets[start], self._offsets[end - 1] + 1
        while last < len(self.original) and unicodedata.category(self.original[last]) == "Mn":
            last += 1
        return first, last

    @cached_property
    def _offsets(self) -> Sequence[int]:
        """For each folded character, the place of the character it comes from; a run of blanks comes from its first."""
        uneven = [letter for letter in set(self.original) if len(_TABLE[ord(letter)]) != 1]
        places = _places(self.original, uneven) if uneven else range(len(self.original))
        if len(places) == len(self.text):
            return places
        kept, start = list[int](), 0
        for blanks in _BLANKS.finditer(_fold_characters(self.original)):
            kept += places[start : blanks.start() + 1]
            start = blanks.end()
        return [*kept, *places[start:]]


def _places(text: str, uneven: Sequence[str]) -> list[int]:
    """For each character of `text` once folded, where it comes from; `uneven` are those that become none or several."""
    places, start = list[int](), 0
    for place in sorted(found.start() for letter in uneven for found in re.finditer(re.escape(letter), text)):
        places += range(start, place)
        places += repeat(place, len(_TABLE[ord(text[place])]))
        start = place + 1
    return [*places, *range(start, len(text))]
