"""Words as the text index compares them: the step between a text and the index, and between a query's term and the index.

The tokenising is done here and not by SQLite, so that a text and a query can never be cut in different ways, whatever the version
of SQLite: the index receives plain words with a space between them.
"""

import re
import unicodedata
from functools import lru_cache

_RULES = 1
_WORD = re.compile(r"[^\W_][^\W_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W_\u0300-\u036f]*)*")
_NOT_WORD = re.compile(r"[\W_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})

WORDS_VERSION = f"{_RULES}/{unicodedata.unidata_version}"
"""Changes when the same text may give other words: an index made under another version must be rebuilt."""


def words(text: str) -> list[str]:
    """The words of `text` in order, as written (NFC): runs of letters and digits. « l'été » is two words, `l` and `été`."""
    return _WORD.findall(text if text.isascii() else unicodedata.normalize("NFC", text))


def folded_words(text: str) -> list[str]:
    """The words of `text`, one for one, without case, accents and ligatures: `Cœur` gives `coeur`."""
    return [word.lower() if word.isascii() else _folded(word) for word in words(text)]


def folded(text: str) -> str:
    """The folded words of `text` with one space between: what the index holds, and what a name is compared by."""
    return " ".join(folded_words(text))


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold().translate(_LIGATURES))
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return _NOT_WORD.sub("", letters) or word.casefold()


def has_row(text: str, row: list[str], prefix: bool) -> bool:
    """Whether the words of `text` hold `row` in a row, case and accents counting; with `prefix` the last word may go on."""
    present, size = words(text), len(row)
    return any(_fits(present[at : at + size], row, prefix) for at in range(len(present) - size + 1))


def _fits(present: list[str], row: list[str], prefix: bool) -> bool:
    if prefix:
        return present[:-1] == row[:-1] and present[-1].startswith(row[-1])
    return present == row
