"""Every kind of channel, over real connections on loopback: what all must do, whatever they speak."""

import asyncio
import email
import email.policy
import json
import logging
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import feedparser
import pytest
from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from alerts.brief import Brief, Figure, Link
from alerts.channels import CHANNELS
from alerts.channels.installation import Installation
from config.schema import Mail
from vigie.clock import SimulatedClock
from vigie.errors import DeliveryDeferred, DeliveryRefused
from vigie.model import Delivery, Level
from vigie.ports import Channel

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SECRET = "s3cr3t-hook-7Jq2"
KEY = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq="
HOSTILE = "*<b>|* [x](http://evil) @channel `{}` & <!here>"
BRIEF = Brief(
    id="0123456789abcdef0123456789abcdef",
    about="incident-1",
    purpose="incident_opened",
    level=Level.CRISIS,
    level_name="crise",
    brand=HOSTILE,
    title=f"bad buzz – {HOSTILE} – 34 mentions négatives",
    lead=f"On dit du mal de {HOSTILE} bien plus que d'habitude.",
    at=NOW,
    figures=(Figure("Mentions", "34", "attendu 3"), Figure(HOSTILE, HOSTILE, HOSTILE)),
    links=(Link(HOSTILE, "https://forum.example/t/1?a=b&c=d", HOSTILE), Link("Kibana", "https://kibana.example/app")),
)


@dataclass
class Peer:
    """What stands at the other end, and what it was given."""

    received: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    answer: str = "ok"
    answer_headers: dict[str, str] = field(default_factory=dict)
    served: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        self.received.append(await request.text())
        self.headers.append(dict(request.headers))
        self.served.set()
        return web.Response(status=self.status, text=self.answer, headers=self.answer_headers)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.received.append(bytes(envelope.content or b"").decode())
        self.served.set()
        return "250 OK"


@asynccontextmanager
async def http(peer: Peer) -> AsyncIterator[int]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", peer.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def smtp(peer: Peer) -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(peer), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def tcp(peer: Peer) -> AsyncIterator[int]:
    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if got := (await reader.read()).decode():
            peer.received.append(got)
            peer.served.set()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def nothing(_peer: Peer) -> AsyncIterator[int]:
    yield 0


@dataclass(frozen=True)
class Case:
    """A kind with what it is set up with (`{port}` is the peer's) and the answer that means taken."""

    kind: str
    serving: Any
    options: dict[str, Any] = field(default_factory=dict)
    url: str = "http://127.0.0.1:{port}/hooks/" + SECRET
    token: str = ""
    taken: str = "ok"
    refused_in_200: str = ""

    @property
    def is_web(self) -> bool:
        return self.serving is http


CASES = [
    Case("slack", http, refused_in_200="no_service"),
    Case("teams", http, taken="", refused_in_200="Webhook message delivery failed with error: HTTP error 413"),
    Case("mattermost", http, refused_in_200='{"id": "web.incoming_webhook.disabled", "message": "off", "status_code": 501}'),
    Case("discord", http, taken='{"id": "1"}', refused_in_200='{"message": "Unknown Webhook", "code": 10015}'),
    Case(
        "telegram",
        http,
        options={"chat": "-1001", "server": "http://127.0.0.1:{port}"},
        token=f"1:{SECRET}",
        taken='{"ok": true, "result": {}}',
        refused_in_200='{"ok": false, "error_code": 400, "description": "chat not found"}',
    ),
    Case("ntfy", http, taken='{"id": "x"}', refused_in_200='{"code": 40301, "http": 403, "error": "forbidden"}'),
    Case("webhook", http, token=KEY),
    Case("apprise", http, url="json://127.0.0.1:{port}/" + SECRET),
    Case("syslog", tcp, options={"host": "127.0.0.1", "transport": "tcp"}),
    Case("sms", smtp, options={"to": "33600000000@sms.example"}),
    Case("atom", nothing),
]
WEB = [case for case in CASES if case.is_web and case.kind != "apprise"]


def channel(case: Case, port: int, folder: Path) -> Channel:
    options = {key: one.format(port=port) if isinstance(one, str) else one for key, one in case.options.items()}
    if case.kind == "syslog":
        options["port"] = port
    secrets = {"VIGIE_CHANNEL_EN_TEST_URL": case.url.format(port=port), "VIGIE_CHANNEL_EN_TEST_TOKEN": case.token}
    mail = Mail(host="127.0.0.1", port=port or 1, sender="vigie@marelle.example", timeout_s=5)
    at = Installation("en-test", mail, folder, folder, SimulatedClock(NOW), secrets)
    return CHANNELS[case.kind].model_validate(options).open(at)


