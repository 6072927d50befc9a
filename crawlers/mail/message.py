"""One mail to what its author wrote: quotations, signatures, list footers and attachments left out. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message

from lxml.html import HtmlElement

from crawlers.place import Place
from crawlers.text import clean_line, clean_text, mend_encoding, text_of
from crawlers.tree import class_holds, decode_page, parse_page
from vigie.model import PublicationDate

_SUBJECT_MARKS = re.compile(r"^(?:\s*(?:(?:re|ré|rép|aw|fwd?|tr)\s*(?:\[\d+\])?\s*:|\[[^\]]{1,40}\]))+\s*", re.IGNORECASE)
_DATED = re.compile(r"^(?:le|on|el|am)\b.{4,200}(?:a écrit|wrote|écrivait|schrieb|escribió)\s*:?\s*$", re.IGNORECASE)
_NAMED = re.compile(r"^.{2,80}\s(?:a écrit|wrote)\s*:\s*$", re.IGNORECASE)
_REST_IS_QUOTED = re.compile(
    r"^-{2,}\s*(?:message d[’']origine|original message|message transféré|forwarded message|message original)\s*-{2,}"
    r"|^(?:de|from)\s*:\s.*(?:\n(?:envoyé|sent|date|à|to|objet|subject|cc)\s*:.*){2,}",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNATURE = re.compile(
    r"^(?:--\s?$|_{5,}\s*$|envoyé (?:de|depuis) (?:mon|ma)\b|sent from my\b|get outlook for\b)", re.IGNORECASE
)
_NOT_SAID = (
    f".//blockquote | .//*[{class_holds('gmail_quote', 'gmail_signature', 'moz-cite-prefix', 'moz-signature', 'yahoo_quoted')}]"
    " | .//*[@id='divRplyFwdMsg' or @id='appendonsend']/following-sibling::* | .//*[@id='divRplyFwdMsg'] | .//style"
)
_ID = re.compile(r"<([^<>\s]{3,300})>")


@dataclass(frozen=True, slots=True)
class Mail:
    """A message. `references` are the ids of what it answers, the oldest first; `archived_at` is its address on the web;
    `is_private` says that its author wants it in no archive.
    """

    id: str
    subject: str
    text: str
    author: str | None
    published: PublicationDate | None
    references: tuple[str, ...]
    archived_at: str
    is_private: bool


def read_mail(raw: bytes, place: Place) -> Mail | None:
    """The message in `raw`, None when it names no id of its own; never raises for what a message holds."""
    message = message_from_bytes(raw, policy=policy.compat32)
    own = _ids(_header(message, "Message-ID"))
    if not own:
        return None
    answered = _ids(_header(message, "References")) or _ids(_header(message, "In-Reply-To"))[:1]
    return Mail(
        id=own[0],
        subject=_SUBJECT_MARKS.sub("", _header(message, "Subject")),
        text=_text_of(message),
        author=_author(_header(message, "From")),
        published=place.date(_header(message, "Date")),
        references=tuple(dict.fromkeys(one for one in answered if one != own[0])),
        archived_at=place.address(next(iter(re.findall(r"https?://[^>\s]+", _header(message, "Archived-At"))), "")),
        is_private=_header(message, "X-No-Archive").lower() == "yes",
    )


def own_text(text: str) -> str:
    """What is left of a plain text without quotations, what announces them, and signatures."""
    cut = _REST_IS_QUOTED.search(text)
    lines = (text[: cut.start()] if cut else text).split("\n")
    kept: list[str] = []
    for line in lines:
        if _SIGNATURE.match(line.rstrip("\r")):
            break
        if line.lstrip().startswith(">"):
            _drop_attribution(kept)
        else:
            kept.append(line)
    return clean_text("\n".join(kept))


def _drop_attribution(kept: list[str]) -> None:
    """Takes "Le 9 mars, Zoé a écrit :" off the end, on one line or on two."""
    while kept and not kept[-1].strip():
        kept.pop()
    for number, announces in ((1, _DATED), (2, _DATED), (1, _NAMED)):
        if announces.match(" ".join(line.strip() for line in kept[-number:])):
            del kept[-number:]
            return


def _text_of(message: Message) -> str:
    plain, html = _bodies(message)
    if plain:
        return own_text("\n".join(plain))
    return "\n".join(filter(None, map(_html_text, html)))


def _bodies(message: Message) -> tuple[list[str], list[bytes]]:
    """The texts and the pages of a message that are no attachments."""
    plain: list[str] = []
    html: list[bytes] = []
    for part in message.walk():
        if part.get_content_maintype() != "text" or "attachment" in str(part.get("Content-Disposition", "")).lower():
            continue
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        if part.get_content_type() == "text/html":
            html.append(payload)
        elif part.get_content_type() == "text/plain":
            text = mend_encoding(decode_page(payload, part.get_content_charset()))
            plain.append(_unflowed(text) if str(part.get_param("format", "")).lower() == "flowed" else text)
    return [text for text in plain if text.strip()], html


def _unflowed(text: str) -> str:
    """RFC 3676: a line that ends in a space goes on in the next; the mark of a signature does not."""
    return re.sub(r"(?<!^--) \r?\n(?!>)", " ", text, flags=re.MULTILINE)


def _html_text(page: bytes) -> str:
    root: HtmlElement | None = parse_page(page)
    if root is None:
        return ""
    for node in root.xpath(_NOT_SAID):
        if node.getparent() is not None:
            node.drop_tree()
    return own_text(text_of(root))


def _header(message: Message, name: str) -> str:
    """A header as text, decoded; empty when it is not there."""
    try:
        parts = decode_header(str(message.get(name, "")))
    except (ValueError, LookupError):
        return ""
    texts = (part if isinstance(part, str) else decode_page(part, charset) for part, charset in parts)
    return clean_line("".join(texts))


def _author(written: str) -> str | None:
    """The name before the address; lists write "Zoé via Clients". Without a name, what stands before the @."""
    name, _, address = written.partition("<")
    bare = re.sub(r"\s+(?:via|par)\s+.+$", "", name.strip().strip("\"'"))
    return (bare.partition("@")[0] or address.partition("@")[0]).strip() or None


def _ids(header: str) -> Sequence[str]:
    return _ID.findall(header)
