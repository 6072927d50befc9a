"""The mail of last resort: an incident's figures in five lines, for when the real mail cannot be composed."""

from email.message import EmailMessage
from email.policy import SMTP
from zoneinfo import ZoneInfo

from alerts.brief import Brief, identity, is_channel
from alerts.threads import thread
from vigie.model import Incident, Level, SignalKind

_SUBJECTS = {
    "incident_opened": "ALERTE {kind} : {brand}",
    "incident_worse": "AGGRAVATION {kind} : {brand}",
    "incident_closed": "Retour à la normale : {brand}",
    "incident_reopened": "REPRISE {kind} : {brand}",
    "incident_joined": "ALERTE {kind}, plusieurs marques : {brand}",
    "incident_unanswered": "SANS RÉPONSE {kind} : {brand}",
}
_LEVELS = {Level.NOTICE: "avis", Level.ALERT: "alerte", Level.CRISIS: "crise"}
_KINDS = {
    SignalKind.BAD_BUZZ: "bad buzz",
    SignalKind.BUZZ: "buzz",
    SignalKind.SLOW_RISE: "montée lente",
    SignalKind.CRISIS_WORDS: "mot de crise",
    SignalKind.OUTLET: "grand média",
    SignalKind.THEME: "nouveau sujet de plainte",
    SignalKind.SILENCE: "silence",
    SignalKind.OWN_SITE: "site piraté",
    SignalKind.MENTION: "nouvelle mention",
}


def compose_bare(incident: Incident, purpose: str, recipient: str, key: str, *, brand: str, sender: str, zone: str) -> bytes:
    """RFC 5322 bytes that need nothing but the incident itself, in the same thread as its other mails; for a channel a brief."""
    signal, level = incident.last, incident.level
    subject, text = _SUBJECTS[purpose].format(kind=_KINDS[incident.kind], brand=brand), _text(incident, brand, zone)
    if is_channel(recipient):
        return Brief(identity(key), incident.id, purpose, level, _LEVELS[level], brand, subject, text, signal.at).encoded()
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"[Vigie] {subject}"
    message["From"] = sender
    message["To"] = recipient
    message["Date"] = signal.at.astimezone(ZoneInfo(zone))
    thread(message, incident, purpose, recipient, key, sender)
    message.set_content(text)
    return message.as_bytes()


def _text(incident: Incident, brand: str, zone: str) -> str:
    signal = incident.last
    at = signal.at.astimezone(ZoneInfo(zone))
    return (
        f"{brand} : {signal.seen} mentions en {signal.window.total_seconds() / 3600:g} h"
        f" (attendu {signal.expected:.0f}, au plus {signal.expected_high}),\n"
        f"dont {signal.negatives} négatives (attendu {signal.expected_negatives:.0f}), à {at:%H:%M} le {at:%d/%m/%Y}.\n"
        f"Début estimé : {incident.onset.astimezone(ZoneInfo(zone)):%d/%m/%Y %H:%M}.\n\n"
        "Le message complet n'a pas pu être composé ; le journal de Vigie dit pourquoi.\n"
    )
