"""A real SMTP server on loopback that keeps each message as a file, with its HTML beside it."""

import asyncio
import base64
import email
import email.policy
import hashlib
import re
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A message as it lies in the folder. `html` is None when it has no HTML part."""

    eml: Path
    html: Path | None
    subject: str
    recipient: str
    date: datetime
    message_id: str
    text: str


@asynccontextmanager
async def mail_server(folder: Path) -> AsyncIterator[int]:
    """Accepts mail on a free loopback port, which is given, and writes it to `folder`, which exists."""
    keeper = _Keeper(folder)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(keeper, hostname="localhost"), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def kept_mails(folder: Path) -> list[KeptMail]:
    """The messages in `folder`, oldest first."""
    return sorted((_read(path) for path in folder.glob("*.eml")), key=lambda mail: (mail.date, mail.eml.name))


class _Keeper:
    """Names files by Message-ID: a message that is sent again replaces itself, as it does in a mailbox that knows the header."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content
        if not isinstance(content, bytes):  # nothing was sent, or the server was told to decode
            return "554 empty message"
        message = _parse(content)
        path = self._folder / f"{_name(message)}.eml"
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(content)
        unfinished.replace(path)
        html = _html(message)
        if html:
            path.with_suffix(".html").write_text(html, encoding="utf-8")
        return "250 OK"


def _parse(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def _name(message: EmailMessage) -> str:
    """`20260310-1235-alerte-bad-buzz-marelle-1a2b3c4d`."""
    date = parsedate_to_datetime(str(message["Date"]))
    plain = unicodedata.normalize("NFKD", str(message["Subject"])).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].rstrip("-")
    mark = hashlib.sha1(str(message["Message-ID"]).encode(), usedforsecurity=False).hexdigest()[:8]
    return f"{date:%Y%m%d-%H%M}-{words}-{mark}"


def _html(message: EmailMessage) -> str | None:
    """The HTML part with its inline pictures put into it, to be opened in a browser."""
    body = message.get_body(("html",))
    if body is None:
        return None
    html = str(body.get_content())
    for part in message.walk():
        name, content = part.get("Content-ID"), part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            picture = f"data:{part.get_content_type()};base64,{base64.b64encode(content).decode()}"
            html = html.replace(f"cid:{str(name).strip('<> ')}", picture)
    return html


def _read(path: Path) -> KeptMail:
    message = _parse(path.read_bytes())
    body = message.get_body(("plain",))
    html = path.with_suffix(".html")
    return KeptMail(
        eml=path,
        html=html if html.exists() else None,
        subject=str(message["Subject"]),
        recipient=str(message["To"]),
        date=parsedate_to_datetime(str(message["Date"])),
        message_id=str(message["Message-ID"]),
        text=str(body.get_content()) if body else "",
    )
