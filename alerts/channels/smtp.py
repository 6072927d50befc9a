"""Mail by SMTP: one message to one recipient, over a plain, STARTTLS or TLS connection.

User and password come from VIGIE_SMTP_USER and VIGIE_SMTP_PASSWORD (or `…_FILE`); they never reach a log or a message.
"""

import asyncio
import email
import email.message
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.policy import SMTP
from ipaddress import ip_address

import aiosmtplib

from config.schema import Mail
from config.secrets import secret
from vigie.errors import ConfigError, DeliveryDeferred, DeliveryRefused
from vigie.model import Delivery

_LOG = logging.getLogger(__name__)
_PERMANENT = range(500, 600)
_STEPS = 3  # the whole dialogue may take so many times the limit of one answer: a server may drip for hours


@dataclass(frozen=True, slots=True)
class SmtpChannel:
    """Sends through one SMTP server; a connection is opened per message, for alerts are rare and hours apart."""

    settings: Mail
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def from_settings(cls, settings: Mail, environment: Mapping[str, str]) -> "SmtpChannel":
        """Raises: ConfigError when a user is set without a password, when the password would leave this machine in the clear, or
        when a secret's file cannot be read.
        """
        user = secret("VIGIE_SMTP_USER", environment)
        password = secret("VIGIE_SMTP_PASSWORD", environment)
        if user and not password:
            raise ConfigError(["VIGIE_SMTP_USER is set, VIGIE_SMTP_PASSWORD (or VIGIE_SMTP_PASSWORD_FILE) is not"])
        if user and settings.security == "none" and not _is_this_machine(settings.host):
            raise ConfigError(
                [f"vigie.toml: mail.security: none would send the password to {settings.host} in the clear; use starttls or tls"]
            )
        return cls(settings, user, password)

    async def send(self, delivery: Delivery) -> None:
        """Returns when the server took the message, or its text alone where the whole is too large for it.

        Raises: DeliveryDeferred, DeliveryRefused.
        """
        patience = asyncio.timeout(_STEPS * self.settings.timeout_s)
        try:
            async with patience, self._connection(delivery.recipient) as server:
                try:
                    await server.sendmail(self.settings.sender, [delivery.recipient], delivery.content)
                except aiosmtplib.SMTPResponseException as error:
                    if not _is_too_large(error) or (lighter := _text_alone(delivery.content)) is None:
                        raise
                    _LOG.warning("event=mail_too_large size=%d sent=text_alone", len(delivery.content))
                    await server.sendmail(self.settings.sender, [delivery.recipient], lighter)
        except TimeoutError as error:
            raise DeliveryDeferred(delivery.recipient, f"{self.settings.host}:{self.settings.port}: too slow") from error

    async def check(self) -> str:
        """Connects, logs in, says goodbye. Raises: DeliveryDeferred, DeliveryRefused."""
        async with self._connection(self.settings.sender) as server:
            await server.noop()
        login = "login" if self.user else "no login"
        return f"{self.settings.host}:{self.settings.port} answers ({self.settings.security}, {login})"

    @asynccontextmanager
    async def _connection(self, recipient: str) -> AsyncIterator[aiosmtplib.SMTP]:
        server = aiosmtplib.SMTP(
            hostname=self.settings.host,
            port=self.settings.port,
            timeout=self.settings.timeout_s,
            use_tls=self.settings.security == "tls",
            start_tls=self.settings.security == "starttls",
            username=self.user,
            password=self.password,
        )
        try:
            async with server:
                yield server
        except aiosmtplib.SMTPRecipientsRefused as error:
            refusal = error.recipients[0]
            raise _failure(recipient, refusal.code, refusal.message) from error
        except aiosmtplib.SMTPDataError as error:
            raise _failure(recipient, error.code, error.message) from error
        except aiosmtplib.SMTPSenderRefused as error:
            if _is_too_large(error):
                raise _failure(recipient, error.code, error.message) from error
            raise DeliveryDeferred(recipient, f"{self.settings.host}:{self.settings.port}: {error}") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise DeliveryDeferred(recipient, f"{self.settings.host}:{self.settings.port}: {error}") from error


def _is_too_large(error: aiosmtplib.SMTPResponseException) -> bool:
    """Whether the message is over a limit of the server or the mailbox (RFC 1870, 6; RFC 3463, X.2.3 and X.3.4)."""
    return error.code == 552 or any(said in error.message for said in ("5.2.3", "5.3.4"))


def _text_alone(content: bytes) -> bytes | None:
    """The same message, same identity, with its plain text only; None when it is no more than that already."""
    whole = email.message_from_bytes(content, policy=SMTP)
    text = whole.get_body(("plain",))
    if not whole.is_multipart() or text is None:
        return None
    alone = email.message.EmailMessage(SMTP.clone(cte_type="7bit"))
    for name, value in whole.items():
        if not name.lower().startswith(("content-", "mime-version")):
            alone[name] = value
    alone.set_content(text.get_content())
    return alone.as_bytes()


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _failure(recipient: str, code: int, message: str) -> DeliveryDeferred | DeliveryRefused:
    """5xx about this recipient or this message is for good (RFC 5321, section 4.2.1); everything else may pass.

    A refused login or sender is not judged here: it is a setting, which people mend, and the alert must then still go out.
    """
    if code in _PERMANENT:
        return DeliveryRefused(recipient, f"{code} {message}")
    return DeliveryDeferred(recipient, f"{code} {message}")
