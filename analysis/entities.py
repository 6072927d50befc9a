"""Finds people and organisations where spaCy's recogniser is off: capitals with a word beside that says what they are.

Precision before recall: a name that nothing introduces is left out.
"""

import re
from collections.abc import Iterator, Sequence

from analysis.folding import fold
from analysis.relevance import vocabulary
from analysis.sentiment.passage import LONGEST_READ
from vigie.stop_words import STOP_WORDS

MOST = 12
"""People and organisations of one text that are told."""

_NAME = r"[A-ZÀ-ÖØ-Þ][\w’'-]{1,30}"
_NAMES = rf"{_NAME}(?:\s(?:(?:de|du|des|d[’']|von|van|le|la|El|Ben)\s?)?{_NAME}){{0,3}}"
_TITLED = re.compile(
    rf"""\b(?:M\.|Mme|Mlle|Monsieur|Madame|Dr|Pr|Me|Maître|docteur|professeur|(?:l[ae]|du|l[’']|au|une?|notre|son|sa)\s?
        (?:PDG|DG|présidente?|directeur|directrice|ministre|maire|député|députée|sénateur|sénatrice|avocate?|porte-parole|
           fondateur|fondatrice|patronne?|préfète?|juge|procureure?|journaliste|chanteur|chanteuse|acteur|actrice|comédienne?|
           syndicaliste|secrétaire\sgénérale?)(?:\sgénérale?)?,?)\s(?P<name>{_NAMES})""",
    re.VERBOSE,
)
_HEADED = re.compile(
    rf"""\b(?:groupe|société|entreprise|association|syndicat|fondation|banque|compagnie|enseigne|marque|start-up|cabinet|chaîne|
        opérateur|constructeur|éditeur|collectif|ONG|fédération|agence|institut|université|ministère|laboratoire|club)\s
        (?P<name>{_NAMES})""",
    re.VERBOSE,
)
_FIRST_NAMED = re.compile(rf"(?<![\w’'-])(?P<first>{_NAME})\s(?P<rest>{_NAME}(?:\s{_NAME})?)")
_ACRONYM = re.compile(r"(?<![\w.-])[A-ZÀ-Ý]{2,6}(?:-[A-ZÀ-Ý][\w]+)?(?![\w.-])")
_NOT_NAMES = frozenset(
    """
    TV OK SAV PDF SMS MMS GPS USB HD UHD TTC HT TVA CDI CDD RDV PDG DG CV PS NB WC DVD CD PC QR RIB IBAN VPN HDMI ADSL FTTH VDSL
    RTT BAC LED VTC IA RGPD TER RER CE CSE VF VO JT URL IP API LOL MDR PTDR WTF OMG RIP DM
    """.split()  # noqa: SIM905 - a list of words reads better so
)
_SHOUTED = 0.5  # share of capitals above which acronyms cannot be told from shouting


def read_entities(text: str, taken: Sequence[tuple[int, int]] = ()) -> tuple[str, ...]:
    """The people and organisations that `text` names, as written, in the order of the text, each once, twelve at most.

    `taken` are ranges of the text that are known to be something else, such as a brand's name. 20,000 characters are read.
    """
    read = text[:LONGEST_READ]
    found = sorted({span for span in _spans(read) if not any(span[0] < end and start < span[1] for start, end in taken)})
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return tuple(dict.fromkeys(read[start:end].rstrip("’'-") for start, end in kept))[:MOST]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_TITLED, _HEADED):
        yield from (found.span("name") for found in pattern.finditer(text) if not _is_small_word(found["name"]))
    for found in _FIRST_NAMED.finditer(text):
        if vocabulary.is_first_name(fold(found["first"])):
            yield found.span()
    if not _is_shouted(text):
        acronyms = (found for found in _ACRONYM.finditer(text) if found[0] not in _NOT_NAMES)
        yield from (found.span() for found in acronyms if not _is_said_loud(found[0]))


def _is_small_word(name: str) -> bool:
    """Whether what looks like a name begins with a small word: « le groupe Une »."""
    return fold(name).split()[0] in STOP_WORDS


def _is_said_loud(acronym: str) -> bool:
    """Whether capitals shout a common word: « APRÈS », « RIEN ». The longer word list takes two seconds to load."""
    folded = fold(acronym)
    return folded in STOP_WORDS or folded in vocabulary.listed("word")


def _is_shouted(text: str) -> bool:
    letters = [letter for letter in text[:2000] if letter.isalpha()]
    return sum(letter.isupper() for letter in letters) > _SHOUTED * max(1, len(letters))
