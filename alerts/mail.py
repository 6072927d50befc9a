"""Mails as RFC 5322 bytes: a letter in HTML with its charts inside, and its plain-text twin. Nothing remote is in them."""

import textwrap
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from alerts import excerpts, incidents
from alerts.digest_letter import digest_letter
from alerts.incident_letter import (
    closed_letter,
    joined_letter,
    opened_letter,
    reopened_letter,
    unanswered_letter,
    worse_letter,
)
from alerts.letter import Fact, Letter
from alerts.texts import Wording
from alerts.threads import message_id, thread
from alerts.views import DigestView, Fragment, IncidentView
from config.schema import Config

_LETTERS = {
    incidents.OPENED: opened_letter,
    incidents.WORSE: worse_letter,
    incidents.CLOSED: closed_letter,
    incidents.REOPENED: reopened_letter,
    incidents.JOINED: joined_letter,
    incidents.UNANSWERED: unanswered_letter,
}
_COLUMNS = 76
_POLICY = SMTP.clone(cte_type="7bit")  # servers without 8BITMIME take it too


def compose_incident(view: IncidentView, *, purpose: str, recipient: str, config: Config, key: str, now: datetime) -> bytes:
    """The mail of an incident for one recipient, dated `now`. All mails of an incident to a recipient are one thread.

    Raises: KeyError for a purpose that is not an incident's.
    """
    wording = _wording(config, now)
    letter = _LETTERS[purpose](view, wording, config.settings.team.name)
    message = _message(letter, wording, config, recipient)
    thread(message, view.incident, purpose, recipient, key, config.settings.mail.sender)
    return message.as_bytes()


def compose_digest(view: DigestView, *, recipient: str, config: Config, key: str, now: datetime) -> bytes:
    """The digest for one recipient, dated `now`; its Message-ID comes from `key`."""
    wording = _wording(config, now)
    letter = digest_letter(view, wording, config.settings.team.name)
    message = _message(letter, wording, config, recipient)
    message["Message-ID"] = message_id(config.settings.mail.sender, key)
    return message.as_bytes()


def _wording(config: Config, now: datetime) -> Wording:
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
    message.set_content(_plain(letter))
    _add_html(message, letter, wording.language)
    message["Content-Language"] = wording.language  # last: set_content drops what describes content
    return message


def _unsubscribe(target: str) -> str:
    """RFC 2369: a page stands as it is, an address becomes a mailto."""
    return f"<{target}>" if ":" in target else f"<mailto:{target}?subject=unsubscribe>"


def _add_html(message: EmailMessage, letter: Letter, language: str) -> None:
    pictures = list(dict.fromkeys(picture for section in letter.sections for picture in section.pictures))
    cids = {picture: f"chart{number}@vigie" for number, picture in enumerate(pictures, start=1)}
    page = _environment().get_template("letter.html.j2").render(letter=letter, language=language, cids=cids, css=_css())
    message.add_alternative(_inliner().inline(page), subtype="html")
    *_, html = message.iter_parts()
    for picture, cid in cids.items():
        name = f"{cid.partition('@')[0]}.png"
        html.add_related(picture.chart.png(), "image", "png", cid=f"<{cid}>", filename=name, disposition="inline")


def _plain(letter: Letter) -> str:
    return _environment().get_template("letter.txt.j2").render(letter=letter)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("alerts"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"wrapped": _wrapped, "underlined": _underlined, "spoken": _spoken, "fact_line": _fact_line}
    return environment


@cache
def _css() -> str:
    return (files("alerts") / "templates" / "mail.css").read_text("utf-8")


@cache
def _inliner() -> css_inline.CSSInliner:
    """Inlines the rules for programs that know no style sheet; media queries (dark, narrow) stay for those that do."""
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def _wrapped(text: str, lead: str = "") -> str:
    """`text` in lines of 76 columns, after `lead`; what has no blank, such as an address, is not broken."""
    indent = " " * len(lead)
    return textwrap.fill(
        text, _COLUMNS, initial_indent=lead, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _underlined(title: str) -> str:
    return f"{_wrapped(title)}\n{'-' * min(len(title), _COLUMNS)}"


def _spoken(quotation: Sequence[Fragment]) -> str:
    """The quotation with the deciding words between asterisks."""
    return "".join(f"*{part.text}*" if part.marked else part.text for part in quotation)


def _fact_line(fact: Fact) -> str:
    note = f" ({fact.note})" if fact.note else ""
    return f"{fact.label}\u00a0: {fact.value}{note}"
