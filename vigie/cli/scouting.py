"""Sites that our mentions lead to and that no source reads, for `vigie source scout`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from config.schema import Config
    from vigie.model import Document

_NAMED = re.compile(r"(?:https?://|\bwww\.)([a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?\.[a-z]{2,24})(?![a-z0-9@.-]*@)", re.IGNORECASE)
_MOST_READ = 50_000  # mentions


class Site(NamedTuple):
    """A site, by how many voices (authors, or sites that sign nothing) and mentions it is named, and where for example."""

    site: str
    voices: int
    mentions: int
    example: str


def cited_sites(config: "Config", days: int, limit: int) -> Sequence[Site]:
    """The sites that the mentions of the last days come from or name, those that are watched left out; most voices first."""
    from vigie.clock import SystemClock
    from vigie.model import host_of
    from vigie.paging import read_mentions
    from vigie.ports import Filter
    from vigie.store import open_stores

    chosen = Filter(start=datetime.now(UTC) - timedelta(days=days))
    with open_stores(config, SystemClock()) as (_state, store):
        documents = {mention.document.id: mention.document for mention in read_mentions(store, chosen, _MOST_READ)}
    return ranked(documents.values(), {host_of(str(row.url)) for row in config.sources})[:limit]


def ranked(documents: "Iterable[Document]", watched: set[str]) -> list[Site]:
    """The sites that documents come from or name, most voices first, then most mentions, then by name."""
    voices: dict[str, set[str]] = {}
    named: dict[str, list[str]] = {}
    for document in documents:
        for site in dict.fromkeys(_sites(document)):
            if not any(site == one or site.endswith(f".{one}") for one in watched):
                voices.setdefault(site, set()).add(document.author or document.site)
                named.setdefault(site, []).append(document.url)
    sites = [Site(site, len(voices[site]), len(urls), urls[0]) for site, urls in named.items()]
    return sorted(sites, key=lambda site: (-site.voices, -site.mentions, site.site))


def _sites(document: "Document") -> Iterator[str]:
    yield document.site
    for match in _NAMED.finditer(document.text):
        yield match[1].lower().removeprefix("www.")