def delivery(brief: Brief = BRIEF) -> Delivery:
    return Delivery("k", "en-test", "en-test", "incident_opened", "incident-1", brief.encoded(), created_at=NOW)


def a_case(case: Case) -> str:
    return case.kind


each_kind = pytest.mark.parametrize("case", CASES, ids=a_case)
each_web_kind = pytest.mark.parametrize("case", WEB, ids=a_case)


def test_every_registered_kind_is_held_to_the_contract() -> None:
    assert {case.kind for case in CASES} == set(CHANNELS)


@each_kind
async def test_a_brief_arrives_once_and_says_what_happens(case: Case, tmp_path: Path) -> None:
    peer = Peer(answer=case.taken)
    async with case.serving(peer) as port:
        await channel(case, port, tmp_path).send(delivery())
        received = await arrived(peer, case, tmp_path)
    assert len(received) == 1
    assert "bad buzz" in received[0]


async def arrived(peer: Peer, case: Case, folder: Path) -> list[str]:
    """What came; a stream is read only after the sender has closed it."""
    if case.kind == "atom":
        return [(folder / "incidents.atom").read_text()]
    async with asyncio.timeout(5):
        await peer.served.wait()
    return peer.received


@each_kind
async def test_endless_texts_are_cut_to_the_limits_and_still_taken(case: Case, tmp_path: Path) -> None:
    endless = "é🔥&<*" * 10_000
    huge = replace(
        BRIEF,
        title=endless,
        lead=endless,
        figures=tuple(Figure(endless, endless, endless) for _ in range(6)),
        links=tuple(Link(endless, "https://forum.example/t", endless) for _ in range(8)),
    )
    peer = Peer(answer=case.taken)
    async with case.serving(peer) as port:
        await channel(case, port, tmp_path).send(delivery(huge))
        received = await arrived(peer, case, tmp_path)
    assert len(received[0].encode()) < 40_000
    CHECKS.get(case.kind, lambda _: None)(received[0])


def _slack(text: str) -> None:
    blocks = json.loads(text)["blocks"]
    assert len(blocks[0]["text"]["text"].encode("utf-16-le")) <= 300
    assert len(blocks[1]["text"]["text"].encode("utf-16-le")) <= 6000
    assert all(len(one["text"]) <= 2000 for one in blocks[2]["fields"])


