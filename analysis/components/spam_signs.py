"""What a paragraph looks like to the spam filter: its script, its short words, how it addresses the reader, what it names.

Read by the rules (`spam`) and by the model (`spam_meaning`), a paragraph at a time.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property
from math import log

from analysis.components.spam_phrases import french_glue, glue_words, phrases_in, stems
from analysis.folding import fold, web_addresses

WORD = re.compile(r"\w+")
OTHER_SCRIPTS = re.compile(r"[\u0370-\u1dff\u2c00-\ud7ff\uf900-\ufdff]")
SENTENCE_END = re.compile(r"[.!?。！？؟…]")

_FEWEST_JUDGED = 6  # words by which a language is told
_FOREIGN_LETTERS = 8
_SPACED_COUNT = 2  # a letter-spaced word is as much as two others
_FOREIGN_SHARE = 0.6
_MOST_COUNTED = 3  # of what speaks for or against an offer; articles list as many subjects
_CONTACT = re.compile(r"\w@[\w-]{1,63}\.\w|\+\d[\d .]{8,}|@\w{5,}")
_MARKED_LINK = re.compile(r"<a\s+href\s*=|\[url\s*=", re.IGNORECASE)
_OTHER_LETTERS_INSIDE = re.compile(r"[a-z][\u0370-\u04ff]|[\u0370-\u04ff][a-z]")  # « pаris » with a Cyrillic a
_DIGIT_INSIDE = re.compile(r"[a-z]+\d+[a-z]{2,}|0[a-z]{3,}")  # « gr4tuit », not H2O nor 10h30
_SPACED = re.compile(r"(?<![\w.])(?:[^\W\d_][ .]){4,}[^\W\d_](?![\w.])")
_ORDER = re.compile(r"(?!chez|assez|rendez)\w{2,}ez")  # French imperatives, folded
_SUM = re.compile(r"\d ?[€$£%]|[€$£] ?\d")  # or a rate
_YOU = frozenset(
    ("vous", "votre", "vos", "tu", "ton", "ta", "tes", "te", "toi", "you", "your", "dich", "dein", "ihr", "ihre", "sie")
)
_I = frozenset(("je", "j", "mon", "ma", "mes", "nous", "notre", "nos", "i", "my", "we", "our", "ich", "mein", "wir", "unser"))
_COUNTED = ("topic", "lure", "ware", "promise", "report")


@dataclass(frozen=True)
class Signs:
    """A paragraph as the filter sees it."""

    text: str

    @cached_property
    def folded(self) -> str:
        """Without case and accents."""
        return fold(self.text)

    @cached_property
    def words(self) -> list[str]:
        """The folded words."""
        return WORD.findall(self.folded)

    @cached_property
    def said(self) -> Mapping[str, Set[str]]:
        """What the list of phrases finds, by kind."""
        return phrases_in(self.words)

    @cached_property
    def orders(self) -> Set[str]:
        """The words that tell the reader what to do."""
        return {word for word in self.words if _ORDER.fullmatch(word)} | self.said["call"]

    @cached_property
    def contacts(self) -> int:
        """How many of three there are: a web or mail address, another way to reach somebody, a link in markup."""
        return bool(web_addresses(self.text)) + bool(_CONTACT.search(self.text)) + bool(_MARKED_LINK.search(self.text))

    @cached_property
    def has_sum(self) -> bool:
        """Whether a sum of money, or a rate, is named."""
        return bool(_SUM.search(self.text))

    @cached_property
    def glue(self) -> float:
        """The share of the short words of prose."""
        return sum(map(glue_words().__contains__, self.words)) / max(1, len(self.words))

    @cached_property
    def french(self) -> float:
        """The share of French short words; 1 where the words are too few to tell."""
        return french_share(self.words)

    @cached_property
    def is_foreign(self) -> bool:
        """Whether most of it is in another script than Latin."""
        if not OTHER_SCRIPTS.search(self.text):
            return False
        letters = [character for character in self.text if character.isalpha()]
        foreign = sum(script(letter) != "LATIN" for letter in letters)
        return foreign >= _FOREIGN_LETTERS and foreign >= _FOREIGN_SHARE * len(letters)

    @property
    def disguised(self) -> int:
        """How many words are spelt past a filter: letters of two alphabets in one, digits for letters, spaces or dots between."""
        mixed = sum(bool(_OTHER_LETTERS_INSIDE.search(word)) for word in self.words)
        written = {word for word in WORD.findall(self.text) if _DIGIT_INSIDE.fullmatch(word)}
        spaced = [run for run in _SPACED.findall(self.text) if not run.isupper()]
        return mixed + len(written) + _SPACED_COUNT * len(spaced)

    @property
    def has_end(self) -> bool:
        """Whether a sentence ends in it."""
        return bool(SENTENCE_END.search(self.folded))

    def vector(self) -> list[float]:
        """Its signs as numbers between 0 and about 1, for the model."""
        count = max(1, len(self.words))
        counts = [
            min(_MOST_COUNTED, len(self.said[kind])) / _MOST_COUNTED for kind in ("topic", "lure", "ware", "promise", "report")
        ]
        abroad = sum(stem in self.folded for stem in stems("foreign")) if self.is_foreign else 0
        return [
            *counts,
            min(_MOST_COUNTED, len(self.orders)) / _MOST_COUNTED,
            self.contacts / _MOST_COUNTED,
            float(self.has_sum),
            self.glue,
            self.french,
            float(self.has_end),
            float(self.text[:1].islower()),
            min(1.0, 3 * self.text.count(",") / count),
            log(count) / 5,
            min(1.0, 4 * sum(map(_YOU.__contains__, self.words)) / count),
            min(1.0, 4 * sum(map(_I.__contains__, self.words)) / count),
            float(self.is_foreign),
            min(_MOST_COUNTED, abroad) / _MOST_COUNTED,
        ]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A paragraph before it is judged: `is_sold` by the rules' account, `met` of its content words come elsewhere in its page."""

    signs: Signs
    is_sold: bool
    met: float


def french_share(words: Sequence[str]) -> float:
    """The share of French short words among folded words; 1 where they are too few to tell."""
    return sum(map(french_glue().__contains__, words)) / len(words) if len(words) >= _FEWEST_JUDGED else 1.0


@cache
def script(letter: str) -> str:
    """The first word of the Unicode name, which for letters is their script: LATIN, CYRILLIC, CJK."""
    return unicodedata.name(letter, "").partition(" ")[0]
