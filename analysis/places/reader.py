"""Finds the names of places in a text; a name that is also a word, a person or a brand only with a clue beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from analysis.brand_terms import Hit, TermFinder
from analysis.folding import fold
from analysis.relevance import vocabulary
from analysis.sentiment.passage import Passage
from vigie.query import Term

MOST = 12
"""Places of one text that are told: a page of the country's departments is no news of each."""

_BESIDE = 40  # characters between an open name and a place that is sure
# What stands before a place: a preposition, an article of a department, a word for a place.
_CLUE = re.compile(
    r"""(?:^|[^\w])(?:à|a|vers|depuis|sur|dans\s(?:le|la|les|l)|en|près\sde|autour\sde|loin\sde|entre|jusqu['’]à|via|
        (?:ville|commune|maire|mairie|gare|agence|magasin|boutique|centre|région|département|préfecture|tribunal|université|hôpital|
           habitante?s?|canton|aéroport|port|banlieue|sud|nord|est|ouest|usine|site|marché|parquet|procureure?|préfète?|stade|CHU|
           métropole|agglomération|agglo|quartiers?|secteur|bassin|pays|environs|alentours|sortie|entrée|hauteurs|rocade|lycée|
           pompiers|gendarmes|policiers|police|originaire|entrepôt|dépôt|bureau|caserne)\s(?:de|d|du|des|de\sla|de\sl)
        |direction|habite|\d{5}
        )(?:\s|['’])$""",
    re.IGNORECASE | re.VERBOSE,
)
_STREET = re.compile(
    r"(?:rue|avenue|boulevard|bd|place|quai|cours|impasse|allée|chemin|faubourg|hôtel|café|brasserie|villa)\s(?:(?:de|du|des|d|la|le)[\s'’])*$",
    re.IGNORECASE,
)
_CODE = re.compile(r"\s?\((?:\d{2,5}|2[AB]|[A-Z][\w'-]+)\)")
_NAME_BEFORE = re.compile(r"([A-ZÀ-Ý][\w'’-]+|M\.|Mme|Dr|Me)\s$")
_READ_BEFORE, _READ_AFTER = 40, 16


@dataclass(frozen=True, slots=True)
class _Place:
    """A name as the gazetteer writes it; `is_open`: it is also something else."""

    name: str
    is_open: bool


def read_places(passage: Passage, taken: Sequence[tuple[int, int]] = ()) -> tuple[str, ...]:
    """The places that a text names, as the gazetteer writes them, in the order of the text, each once, twelve at most.

    `taken` are ranges of the text that mean something else, such as a brand's name.
    """
    read = passage.text
    hits = _longest([hit for hit in _finder().find(passage.folded) if _is_free(hit, taken) and _is_name(hit, read)])
    sure = [hit for hit in hits if not _gazetteer()[fold(hit.term.text)].is_open or _has_clue(hit, read)]
    said = [hit for hit in hits if hit in sure or any(abs(hit.start - other.start) <= _BESIDE for other in sure)]
    return tuple(dict.fromkeys(_gazetteer()[fold(hit.term.text)].name for hit in said))[:MOST]


@cache
def _gazetteer() -> dict[str, _Place]:
    """The places by their folded name; one that is open in any row is open."""
    places: dict[str, _Place] = {}
    for line in files("analysis.places").joinpath("gazetteer.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            for written in line.partition("\t")[2].split(", "):
                name = written.removeprefix("~")
                known = places.get(fold(name))
                places[fold(name)] = _Place(name, written != name or bool(known and known.is_open))
    return places


@cache
def _finder() -> TermFinder:
    return TermFinder(Term(place.name) for place in _gazetteer().values())


def _is_free(hit: Hit, taken: Sequence[tuple[int, int]]) -> bool:
    return not any(hit.start < end and start < hit.end for start, end in taken)


def _is_name(hit: Hit, text: str) -> bool:
    """Whether a hit is written as a name and stands neither in a street's name nor in a person's."""
    if not text[hit.start].isupper():
        return False
    before = text[max(0, hit.start - _READ_BEFORE) : hit.start]
    if _STREET.search(before):
        return False
    person = _NAME_BEFORE.search(before)
    return person is None or not (person[1].endswith((".", "Mme", "Dr", "Me")) or vocabulary.is_first_name(fold(person[1])))


def _has_clue(hit: Hit, text: str) -> bool:
    before, after = text[max(0, hit.start - _READ_BEFORE) : hit.start], text[hit.end : hit.end + _READ_AFTER]
    return bool(_CLUE.search(before) or _CODE.match(after))


def _longest(hits: Sequence[Hit]) -> list[Hit]:
    """The hits in order, without those inside another: « Le Mans » holds no « Mans », « Corse-du-Sud » no « Corse »."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept
