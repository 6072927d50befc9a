"""ntfy: a push to the phones that subscribed to a topic, of ntfy.sh or a server of one's own.

Form and limits: docs.ntfy.sh/publish, "Publish as JSON" (a message over 4,096 bytes becomes an attachment; three actions).
`sequence_id` is the message's identity: sent twice, it is shown once (ntfy 2.16; older servers pass over it).
"""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from alerts.brief import Brief, cut, cut_bytes
from alerts.channels.installation import Installation
from alerts.channels.web import Answer, Request, WebChannel, WebOptions
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
        payload = {
            "topic": self.topic,
            "title": cut(brief.heading, 250),
            "message": cut_bytes(brief.plain(), 4000),
            "priority": _PRIORITIES[brief.level],
            "sequence_id": brief.id,
        }
        if brief.links:
            payload["click"] = brief.links[0].url
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return Request.of(self.server, payload, headers)

    def complaint(self, answer: Answer) -> str:
        return str(answer.data["error"]) if "error" in answer.data else ""
