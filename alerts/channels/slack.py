"""Slack, by an incoming webhook: blocks of plain and rich text, in which nothing foreign is read as markup.

Form and limits: docs.slack.dev, "Block Kit" (150 characters of a header, 3,000 of a section, 10 fields of 2,000). Slack answers
`ok`, or a word such as `no_service`; at most about one message a second and channel.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alerts.brief import Brief, Figure, Link, cut
from alerts.channels.appearance import MARKS
from alerts.channels.installation import Installation
from alerts.channels.web import Answer, Request, WebChannel, WebOptions


class SlackOptions(WebOptions):
    """Slack. VIGIE_CHANNEL_<ID>_URL is the address of the incoming webhook."""

    def open(self, at: Installation) -> WebChannel:
        url = at.secret("URL")
        return WebChannel(self.line(at, url), SlackService(url))


@dataclass(frozen=True, slots=True)
class SlackService:
    """Speaks to one webhook of Slack."""

    url: str = field(repr=False)

    def request(self, brief: Brief, _now: datetime) -> Request:
        heading = f"{MARKS[brief.level]} {brief.heading}"
        blocks = [
            {"type": "header", "text": _plain(heading, 150)},
            {"type": "section", "text": _plain(brief.lead, 3000)},
            *([{"type": "section", "fields": [_figure(one) for one in brief.figures]}] if brief.figures else []),
            *([{"type": "rich_text", "elements": [_linked(one) for one in brief.links]}] if brief.links else []),
        ]
        payload = {"text": cut(_escaped(heading), 3000), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}
        return Request.of(self.url, payload)

    def complaint(self, answer: Answer) -> str:
        return "" if answer.text.strip() in ("ok", "") or answer.data.get("ok") is True else answer.text


def _plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(text, limit), "emoji": False}


def _figure(figure: Figure) -> dict[str, Any]:
    return _plain("\n".join(part for part in (figure.label, figure.value, figure.note) if part), 2000)


def _linked(link: Link) -> dict[str, Any]:
    note = [{"type": "text", "text": f"\n{link.note}"}] if link.note else []
    return {
        "type": "rich_text_section",
        "elements": [{"type": "link", "url": link.url, "text": cut(link.label, 300)}, *note, {"type": "text", "text": "\n"}],
    }


def _escaped(text: str) -> str:
    """Slack's three control characters; the text that stands for the blocks in notifications is read with them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
