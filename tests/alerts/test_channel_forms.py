"""What each kind of channel writes: nothing foreign is read as markup, and a signature that can be verified."""

import base64
import hashlib
import hmac
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.brief import Brief, Figure, Link, cut, cut_bytes
from alerts.channels.discord import DiscordService
from alerts.channels.markdown import escaped
from alerts.channels.mattermost import MattermostService
from alerts.channels.ntfy import NtfyService
from alerts.channels.slack import SlackService
from alerts.channels.sms import short_text
from alerts.channels.syslog import _line
from alerts.channels.teams import TeamsService
from alerts.channels.telegram import TelegramService
from alerts.channels.web import Service
from alerts.channels.webhook import WebhookService
from vigie.model import Level

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
BRAND = "*<b>|*"
BRIEF = Brief(
    id="0123456789abcdef0123456789abcdef",
    about="incident-1",
    purpose="incident_opened",
    level=Level.ALERT,
    level_name="alerte",
    brand=BRAND,
    title=f"bad buzz – {BRAND} @equipe",
    lead=f"On dit du mal de {BRAND} <!channel> </b>.",
    at=NOW,
    figures=(Figure("Négatives", "34", BRAND),),
    links=(Link(BRAND, 'https://forum.example/?a=1&b=(2)"', BRAND),),
)


def form(service: Service, brief: Brief = BRIEF) -> Any:
    return json.loads(service.request(brief, NOW).body)


def strings(value: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in strings(one)]
    return [value] if isinstance(value, str) else []


def test_slack_reads_no_foreign_text_as_markup() -> None:
    payload = form(SlackService("https://hooks.example/x"))
    assert "mrkdwn" not in json.dumps(payload["blocks"])
    assert payload["blocks"][0]["text"]["text"] == f"🟠 ALERTE\u00a0: {BRIEF.title}"
    assert payload["blocks"][1]["text"]["text"] == BRIEF.lead
    assert "<" not in payload["text"].replace("&lt;", "")


def test_a_teams_card_is_made_of_text_runs() -> None:
    [attachment] = form(TeamsService("https://prod.example/x"))["attachments"]
    card = attachment["content"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}
    assert BRIEF.lead in strings(card)


def test_a_teams_card_over_28_kb_drops_links_and_keeps_the_sentence() -> None:
    links = tuple(Link("é" * 300, "https://forum.example/" + "x" * 1900, "🔥" * 1500) for _ in range(8))
    request = TeamsService("https://prod.example/x").request(replace(BRIEF, links=links), NOW)
    assert len(request.body) <= 28_000
    assert BRIEF.lead in strings(json.loads(request.body))


@pytest.mark.parametrize("service", [DiscordService("https://d.example/x"), MattermostService("https://m.example/x")], ids=repr)
def test_markdown_of_foreign_text_is_escaped_and_nobody_is_called(service: Service) -> None:
    texts = "\n".join(strings(form(service)))
    assert r"\*\<b\>\|\*" in texts
    assert "@equipe" not in texts and "@\u200bequipe" in texts
    assert "](https://forum.example/?a=1&b=%282%29" in texts


def test_discord_is_told_to_call_nobody() -> None:
    assert form(DiscordService("https://d.example/x"))["allowed_mentions"] == {"parse": []}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(max_size=400), st.text(max_size=400))
def test_telegram_html_has_our_tags_only_and_all_the_text(title: str, label: str) -> None:
    brief = replace(BRIEF, title=title, lead="x", figures=(), links=(Link(label, "https://x.example/{0}?a=1&b=2", ""),))
    payload = form(TelegramService("https://t.example/x", "1"), Brief(**{name: getattr(brief, name) for name in Brief.__slots__}))
    tags = _Tags()
    tags.feed(payload["text"])
    tags.close()
    assert tags.seen == ["b", "a"]
    assert len(re.sub(r"<[^>]+>", "", payload["text"])) <= 4096 * 5


def test_a_webhook_is_signed_as_the_specification_says() -> None:
    key = b"k" * 32
    request = WebhookService("https://p.example/x", key).request(BRIEF, NOW)
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    assert request.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert json.loads(request.body)["data"]["brand"] == BRAND


def test_a_message_sent_again_bears_the_same_identity() -> None:
    later = NOW.replace(hour=15)
    service = WebhookService("https://p.example/x", b"k" * 32)
    first, second = (service.request(BRIEF, at).headers for at in (NOW, later))
    assert first["Idempotency-Key"] == first["webhook-id"] == second["webhook-id"] == BRIEF.id
    assert first["webhook-signature"] != second["webhook-signature"]
    assert form(NtfyService("https://n.example/", "topic"))["sequence_id"] == BRIEF.id


def test_ntfy_gets_priority_topic_and_token() -> None:
    service = NtfyService("https://n.example/", "alertes", "tk_1")
    request = service.request(replace(BRIEF, level=Level.CRISIS, lead="é" * 5000), NOW)
    payload = json.loads(request.body)
    assert (payload["topic"], payload["priority"]) == ("alertes", 5)
    assert len(payload["message"].encode()) <= 4096
    assert request.headers["Authorization"] == "Bearer tk_1"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Équipe : « ça brûle » – l’œuf…", 'Équipe : " ca brule " - l\'oeuf...'),
        ("é" * 200, "é" * 157 + "..."),
        ("{" * 200, "{" * 78 + "..."),
        ("mention " * 30, "mention " * 18 + "mention..."),
        ("a\u202fb 🔥 c", "a b c"),
        ("Москва", ""),
    ],
)
def test_a_short_message_fits_160_places_of_the_gsm_alphabet(text: str, short: str) -> None:
    assert short_text(text) == short


@given(st.text())
def test_every_short_message_fits(text: str) -> None:
    assert sum(1 + (one in "^{}\\[~]|€") for one in short_text(text)) <= 160


def test_a_syslog_line_is_that_of_rfc_5424() -> None:
    line = _line(replace(BRIEF, lead="deux\nlignes"), 16)
    assert re.match(
        r'<132>1 2026-03-10T12:00:00\.000\+00:00 \S+ vigie - incident_opened \[origin software="vigie"\] \ufeffALERTE', line
    )
    assert "\n" not in line and "about=incident-1" in line


@given(st.text(), st.integers(10, 50))
def test_what_is_cut_fits_and_is_whole(text: str, limit: int) -> None:
    assert len(cut(text, limit).encode("utf-16-le")) <= 2 * limit
    assert len(cut_bytes(text, limit).encode()) <= limit
    assert len(escaped(text, limit)) <= limit
