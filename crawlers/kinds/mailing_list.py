"""Mailing lists, from a copy of their mail: an mbox file, a Maildir folder, or a folder of an IMAP server."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from config.schema import Strict
from crawlers.dates import choose_date
from crawlers.ledger import Ledger, is_news
from crawlers.mail.boxes import ImapFolder, imap_messages, maildir_messages, mbox_messages
from crawlers.mail.message import Mail, read_mail
from crawlers.place import Place
from crawlers.query import with_query
from crawlers.timeline import nothing_wanted
from crawlers.tokens import token_of
from crawlers.visit import Visit
from vigie.errors import FetchError
from vigie.model import Document, document_id

_PLACE = "place"


class MailingListOptions(Strict):
    """Options of kind `mailing_list`."""

    path: Path | None = Field(None, description="An mbox file or a Maildir folder.")
    imap: str = Field("", description="Instead: an IMAP server; the password is the source's token.")
    port: int = Field(993, ge=1, le=65535, description="Port of the IMAP server.")
    encrypted: bool = Field(True, description="false: IMAP without TLS, for a server on this machine.")
    user: str = Field("", description="Who logs in to the IMAP server.")
    folder: str = Field("INBOX", pattern=r'^[^"\\\r\n]+$', description="Folder of the IMAP server.")
    messages: int = Field(1000, ge=1, description="Messages read in one pass; the rest comes with the next.")


@dataclass(frozen=True, slots=True)
class MailingListConnector:
    """`source.url` is the list's page on the web: the addresses of messages without one of their own begin with it."""

    _options: MailingListOptions

    async def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        ledger = Ledger(visit.memory)
        place = Place(visit.source.url, visit.now, visit.source.zone)
        read = 0
        for raw, where in await self._messages(visit):
            if ledger.knows(f"file:{where}"):
                continue
            mail = read_mail(raw, place)
            read += 1
            if mail is None:
                visit.lost("no_message_id")
            elif not mail.is_private and mail.text and is_news(ledger, mail.id, f"{mail.subject}\n{mail.text}"):
                yield _document(visit, mail)
            self._keep(visit, ledger, where)
            if read >= self._options.messages:
                return

    async def _messages(self, visit: Visit) -> Iterator[tuple[bytes, str]]:
        """The messages that may be new, each with its place. Raises: FetchError."""
        place = visit.memory.get(_PLACE) or ""
        if self._options.path is None:
            if not self._options.imap:
                nothing_wanted(visit, "name the mail in the options: path, or imap")
            with visit.reading(visit.source.url):
                return iter(await asyncio.to_thread(imap_messages, self._folder(visit), place, self._options.messages))
        with visit.reading(visit.source.url):
            if self._options.path.is_dir() and (self._options.path / "cur").is_dir():
                return maildir_messages(self._options.path)
            if not self._options.path.is_file():
                raise FetchError(
                    visit.source.url, "no_mail", f"{self._options.path} is neither an mbox file nor a Maildir folder"
                )
            return mbox_messages(self._options.path, place)

    def _folder(self, visit: Visit) -> ImapFolder:
        return ImapFolder(
            self._options.imap, self._options.port, self._options.folder, self._options.user,
            token_of(visit.source) or "", self._options.encrypted, visit.manners.crawl.timeout_s,
        )  # fmt: skip

    def _keep(self, visit: Visit, ledger: Ledger, where: str) -> None:
        """Remembers a message of a Maildir by its name, and how far a file or a server's folder was read."""
        if self._options.path is not None and self._options.path.is_dir():
            ledger.note(f"file:{where}", "read")
        else:
            visit.memory.set(_PLACE, where)


def _document(visit: Visit, mail: Mail) -> Document:
    """A message as a document; an answer belongs to the thread that its references begin with."""
    url = mail.archived_at or _made_up(visit, mail.id)
    if mail.archived_at:
        visit.memory.set(f"at:{mail.id}", url)
    thread = _address_of(visit, mail.references[0]) if mail.references else url
    return Document(
        id=document_id(url),
        source_id=visit.source.id,
        kind=visit.source.document_kind,
        url=url,
        title="" if mail.references else mail.subject,
        text=mail.text,
        author=mail.author,
        published=choose_date([mail.published], now=visit.now),
        seen_at=visit.now,
        parent_url=_address_of(visit, mail.references[-1]) if mail.references else None,
        thread_url=thread,
        thread_title=mail.subject,
        tier=visit.source.tier,
    )


def _address_of(visit: Visit, message_id: str) -> str:
    return visit.memory.get(f"at:{message_id}") or _made_up(visit, message_id)


def _made_up(visit: Visit, message_id: str) -> str:
    return with_query(visit.source.url, mid=message_id)
