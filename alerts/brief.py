"""What an alert says in a few lines, on any channel: made once from the letter, kept in the delivery, rendered by the channel.

Foreign text in it is clean (no control characters), but not escaped: that is the channel's work.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import Base64Bytes, TypeAdapter, ValidationError

from alerts.excerpts import whole_words
from config.schema import MAIL
from vigie.errors import DeliveryRefused
from vigie.model import Delivery, Level

_MOST_FIGURES = 6
_MOST_LINKS = 8
_LONGEST_NOTE = 300
_LONGEST_LEAD = 1500
_LONGEST_ADDRESS = 2000


@dataclass(frozen=True, slots=True)
class Figure:
    """What is counted, the count, and what to compare it with."""

    label: str
    value: str
    note: str = ""

    @property
    def line(self) -> str:
        """All of it in a line, as plain text."""
        note = f" ({self.note})" if self.note else ""
        return f"{self.label}\u00a0: {self.value}{note}"


@dataclass(frozen=True, slots=True)
class Link:
    """A page to open: a text that was found, or something to do. `note` is a line about it."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG, and the sentence that stands for it."""

    png: Base64Bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Brief:
    """An alert or a digest in short. `id` is the message's identity, the same at each attempt; `about` is what all its messages
    share. Services that take a picture by upload show `picture`; it is never all that says something.
    """

    id: str
    about: str
    purpose: str
    level: Level
    level_name: str
    brand: str
    title: str
    lead: str
    at: datetime
    figures: tuple[Figure, ...] = ()
    links: tuple[Link, ...] = ()
    picture: Image | None = None

    @property
    def heading(self) -> str:
        """The title, behind its level where it does not begin with it: `CRISE : …`."""
        level = self.level_name.upper()
        return self.title if self.title.startswith(level) else f"{level}\u00a0: {self.title}"

    def plain(self) -> str:
        """Everything but the title, for channels without markup; the most important first."""
        figures = (one.line for one in self.figures)
        links = (f"{one.label}\n{one.url}" for one in self.links)
        return "\n".join([self.lead, "", *figures, "", *links]).strip()

    def encoded(self) -> bytes:
        """As a delivery keeps it: JSON."""
        return _READER.dump_json(self)


_READER = TypeAdapter(Brief)


def identity(key: str) -> str:
    """A delivery's key as one word of 32 hexadecimal characters that names nobody."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def brief_in(delivery: Delivery) -> Brief:
    """The brief that a delivery carries, its texts cut to what any service takes. Raises: DeliveryRefused where there is none."""
    try:
        return _bounded(_READER.validate_json(delivery.content))
    except ValidationError as error:
        raise DeliveryRefused(delivery.recipient, "the message kept for it cannot be read") from error


def _bounded(brief: Brief) -> Brief:
    figures = (Figure(*(cut(part, _LONGEST_NOTE) for part in (one.label, one.value, one.note))) for one in brief.figures)
    links = (Link(cut(one.label, _LONGEST_NOTE), one.url, cut(one.note, _LONGEST_NOTE)) for one in brief.links)
    return replace(
        brief,
        title=cut(brief.title, _LONGEST_NOTE),
        lead=cut(brief.lead, _LONGEST_LEAD),
        figures=tuple(figures)[:_MOST_FIGURES],
        links=tuple(one for one in links if len(one.url) <= _LONGEST_ADDRESS)[:_MOST_LINKS],
    )


def is_channel(recipient: str) -> bool:
    """Whether a recipient is a channel of `alerts.toml`, by its id, and no mail address."""
    return "@" not in recipient


def channel_of(recipient: str) -> str:
    """The channel that reaches a recipient: itself, or mail."""
    return recipient if is_channel(recipient) else MAIL


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units of `text`, as the services count them; cut between two words, with an ellipsis."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * limit:
        return text
    return whole_words(units[: 2 * (limit - 1)].decode("utf-16-le", "ignore")) + "…"


def cut_bytes(text: str, limit: int) -> str:
    """The same in bytes of UTF-8."""
    encoded = text.encode("utf-8", "replace")
    return text if len(encoded) <= limit else whole_words(encoded[: limit - 3].decode("utf-8", "ignore")) + "…"
