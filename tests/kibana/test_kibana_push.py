"""`vigie kibana push` against a server that notes what it is sent."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from vigie.errors import VigieError
from vigie.kibana.push import Pushed, import_address, push

TAKEN = {"success": True, "successCount": 2, "errors": []}
NDJSON = '{"type":"search","id":"à","attributes":{}}\n'


@dataclass
class Kibana:
    """Answers as it is told, and keeps the requests."""

    status: int = 200
    body: str = json.dumps(TAKEN)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    files: list[tuple[str | None, str]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.paths.append(str(request.rel_url))
        self.headers.append(dict(request.headers))
        sent = (await request.post())["file"]
        assert isinstance(sent, web.FileField)
        self.files.append((sent.filename, sent.file.read().decode()))
        return web.Response(status=self.status, text=self.body, content_type="application/json")


@asynccontextmanager
async def running(kibana: Kibana) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_post("/{path:.*}", kibana.answer)
    async with TestServer(application) as server:
        yield str(server.make_url("")).rstrip("/")


async def test_the_file_is_sent_to_the_import_api_and_replaces() -> None:
    kibana = Kibana()
    async with running(kibana) as url:
        assert await push(NDJSON, url, "", "secret") == Pushed(2, ())
    assert kibana.paths == ["/api/saved_objects/_import?overwrite=true"]
    assert kibana.files == [("vigie.ndjson", NDJSON)]
    assert kibana.headers[0]["Authorization"] == "ApiKey secret"
    assert kibana.headers[0]["kbn-xsrf"]


async def test_without_a_key_nobody_is_named() -> None:
    kibana = Kibana()
    async with running(kibana) as url:
        await push(NDJSON, url, "", None)
    assert "Authorization" not in kibana.headers[0]


@pytest.mark.parametrize(
    ("url", "space", "address"),
    [
        ("http://k:5601", "", "http://k:5601/api/saved_objects/_import"),
        ("http://k:5601", "default", "http://k:5601/api/saved_objects/_import"),
        ("http://k/kibana/", "equipe", "http://k/kibana/s/equipe/api/saved_objects/_import"),
    ],
)
def test_a_space_has_an_address_of_its_own(url: str, space: str, address: str) -> None:
    assert import_address(url, space) == address


async def test_an_object_that_kibana_refuses_is_named() -> None:
    error = {"type": "dashboard", "id": "vigie-crise", "error": {"type": "missing_references"}}
    kibana = Kibana(body=json.dumps({"success": False, "successCount": 12, "errors": [error]}))
    async with running(kibana) as url:
        assert await push(NDJSON, url, "", None) == Pushed(12, ("dashboard vigie-crise: missing_references",))


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (401, "{}", r"refuses who asks \(401\)"),
        (403, "{}", "VIGIE_KIBANA_API_KEY"),
        (400, '{"message": "Invalid file"}', "answers 400: Invalid file"),
        (503, "Kibana server is not ready yet", "answers 503: no reason given"),
        (302, "", "answers 302"),
        (200, "<html>", "not as Kibana does"),
        (200, "[]", "not as Kibana does"),
    ],
)
async def test_a_refusal_says_what_to_do_and_no_secret(status: int, body: str, says: str) -> None:
    async with running(Kibana(status=status, body=body)) as url:
        with pytest.raises(VigieError, match=says) as refused:
            await push(NDJSON, url, "", "very-secret")
    assert "very-secret" not in str(refused.value)


async def test_a_kibana_that_is_away_is_told() -> None:
    async with running(Kibana()) as url:
        pass
    with pytest.raises(VigieError, match="does not answer at"):
        await push(NDJSON, url, "", None)
