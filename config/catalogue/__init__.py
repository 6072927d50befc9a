"""The catalogue of French-language sources that comes with Vigie: by theme and by region. None is known to be alive today."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from vigie.model import host_of
from vigie.terms import fold

FILE = "sources_fr.tsv"
ZONES = {
    "Belgique": "Europe/Brussels",
    "Suisse romande": "Europe/Zurich",
    "Québec": "America/Toronto",
    "Algérie": "Africa/Algiers",
}


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A feed that may be watched. `region` is a French region, `France` for the whole of it, or another country's name."""

    id: str
    name: str
    url: str
    theme: str
    region: str
    tier: int

    @property
    def zone(self) -> str:
        """The time zone of its region."""
        return ZONES.get(self.region, "Europe/Paris")


@cache
def catalogue() -> Sequence[CatalogueEntry]:
    """Every entry, in order of id."""
    text = (files("config.catalogue") / FILE).read_text("utf-8")
    cells = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(CatalogueEntry(id_, name, url, theme, region, int(tier)) for id_, name, url, theme, region, tier in cells)


def chosen(theme: str = "", region: str = "", search: str = "") -> Sequence[CatalogueEntry]:
    """The entries of a theme and a region whose name or address holds every word of `search`; case and accents do not count."""
    words = fold(search).split()
    return [
        entry
        for entry in catalogue()
        if fold(theme) in ("", fold(entry.theme))
        and fold(region) in ("", fold(entry.region))
        and all(word in fold(f"{entry.id} {entry.name} {entry.url}") for word in words)
    ]


def known_tier(url: str) -> int | None:
    """The tier of the outlet at this address, if the catalogue has one of the same host."""
    host = host_of(url)
    return min((entry.tier for entry in catalogue() if host and host_of(entry.url) == host), default=None)
