"""A program of the team's own: the brief as JSON, signed as standardwebhooks.com says (HMAC-SHA256 over id, time and body).

`webhook-id` and `Idempotency-Key` are the same at each attempt, so that the receiver knows what it has. How a signature is
verified is in docs/channels.md.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import asdict, dataclass, field
from datetime import datetime

from alerts.brief import Brief
from alerts.channels.installation import Installation
from alerts.channels.web import Answer, Request, WebChannel, WebOptions

_PREFIX = "whsec_"
_SHORTEST_KEY = 24  # bytes, as the specification asks for


class WebhookOptions(WebOptions):
    """Any program. VIGIE_CHANNEL_<ID>_URL is its address, VIGIE_CHANNEL_<ID>_TOKEN the signing key: `openssl rand -base64 32`."""

    def open(self, at: Installation) -> WebChannel:
        url, token = at.secret("URL"), at.secret("TOKEN")
        try:
            key = base64.b64decode(token.strip().removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) < _SHORTEST_KEY:
            raise at.refused("TOKEN", f"a key of {_SHORTEST_KEY} bytes or more in base64 was expected: `openssl rand -base64 32`")
        return WebChannel(self.line(at, url, secrets=(token,)), WebhookService(url, key))


@dataclass(frozen=True, slots=True)
class WebhookService:
    """Speaks to one program."""

    url: str = field(repr=False)
    key: bytes = field(repr=False)

    def request(self, brief: Brief, now: datetime) -> Request:
        content = {
            "type": brief.purpose,
            "timestamp": brief.at.isoformat(),
            "data": {
                "about": brief.about,
                "level": brief.level,
                "brand": brief.brand,
                "title": brief.title,
                "lead": brief.lead,
                "figures": [asdict(one) for one in brief.figures],
                "links": [asdict(one) for one in brief.links],
            },
        }
        request = Request.of(self.url, content)
        at = str(int(now.timestamp()))
        signed = hmac.new(self.key, f"{brief.id}.{at}.".encode() + request.body, hashlib.sha256).digest()
        headers = {
            "webhook-id": brief.id,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
            "Idempotency-Key": brief.id,
        }
        return Request(self.url, request.body, headers)

    def complaint(self, _answer: Answer) -> str:
        """Success is a status; what a program of one's own writes beside it is its own affair."""
        return ""
