"""Sends what waits in the outbox: the last step of the way, from delivery to mailbox.

A delivery is marked sent only after the server took it. A process that dies in between sends it again, with the same
Message-ID, which is how mail programs and servers recognise it: at least once, and recognisable when twice.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vigie.errors import DeliveryDeferred, DeliveryError, Fate
from vigie.model import Delivery, DeliveryState
from vigie.ports import Channel, Outbox

_LOG = logging.getLogger(__name__)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
_LONGEST_ASKED = timedelta(hours=12)  # whatever a service asks for: an alert of yesterday is of little use
_PATIENCE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What one round of sending did."""

    sent: int = 0
    deferred: int = 0
    refused: int = 0


async def dispatch(outbox: Outbox, channels: Mapping[str, Channel], now: datetime) -> Dispatch:
    """Sends every delivery that is due at `now`: all channels at once, each oldest first; one that fails stops no other."""
    by_channel: dict[str, list[Delivery]] = {}
    for delivery in outbox.due(now):
        if delivery.content:  # composed already
            by_channel.setdefault(delivery.channel, []).append(delivery)
    rounds = await asyncio.gather(*(_send_all(outbox, each, channels, now) for each in by_channel.values()))
    counts = Counter(state for states in rounds for state in states)
    return Dispatch(
        sent=counts[DeliveryState.SENT],
        deferred=counts[DeliveryState.PENDING],
        refused=counts[DeliveryState.REFUSED] + counts[DeliveryState.ABANDONED],
    )


async def _send_all(
    outbox: Outbox, deliveries: Sequence[Delivery], channels: Mapping[str, Channel], now: datetime
) -> list[DeliveryState]:
    """Sends those of one channel, one after another; once the channel asks for a pause, the rest waits for its end untried."""
    states = []
    for number, delivery in enumerate(deliveries):
        after, pause = await _send(delivery, channels, now)
        outbox.update(after)
        states.append(after.state)
        _LOG.info("event=delivery state=%s purpose=%s about=%s", after.state, after.purpose, after.subject_id)
        if pause:
            for waiting in deliveries[number + 1 :]:
                outbox.update(replace(waiting, next_at=after.next_at, error=after.error))
                states.append(waiting.state)
            break
    return states


async def _send(delivery: Delivery, channels: Mapping[str, Channel], now: datetime) -> tuple[Delivery, timedelta | None]:
    """The delivery as it stands after one try, and the pause that its channel asks for."""
    tried = replace(delivery, attempts=delivery.attempts + 1)
    channel = channels.get(delivery.channel)
    if channel is None:
        return replace(tried, state=DeliveryState.REFUSED, error=f"no channel {delivery.channel!r} is configured"), None
    try:
        await channel.send(delivery)
    except DeliveryError as error:
        if error.fate is Fate.DROP:
            return replace(tried, state=DeliveryState.REFUSED, error=str(error)), None
        pause = error.pause if isinstance(error, DeliveryDeferred) else None
        return _later(tried, str(error), now, pause), pause
    except Exception as error:  # noqa: BLE001 - the deliver loop: one message's surprise must not hold the others back
        _LOG.exception("event=delivery_error purpose=%s about=%s", delivery.purpose, delivery.subject_id)
        return _later(tried, repr(error), now), None
    return replace(tried, state=DeliveryState.SENT, sent_at=now, error=""), None


def _later(delivery: Delivery, error: str, now: datetime, asked: timedelta | None = None) -> Delivery:
    """Waiting for the next try, not before the channel `asked` for it; given up after three days."""
    if now - delivery.created_at > _PATIENCE:
        return replace(delivery, state=DeliveryState.ABANDONED, error=error)
    pause = min(_FIRST_PAUSE * 2 ** min(delivery.attempts - 1, 10), _LONGEST_PAUSE)
    return replace(delivery, next_at=now + max(pause, min(asked or pause, _LONGEST_ASKED)), error=error)
