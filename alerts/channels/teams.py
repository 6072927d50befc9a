"""Microsoft Teams, by a webhook of the Workflows app: an adaptive card, whose text runs are not read as markup.

Form: learn.microsoft.com, "Create incoming webhooks with Workflows for Microsoft Teams". At most 28 kB a message, four requests a
second. A workflow answers 202 without a word; the connectors before them answered 200 with the words of a failure in the body.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alerts.brief import Brief, Link, cut
from alerts.channels.installation import Installation
from alerts.channels.web import Answer, Request, WebChannel, WebOptions
from vigie.model import Level

_MOST_BYTES = 28_000
_COLOURS = {Level.NOTICE: "accent", Level.ALERT: "warning", Level.CRISIS: "attention"}


class TeamsOptions(WebOptions):
    """Microsoft Teams. VIGIE_CHANNEL_<ID>_URL is the address of the workflow's webhook."""

    def open(self, at: Installation) -> WebChannel:
        url = at.secret("URL")
        return WebChannel(self.line(at, url), TeamsService(url))


@dataclass(frozen=True, slots=True)
class TeamsService:
    """Speaks to one workflow of Teams."""

    url: str = field(repr=False)

    def request(self, brief: Brief, _now: datetime) -> Request:
        """The card, with as many links as the limit lets in."""
        links = list(brief.links)
        while len((request := Request.of(self.url, _message(brief, links))).body) > _MOST_BYTES and links:
            links.pop()
        return request

    def complaint(self, answer: Answer) -> str:
        is_failure = "error" in answer.text.lower() or "failed" in answer.text.lower()
        return answer.text if is_failure else ""


def _message(brief: Brief, links: list[Link]) -> dict[str, Any]:
    figures = [
        _runs(f"{one.label}\u00a0: ", cut(" – ".join(part for part in (one.value, one.note) if part), 500))
        for one in brief.figures
    ]
    body = [
        {"type": "RichTextBlock", "inlines": [_heading(brief)]},
        _runs("", cut(brief.lead, 2000)),
        *figures,
        *(_linked(link) for link in links),
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": cut(brief.heading, 300),
        "msteams": {"width": "Full"},
        "body": body,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _heading(brief: Brief) -> dict[str, Any]:
    text = cut(brief.heading, 300)
    return {"type": "TextRun", "text": text, "size": "large", "weight": "bolder", "color": _COLOURS[brief.level]}


def _runs(strong: str, text: str) -> dict[str, Any]:
    bold = [{"type": "TextRun", "text": strong, "weight": "bolder"}] if strong else []
    return {"type": "RichTextBlock", "inlines": [*bold, {"type": "TextRun", "text": text}]}


def _linked(link: Link) -> dict[str, Any]:
    run = {"type": "TextRun", "text": cut(link.label, 300), "selectAction": {"type": "Action.OpenUrl", "url": link.url}}
    note = [{"type": "TextRun", "text": f" – {link.note}", "isSubtle": True}] if link.note else []
    return {"type": "RichTextBlock", "inlines": [run, *note]}
