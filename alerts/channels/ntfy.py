"""ntfy: a push to the phones that subscribed to a topic, of ntfy.sh or a server of one's own.

Form and limits: docs.ntfy.sh/publish, "Publish as JSON" and "Attach local file" (a message over 4,096 bytes becomes an
attachment itself).
`sequence_id` is the message's identity: sent twice, it is shown once (ntfy 2.16; older servers pass over it).
"""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from alerts.brief import Brief, cut, cut_bytes
from alerts.channels.installation import Installation
from alerts.channels.web import PICTURE_NAME, Answer, Request, WebChannel, WebOptions
from vigie.model import Level

_PRIORITIES = {Level.NOTICE: 3, Level.ALERT: 4, Level.CRISIS: 5}


class NtfyOptions(WebOptions):
    """ntfy. VIGIE_CHANNEL_<ID>_URL is the address of the topic; VIGIE_CHANNEL_<ID>_TOKEN an access token, where it wants one."""

    def open(self, at: Installation) -> WebChannel:
        url, token = at.secret("URL"), at.secret_or_none("TOKEN")
        line = self.line(at, url, secrets=(token,) if token else ())
        server, _, topic = urlsplit(url).path.rstrip("/").rpartition("/")
        if not topic or line.parts.query:
            raise at.refused("URL", "the address of a topic was expected, as https://ntfy.exemple/topic")
        return WebChannel(line, NtfyService(f"{line.parts.scheme}://{line.parts.netloc}{server}/", topic, token))


@dataclass(frozen=True, slots=True)
class NtfyService:
    """Speaks to one topic."""

    server: str
    topic: str = field(repr=False)
    token: str | None = field(default=None, repr=False)

    def request(self, brief: Brief, _now: datetime) -> Request:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        priority, picture = _PRIORITIES[brief.level], brief.picture
        texts = {"title": cut(brief.heading, 250), "message": cut_bytes(brief.plain(), 4000)}
        texts |= {"click": brief.links[0].url} if brief.links else {}
        if picture is None:
            payload = {"topic": self.topic, "priority": priority, "sequence_id": brief.id, **texts}
            return Request.of(self.server, payload, headers)
        headers |= {name: _header(text) for name, text in texts.items()}
        headers |= {"priority": str(priority), "x-sequence-id": brief.id, "filename": PICTURE_NAME, "Content-Type": "image/png"}
        return Request(self.server + self.topic, picture.png, headers)

    def complaint(self, answer: Answer) -> str:
        return str(answer.data["error"]) if "error" in answer.data else ""


def _header(text: str) -> str:
    """Any text as the value of a header (RFC 2047), line breaks too."""
    return f"=?utf-8?b?{base64.b64encode(text.encode('utf-8', 'replace')).decode()}?="
