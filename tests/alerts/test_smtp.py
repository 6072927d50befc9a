"""Sending over a real SMTP server on loopback: accepted, refused, put off, and what becomes of the delivery."""

import asyncio
import email
import email.policy
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from alerts.channels.smtp import SmtpChannel
from alerts.outbox import dispatch
from config.schema import Mail
from vigie.errors import ConfigError, DeliveryDeferred, DeliveryRefused
from vigie.model import Delivery, DeliveryState

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
CONTENT = b"From: vigie@marelle.example\r\nTo: a@marelle.example\r\nSubject: essai\r\n\r\nBonjour.\r\n"


class Mailbox:
    """A handler that keeps what it accepts and answers as the recipient's name says."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802
        if address.startswith("inconnu"):
            return "550 5.1.1 boite inconnue"
        if address.startswith("plus-tard"):
            return "451 4.3.0 revenez plus tard"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.received += [(address, bytes(envelope.content or b"")) for address in envelope.rcpt_tos]
        return "250 OK"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@asynccontextmanager
async def serving(mailbox: Mailbox, **options: Any) -> AsyncIterator[int]:
    """A real SMTP server on a free loopback port, which is given."""
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(mailbox, **options), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
async def port(mailbox: Mailbox) -> AsyncIterator[int]:
    async with serving(mailbox) as number:
        yield number


def settings(port: int, **changes: Any) -> Mail:
    return Mail(**{"host": "127.0.0.1", "port": port, "sender": "vigie@marelle.example", "timeout_s": 5, **changes})


def delivery(recipient: str = "equipe@marelle.example", **changes: Any) -> Delivery:
    given = {
        "key": f"k:{recipient}",
        "channel": "smtp",
        "recipient": recipient,
        "purpose": "digest",
        "subject_id": "s",
        "content": CONTENT,
        "created_at": NOW,
    }
    return Delivery(**{**given, **changes})


class OneOutbox:
    """An outbox in memory."""

    def __init__(self, *deliveries: Delivery) -> None:
        self.rows = {one.key: one for one in deliveries}

    def due(self, now: datetime, limit: int = 50) -> list[Delivery]:
        waiting = [one for one in self.rows.values() if one.state == DeliveryState.PENDING]
        return [one for one in waiting if one.next_at is None or one.next_at <= now][:limit]

    def update(self, delivery: Delivery) -> None:
        self.rows[delivery.key] = delivery


async def test_a_message_reaches_the_mailbox_whole(port: int, mailbox: Mailbox) -> None:
    await SmtpChannel(settings(port)).send(delivery())
    assert mailbox.received == [("equipe@marelle.example", CONTENT)]


async def test_a_refused_recipient_does_not_stop_the_other(port: int, mailbox: Mailbox) -> None:
    outbox = OneOutbox(delivery("inconnu@marelle.example"), delivery("equipe@marelle.example"))
    done = await dispatch(outbox, {"smtp": SmtpChannel(settings(port))}, NOW)
    assert (done.sent, done.refused) == (1, 1)
    assert [address for address, _ in mailbox.received] == ["equipe@marelle.example"]
    refused = outbox.rows["k:inconnu@marelle.example"]
    assert refused.state == DeliveryState.REFUSED
    assert "550" in refused.error


async def test_a_temporary_refusal_is_tried_again_later(port: int) -> None:
    outbox = OneOutbox(delivery("plus-tard@marelle.example"))
    await dispatch(outbox, {"smtp": SmtpChannel(settings(port))}, NOW)
    (waiting,) = outbox.rows.values()
    assert (waiting.state, waiting.next_at) == (DeliveryState.PENDING, NOW + timedelta(minutes=1))
    assert outbox.due(NOW) == []


async def test_pauses_double_up_to_an_hour_and_end_after_three_days() -> None:
    outbox = OneOutbox(delivery())
    down = SmtpChannel(Mail(host="127.0.0.1", port=1, timeout_s=1))
    now, pauses = NOW, []
    while outbox.due(now):
        await dispatch(outbox, {"smtp": down}, now)
        (row,) = outbox.rows.values()
        if row.next_at is None or row.state != DeliveryState.PENDING:
            break
        pauses.append(row.next_at - now)
        now = row.next_at
    assert pauses[:7] == [timedelta(minutes=n) for n in (1, 2, 4, 8, 16, 32, 60)]
    assert set(pauses[7:]) == {timedelta(hours=1)}
    assert row.state == DeliveryState.ABANDONED
    assert timedelta(days=3) < now - NOW < timedelta(days=3, hours=2)


async def test_a_server_that_is_away_puts_the_message_off() -> None:
    with pytest.raises(DeliveryDeferred, match=r"127\.0\.0\.1:1"):
        await SmtpChannel(Mail(host="127.0.0.1", port=1, timeout_s=1)).send(delivery())


async def test_a_server_without_starttls_is_never_spoken_to_in_the_clear(port: int, mailbox: Mailbox) -> None:
    with pytest.raises(DeliveryDeferred, match="STARTTLS"):
        await SmtpChannel(settings(port, security="starttls")).send(delivery())
    assert mailbox.received == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
async def test_a_wrong_password_is_a_setting_to_mend_and_the_message_waits(mailbox: Mailbox) -> None:
    def refuse(*_: Any) -> AuthResult:
        return AuthResult(success=False, handled=False)

    async with serving(mailbox, authenticator=refuse, auth_required=True, auth_require_tls=False) as port:
        channel = SmtpChannel(settings(port), user="vigie", password="mot-de-passe-faux")
        with pytest.raises(DeliveryDeferred) as caught:
            await channel.send(delivery())
    assert "mot-de-passe-faux" not in str(caught.value)
    assert "mot-de-passe-faux" not in repr(channel)


async def test_a_recipient_refused_for_good_raises_refused(port: int) -> None:
    with pytest.raises(DeliveryRefused, match=r"inconnu@marelle\.example"):
        await SmtpChannel(settings(port)).send(delivery("inconnu@marelle.example"))


LARGE = EmailMessage()
LARGE["Subject"], LARGE["From"], LARGE["To"], LARGE["Message-ID"] = "essai", "v@m.example", "a@m.example", "<1@m.example>"
LARGE.set_content("L’essentiel en texte.")
LARGE.add_alternative("<p>avec une image</p>", subtype="html")
LARGE.add_attachment(b"\x89PNG" * 20_000, maintype="image", subtype="png", filename="courbe.png")


@pytest.mark.parametrize("declares", [True, False], ids=["by its declared size", "after the data"])
async def test_a_mail_that_is_too_large_goes_out_again_with_its_text_alone(mailbox: Mailbox, declares: bool) -> None:
    class Small(Mailbox):
        async def handle_EHLO(  # noqa: N802
            self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
        ) -> list[str]:
            session.host_name = hostname
            return responses if declares else [line for line in responses if "SIZE" not in line]

        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            if len(envelope.content or b"") > 10_000:
                return "552 5.3.4 message trop gros"
            return await super().handle_DATA(server, session, envelope)

    small = Small()
    async with serving(small, data_size_limit=10_000 if declares else 10_000_000) as port:
        await SmtpChannel(settings(port)).send(delivery(content=LARGE.as_bytes(policy=email.policy.SMTP)))
    [(_, content)] = small.received
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert message["Message-ID"] == "<1@m.example>"
    assert not message.is_multipart() and message.get_content().strip() == "L’essentiel en texte."


async def test_a_text_that_is_too_large_is_refused_for_good(mailbox: Mailbox) -> None:
    async with serving(mailbox, data_size_limit=10) as port:
        with pytest.raises(DeliveryRefused, match="552"):
            await SmtpChannel(settings(port)).send(delivery())


@pytest.mark.parametrize("drips", [False, True], ids=["hangs", "drips"])
async def test_a_server_that_hangs_or_drips_is_given_up_in_time(drips: bool) -> None:
    over = asyncio.Event()

    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, TimeoutError):
            while drips and not over.is_set():
                writer.write(b"220-patience\r\n")
                await writer.drain()
                async with asyncio.timeout(0.05):
                    with suppress(TimeoutError):
                        await over.wait()
            await over.wait()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    channel = SmtpChannel(settings(server.sockets[0].getsockname()[1], timeout_s=0.3))
    async with asyncio.timeout(10):
        with pytest.raises(DeliveryDeferred):
            await channel.send(delivery())
    over.set()
    server.close()


async def test_the_check_answers_without_sending(port: int, mailbox: Mailbox) -> None:
    assert "answers" in await SmtpChannel(settings(port)).check()
    assert mailbox.received == []


def test_a_user_without_password_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match="VIGIE_SMTP_PASSWORD"):
        SmtpChannel.from_settings(Mail(), {"VIGIE_SMTP_USER": "vigie"})


LOGIN = {"VIGIE_SMTP_USER": "vigie", "VIGIE_SMTP_PASSWORD": "mot-de-passe"}


@pytest.mark.parametrize("host", ["smtp.exemple.fr", "192.0.2.1", "10.0.0.1", "localhost.exemple.fr", "2001:db8::1"])
def test_a_password_never_leaves_the_machine_in_the_clear(host: str) -> None:
    with pytest.raises(ConfigError, match="in the clear") as caught:
        SmtpChannel.from_settings(Mail(host=host), LOGIN)
    assert "mot-de-passe" not in str(caught.value)


@pytest.mark.parametrize(
    "settings",
    [
        *(Mail(host=host) for host in ("localhost", "127.0.0.1", "127.8.9.1", "::1")),
        *(Mail(host="smtp.exemple.fr", security=security) for security in ("starttls", "tls")),
    ],
    ids=str,
)
def test_a_password_goes_to_this_machine_or_over_tls(settings: Mail) -> None:
    assert SmtpChannel.from_settings(settings, LOGIN).password == "mot-de-passe"


def test_a_relay_that_wants_no_login_may_be_spoken_to_in_the_clear() -> None:
    assert SmtpChannel.from_settings(Mail(host="smtp.exemple.fr"), {}).user is None


async def test_a_surprise_in_one_channel_leaves_the_others_alone(port: int, mailbox: Mailbox) -> None:
    class Broken:
        async def send(self, _delivery: Delivery) -> None:
            raise ssl.SSLError("surprise")

        async def check(self) -> str:
            return "broken"

    outbox = OneOutbox(delivery("a@marelle.example", channel="broken"), delivery("b@marelle.example"))
    done = await dispatch(outbox, {"broken": Broken(), "smtp": SmtpChannel(settings(port))}, NOW)
    assert (done.sent, done.deferred) == (1, 1)
    assert [address for address, _ in mailbox.received] == ["b@marelle.example"]
