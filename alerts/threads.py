"""Message-IDs: the same parts give the same identity, so a mail sent twice is shown once and an incident is one thread."""

import hashlib
from email.message import EmailMessage

from vigie.model import Incident

OPENED = "incident_opened"


def message_id(sender: str, *parts: str) -> str:
    """`<32 hexadecimal characters@domain of the sender>`."""
    digest = hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def thread(message: EmailMessage, incident: Incident, purpose: str, recipient: str, key: str, sender: str) -> None:
    """Gives an incident's mail its identity. The opening's comes from incident and recipient, so that the others can name it."""
    opening = message_id(sender, OPENED, incident.thread, recipient)
    if purpose == OPENED:
        message["Message-ID"] = opening
        return
    message["Message-ID"] = message_id(sender, key)
    message["In-Reply-To"] = message["References"] = opening
