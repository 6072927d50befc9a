"""One request to a web service, and what becomes of the delivery by its answer. The kinds of webhook differ in a `Service` only.

Redirects are never followed, at most 64 kB of an answer are read, and nothing takes longer than the time limit, however slowly
the other side speaks. No address or token reaches an error: they are the key to the channel.
"""

import asyncio
import hashlib
import json
import logging
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

from pydantic import Field

from alerts.brief import Brief, brief_in, cut
from alerts.channels.installation import ChannelOptions, Installation
from config.schema.fields import HttpProxy
from vigie.clock import Clock
from vigie.errors import DeliveryDeferred, DeliveryError, DeliveryRefused
from vigie.model import Delivery

_LOG = logging.getLogger(__name__)
_MOST_READ = 65_536
_SHOWN = 200
_PART = re.compile(r"[/:?&=]")  # between the parts of an address or a token
_OUR_FAULT = frozenset({400, 405, 406, 411, 413, 415, 422})
"""Answers about the message itself: sent again it would be refused again. All others may pass, or are a setting to mend."""
_BY_PICTURE = _OUR_FAULT | {429}
"""Answers that a picture may be the cause of: not allowed, too large, or more than the service takes in a day."""
PICTURE_NAME = "courbe.png"


class WebOptions(ChannelOptions):
    """What all web services have in common."""

    timeout_s: float = Field(15, gt=0, le=120, description="Seconds before a service that hangs is given up.")
    proxy: HttpProxy = Field("", description="HTTP proxy, such as `http://proxy.exemple:3128`; empty for none.")
    ca_certificate: Path | None = Field(
        None, description="PEM file that signs the service's certificate; relative to the configuration folder."
    )

    def line(self, at: Installation, url: str, what: str = "URL", secrets: tuple[str, ...] = ()) -> "Line":
        """The line to the service at `url`, which the secret `what` gave. Raises: ConfigError when it is no web address."""
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0 and url.isascii()
        except ValueError:
            usable = False
        if not usable or any(character.isspace() for character in url):
            raise at.refused(what, "an address that starts with http:// or https:// was expected")
        certificate = at.folder / self.ca_certificate if self.ca_certificate else None
        if certificate is not None and not certificate.is_file():
            raise at.refused(what, f"ca_certificate: there is no file {certificate}")
        return Line(at.clock, parts, self.timeout_s, self.proxy, certificate, (url, parts.path, parts.query, *secrets))


