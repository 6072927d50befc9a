"""A short message through a gateway that takes mail: 160 characters of the GSM alphabet, or 70 of any other.

The text is brought into the GSM alphabet (3GPP TS 23.038: é, è, à and ù are in it, ê, ç and œ are not), so that 160 fit.
"""

import unicodedata
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import SMTP
from itertools import accumulate

from pydantic import Field

from alerts.brief import Brief, brief_in
from alerts.channels.installation import ChannelOptions, Installation
from alerts.channels.smtp import SmtpChannel
from alerts.excerpts import whole_words
from config.schema.fields import Address
from vigie.model import Delivery

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = frozenset("^{}\\[~]|€")  # two places each
_LONGEST, _MORE = 160, "..."
_ALIKE = str.maketrans(
    {"«": '"', "»": '"', "“": '"', "”": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "…": "...", "œ": "oe", "Œ": "OE", "ç": "c",
     "\u00a0": " ", "\u202f": " "}
)  # fmt: skip


class SmsOptions(ChannelOptions):
    """Short messages by mail, through the server of `[mail]`."""

    to: Address = Field(description="Address at the gateway, as `33600000000@sms.exemple`.")

    def open(self, at: Installation) -> "SmsChannel":
        return SmsChannel(self.to, SmtpChannel.from_settings(at.mail, at.environment))


@dataclass(frozen=True, slots=True)
class SmsChannel:
    """Sends each brief as one short mail."""

    to: str
    mail: SmtpChannel

    async def send(self, delivery: Delivery) -> None:
        """Returns when the mail server took it. Raises: DeliveryDeferred, DeliveryRefused."""
        content = self._message(brief_in(delivery))
        await self.mail.send(replace(delivery, recipient=self.to, content=content))

    async def check(self) -> str:
        """As mail does. Raises: DeliveryError."""
        return f"{self.to} by {await self.mail.check()}"

    def _message(self, brief: Brief) -> bytes:
        message = EmailMessage(SMTP.clone(cte_type="7bit"))
        message["Subject"] = "Vigie"
        message["From"] = self.mail.settings.sender
        message["To"] = self.to
        message["Date"] = brief.at
        message["Message-ID"] = f"<{brief.id}@{self.mail.settings.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(short_text(f"{brief.heading}. {brief.lead}"))
        return message.as_bytes()


def short_text(text: str) -> str:
    """`text` in one short message: in at most 160 places of the GSM alphabet; what has no likeness there is left out."""
    written = " ".join("".join(map(_gsm, text.translate(_ALIKE))).split())
    head = _beginning(written, _LONGEST)
    return written if head == written else whole_words(_beginning(written, _LONGEST - len(_MORE))) + _MORE


def _beginning(text: str, places: int) -> str:
    """As much of `text` as fits."""
    taken = accumulate(1 + (character in _ESCAPED) for character in text)
    return text[: sum(place <= places for place in taken)]


def _gsm(character: str) -> str:
    """The character in the GSM alphabet: itself, its letter without accents, or nothing."""
    if character in _GSM or character in _ESCAPED:
        return character
    return "".join(part for part in unicodedata.normalize("NFKD", character) if part in _GSM)
