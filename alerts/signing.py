"""Links in mails that do something without a login: signed by this installation, bound to one incident, deed and reader.

Who holds a link may do that one thing, until it expires; a link says neither who it was made for nor what the incident is about.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from alerts.actions import MUTES, Wish
from vigie.errors import VigieError
from vigie.model import ActionKind

_SALT = "vigie incident link"

WISHES: dict[str, Wish] = {
    "ack": Wish(ActionKind.ACKNOWLEDGED),
    "mute_2h": Wish(ActionKind.MUTED, MUTES[0]),
    "mute_24h": Wish(ActionKind.MUTED, MUTES[1]),
    "false": Wish(ActionKind.FALSE),
}
"""What a link can do, in the order in which a mail shows them."""


class LinkError(VigieError):
    """A link that does nothing: forged or damaged."""


class LinkExpired(LinkError):
    """A link whose time is over, since `at`."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"the link expired at {at.isoformat()}")
        self.at = at


@dataclass(frozen=True, slots=True)
class Link:
    """What a link was made for. `reader` stands for the recipient, see `reader_of`; `expires` is in seconds since 1970."""

    incident_id: str
    wish: str
    reader: str
    expires: int


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads the links of one installation; `url` is where its pages are, without a slash at its end."""

    url: str
    key: bytes
    lifetime: timedelta

    def make(self, incident_id: str, wish: str, recipient: str, now: datetime) -> str:
        """The address that offers `wish` to `recipient`."""
        ends = int((now + self.lifetime).timestamp())
        token = self._serializer().dumps([incident_id, wish, reader_of(recipient), ends])
        return f"{self.url}/incident/{token.decode() if isinstance(token, bytes) else token}"

    def read(self, token: str, now: datetime) -> Link:
        """What the token was made for. Raises: LinkError, LinkExpired."""
        try:
            incident_id, wish, reader, ends = self._serializer().loads(token)
        except (BadData, ValueError, TypeError) as error:
            raise LinkError("the link is damaged or was not made here") from error
        if wish not in WISHES:
            raise LinkError(f"the link offers {wish!r}, which this version does not know")
        expires = datetime.fromtimestamp(ends, UTC)
        if now >= expires:
            raise LinkExpired(expires)
        return Link(incident_id, wish, reader, ends)

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.key, salt=_SALT, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256})


def reader_of(recipient: str) -> str:
    """Stands for an address in a link, so that no log on the way shows it."""
    return hashlib.sha256(recipient.encode()).hexdigest()[:16]
