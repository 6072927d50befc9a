"""The invented sites and brands, and the boards of the forum: the fixed part of the world."""

import re
from dataclasses import dataclass

from vigie.demo.world.items import Board

OWN_BRAND = "marelle"
NAMES = {"marelle": "Marelle", "nordfil": "Nordfil", "telebrise": "Télébrise"}
_NAME = {
    "marelle": re.compile(r"\bMarelle\b"),
    "nordfil": re.compile(r"\bnordfil\b", re.IGNORECASE),
    "telebrise": re.compile(r"\bt[ée]l[ée]brise\b", re.IGNORECASE),
}
_CARELESS_OWN = re.compile(r"\bmarelle\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Site:
    """A host and the name in its banner."""

    host: str
    name: str


GAZETTE = Site("www.gazette-loire.example", "La Gazette de Loire")
TRADE = Site("www.reseaux-usages.example", "Réseaux & Usages")
BLOG = Site("blog.lignes-claires.example", "Lignes claires")
SILENT_BLOG = Site("blog.journal-abonne.example", "Journal d’un abonné")
FORUM = Site("forum.entraide-box.example", "Entraide Box")
OUTLETS = (
    Site("www.boussole-du-val.example", "La Boussole du Val"),
    Site("www.lamparo-info.example", "Le Lamparo"),
    Site("www.quai-des-nouvelles.example", "Quai des nouvelles"),
    Site("www.deux-rives-info.example", "Deux Rives Info"),
    Site("www.carillon-des-ormes.example", "Le Carillon des Ormes"),
    Site("www.fanal-des-brumes.example", "Le Fanal des Brumes"),
    Site("www.vent-de-terre.example", "Vent de terre"),
    Site("www.passerelle-plus.example", "Passerelle Plus"),
)
BOARDS = (
    Board(2, "fibre", "Fibre et raccordement", "Éligibilité, techniciens, débits"),
    Board(3, "mobile", "Mobile", "Réseau, forfaits, téléphones"),
    Board(4, "box", "Box, wifi et télé", "Réglages et pannes à la maison"),
    Board(5, "facture", "Factures et résiliation", "Comprendre, contester, partir"),
    Board(6, "offres", "Bons plans et comparatifs", "Qui propose quoi, à quel prix"),
    Board(7, "comptoir", "Le comptoir", "Tout le reste, dans la bonne humeur"),
)


def brands_in(text: str, *, careless: bool = False) -> tuple[str, ...]:
    """The ids of the brands that `text` means. `careless`: its author writes the own brand without a capital as well."""
    own = _CARELESS_OWN if careless else _NAME[OWN_BRAND]
    return tuple(brand for brand, name in (_NAME | {OWN_BRAND: own}).items() if name.search(text))
