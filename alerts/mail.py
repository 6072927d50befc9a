"""Mails as RFC 5322 bytes: a letter in HTML with its charts inside, and its plain-text twin. Nothing remote is in them."""

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from zoneinfo import ZoneInfo

from alerts import excerpts, incidents
from alerts.abridged import digest_brief, incident_brief
from alerts.attachments import Attachment
from alerts.brief import is_channel
from alerts.digest_letter import digest_letter
from alerts.digest_views import DigestView
from alerts.incident_letter import (
    closed_letter,
    joined_letter,
    opened_letter,
    reopened_letter,
    unanswered_letter,
    worse_letter,
)
from alerts.letter import Letter, notice_letter
from alerts.rendering import numbered, rendered
from alerts.texts import Wording
from alerts.threads import message_id, thread
from alerts.views import IncidentView, SourceNotice
from config.schema import Config
from vigie.model import DIGEST_SUBJECT

_LETTERS = {
    incidents.OPENED: opened_letter,
    incidents.WORSE: worse_letter,
    incidents.CLOSED: closed_letter,
    incidents.REOPENED: reopened_letter,
    incidents.JOINED: joined_letter,
    incidents.UNANSWERED: unanswered_letter,
}
_POLICY = SMTP.clone(cte_type="7bit")  # servers without 8BITMIME take it too


def compose_incident(view: IncidentView, *, purpose: str, recipient: str, config: Config, key: str, now: datetime) -> bytes:
    """The mail of an incident for one recipient, dated `now`; for a channel its brief. Mails to one recipient are one thread.

    Raises: KeyError for a purpose that is not an incident's.
    """
    wording = wording_of(config, now)
    letter = _LETTERS[purpose](view, wording, config.settings.team.name)
    if is_channel(recipient):
        return incident_brief(letter, view.incident, wording, brand=view.brand, purpose=purpose, key=key).encoded()
    message = _message(letter, wording, config, recipient)
    thread(message, view.incident, purpose, recipient, key, config.settings.mail.sender)
    return message.as_bytes()


def compose_digest(
    view: DigestView, *, recipient: str, config: Config, key: str, now: datetime, attached: Sequence[Attachment] = ()
) -> bytes:
    """The digest for one recipient, dated `now`, for a channel its brief; the message's identity comes from `key`."""
    wording = wording_of(config, now)
    letter = digest_letter(view, wording)
    if is_channel(recipient):
        brand = wording.join([brand.name for brand in view.brands])
        return digest_brief(letter, wording, about=f"{DIGEST_SUBJECT}{view.id}", brand=brand, key=key).encoded()
    return compose_letter(letter, recipient=recipient, config=config, key=key, now=now, attached=attached)


def compose_letter(
    letter: Letter, *, recipient: str, config: Config, key: str, now: datetime, attached: Sequence[Attachment] = ()
) -> bytes:
    """A mail that stands alone, dated `now`; its Message-ID comes from `key`."""
    message = _message(letter, wording_of(config, now), config, recipient)
    for one in attached:
        kind, _, subtype = one.type.partition("/")
        message.add_attachment(one.content, kind, subtype, filename=one.name, cte="base64")
    message["Message-ID"] = message_id(config.settings.mail.sender, key)
    return message.as_bytes()


def compose_notice(view: SourceNotice, *, recipient: str, config: Config, key: str, now: datetime) -> bytes:
    """The notice about sources for one operator, dated `now`; its Message-ID comes from `key`."""
    letter = notice_letter(view, wording_of(config, now))
    return compose_letter(letter, recipient=recipient, config=config, key=key, now=now)


def wording_of(config: Config, now: datetime) -> Wording:
    """How the team's language is written at `now`."""
    return Wording(config.settings.team.language, ZoneInfo(config.settings.team.zone), now)


def _message(letter: Letter, wording: Wording, config: Config, recipient: str) -> EmailMessage:
    mail = config.settings.mail
    message = EmailMessage(_POLICY)
    message["Subject"] = excerpts.clean(letter.subject)
    message["From"] = Address("Vigie", addr_spec=mail.sender)
    message["To"] = recipient
    message["Date"] = wording.now.astimezone(wording.zone)
    message["List-Unsubscribe"] = _unsubscribe(mail.unsubscribe or mail.sender)
    message["Auto-Submitted"] = "auto-generated"
    _fill(message, letter, wording, config.folder)
    message["Content-Language"] = wording.language  # last: set_content drops what describes content
    return message


def _unsubscribe(target: str) -> str:
    """RFC 2369: a page stands as it is, an address becomes a mailto."""
    return f"<{target}>" if ":" in target else f"<mailto:{target}?subject=unsubscribe>"


def _fill(message: EmailMessage, letter: Letter, wording: Wording, folder: Path) -> None:
    """The letter as plain text and as HTML with its pictures inside."""
    cids = numbered(letter)
    written = rendered(letter, wording, cids, folder)
    message.set_content(written.plain)
    message.add_alternative(written.html, subtype="html")
    *_, html = message.iter_parts()
    for picture, cid in cids.items():
        name = f"{cid.partition('@')[0]}.png"
        html.add_related(picture.chart.png(), "image", "png", cid=f"<{cid}>", filename=name, disposition="inline")
