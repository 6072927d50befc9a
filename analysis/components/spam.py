"""Cuts spam out of a text, paragraph by paragraph, and keeps the rest. Part of the gate; also shown by `vigie explain page`.

Hacked pages carry paragraphs that sell casinos, pills and loans between those of the article. A subject alone is never spam:
an article about online casinos uses the words, a spammer also lures and calls to act.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby

from analysis.folding import fold, web_addresses

_SPAM_SCORE = 4
_MOST_TOPICS = 2  # further subjects add nothing: articles list them too
_LISTED = 3  # lures, or more subjects still, in one paragraph: a list of wares needs no call
_ENCODED_CHARACTERS = 20  # percent-encoded; the address of one foreign page may hold as many, among words
_ENCODED_SHARE = 0.4
_FEWEST_LINKS = 4
_STUFFED_WORDS = 20  # words from which repetition is judged
_STUFFED_SHARE = 0.3  # of all words that one content word makes up; prose about one brand stays below a fifth
_FOREIGN_LETTERS = 15
_FOREIGN_SHARE = 0.6
_LATIN_LETTERS = 150  # some 25 words
_LATIN_SHARE = 0.1  # a Russian article has names of brands in Latin letters, and fewer
_FEWEST_KEPT_WORDS = 25  # below this, what a mostly cut text has left is its wrapping
_CONTENT_WORD = re.compile(r"[^\W\d_]{4,}")
_WORD = re.compile(r"\w+")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_CONTACT = re.compile(r"\w@[\w-]{1,63}\.\w|\+\d[\d .]{8,}")
_OTHER_SCRIPTS = re.compile(r"[\u0370-\u1dff\u2c00-\ud7ff\uf900-\ufdff]")


@dataclass(frozen=True, slots=True)
class SpamSplit:
    """A text without its spam. `cut` are the paragraphs taken out, in order; `is_spam` when nothing worth reading is left."""

    kept: str
    cut: tuple[str, ...]
    is_spam: bool


def split_spam(text: str) -> SpamSplit:
    """`text` without its spam paragraphs; `kept` is `text` itself where there are none. Paragraphs end at newlines."""
    paragraphs = text.split("\n")
    is_mixed = bool(_OTHER_SCRIPTS.search(text)) and _is_latin(text)
    verdicts = [_is_spam(paragraph, is_mixed) for paragraph in paragraphs]
    if not any(verdicts):
        return SpamSplit(text, (), is_spam=False)
    kept = "\n".join(paragraph for paragraph, spam in zip(paragraphs, verdicts, strict=True) if not spam)
    cut = tuple(paragraph for paragraph, spam in zip(paragraphs, verdicts, strict=True) if spam)
    kept_words, cut_words = len(_WORD.findall(kept)), sum(len(_WORD.findall(paragraph)) for paragraph in cut)
    return SpamSplit(kept, cut, is_spam=kept_words < min(_FEWEST_KEPT_WORDS, cut_words))


def _is_spam(paragraph: str, is_mixed: bool) -> bool:
    """Whether to cut the paragraph; `is_mixed` when it stands in a Latin text that holds other scripts too."""
    if not paragraph.strip():
        return False
    return (
        (is_mixed and _is_foreign(paragraph))
        or _is_encoded(paragraph)
        or _is_link_list(paragraph)
        or _is_stuffed(paragraph)
        or _sells(paragraph)
    )


def _is_foreign(paragraph: str) -> bool:
    """Whether most of the paragraph is in another script than Latin."""
    letters = [character for character in paragraph if character.isalpha()]
    foreign = sum(_script(letter) != "LATIN" for letter in letters)
    return foreign >= _FOREIGN_LETTERS and foreign >= _FOREIGN_SHARE * len(letters)


def _is_encoded(paragraph: str) -> bool:
    """Whether the paragraph is mostly percent-encoded characters, as hacked pages carry in their addresses."""
    encoded = len(_ENCODED.findall(paragraph))
    return encoded >= _ENCODED_CHARACTERS and 3 * encoded >= _ENCODED_SHARE * len(paragraph)


def _is_link_list(paragraph: str) -> bool:
    """Whether addresses make up most of the paragraph."""
    addresses = web_addresses(paragraph)
    return len(addresses) >= _FEWEST_LINKS and sum(end - start for start, end in addresses) > len(paragraph) / 2


def _is_stuffed(paragraph: str) -> bool:
    """Whether a content word comes back far more often than in prose; « honte honte honte » is anger, and counts once."""
    words = [word for word, _ in groupby(_WORD.findall(fold(paragraph)))]
    if len(words) < _STUFFED_WORDS:
        return False
    counted = Counter(word for word in words if _CONTENT_WORD.fullmatch(word))
    return bool(counted) and counted.most_common(1)[0][1] >= _STUFFED_SHARE * len(words)


def _sells(paragraph: str) -> bool:
    """Whether the paragraph lures and calls to act, rather than reports."""
    folded = fold(paragraph)
    said = {kind: set(pattern.findall(folded)) for kind, pattern in _phrases().items()}
    calls = len(said["call"]) + bool(web_addresses(paragraph)) + bool(_CONTACT.search(paragraph))
    is_listing = len(said["lure"]) >= _LISTED or len(said["topic"]) > _LISTED
    if not said["lure"] or not (calls or is_listing):
        return False
    score = 2 * len(said["lure"]) + min(_MOST_TOPICS, len(said["topic"])) + calls - len(said["report"])
    return score >= _SPAM_SCORE


def _is_latin(text: str) -> bool:
    """Whether `text` is in Latin letters, be it an article under a flood of something else."""
    scripts = [_script(character) for character in text if character.isalpha()]
    latin = scripts.count("LATIN")
    return 2 * latin >= len(scripts) or (latin >= _LATIN_LETTERS and latin >= _LATIN_SHARE * len(scripts))


@cache
def _script(letter: str) -> str:
    """The first word of the Unicode name, which for letters is their script: LATIN, CYRILLIC, CJK."""
    return unicodedata.name(letter, "").partition(" ")[0]


@cache
def _phrases() -> dict[str, re.Pattern[str]]:
    """One pattern over folded text for each kind of phrase in the list."""
    listed: dict[str, list[str]] = {}
    for line in files("analysis.models").joinpath("spam_phrases.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, phrase = line.split("\t")
            listed.setdefault(kind, []).append(re.escape(fold(phrase.rstrip("*"))) + (r"\w*" if phrase.endswith("*") else ""))
    return {kind: re.compile(rf"\b(?:{'|'.join(sorted(phrases, key=len, reverse=True))})\b") for kind, phrases in listed.items()}
