"""Lists of feeds as feed readers exchange them: OPML 2.0 in and out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from config.schema.sources import SourceRow
from vigie.errors import VigieError

FEED_KINDS = frozenset(("feed", "comments", "google_alerts"))
"""Kinds whose address may be that of a feed, which any reader can take."""
_MAX_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of a list, and the folders that it lies in, outermost first."""

    url: str
    title: str
    folders: tuple[str, ...]


def read_opml(content: bytes) -> Sequence[Outline]:
    """The feeds of a list in its order, each address once. Raises: VigieError for what is no OPML."""
    from lxml import etree  # noqa: PLC0415 - only for who imports a list

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(content[:_MAX_BYTES], parser) if content.strip() else None
    if root is None or str(root.tag).lower() != "opml":
        raise VigieError("this is no OPML file: feed readers export one as « OPML » or « subscriptions »")
    found: dict[str, Outline] = {}
    for element in root.iter("{*}outline"):
        url = (element.get("xmlUrl") or element.get("xmlurl") or "").strip()
        if url.startswith(("http://", "https://")):
            folders = [_title(above) for above in element.iterancestors("{*}outline")]
            found.setdefault(url, Outline(url, _title(element), tuple(reversed(folders))))
    return tuple(found.values())


def write_opml(rows: Sequence[SourceRow]) -> str:
    """The sources that are feeds, as a list for feed readers."""
    lines = "\n".join(_outlines(rows))
    head = "<head><title>Vigie</title></head>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  {head}\n  <body>\n{lines}\n  </body>\n</opml>\n'


def _outlines(rows: Sequence[SourceRow]) -> Iterator[str]:
    for row in rows:
        if row.kind in FEED_KINDS:
            name = quoteattr(row.name or row.url.host or row.id)
            yield f'    <outline type="rss" text={name} title={name} xmlUrl={quoteattr(str(row.url))}/>'


def _title(element: Any) -> str:

    return " ".join((element.get("text") or element.get("title") or "").split())
