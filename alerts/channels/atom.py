"""An Atom feed of the alerts (RFC 4287): a file in the data folder, the newest fifty, for a reader or a page of the intranet."""

import logging
import re
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from lxml import etree
from pydantic import Field

from alerts.brief import Brief, brief_in
from alerts.channels.installation import ChannelOptions, Installation
from vigie.errors import DeliveryDeferred
from vigie.model import Delivery

_LOG = logging.getLogger(__name__)
_NAMESPACE = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class AtomOptions(ChannelOptions):
    """A feed of the alerts, in a file."""

    file: str = Field("incidents.atom", pattern=r"^\w[\w.-]{0,99}$", description="Name of the file in the data folder.")
    entries: int = Field(50, ge=1, le=1000, description="So many alerts are kept in it.")

    def open(self, at: Installation) -> "AtomChannel":
        return AtomChannel(at.data_folder / self.file, self.entries, f"urn:vigie:channel:{at.id}")


@dataclass(frozen=True, slots=True)
class AtomChannel:
    """Puts each brief at the head of a feed; one that is there already is not added again."""

    path: Path
    entries: int
    feed_id: str

    async def send(self, delivery: Delivery) -> None:
        """Returns when the file is written, the whole of it or nothing. Raises: DeliveryDeferred, DeliveryRefused."""
        brief = brief_in(delivery)
        entry = _entry(brief)
        known = [one for one in self._read() if one.findtext(_tag("id")) != entry.findtext(_tag("id"))]
        feed = etree.Element(_tag("feed"), nsmap={None: _NAMESPACE})
        _add(feed, "id", self.feed_id)
        _add(feed, "title", "Vigie")
        _add(feed, "updated", brief.at.astimezone(UTC).isoformat(timespec="seconds"))
        _add(etree.SubElement(feed, _tag("author")), "name", "Vigie")
        feed.extend([entry, *known][: self.entries])
        unfinished = self.path.with_name(self.path.name + ".part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8"))
            unfinished.replace(self.path)
        except OSError as error:
            raise DeliveryDeferred(delivery.recipient, f"{self.path}: {error.strerror}") from error

    async def check(self) -> str:
        """Says where the feed is."""
        return f"{self.path} ({len(self._read())} alerts)"

    def _read(self) -> "list[etree._Element]":
        """The entries there are; none where the file is missing or spoilt."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            return list(etree.parse(self.path, parser).getroot().iterfind(_tag("entry")))
        except OSError:
            return []
        except etree.XMLSyntaxError as error:
            _LOG.warning("event=feed_begun_anew file=%s reason=%s", self.path, error.msg)
            return []


def _entry(brief: Brief) -> "etree._Element":
    entry = etree.Element(_tag("entry"), nsmap={None: _NAMESPACE})
    at = brief.at.astimezone(UTC).isoformat(timespec="seconds")
    _add(entry, "id", f"urn:vigie:message:{brief.id}")
    _add(entry, "title", brief.heading)
    _add(entry, "updated", at)
    _add(entry, "content", brief.plain()).set("type", "text")
    for name in (brief.level, brief.brand):
        etree.SubElement(entry, _tag("category"), term=_NOT_XML.sub("", name))
    if brief.links:
        etree.SubElement(entry, _tag("link"), href=_NOT_XML.sub("", brief.links[0].url))
    return entry


def _add(parent: "etree._Element", name: str, text: str) -> "etree._Element":
    child = etree.SubElement(parent, _tag(name))
    child.text = _NOT_XML.sub("", text)
    return child


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"
