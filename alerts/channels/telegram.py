"""Telegram, by a bot: a message in its HTML, the curve after it.

Form and limits: core.telegram.org/bots/api, `sendMessage` (4,096 characters once the tags are read) and `sendPhoto`. Every answer
says `ok`; a refusal has `description`, and `parameters.retry_after` in seconds where it is about too many messages.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any

from pydantic import Field

from alerts.brief import Brief, cut
from alerts.channels.appearance import MARKS
from alerts.channels.installation import Installation
from alerts.channels.web import Answer, Request, WebChannel, WebOptions
from config.schema.fields import SiteOrNothing

_LONGEST = 4096


class TelegramOptions(WebOptions):
    """Telegram. VIGIE_CHANNEL_<ID>_TOKEN is the token of the bot."""

    chat: str = Field(pattern=r"^(-?\d{1,20}|@\w{4,64})$", description='Whom it writes to: the chat\'s number, or `"@name"`.')
    topic: int | None = Field(None, ge=1, description="Topic of a forum group.")
    server: SiteOrNothing = Field("https://api.telegram.org", description="Another server that speaks the Bot API.")

    def open(self, at: Installation) -> WebChannel:
        token = at.secret("TOKEN")
        url = f"{self.server}/bot{token}"
        service = TelegramService(url, self.chat, self.topic)
        return WebChannel(self.line(at, url, "TOKEN", secrets=(token,)), service, service.picture)


@dataclass(frozen=True, slots=True)
class TelegramService:
    """Speaks for one bot to one chat; `url` is what its methods are below."""

    url: str = field(repr=False)
    chat: str
    topic: int | None = None

    def request(self, brief: Brief, _now: datetime) -> Request:
        payload: dict[str, Any] = {
            "chat_id": self.chat,
            "text": _html(brief),
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        return Request.of(f"{self.url}/sendMessage", payload | ({"message_thread_id": self.topic} if self.topic else {}))

    def picture(self, brief: Brief, answer: Answer) -> Request | None:
        """The picture as a silent reply to the message: what may stand beside one in the same message is too short for it."""
        message = answer.data.get("result")
        if brief.picture is None or not isinstance(message, dict) or "message_id" not in message:
            return None
        reply = json.dumps({"message_id": message["message_id"], "allow_sending_without_reply": True})
        fields = {"chat_id": self.chat, "disable_notification": "true", "reply_parameters": reply}
        topic = {"message_thread_id": str(self.topic)} if self.topic else {}
        return Request.form(f"{self.url}/sendPhoto", fields | topic, "photo", brief.picture.png)

    def complaint(self, answer: Answer) -> str:
        return "" if answer.data.get("ok") is True else str(answer.data.get("description") or answer.text or "no word of success")


def _html(brief: Brief) -> str:
    """The message, its parts added whole while they fit: a tag that is cut in two would have the message refused."""
    parts = [(f"{MARKS[brief.level]} ", cut(brief.heading, 300), "<b>{}</b>"), ("\n", cut(brief.lead, 1500), "{}")]
    parts += [("\n", cut(figure.line, 300), "{}") for figure in brief.figures]
    for link in brief.links:
        address = escape(link.url).replace("{", "%7B").replace("}", "%7D")
        parts.append(("\n\n", cut(link.label, 300), f'<a href="{address}">{{}}</a>'))
        parts += [("\n", cut(link.note, 300), "{}")] if link.note else []
    written, left = "", _LONGEST
    for before, text, form in parts:
        left -= len((before + text).encode("utf-16-le")) // 2
        if left < 0:
            break
        written += before + form.format(escape(text, quote=False))
    return written
