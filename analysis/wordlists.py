"""Reads the word lists that sort what is said by kind (emotion, toxicity) into a lexicon, with the machinery of the tone's.

A line is `kind <TAB> class <TAB> strength <TAB> entries, split by commas` (signs: by blanks). Classes are those of
analysis/sentiment/lexicon.tsv, with `phrase` (as in phrases.tsv) and `sign`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from analysis.sentiment.lexicon import VERB_CLASSES, Entry, Lexicon, compiled

_NOT_ONE_WORD = re.compile(r"[\s'’-]")


@dataclass(frozen=True, slots=True)
class _Row:
    entry: Entry
    word_class: str
    text: str


def read_lexicon(package: str, name: str, kinds: type[StrEnum]) -> Lexicon:
    """The lexicon in file `name` of `package`, whose entries have a member of `kinds` as field.

    Raises: ValueError, with file and line, on an entry that cannot be read.
    """
    rows = list(_rows(package, name, kinds))
    return compiled(
        [(row.entry, row.word_class, row.text) for row in rows if row.word_class not in ("phrase", "sign")],
        [(row.entry, row.text) for row in rows if row.word_class == "phrase"],
        [(row.entry, row.text) for row in rows if row.word_class == "sign"],
    )


def _rows(package: str, name: str, kinds: type[StrEnum]) -> Iterator[_Row]:
    text = files(package).joinpath(name).read_text("utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        if line and not line.startswith("#"):
            try:
                yield from _row(line, kinds)
            except ValueError as error:
                raise ValueError(f"{name}, line {number}: {error}") from error


def _row(line: str, kinds: type[StrEnum]) -> Iterator[_Row]:
    columns = line.split("\t")
    if len(columns) != 4:
        raise ValueError(f"4 columns were expected, found {len(columns)}")
    kind, word_class, strength, listed = columns
    entry = Entry(kinds(kind), int(strength), verb=word_class in VERB_CLASSES)
    for text in listed.split() if word_class == "sign" else listed.split(", "):
        if word_class not in ("phrase", "sign") and _NOT_ONE_WORD.search(text):
            raise ValueError(f"{text!r} is several words: list it as a phrase")
        yield _Row(entry, word_class, text)
