"""What textblob-fr says of a text: polarity and subjectivity, two of the features of the tone.

Its dictionary, its signs and its sums are used as they are. Its package is entered by the side door: the front brings nltk, and
with it scipy and scikit-learn where they are installed. Its way of cutting words is written here anew, at a fifth of the cost; a
test holds both to the same figures.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from itertools import pairwise
from types import ModuleType
from typing import Any

_PACKAGE = "textblob_fr"
_ELIDED, _ELIDED_CAPITAL = re.compile("(?<=[cdjlmnst])’|(?<=qu)’"), re.compile("(?<=[CDJLMNST])’|(?<=QU)’")
_QUOTES = "“”‘’'\""
_BLANK_LINES = re.compile(r"\n{2,}")
_END_OF_PARAGRAPH = "END-OF-SENTENCE"  # textblob's own
_LEADING = ",;:!?()[]{}`'\"@#$^&*+-|=~_"
_TRAILING = tuple(f"{_LEADING}.")
_ENDS = frozenset(("...", ".", "!", "?", _END_OF_PARAGRAPH))
_UNKNOWN = "ŧŧŧ"
_BOOSTS = frozenset(("!", "(!)"))
_REMEMBERED = 50_000  # words whose answer is kept
_CLOSING = _ENDS | frozenset((")", "'", '"', "”", "’"))


@cache
def analyzer() -> Callable[[str], tuple[float, float]]:
    """textblob-fr: a text in, polarity (-1 to 1) and subjectivity (0 to 1) out. Its first use takes a quarter of a second."""
    french = _french_module()
    signs, known = sys.modules[f"{_PACKAGE}._text"], _dictionary(french)
    standing = _stand_in(known, signs)

    def is_short(word: str) -> bool:
        """Whether the full stop belongs to the word."""
        patterns = (signs.RE_ABBR1, signs.RE_ABBR2, signs.RE_ABBR3)
        return word in french.ABBREVIATIONS or any(pattern.match(word) for pattern in patterns)

    def analyze(text: str) -> tuple[float, float]:
        joined = signs.RE_SARCASM.sub("(!)", " ".join(_in_sentences(_pieces(_spaced(text).split(), is_short))))
        joined = signs.RE_EMOTICONS.sub(lambda found: found[1].replace(" ", "") + found[2], joined)
        told = map(standing, joined.replace("&rsquo ;", "’").split())
        polarity, subjectivity = known(
            [word for before, word in pairwise(("", *told)) if word not in _UNKNOWN or not before.startswith(word)]
        )
        return polarity, subjectivity

    return analyze


def _french_module() -> ModuleType:
    """`textblob_fr.fr`, without what its package imports."""
    spec = find_spec(_PACKAGE)
    if spec is None or _PACKAGE in sys.modules:
        return import_module(f"{_PACKAGE}.fr")
    sys.modules[_PACKAGE] = module_from_spec(spec)  # the package as a place where modules are found, its own code not run
    try:
        return import_module(f"{_PACKAGE}.fr")
    finally:
        del sys.modules[_PACKAGE]


def _dictionary(french: ModuleType) -> Any:
    """textblob-fr's scorer of words, which asks at each look-up whether it is loaded, as one that is."""

    class Loaded(french.Sentiment):  # type: ignore[name-defined,misc]  # untyped
        __contains__, __getitem__ = dict.__contains__, dict.__getitem__

    loaded = Loaded()
    loaded.__dict__.update(vars(french.sentiment))
    loaded.load()
    return loaded


def _stand_in(known: Any, signs: ModuleType) -> Callable[[str], str]:
    """What textblob-fr may read in place of a word: itself in lower case, or as long a word that it does not know either.

    It would look for each unknown sign and number among its smileys. Of an unknown word only the length counts, by which it ends
    the reach of « pas » and « très »: behind one of the same length or longer it changes nothing.
    """
    smileys = {smiley.lower() for smileys in signs.EMOTICONS.values() for smiley in smileys}

    @lru_cache(_REMEMBERED)
    def standing(word: str) -> str:
        lower = word.lower()
        if lower in known or lower in known.negations or lower in smileys or lower in _BOOSTS:
            return lower
        reaches = len(lower.strip("'")) < 2
        return lower if reaches and len(lower) > 2 else _UNKNOWN[0] if reaches else _UNKNOWN[: len(lower)]

    return standing


def _spaced(text: str) -> str:
    """`text` with blanks around quotation marks and behind « l’ », and a word of its own where a paragraph ends."""
    if "’" in text:
        text = _ELIDED_CAPITAL.sub("&RSQUO; ", _ELIDED.sub("&rsquo; ", text))
    for mark in _QUOTES:
        text = text.replace(mark, f" {mark} ")
    return _BLANK_LINES.sub(f" {_END_OF_PARAGRAPH} ", text.replace("\r\n", "\n"))


def _pieces(written: Iterable[str], is_short: Callable[[str], bool]) -> Iterator[str]:
    """The words, with the signs around each as words of their own."""
    for word in written:
        if word.isalnum():
            yield word
            continue
        bare = word.lstrip(_LEADING)
        yield from word[: len(word) - len(bare)]
        bare, behind = _without_end(bare, is_short)
        if bare:
            yield bare
        yield from reversed(behind)


def _without_end(word: str, is_short: Callable[[str], bool]) -> tuple[str, list[str]]:
    """`word` without the signs at its end, and these, last first; three full stops are one."""
    behind: list[str] = []
    while word.endswith(_TRAILING):
        if word[-1] != ".":
            behind.append(word[-1])
            word = word[:-1]
        if word.endswith("..."):
            behind.append("...")
            word = word[:-3].rstrip(".")
        if word.endswith("."):
            if is_short(word):
                break
            behind.append(".")
            word = word[:-1]
    return word, behind


def _in_sentences(pieces: Iterable[str]) -> Iterator[str]:
    """`pieces` with a newline between sentences: an emoticon whose signs stand apart does not reach over it."""
    has_ended = False
    for piece in pieces:
        if has_ended and piece not in _CLOSING:
            yield "\n"
            has_ended = False
        has_ended = has_ended or piece in _ENDS
        if piece != _END_OF_PARAGRAPH:
            yield piece
