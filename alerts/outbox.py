"""Sends what waits in the outbox: the last step of the way, from delivery to mailbox.

A delivery is marked sent only after the server took it. A process that dies in between sends it again, with the same
Message-ID, which is how mail programs and servers recognise it: at least once, and recognisable when twice.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vigie.errors import DeliveryError, Fate
from vigie.model import Delivery, DeliveryState
from vigie.ports import Channel, Outbox

_LOG = logging.getLogger(__name__)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
_PATIENCE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What one round of sending did."""

    sent: int = 0
    deferred: int = 0
    refused: int = 0


async def dispatch(outbox: Outbox, channels: Mapping[str, Channel], now: datetime) -> Dispatch:
    """Sends every delivery that is due at `now`, oldest first; one that fails never stops the others."""
    counts = dict.fromkeys(DeliveryState, 0)
    for delivery in outbox.due(now):
        if not delivery.content:  # not composed yet
            continue
        after = await _send(delivery, channels, now)
        outbox.update(after)
        counts[after.state] += 1
        _LOG.info("event=delivery state=%s purpose=%s about=%s", after.state, after.purpose, after.subject_id)
    return Dispatch(
        sent=counts[DeliveryState.SENT],
        deferred=counts[DeliveryState.PENDING],
        refused=counts[DeliveryState.REFUSED] + counts[DeliveryState.ABANDONED],
    )


async def _send(delivery: Delivery, channels: Mapping[str, Channel], now: datetime) -> Delivery:
    """The delivery as it stands after one try."""
    tried = replace(delivery, attempts=delivery.attempts + 1)
    channel = channels.get(delivery.channel)
    if channel is None:
        return replace(tried, state=DeliveryState.REFUSED, error=f"no channel {delivery.channel!r} is configured")
    try:
        await channel.send(delivery)
    except DeliveryError as error:
        if error.fate is Fate.DROP:
            return replace(tried, state=DeliveryState.REFUSED, error=str(error))
        return _later(tried, str(error), now)
    except Exception as error:  # noqa: BLE001 - the deliver loop: one message's surprise must not hold the others back
        _LOG.exception("event=delivery_error purpose=%s about=%s", delivery.purpose, delivery.subject_id)
        return _later(tried, repr(error), now)
    return replace(tried, state=DeliveryState.SENT, sent_at=now, error="")


def _later(delivery: Delivery, error: str, now: datetime) -> Delivery:
    if now - delivery.created_at > _PATIENCE:
        return replace(delivery, state=DeliveryState.ABANDONED, error=error)
    pause = min(_FIRST_PAUSE * 2 ** min(delivery.attempts - 1, 10), _LONGEST_PAUSE)
    return replace(delivery, next_at=now + pause, error=error)
