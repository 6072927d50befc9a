"""Words as the text index compares them: the step between a text and the index, and between a query's term and the index.

The tokenising is done here and not by SQLite, so that a text and a query can never be cut in different ways, whatever the version
of SQLite: the index receives plain words with a space between them.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from vigie.folding import unaccented
from vigie.query import WORD

_RULES = 2
_NOT_WORD = re.compile(r"[\W_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})

WORDS_VERSION = f"{_RULES}/{unicodedata.unidata_version}"
"""Changes when the same mention may give other words or tags: an index made under another version must be rebuilt."""


def words(text: str) -> list[str]:
    """The words of `text` in order, as written (NFC): runs of letters and digits. « l'été » is two words, `l` and `été`."""
    return WORD.findall(text if text.isascii() else unicodedata.normalize("NFC", text))


def word_pairs(text: str) -> list[tuple[str, str]]:
    """Each word of `text`, folded (without case, accents and ligatures: `Cœur` gives `coeur`) and as written."""
    return [(_plain(word), word) for word in words(text)]


def folded_words(text: str) -> list[str]:
    """The words of `text`, one for one, folded."""
    return [_plain(word) for word in words(text)]


def folded(text: str) -> str:
    """The folded words of `text` with one space between: what the index holds, and what a name is compared by."""
    plain = text
    for character in set(_BEYOND_ASCII.findall(text)):
        if character not in _WESTERN:
            return " ".join(folded_words(text))
        plain = plain.replace(character, _WESTERN[character])
    return " ".join(plain.translate(_ASCII).split())


def _plain(word: str) -> str:
    return word.lower() if word.isascii() else _folded(word)


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    letters = unaccented(unicodedata.normalize("NFKD", word).casefold().translate(_LIGATURES))
    return _NOT_WORD.sub("", letters) or word.casefold()


_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(0x80)}
_WESTERN = {
    character: plain or " "
    for character in map(chr, [*range(0x80, 0x180), *range(0x2010, 0x2060), ord("€")])
    if (plain := "".join(folded_words(character))).isascii()
}
"""Accented letters, ligatures and the signs of French typography, each with what it is to the index.

A text that holds nothing else beyond ASCII is folded letter by letter, in a third of the time of word by word; the words are the
same.
"""


def sites(host: str) -> list[str]:
    """`host` and the hosts above it: what `site:` is compared with."""
    labels = host.split(".")
    return [".".join(labels[place:]) for place in range(len(labels))]


def has_row(text: str, row: list[str], prefix: bool) -> bool:
    """Whether the words of `text` hold `row` in a row, case and accents counting; with `prefix` the last word may go on."""
    composed = unicodedata.normalize("NFC", text)
    return all(word in composed for word in row) and any(True for _ in row_places(words(composed), row, prefix))


def row_places(present: list[str], row: list[str], prefix: bool) -> Iterator[int]:
    """Where `row`, which holds a word at least, begins in `present`; with `prefix` its last word may go on."""
    size = len(row)
    return (at for at in range(len(present) - size + 1) if _fits(present[at : at + size], row, prefix))


def _fits(present: list[str], row: list[str], prefix: bool) -> bool:
    if prefix:
        return present[:-1] == row[:-1] and present[-1].startswith(row[-1])
    return present == row
