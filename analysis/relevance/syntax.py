"""What French syntax around a name tells, whatever the name: « chez X », « X lance », « un x », « M. X », « à X ».

A weight is a log-odds for the name meaning the brand. The weights were set by hand and checked on tests/eval/relevance_dev.tsv.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from analysis.relevance.vocabulary import is_first_name, listed
from analysis.relevance.window import Case, Token, Window, stem


class Clue(NamedTuple):
    """One thing that speaks for the brand (weight above 0) or against it; `shown` is how users see it."""

    weight: float
    shown: str


ACCOUNT, HASHTAG, SITE = 3.0, 0.4, 3.0
CHEZ, HEAD, VERB, ANYONES_VERB, SUBJECT, APPOSED = 2.2, 2.6, 1.6, 0.8, 1.0, 1.0
PERSON, AGE, STREET, PLACE, TOWARDS, SUM = -4.5, -3.0, -3.5, -2.2, -1.2, -2.0
COUNTED, PLURAL, COMPOUND = -1.6, -1.5, -2.5

_OF = frozenset(("de", "d", "du"))
_BARE = frozenset(("de", "d", "en", "sans"))  # before these a common word needs no article
_SHOPS = frozenset(("un", "mon", "ton", "votre", "notre"))  # « un leclerc », « mon uber »
_NEARNESS = frozenset(("pres", "vers", "jusqu", "depuis"))
_COMPANIONS = frozenset(("moi", "toi", "son", "sa", "ses"))
_YOURS = frozenset(("ton", "ta", "tes"))
_AGES = frozenset(("an", "ans", "moi", "mois"))
_PREFIXES = frozenset(("ex", "anti", "pro", "non", "post", "pre"))
_SITES = (".fr", ".com", ".be", ".ch", ".ca")
_DEALING_REACH = 6  # words before the name


def clues(window: Window) -> Iterator[Clue]:
    """Everything that the syntax around the name tells."""
    yield from _sign(window)
    yield from _preposition(window.before, window.name)
    yield from _as_word(window)
    yield from _as_compound(window)
    if person := list(_as_person(window)):
        yield from person
        return
    yield from _as_subject(window)
    yield from _as_apposition(window)


def strongest(found: Iterable[Clue], *, for_brand: bool, most: int) -> list[str]:
    """The clues that weigh most on one side, as users see them, each once."""
    side = [clue for clue in found if (clue.weight > 0 if for_brand else clue.weight < 0)]
    return list(dict.fromkeys(clue.shown for clue in sorted(side, key=lambda clue: -abs(clue.weight))))[:most]


def _sign(window: Window) -> Iterator[Clue]:
    if window.sign == "@":
        yield Clue(ACCOUNT, f"@{window.name.lstrip('@')}")
    elif window.sign == "#":
        yield Clue(HASHTAG, f"#{window.name.lstrip('#')}")
    if window.glued.lower().startswith(_SITES):
        yield Clue(SITE, window.name + window.glued.split()[0])


def _preposition(before: Sequence[Token], name: str) -> Iterator[Clue]:
    """What the words before the name make of it."""
    first, second = [*(token.stem for token in before[:2]), "", ""][:2]
    if first == "chez":
        yield Clue(CHEZ, f"chez {name}")
    elif first in listed("head"):
        yield Clue(HEAD, f"{before[0].shown} {name}")
    elif first in _OF and (weight := _owner(second)):
        link = "d'" if first == "d" else f"{before[0].shown} "
        yield Clue(weight, f"{before[1].shown} {link}{name}")
    elif first == "a":
        yield _towards(before, name)
    if any(word in listed("street") for word in (first, second)) and (first in listed("street") or first not in ("a", "chez")):
        yield Clue(STREET, "nom de rue ou d'établissement")


def dealing_word(before: Sequence[Token]) -> Token | None:
    """The word by which « à X » is about a company and no place, as in « contrairement à X »; `before` is nearest first."""
    if not before or before[0].stem != "a" or _stay(before):
        return None
    return next((token for token in before[1:_DEALING_REACH] if token.stem in listed("dealing")), None)


def _towards(before: Sequence[Token], name: str) -> Clue:
    """What « à X » makes of the name, by the words before it."""
    if stay := _stay(before):
        return Clue(PLACE, f"{stay.shown} à {name}")
    dealing = dealing_word(before)
    return Clue(HEAD, f"{dealing.shown} … à {name}") if dealing else Clue(TOWARDS, f"à {name}")


def _stay(before: Sequence[Token]) -> Token | None:
    """The word by which « à X » is where somebody stays: « trois jours à X », « née à X »; `before` is nearest first."""
    return before[1] if len(before) > 1 and before[1].stem in listed("stay") else None


def _owner(owned: str) -> float:
    """What the word before « de » tells of the name after it."""
    if owned in listed("belonging") or owned in listed("head"):
        return HEAD
    if owned in listed("place"):
        return PLACE
    return TOWARDS if owned in _NEARNESS else 0.0


def _as_subject(window: Window) -> Iterator[Clue]:
    """A verb of companies after a name that no article precedes, or a bare name at the head of a title; « X Belgique »."""
    before, after = window.before, window.after
    if not after:
        return
    if after[0].stem in listed("company_end") and after[0].shown[0].isupper():
        yield Clue(HEAD, f"{window.name} {after[0].shown}")
    if window.case is Case.WORD or (before and before[0].stem in listed("determiner")):
        return
    verb = next((token for token in after[:2] if token.stem not in listed("reflexive")), None)
    if verb and not (before and before[0].stem in _BARE) and (weight := _weight_of(verb.stem, window.name)):
        yield Clue(weight if window.case is not Case.CARELESS else weight / 2, f"{window.name} {verb.shown}")
    elif after[0].shown == ":" and not window.sentence[0]:
        is_sum = len(after) > 1 and after[1].shown.isdigit()
        yield Clue(SUM if is_sum else SUBJECT, f"{window.name} :")


def _weight_of(verb: str, name: str) -> float:
    """What a verb tells; those that people do too tell nothing after a first name."""
    if verb in listed("verb"):
        return VERB
    return ANYONES_VERB if verb in listed("anyones_verb") and not is_first_name(stem(name)) else 0.0


def _as_apposition(window: Window) -> Iterator[Clue]:
    """« les volets Lambert »: a noun with its article, then the name with its capital."""
    if len(window.before) < 2 or window.case is not Case.NAME or is_first_name(stem(window.name)):
        return
    noun, article = window.before[:2]
    is_noun = noun.shown.islower() and len(noun.stem) > 2 and noun.stem not in listed("head") | listed("determiner")
    if is_noun and article.stem in listed("determiner"):
        yield Clue(APPOSED, f"{article.shown} {noun.shown} {window.name}")


def _as_person(window: Window) -> Iterator[Clue]:
    """A title, a kinship or a first name before the name, or what follows a first name."""
    before = [token for token in window.before[:2] if token.shown != "."]
    first = before[0] if before else None
    if first and (first.stem in listed("title") or (first.shown[0].isupper() and is_first_name(first.stem))):
        yield Clue(PERSON, f"{first.shown} {window.name}")
    elif is_first_name(stem(window.name)):
        yield from _as_first_name(window)


def _as_first_name(window: Window) -> Iterator[Clue]:
    """A surname, an age, or another person beside a first name."""
    after = window.after
    if not after:
        return
    if _is_surname(after[0]):
        yield Clue(PERSON, f"{window.name} {after[0].shown}")
    elif len(after) > 1 and after[0].stem == "pour" and after[1].stem in _YOURS:
        yield Clue(AGE, f"{window.name} pour {after[1].shown}")
    elif len(after) > 1 and after[0].stem == "et" and (after[1].stem in _COMPANIONS or is_first_name(after[1].stem)):
        yield Clue(AGE, f"{window.name} et {after[1].shown}")
    elif any(token.stem in _AGES and number.shown.isdigit() for number, token in pairwise(after[:5])):
        yield Clue(AGE, "suivi d'un âge")


def _is_surname(token: Token) -> bool:
    """Whether what follows a first name is a surname: not « 190E », not the town of a shop."""
    if not (token.shown.isalpha() and token.shown.istitle()) or token.stem in listed("company_end"):
        return False
    return token.stem in listed("surname") or token.stem not in listed("town")


def _as_compound(window: Window) -> Iterator[Clue]:
    """A name that a hyphen or a capital article joins to another word is a part of that word: « car-seat », « Roi-Soleil »,
    « La Fontaine »; not « ex-orange ».
    """
    if window.name[:1].islower() and (window.hyphened - _PREFIXES):
        yield Clue(COMPOUND, "dans un mot composé")
    elif window.is_second_part:
        yield Clue(COMPOUND, "dans un nom composé")


def _as_word(window: Window) -> Iterator[Clue]:
    """An article before a name in lower case, or its plural, make a common word of it."""
    if window.case not in (Case.WORD, Case.CARELESS):
        return
    if window.is_plural:
        yield Clue(PLURAL, "au pluriel")
    first = window.before[0] if window.before else None
    if first and first.stem in listed("determiner"):
        link = "'" if first.stem == "l" else " "
        yield Clue(COUNTED / 2 if first.stem in _SHOPS else COUNTED, f"{first.shown}{link}{window.name}")
