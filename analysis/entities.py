"""Finds people and organisations where spaCy's recogniser is off: capitals with a word beside that says what they are, several in
a row inside a sentence, first names, and what models/organisations.txt lists.

Precision before recall: one word with a capital that nothing introduces is left out.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

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
_BEGINS = r"(?=[A-ZÀ-ÖØ-Þ])(?:(?<=[a-zà-ÿ,;:»)]\s)|(?<=\b[lLdD]['’]))"  # inside a sentence; the capital is looked for first
_SEVERAL = re.compile(rf"{_BEGINS}(?P<name>{_NAME}(?:\s(?:(?:de|du|des)\s|d[’'])?{_NAME}){{1,3}})")
_FIRST = re.compile(rf"{_BEGINS}(?P<name>{_NAME})(?!\s{_NAME}|[\w’'-])")
_STREET = re.compile(
    r"(?:rue|avenue|boulevard|place|quai|cours|impasse|allée|square|stade|école|lycée|collège|gare|station|arrêt|salle|pont|tour)\s"
    r"(?:(?:de|du|des|la|le)\s|d[’'])*\Z",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"(?<![\w.-])[A-ZÀ-Ý]{2,6}(?:-[A-ZÀ-Ý][\w]+)?(?![\w.-])")
_NOT_NAMES = frozenset(
    """
    TV OK SAV PDF SMS MMS GPS USB HD UHD TTC HT TVA CDI CDD RDV PDG DG CV PS NB WC DVD CD PC QR RIB IBAN VPN HDMI ADSL FTTH VDSL
    RTT BAC LED VTC IA RGPD TER RER CE CSE VF VO JT URL IP API LOL MDR PTDR WTF OMG RIP DM ONG ASBL
    """.split()  # noqa: SIM905 - a list of words reads better so
)
_NO_NAMES = frozenset(
    """
    service services client clients consommateur consommateurs direction black friday cyber monday noel paques pere saint valentin
    coupe monde jeux olympiques ligue champions tour eiffel premier ministre carte bleue code promo point relais prime day madame
    monsieur mesdames messieurs
    lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril mai juin juillet aout
    septembre octobre novembre decembre francais francaise belges belge suisses suisse quebecois europeens covid internet
    """.split()  # noqa: SIM905 - a list of words reads better so
)
_OPENING, _SENTENCE_ENDS = " «“\"'(-–—", ".!?…:\n"
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


def may_be_name(text: str, start: int, end: int) -> bool:
    """Whether what a recogniser took for a name can be one: a common word that opens a sentence is none."""
    written, before = text[start:end].strip(), text[:start].rstrip(_OPENING)
    words = set(fold(written).replace("'", " ").split())
    if not written[:1].isupper() or "\n" in written or words <= STOP_WORDS | _NO_NAMES:
        return False
    opens = not before or before[-1] in _SENTENCE_ENDS
    return not (opens and vocabulary.is_word(fold(written)))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_TITLED, _HEADED):
        yield from (found.span("name") for found in pattern.finditer(text) if not _is_small_word(found["name"]))
    for found in _FIRST_NAMED.finditer(text):
        if vocabulary.is_first_name(fold(found["first"])) and not _is_street(text, found.start()):
            yield found.span()
    yield from (found.span() for found in _listed().finditer(text))
    if not _is_shouted(text):
        yield from _inside_sentences(text)
        acronyms = (found for found in _ACRONYM.finditer(text) if found[0] not in _NOT_NAMES)
        yield from (found.span() for found in acronyms if not _is_said_loud(found[0]))


def _inside_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Names of several words, and first names alone; streets and schools of that name are no persons."""
    for found in _SEVERAL.finditer(text):
        words = set(fold(found["name"]).replace("'", " ").split())
        if (
            found["name"].split()[0] not in _NOT_NAMES
            and not words & _NO_NAMES
            and not words <= STOP_WORDS
            and not _is_street(text, found.start())
        ):
            yield found.span("name")
    for found in _FIRST.finditer(text):
        if vocabulary.is_first_name(fold(found["name"])) and not _is_street(text, found.start()):
            yield found.span("name")


def _is_street(text: str, at: int) -> bool:
    return _STREET.search(text[max(0, at - 30) : at]) is not None


@cache
def _listed() -> re.Pattern[str]:
    """The organisations of models/organisations.txt, longest first."""
    lines = files("analysis.models").joinpath("organisations.txt").read_text("utf-8").splitlines()
    names = sorted((line for line in lines if line and not line.startswith("#")), key=len, reverse=True)
    first = re.escape("".join(sorted({name[0] for name in names})))
    return re.compile(rf"(?=[{first}])(?:(?<![\w’'-])|(?<=\b[lLdD]['’]))(?:{'|'.join(map(re.escape, names))})(?![\w-])")


def _is_small_word(name: str) -> bool:
    """Whether what looks like a name begins with a small word: « le groupe Une »."""
    return fold(name).split()[0] in STOP_WORDS


def _is_said_loud(acronym: str) -> bool:
    """Whether capitals shout a common word: « APRÈS », « RIEN ». The longer word list takes two seconds to load."""
    folded = fold(acronym)
    return folded in STOP_WORDS or folded in vocabulary.listed("word")


def _is_shouted(text: str) -> bool:
    letters = list(filter(str.isalpha, text[:2000]))
    return sum(map(str.isupper, letters)) > _SHOUTED * max(1, len(letters))
