"""Ways on which nothing gets through any more, told once per outage on another way.

Read from the outbox alone: what was sent and what failed, by channel and recipient. Watched after each round of sending.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.brief import Brief, channel_of, identity, is_channel
from alerts.service_message import service_message
from alerts.texts import Wording
from config.schema import Config
from vigie.model import Delivery, DeliveryState, Level
from vigie.ports import Outbox

_LOG = logging.getLogger(__name__)
PURPOSE = "channel_outage"
_TOO_LONG = timedelta(minutes=30)
_REMEMBERED = timedelta(days=7)
_ENDED = (DeliveryState.REFUSED, DeliveryState.ABANDONED)


@dataclass(frozen=True, slots=True)
class Outage:
    """A way that takes nothing: `first` failed first and `last` latest since anything got through.

    `recipient` is empty when it is the whole channel.
    """

    channel: str
    recipient: str
    first: Delivery
    last: Delivery

    @property
    def key(self) -> str:
        """The same for as long as nothing gets through."""
        return f"{PURPOSE}/{self.channel}/{self.recipient}/{identity(self.first.key)}"


def undelivered(outlines: Sequence[Delivery]) -> list[Delivery]:
    """The latest delivery of each way on which the latest did not get through; oldest first."""
    latest = {(one.channel, one.recipient): one for one in outlines if one.attempts}
    return [one for one in latest.values() if one.state is not DeliveryState.SENT]


def outages(outlines: Sequence[Delivery], now: datetime) -> list[Outage]:
    """The ways that refused something, or have kept it waiting for too long, since anything got through last."""
    found: list[Outage] = []
    for channel, of_channel in _grouped(outlines, lambda one: one.channel).items():
        by_recipient = _grouped(of_channel, lambda one: one.recipient)
        whole = _outage(channel, "", of_channel, now)
        if whole and (len(by_recipient) > 1 or whole.last.state not in _ENDED or is_channel(whole.last.recipient)):
            found.append(whole)
            continue
        each = (_outage(channel, recipient, tried, now) for recipient, tried in by_recipient.items())
        found += [one for one in each if one]
    return found


def report_outages(outbox: Outbox, config: Config, now: datetime) -> list[Outage]:
    """Files one message for each new outage, on a way that works; returns those that are told of now."""
    outlines = outbox.outlines(now - _REMEMBERED)
    current = outages(outlines, now)
    dead = {(one.channel, one.recipient) for one in current}
    told = []
    for outage in current:
        if outbox.known(outage.key):
            continue
        recipient = _somebody_else(config, outage, dead)
        if recipient is None:
            continue
        content = _composed(outage, config, recipient, now)
        if outbox.add(Delivery(outage.key, channel_of(recipient), recipient, PURPOSE, outage.key, content, created_at=now)):
            _LOG.error("event=channel_outage channel=%s attempts=%d", outage.channel, outage.last.attempts)
            told.append(outage)
    return told


def _outage(channel: str, recipient: str, tried: Sequence[Delivery], now: datetime) -> Outage | None:
    through = max((one.sent_at for one in tried if one.sent_at), default=None)
    failed = [one for one in tried if one.state is not DeliveryState.SENT and (through is None or one.created_at > through)]
    lasting = [one for one in failed if one.state in _ENDED or now - one.created_at >= _TOO_LONG]
    return Outage(channel, recipient, failed[0], failed[-1]) if lasting else None


def _grouped(outlines: Iterable[Delivery], name: Callable[[Delivery], str]) -> Mapping[str, list[Delivery]]:
    """Those that were tried, by name."""
    groups: dict[str, list[Delivery]] = {}
    for one in outlines:
        if one.attempts:
            groups.setdefault(name(one), []).append(one)
    return groups


def _somebody_else(config: Config, outage: Outage, dead: set[tuple[str, str]]) -> str | None:
    """Who is told: somebody of another channel where there is one, else another address; None when there is nobody left."""
    named = [one for row in config.rules for one in row.recipients] + [one for row in config.routes for one in row.to]
    known = dict.fromkeys(
        [*named, *(one for row in config.digests for one in row.recipients), *(row.id for row in config.channels)]
    )
    ways = [(channel_of(one), one) for one in known]
    alive = [way for way in ways if way not in dead and (way[0], "") not in dead and way != (outage.channel, outage.recipient)]
    others = [way for way in alive if way[0] != outage.channel]
    return next((recipient for _, recipient in [*others, *alive]), None)


def _composed(outage: Outage, config: Config, recipient: str, now: datetime) -> bytes:
    wording = Wording(config.settings.team.language, ZoneInfo(config.settings.team.zone), now)
    way = outage.recipient or outage.channel
    brief = Brief(
        id=identity(outage.key),
        about=outage.key,
        purpose=PURPOSE,
        level=Level.ALERT,
        level_name=wording.say("level_alert"),
        brand="Vigie",
        title=wording.say("outage_title", way=way),
        lead=wording.say("outage_lead", way=way, since=outage.first.created_at, error=outage.last.error),
        at=now,
    )
    return service_message(config, brief, recipient, outage.key)
