"""The curve of an alert, on the services that take a picture by upload; a picture never stands in the way of its message."""

import base64
import email
import email.policy
import json
import logging
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiohttp import web

from alerts.brief import Image, brief_in
from tests.contracts.test_channel_contract import BRIEF, CASES, Case, Peer, a_case, channel, delivery, http
from vigie.errors import DeliveryDeferred, DeliveryRefused

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
PICTURED = replace(BRIEF, picture=Image(PNG, "Courbe des mentions par heure"))
WITH = [case for case in CASES if case.kind in ("discord", "telegram", "ntfy")]
WITHOUT = [case for case in CASES if case.is_web and case not in WITH]


@dataclass
class Service(Peer):
    """A peer that keeps whole requests, and answers each in turn; the last answer again and again."""

    answers: list[tuple[int, str]] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append((request.path, dict(request.headers), await request.read()))
        status, text = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=status, text=text)


def parts(headers: dict[str, str], body: bytes) -> dict[str, bytes]:
    """The fields of a form, as another program reads them."""
    message = email.message_from_bytes(
        f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode() + body, policy=email.policy.HTTP
    )
    named = ((str(part.get_param("name", header="Content-Disposition")), part) for part in message.iter_parts())
    return {name: part.get_payload(decode=True) for name, part in named}


async def sent(case: Case, folder: Path, *answers: tuple[int, str]) -> Service:
    taken = '{"ok": true, "result": {"message_id": 7}}' if case.kind == "telegram" else case.taken
    service = Service(answers=[*answers, (200, taken)])
    async with http(service) as port:
        await channel(case, port, folder).send(delivery(PICTURED))
    return service


def test_a_picture_is_kept_with_its_delivery() -> None:
    kept = brief_in(delivery(PICTURED)).picture
    assert kept == Image(PNG, "Courbe des mentions par heure")


async def test_discord_has_the_curve_in_its_embed(tmp_path: Path) -> None:
    [(_, headers, body)] = (await sent(WITH[0], tmp_path)).requests
    fields = parts(headers, body)
    payload = json.loads(fields["payload_json"])
    assert fields["files[0]"] == PNG
    assert payload["embeds"][0]["image"]["url"] == f"attachment://{payload['attachments'][0]['filename']}"
    assert payload["attachments"][0]["description"] == "Courbe des mentions par heure"
    assert "bad buzz" in payload["embeds"][0]["title"]


async def test_telegram_has_the_curve_as_a_silent_reply_to_the_whole_message(tmp_path: Path) -> None:
    (_, _, message), (path, headers, body) = (await sent(WITH[1], tmp_path)).requests
    fields = parts(headers, body)
    assert "bad buzz" in json.loads(message)["text"]
    assert path.endswith("/sendPhoto")
    assert (fields["photo"], fields["chat_id"], fields["disable_notification"]) == (PNG, b"-1001", b"true")
    assert json.loads(fields["reply_parameters"])["message_id"] == 7


async def test_ntfy_has_the_curve_attached_and_its_text_in_headers(tmp_path: Path) -> None:
    [(path, headers, body)] = (await sent(WITH[2], tmp_path)).requests
    read = {name.lower(): value for name, value in headers.items()}
    text = base64.b64decode(read["message"].removeprefix("=?utf-8?b?").removesuffix("?=")).decode()
    assert (body, read["filename"], path.count("/")) == (PNG, "courbe.png", 2)
    assert text == BRIEF.plain()


@pytest.mark.parametrize("status", [400, 413, 429])
@pytest.mark.parametrize("case", [WITH[0], WITH[2]], ids=a_case)
async def test_where_the_picture_is_not_taken_the_message_goes_without(case: Case, status: int, tmp_path: Path) -> None:
    _, (_, headers, body) = (await sent(case, tmp_path, (status, "attachments not allowed"))).requests
    assert headers["Content-Type"] == "application/json"
    assert PNG not in body and b"bad buzz" in body


async def test_a_photo_that_telegram_refuses_leaves_the_message_sent(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    taken = (200, '{"ok": true, "result": {"message_id": 7}}')
    refused = (400, '{"ok": false, "description": "IMAGE_PROCESS_FAILED"}')
    with caplog.at_level(logging.WARNING):
        service = await sent(WITH[1], tmp_path, taken, refused)
    assert len(service.requests) == 2
    assert "picture_not_taken" in caplog.text and "IMAGE_PROCESS_FAILED" in caplog.text


@pytest.mark.parametrize("case", WITH, ids=a_case)
async def test_what_is_refused_without_its_picture_too_is_refused(case: Case, tmp_path: Path) -> None:
    service = Service(answers=[(400, "no")])
    async with http(service) as port:
        with pytest.raises(DeliveryRefused):
            await channel(case, port, tmp_path).send(delivery(PICTURED))
    assert len(service.requests) <= 2


@pytest.mark.parametrize("case", WITHOUT, ids=a_case)
async def test_other_services_are_sent_no_picture_and_a_refusal_is_not_tried_again(case: Case, tmp_path: Path) -> None:
    service = Service(answers=[(400, "no")])
    async with http(service) as port:
        with pytest.raises((DeliveryRefused, DeliveryDeferred)):
            await channel(case, port, tmp_path).send(delivery(PICTURED))
    [(_, _, body)] = service.requests
    assert PNG not in body and base64.b64encode(PNG)[:40] not in body
