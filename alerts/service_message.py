"""Messages about Vigie itself, and not about a brand: a test of a channel, a channel that is blocked."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from zoneinfo import ZoneInfo

from alerts.brief import Brief, Figure, Link, identity, is_channel
from alerts.texts import Wording
from alerts.threads import message_id
from config.schema import Config
from vigie.model import Delivery, Level

_TRIAL = "test"


def trial_delivery(config: Config, channel: str, recipient: str, now: datetime) -> Delivery:
    """What `vigie channel test` sends: it looks like an alert and says that it is none."""
    wording = Wording(config.settings.team.language, ZoneInfo(config.settings.team.zone), now)
    key = f"{_TRIAL}/{recipient}/{now.isoformat()}"
    brief = Brief(
        id=identity(key),
        about=_TRIAL,
        purpose=_TRIAL,
        level=Level.NOTICE,
        level_name=wording.say("level_notice"),
        brand="Vigie",
        title=wording.say("trial_title"),
        lead=wording.say("trial_lead", team=config.settings.team.name),
        at=now,
        figures=(Figure(wording.say("trial_figure"), "0"),),
        links=(Link(wording.say("trial_link"), "https://example.org/"),),
    )
    return Delivery(key, channel, recipient, _TRIAL, _TRIAL, service_message(config, brief, recipient, key), created_at=now)


def service_message(config: Config, brief: Brief, recipient: str, key: str) -> bytes:
    """The brief as `recipient` takes it: as it is for a channel, as a plain mail (RFC 5322) for an address."""
    if is_channel(recipient):
        return brief.encoded()
    sender = config.settings.mail.sender
    message = EmailMessage(SMTP.clone(cte_type="7bit"))
    message["Subject"] = f"[Vigie] {brief.title}"
    message["From"] = sender
    message["To"] = recipient
    message["Date"] = brief.at.astimezone(ZoneInfo(config.settings.team.zone))
    message["Message-ID"] = message_id(sender, key)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(brief.lead + "\n")
    return message.as_bytes()
