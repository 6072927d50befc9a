"""Mattermost, by an incoming webhook: a message with one attachment.

Form and limits: developers.mattermost.com, "Incoming webhooks" and "Message attachments" (16,383 characters a post). It answers
`ok`, or JSON with `message` and `status_code`.
"""

from dataclasses import dataclass, field
from datetime import datetime

from pydantic import Field

from alerts.brief import Brief
from alerts.channels.appearance import COLOURS
from alerts.channels.installation import Installation
from alerts.channels.markdown import escaped, listed
from alerts.channels.web import Answer, Request, WebChannel, WebOptions


class MattermostOptions(WebOptions):
    """Mattermost. VIGIE_CHANNEL_<ID>_URL is the address of the incoming webhook."""

    channel: str = Field("", description="Another channel than the webhook's own, where that is allowed.")

    def open(self, at: Installation) -> WebChannel:
        url = at.secret("URL")
        return WebChannel(self.line(at, url), MattermostService(url, self.channel))


@dataclass(frozen=True, slots=True)
class MattermostService:
    """Speaks to one webhook of Mattermost."""

    url: str = field(repr=False)
    channel: str = ""

    def request(self, brief: Brief, _now: datetime) -> Request:
        attachment = {
            "fallback": escaped(brief.heading, 300),
            "color": f"#{COLOURS[brief.level]:06X}",
            "title": escaped(brief.heading, 300),
            "text": "\n\n".join(part for part in (escaped(brief.lead, 4000), listed(brief.links, 6000)) if part),
            "fields": [
                {"title": escaped(one.label, 200), "value": escaped(f"{one.value} {one.note}".strip(), 500), "short": True}
                for one in brief.figures
            ],
        }
        payload: dict[str, object] = {"username": "Vigie", "attachments": [attachment]}
        return Request.of(self.url, payload | ({"channel": self.channel} if self.channel else {}))

    def complaint(self, answer: Answer) -> str:
        return "" if answer.text.strip() in ("ok", "") else answer.text