def _discord(text: str) -> None:
    [embed] = json.loads(text)["embeds"]
    assert len(embed["title"]) <= 256 and len(embed["description"]) <= 4096
    assert all(len(one["name"]) <= 256 and len(one["value"]) <= 1024 for one in embed["fields"])
    texts = [embed["title"], embed["description"], *(one[key] for one in embed["fields"] for key in ("name", "value"))]
    assert sum(len(one.encode("utf-16-le")) // 2 for one in texts) <= 6000


def _telegram(text: str) -> None:
    html = json.loads(text)["text"]
    assert len(re.sub(r"<[^>]+>", "", html).replace("&lt;", "<").replace("&amp;", "&").encode("utf-16-le")) // 2 <= 4096
    assert html.count("<b>") == html.count("</b>") and html.count("<a ") == html.count("</a>")


def _sms(text: str) -> None:
    message = email.message_from_string(text, policy=email.policy.default)
    assert isinstance(message, EmailMessage) and len(message.get_content().strip()) <= 160


CHECKS: dict[str, Callable[[str], None]] = {"slack": _slack, "discord": _discord, "telegram": _telegram, "sms": _sms}


@each_kind
async def test_content_that_is_no_brief_is_refused_for_good(case: Case, tmp_path: Path) -> None:
    peer = Peer(answer=case.taken)
    async with case.serving(peer) as port:
        with pytest.raises(DeliveryRefused):
            await channel(case, port, tmp_path).send(replace(delivery(), content=b""))
    assert not peer.received


@each_kind
async def test_the_check_reaches_the_other_end_and_sends_nothing(case: Case, tmp_path: Path) -> None:
    peer = Peer()
    async with case.serving(peer) as port:
        assert await channel(case, port, tmp_path).check()
    assert not peer.received


@pytest.mark.parametrize("case", [case for case in CASES if case.kind != "atom"], ids=a_case)
async def test_a_peer_that_is_away_puts_the_brief_off(case: Case, tmp_path: Path) -> None:
    with pytest.raises(DeliveryDeferred) as caught:
        await channel(case, 1, tmp_path).send(delivery())
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("case", [case for case in CASES if case.is_web], ids=a_case)
async def test_a_redirect_is_not_followed_and_puts_the_brief_off(case: Case, tmp_path: Path) -> None:
    peer = Peer(status=302, answer="", answer_headers={"Location": "/elsewhere"})
    async with http(peer) as port:
        with pytest.raises(DeliveryDeferred):
            await channel(case, port, tmp_path).send(delivery())
    assert len(peer.received) == 1


@each_web_kind
async def test_a_refusal_of_the_message_ends_it_and_one_of_the_address_waits(case: Case, tmp_path: Path) -> None:
    peer = Peer(status=400, answer="invalid_payload")
    async with http(peer) as port:
        with pytest.raises(DeliveryRefused, match="invalid_payload"):
            await channel(case, port, tmp_path).send(delivery())
        for peer.status in (401, 403, 404, 410, 500, 503):
            with pytest.raises(DeliveryDeferred, match=str(peer.status)):
                await channel(case, port, tmp_path).send(delivery())


@pytest.mark.parametrize("case", [case for case in WEB if case.refused_in_200], ids=a_case)
async def test_an_error_in_the_body_of_a_200_is_no_success(case: Case, tmp_path: Path) -> None:
    peer = Peer(answer=case.refused_in_200)
    async with http(peer) as port:
        with pytest.raises(DeliveryDeferred):
            await channel(case, port, tmp_path).send(delivery())


@pytest.mark.parametrize(
    ("headers", "body", "asked"),
    [
        ({"Retry-After": "90"}, "rate_limited", timedelta(seconds=90)),
        ({"Retry-After": "Tue, 10 Mar 2026 12:05:00 GMT"}, "", timedelta(minutes=5)),
        ({}, '{"message": "limited", "retry_after": 1.5, "global": false}', timedelta(seconds=1.5)),
        ({}, '{"ok": false, "parameters": {"retry_after": 30}}', timedelta(seconds=30)),
        ({"Retry-After": "soon"}, "", None),
        ({"Retry-After": "1e400"}, "", None),
        ({"Retry-After": "-5"}, "", timedelta(0)),
        ({}, "[" * 60_000, None),
    ],
)
async def test_too_many_requests_say_how_long_to_wait(
    headers: dict[str, str], body: str, asked: timedelta | None, tmp_path: Path
) -> None:
    peer = Peer(status=429, answer=body, answer_headers=headers)
    async with http(peer) as port:
        with pytest.raises(DeliveryDeferred) as caught:
            await channel(WEB[0], port, tmp_path).send(delivery())
    assert caught.value.pause == asked


@each_web_kind
async def test_an_answer_that_repeats_the_secret_never_shows_it(
    case: Case, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    peer = Peer(status=404, answer=f"Cannot POST /hooks/{SECRET} with {case.token or SECRET}")
    async with http(peer) as port:
        opened = channel(case, port, tmp_path)
        with pytest.raises(DeliveryDeferred) as caught:
            await opened.send(delivery())
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name != "aiohttp.access")
    for shown in (str(caught.value), repr(opened), logged):
        assert SECRET not in shown
        assert KEY not in shown


@each_web_kind
async def test_a_secret_that_is_missing_or_no_address_is_told_without_it(case: Case, tmp_path: Path) -> None:
    for url, token in (("", ""), (f"ftp://{SECRET}", " "), (f"http://{SECRET} x", "")):
        with pytest.raises(Exception, match="VIGIE_CHANNEL_EN_TEST_") as caught:
            channel(replace(case, url=url, token=token, options=case.options), 1, tmp_path)
        assert SECRET not in str(caught.value)


@asynccontextmanager
async def saying(
    answer: bytes, *, then: asyncio.Event | None = None, context: ssl.SSLContext | None = None, at_once: bool = False
) -> AsyncIterator[int]:
    """A server that says these bytes to everybody, and hangs up `then`."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            if not at_once:
                await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
            if then is not None:
                await then.wait()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        if then is not None:
            then.set()
        server.close()


@each_web_kind
@pytest.mark.parametrize(
    "begun", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\no"], ids=["silent", "head", "body"]
)
async def test_an_answer_that_never_ends_puts_the_brief_off_in_time(case: Case, begun: bytes, tmp_path: Path) -> None:
    hasty = replace(case, options={**case.options, "timeout_s": 0.2})
    async with saying(begun, then=asyncio.Event()) as port:
        with pytest.raises(DeliveryDeferred, match="no answer in time"):
            await channel(hasty, port, tmp_path).send(delivery())


@each_web_kind
async def test_of_ten_megabytes_of_answer_a_little_is_read_and_little_is_kept(case: Case, tmp_path: Path) -> None:
    answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 10000000\r\n\r\n" + b"x" * 10_000_000
    async with saying(answer) as port:
        with pytest.raises(DeliveryDeferred, match="404") as caught:
            await channel(case, port, tmp_path).send(delivery())
    assert len(str(caught.value)) < 400


@each_web_kind
async def test_garbage_for_an_answer_puts_the_brief_off(case: Case, tmp_path: Path) -> None:
    async with saying(b"\x00\xff SSH-2.0 \r\n\r\n") as port:
        with pytest.raises(DeliveryDeferred) as caught:
            await channel(case, port, tmp_path).send(delivery())
    assert SECRET not in str(caught.value)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PEM file with the key and the certificate of 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begin, begin + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return path


async def test_a_certificate_that_nobody_knows_is_not_accepted_and_a_known_one_is(certificate: Path, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    case = replace(CASES[0], url="https://127.0.0.1:{port}/hooks/" + SECRET)
    async with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", context=context) as port:
        with pytest.raises(DeliveryDeferred, match="certificate is not accepted"):
            await channel(case, port, tmp_path).send(delivery())
        with pytest.raises(DeliveryDeferred, match="certificate is not accepted"):
            await channel(case, port, tmp_path).check()
        known = replace(case, options={"ca_certificate": str(certificate)})
        await channel(known, port, tmp_path).send(delivery())


async def test_tls_where_there_is_none_puts_the_brief_off(tmp_path: Path) -> None:
    async with saying(b"HTTP/1.1 400 Bad Request\r\n\r\n", at_once=True) as port:
        with pytest.raises(DeliveryDeferred, match="TLS"):
            await channel(replace(CASES[0], url="https://127.0.0.1:{port}/x"), port, tmp_path).send(delivery())


async def test_syslog_speaks_udp_too_and_tls_only_to_whom_it_knows(certificate: Path, tmp_path: Path) -> None:
    class Listener(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, _addr: object) -> None:
            peer.received.append(data.decode())
            peer.served.set()

    peer = Peer()
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Listener, ("127.0.0.1", 0))
    case = Case("syslog", nothing, options={"host": "127.0.0.1", "transport": "udp"})
    await channel(case, transport.get_extra_info("sockname")[1], tmp_path).send(delivery())
    async with asyncio.timeout(5):
        await peer.served.wait()
    transport.close()
    assert peer.received[0].startswith("<130>1 2026-03-10T12:00:00.000+00:00 ")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    async with saying(b"", context=context) as port:
        tls = replace(case, options={"host": "127.0.0.1", "transport": "tls"})
        with pytest.raises(DeliveryDeferred, match="certificate"):
            await channel(tls, port, tmp_path).send(delivery())


async def test_an_atom_feed_is_valid_bounded_and_holds_a_message_once(tmp_path: Path) -> None:
    case = replace(CASES[-1], options={"entries": 3})
    opened = channel(case, 0, tmp_path)
    for number in (1, 2, 3, 4, 5, 5):
        brief = replace(BRIEF, id=f"{number:032}", title=f"alerte {number} \x00\x0b", at=NOW + timedelta(hours=number))
        await opened.send(
            replace(delivery(), content=brief.encoded()) if number < 5 else delivery(replace(brief, title="alerte 5"))
        )
    feed = feedparser.parse((tmp_path / "incidents.atom").read_bytes())
    assert not feed.bozo and feed.version == "atom10"
    assert [entry.title.split()[-1] for entry in feed.entries] == ["5", "4", "3"]
    assert all(entry.id and entry.updated for entry in feed.entries) and feed.feed.id and feed.feed.updated and feed.feed.author


async def test_a_spoilt_atom_file_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "incidents.atom").write_text("<feed><entry>")
    await channel(CASES[-1], 0, tmp_path).send(delivery())
    assert len(feedparser.parse((tmp_path / "incidents.atom").read_bytes()).entries) == 1