@dataclass(frozen=True, slots=True)
class Request:
    """A POST to `url`, of JSON unless its headers say otherwise."""

    url: str = field(repr=False)
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, url: str, payload: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> "Request":
        """The request that carries `payload`."""
        return cls(url, json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace"), headers or {})

    @classmethod
    def form(cls, url: str, fields: Mapping[str, str], name: str, png: bytes) -> "Request":
        """The request that carries `fields` and, under `name`, a picture (multipart/form-data, RFC 7578)."""
        boundary = f"vigie-{hashlib.sha256(png).hexdigest()}"
        opening = f'--{boundary}\r\nContent-Disposition: form-data; name="'
        texts = "".join(f'{opening}{field}"\r\n\r\n{text}\r\n' for field, text in fields.items()).encode("utf-8", "replace")
        file = f'{opening}{name}"; filename="{PICTURE_NAME}"\r\nContent-Type: image/png\r\n\r\n'.encode()
        body = b"".join((texts, file, png, f"\r\n--{boundary}--\r\n".encode()))
        return cls(url, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered: its status, the beginning of its text, and how long it asks to be left alone."""

    status: int
    text: str
    pause: timedelta | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The text read as a JSON object; empty when it is none."""
        try:
            read = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return read if isinstance(read, dict) else {}


class Service(Protocol):
    """What is particular to one kind of web service."""

    def request(self, brief: Brief, now: datetime) -> Request:
        """The brief in the service's own form, within its limits."""
        ...

    def complaint(self, answer: Answer) -> str:
        """What an answer with a status of success says against the message; empty when it was taken."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """The way to one host."""

    clock: Clock
    parts: SplitResult = field(repr=False)
    timeout_s: float
    proxy: str
    ca_certificate: Path | None
    secrets: tuple[str, ...] = field(repr=False)

    @property
    def host(self) -> str:
        """The host, with its port where that is unusual: all that may be shown of the address."""
        return f"{self.parts.hostname}:{self.parts.port}" if self.parts.port else str(self.parts.hostname)

    async def exchange(self, recipient: str, request: Request) -> Answer:
        """The answer to `request`, whatever its status. Raises: DeliveryDeferred when there is none."""
        import aiohttp  # noqa: PLC0415 - 0.2 s, for those who send only

        headers = {"Content-Type": "application/json", "User-Agent": "Vigie", "Accept-Encoding": "identity", **request.headers}
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(total=self.timeout_s),
                    auto_decompress=False,
                    cookie_jar=aiohttp.DummyCookieJar(),
                ) as session,
                session.post(
                    request.url,
                    data=request.body,
                    headers=headers,
                    allow_redirects=False,
                    proxy=self.proxy or None,
                    ssl=self._tls() or True,
                ) as response,
            ):
                body = await _beginning(response.content)
                text = body.decode("utf-8", "replace")
                return Answer(response.status, text, _pause(response.headers, text, self.clock.now()))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise DeliveryDeferred(recipient, f"{self.host}: {_reason(error)}") from None

    async def reach(self) -> str:
        """Opens a connection and sends nothing; a line saying what answered. Raises: DeliveryDeferred."""
        parts = urlsplit(self.proxy) if self.proxy else self.parts
        is_tls = parts.scheme == "https"
        try:
            async with asyncio.timeout(self.timeout_s):
                _, writer = await asyncio.open_connection(
                    parts.hostname, parts.port or (443 if is_tls else 80), ssl=self._tls() or is_tls or None
                )
                writer.close()
        except OSError as error:
            raise DeliveryDeferred(self.host, _reason(error)) from None
        return f"{self.host} answers" + (" (tls)" if is_tls else "")

    def without_secrets(self, text: str) -> str:
        """`text` in one line, shortened, with nothing in it of what opens the channel."""
        shown = " ".join(text.split())
        pieces = {piece for one in self.secrets for piece in (one, *_PART.split(one)) if len(piece) > 7}
        for piece in sorted(pieces, key=len, reverse=True):
            shown = shown.replace(piece, "…")
        return cut(shown, _SHOWN)

    def _tls(self) -> ssl.SSLContext | None:
        if self.parts.scheme != "https" or self.ca_certificate is None:
            return None
        return ssl.create_default_context(cafile=str(self.ca_certificate))


@dataclass(frozen=True, slots=True)
class WebChannel:
    """Sends each brief as one request. `afterwards` is the picture of one that was taken, where it takes a request of its own."""

    line: Line
    service: Service
    afterwards: Callable[[Brief, Answer], Request | None] | None = None

    async def send(self, delivery: Delivery) -> None:
        """Returns when the service took the brief, with its picture or without. Raises: DeliveryDeferred, DeliveryRefused."""
        brief, now = brief_in(delivery), self.line.clock.now()
        request = self.service.request(brief, now)
        answer = await self.line.exchange(delivery.recipient, request)
        if answer.status in _BY_PICTURE and request != (bare := self.service.request(replace(brief, picture=None), now)):
            answer = await self.line.exchange(delivery.recipient, bare)
        failure = self._failure(delivery.recipient, answer)
        if failure is not None:
            raise failure
        if self.afterwards and (picture := self.afterwards(brief, answer)):
            await self._add_picture(delivery.recipient, picture)

    async def check(self) -> str:
        """Connects and sends nothing. Raises: DeliveryDeferred."""
        return await self.line.reach()

    async def _add_picture(self, recipient: str, request: Request) -> None:
        """The message is there: a picture that is not taken is only noted."""
        try:
            failure = self._failure(recipient, await self.line.exchange(recipient, request))
        except DeliveryDeferred as error:
            failure = error
        if failure is not None:
            _LOG.warning("event=picture_not_taken recipient=%s reason=%s", recipient, failure)

    def _failure(self, recipient: str, answer: Answer) -> DeliveryError | None:
        said = self.line.without_secrets(answer.text)
        if answer.status in range(200, 300):
            complaint = self.service.complaint(answer)
            if not complaint:
                return None
            message = f"{self.line.host} answered {answer.status}: {self.line.without_secrets(complaint)}"
            return DeliveryDeferred(recipient, message, answer.pause)
        if answer.status in range(300, 400):
            return DeliveryDeferred(recipient, f"{self.line.host}: a redirect ({answer.status}), which is not followed")
        message = f"{self.line.host}: {answer.status} {said or _phrase(answer.status)}"
        if answer.status in _OUR_FAULT:
            return DeliveryRefused(recipient, message)
        return DeliveryDeferred(recipient, message, answer.pause)


async def _beginning(content: Any) -> bytes:
    """The first 64 kB; what follows is not asked for."""
    read = b""
    while len(read) < _MOST_READ and (piece := await content.read(_MOST_READ - len(read))):
        read += piece
    return read


def _pause(headers: Mapping[str, str], text: str, now: datetime) -> timedelta | None:
    """How long a service asks to be left alone: by Retry-After (RFC 9110, 10.2.3), or in its JSON as Discord and Telegram do."""
    data = Answer(0, text).data
    said: object = headers.get("Retry-After") or data.get("retry_after")
    if said is None and isinstance(inner := data.get("parameters"), dict):
        said = inner.get("retry_after")
    try:
        return timedelta(seconds=max(0.0, float(str(said))))
    except (ValueError, OverflowError):
        pass
    try:
        at = parsedate_to_datetime(str(said))
        return max(timedelta(0), at - now) if at.tzinfo else None
    except ValueError:
        return None


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""


def _reason(error: Exception) -> str:
    """What went wrong, without the address: some errors carry it whole."""
    inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(inner, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {inner.verify_message}"
    if isinstance(inner, ssl.SSLError):
        return f"no TLS: {inner.reason or 'refused'}"
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    return type(error).__name__
