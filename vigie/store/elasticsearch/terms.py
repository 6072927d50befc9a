"""The words of a text that say what it is about: what Kibana shows as emerging. Pure.

Kibana's significant terms read a field of whole words, not a text: so each mention carries its own, without those that every text
has.
"""

from collections.abc import Iterable

from vigie.stop_words import STOP_WORDS

_SHORTEST = 3  # letters
_MOST = 150  # in one mention; a long article brings its first ones, where its subject is told


def content_terms(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """The distinct words that carry a subject, in lower case, in order. `pairs` hold each word folded, and as written."""
    terms: dict[str, None] = {}
    for plain, written in pairs:
        if len(plain) >= _SHORTEST and plain.isalpha() and plain not in STOP_WORDS:
            terms[written.lower()] = None
            if len(terms) == _MOST:
                break
    return list(terms)
