"""Spells out words that are hidden from filters: asterisks (c*nnard), figures (c0nnard), dots, spaced letters."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from analysis.sentiment.tokens import fold

_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "€": "e"})
_HIDDEN = re.compile(
    r"""(?<![\w*@$€/.])(?:
        [^\W\d_]+[*#]{1,8}[^\W\d_]*          # conn**d, p*te
      | (?=[^\W\d_\s]{0,12}[0-9@$€])(?=[0-9@$€]{0,3}[^\W\d_])[\w@$€]{3,16}     # c0nnard, s@lope
      | (?:[^\W\d_]\.){2,12}[^\W\d_]\.?      # f.d.p
      | (?:[^\W\d_][ ]){3,12}[^\W\d_]        # c o n n a r d
    )(?![\w*@$€])""",
    re.VERBOSE,
)
_STARS = re.compile(r"[*#]+")


@dataclass(frozen=True, slots=True)
class Unmasked:
    """A text with the hidden words in full, and how each of these stood there."""

    text: str
    originals: Mapping[str, str]

    def as_written(self, words: str) -> str:
        """`words` of the text with the hidden ones as they stood."""
        for word, original in self.originals.items():
            words = words.replace(word, original)
        return words


def unmasked(text: str, known: Sequence[str]) -> Unmasked:
    """`text` with the hidden ones of the `known` words spelt out; other words stay as they are. Takes linear time."""
    originals: dict[str, str] = {}

    def spell(found: re.Match[str]) -> str:
        word = _word(found[0], tuple(known))
        if word is None:
            return found[0]
        originals[word] = found[0]
        return word

    return Unmasked(_HIDDEN.sub(spell, text), originals)


@cache
def _patterns(known: tuple[str, ...]) -> tuple[frozenset[str], Mapping[str, tuple[str, ...]]]:
    """The words, and the words by their first letter, longer ones first: « conn**d » is no « con »."""
    by_letter: dict[str, tuple[str, ...]] = {}
    for word in sorted(known, key=len, reverse=True):
        by_letter[word[0]] = (*by_letter.get(word[0], ()), word)
    return frozenset(known), by_letter


def _word(hidden: str, known: tuple[str, ...]) -> str | None:
    words, by_letter = _patterns(known)
    written = fold(hidden)
    if "*" in written or "#" in written:
        return _starred(written, by_letter.get(written[0], ()))
    plain = written.replace(".", "").replace(" ", "").translate(_LEET)
    return plain if plain in words else None


def _starred(written: str, candidates: Sequence[str]) -> str | None:
    """The word behind the stars: as long as what is written, or its letters with anything where the stars stand."""
    dotted = re.compile("".join("." if letter in "*#" else re.escape(letter) for letter in written))
    loose = re.compile(".{1,6}".join(map(re.escape, _STARS.split(written))))
    for pattern in (dotted, loose):
        found = next((word for word in candidates if pattern.fullmatch(word)), None)
        if found is not None:
            return found
    return None
