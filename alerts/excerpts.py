"""Foreign text made fit to be shown: clean, short, with the words that decided its tone marked. Pure functions."""

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import urlsplit

from alerts.views import Fragment

ELLIPSIS = "…"
_LONGEST_WORD = 40
_LONGEST_URL = 600
_ZERO_WIDTH_JOINER = "\u200d"  # kept: it holds emoji together
_BLANK = re.compile(r"[^\S\u00a0\u202f]+")
_SENTENCE_END = re.compile(r"[.!?…]+[\s»”\"')]*\s")


def clean(text: str) -> str:
    """`text` on one line, without control, direction, invisible or lone surrogate characters; endless words are cut.

    No-break spaces stay: they are French typography.
    """
    visible = "".join(c for c in text if c.isspace() or c == _ZERO_WIDTH_JOINER or not unicodedata.category(c).startswith("C"))
    words = _BLANK.split(visible.strip())
    return " ".join(word if len(word) <= _LONGEST_WORD else word[:_LONGEST_WORD] + ELLIPSIS for word in words)


def shorten(text: str, limit: int) -> str:
    """`text`, cleaned, in at most `limit` characters, cut between two words with an ellipsis."""
    text = clean(text)
    if len(text) <= limit:
        return text
    return whole_words(text[: limit - 1]) + ELLIPSIS


def whole_words(head: str) -> str:
    """`head`, the beginning of a longer text, without the word that it ends in the middle of; one that fills half of it stays."""
    kept = (head.rsplit(maxsplit=1) or [""])[0]
    return (kept if 2 * len(kept) >= len(head) else head).rstrip(" ,;:.-–(«")


def safe_url(url: str) -> str:
    """`url` when a mail may link to it (http or https, of sane length, no blanks), else an empty string."""
    if len(url) > _LONGEST_URL or not url.isprintable() or any(character in ' <>"' for character in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


def quotation(text: str, evidence: Sequence[str], limit: int = 240) -> tuple[Fragment, ...]:
    """The passage of `text` around the strongest words of `evidence`, at most `limit` characters, with those words marked.

    Without any of them in the text, its beginning. The fragments joined are the passage.
    """
    text = clean(text)
    words = _pattern(evidence)
    passage = _passage(text, _place(text, evidence), limit)
    if words is None:
        return (Fragment(passage),) if passage else ()
    fragments, done = [], 0
    for found in words.finditer(passage):
        if found.start() > done:
            fragments.append(Fragment(passage[done : found.start()]))
        fragments.append(Fragment(found.group(), marked=True))
        done = found.end()
    if done < len(passage):
        fragments.append(Fragment(passage[done:]))
    return tuple(fragments)


def _pattern(evidence: Sequence[str]) -> re.Pattern[str] | None:
    words = sorted({clean(word) for word in evidence} - {""}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE) if words else None


def _place(text: str, evidence: Sequence[str]) -> int:
    """Where the strongest evidence that is in `text` begins; 0 without any."""
    for word in evidence:
        pattern = _pattern([word])
        found = pattern.search(text) if pattern else None
        if found:
            return found.start()
    return 0


def _passage(text: str, place: int, limit: int) -> str:
    """At most `limit` characters of `text` that hold `place`: whole sentences up to its own, as many as there is room for."""
    starts = [0, *(end.end() for end in _SENTENCE_END.finditer(text))]
    stop = next((start for start in starts if start > place), len(text))
    room = limit - len(ELLIPSIS) - 1
    start = next((start for start in starts if start <= place and stop - start <= room), None)
    if start is None:  # its sentence alone is too long
        start = text.rfind(" ", 0, max(0, place - limit // 3)) + 1
    lead = f"{ELLIPSIS} " if start else ""
    return lead + shorten(text[start:], limit - len(lead))
