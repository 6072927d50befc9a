"""Discord, by a webhook: one embed, the curve in it.

Form and limits: discord.com/developers/docs, "Webhook" and "Message" resources (title 256, description 4,096, 25 fields of 256
and 1,024, 6,000 characters in all). `wait=true` has it answer only once the message is there. A 429 has `retry_after`, seconds.
A picture is uploaded with the message, which then is the field `payload_json` of a form ("Uploading Files").
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alerts.brief import Brief, Image, cut
from alerts.channels.appearance import COLOURS
from alerts.channels.installation import Installation
from alerts.channels.markdown import escaped, listed
from alerts.channels.web import PICTURE_NAME, Answer, Request, WebChannel, WebOptions


class DiscordOptions(WebOptions):
    """Discord. VIGIE_CHANNEL_<ID>_URL is the address of the webhook."""

    def open(self, at: Installation) -> WebChannel:
        url = at.secret("URL")
        return WebChannel(self.line(at, url), DiscordService(url + ("&" if "?" in url else "?") + "wait=true"))


@dataclass(frozen=True, slots=True)
class DiscordService:
    """Speaks to one webhook of Discord."""

    url: str = field(repr=False)

    def request(self, brief: Brief, _now: datetime) -> Request:
        text = "\n\n".join(part for part in (escaped(brief.lead, 1000), listed(brief.links, 2000)) if part)
        embed = {
            "title": escaped(brief.heading, 256),
            "description": text,
            "color": COLOURS[brief.level],
            "timestamp": brief.at.isoformat(),
            "fields": [
                {"name": escaped(one.label, 100), "value": escaped(f"{one.value} {one.note}".strip(), 300), "inline": True}
                for one in brief.figures
            ],
        }
        payload = {"username": "Vigie", "embeds": [embed], "allowed_mentions": {"parse": []}}
        return Request.of(self.url, payload) if brief.picture is None else _with_picture(self.url, payload, embed, brief.picture)

    def complaint(self, answer: Answer) -> str:
        """An accepted message has an id; an error has a code and no id."""
        return answer.text if "code" in answer.data and "id" not in answer.data else ""


def _with_picture(url: str, payload: dict[str, Any], embed: dict[str, Any], picture: Image) -> Request:
    shown = {**embed, "image": {"url": f"attachment://{PICTURE_NAME}"}}
    attachment = {"id": 0, "filename": PICTURE_NAME, "description": cut(picture.alt, 1024)}
    whole = {**payload, "embeds": [shown], "attachments": [attachment]}
    return Request.form(url, {"payload_json": json.dumps(whole, ensure_ascii=False)}, "files[0]", picture.png)
