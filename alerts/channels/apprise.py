"""Any other service that the Apprise library speaks to: Signal, Matrix, Gotify, Rocket.Chat, Pushover and some hundred more.

For those that no other channel speaks to: Apprise says only whether a message was taken. The trial is in docs/decisions.md.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from alerts.brief import brief_in
from alerts.channels.installation import ChannelOptions, Installation
from vigie.errors import ConfigError, DeliveryDeferred
from vigie.model import Delivery, Level

_TYPES = {Level.NOTICE: "info", Level.ALERT: "warning", Level.CRISIS: "failure"}


class AppriseOptions(ChannelOptions):
    """A service of Apprise's list (`pip install 'vigie[apprise]'`). VIGIE_CHANNEL_<ID>_URL is its Apprise address."""

    timeout_s: float = Field(30, gt=0, le=120, description="Seconds before a service that hangs is given up.")

    def open(self, at: Installation) -> "AppriseChannel":
        url = at.secret("URL")
        try:
            from apprise import Apprise  # noqa: PLC0415 - an extra of its own
        except ImportError as error:
            raise ConfigError(
                [f"alerts.toml: channel[{at.id}].kind: apprise is missing: pip install 'vigie[apprise]'"]
            ) from error
        service = Apprise.instantiate(url + ("&" if "?" in url else "?") + "redirect=no", suppress_exceptions=True)
        if service is None:
            raise at.refused("URL", "Apprise does not know this kind of address")
        return AppriseChannel(at.id, self.timeout_s, service)


@dataclass(frozen=True, slots=True)
class AppriseChannel:
    """Hands the brief to one service of Apprise, off the event loop."""

    id: str
    timeout_s: float
    service: Any = field(repr=False)

    async def send(self, delivery: Delivery) -> None:
        """Returns when Apprise says that it was taken. Raises: DeliveryDeferred, DeliveryRefused."""
        brief = brief_in(delivery)
        try:
            async with asyncio.timeout(self.timeout_s):
                taken = await asyncio.to_thread(
                    self.service.notify,
                    body=brief.plain(),
                    title=brief.heading,
                    notify_type=_TYPES[brief.level],
                    body_format="text",
                )
        except TimeoutError:
            raise DeliveryDeferred(delivery.recipient, "no answer in time") from None
        except Exception as error:  # noqa: BLE001 - the deliver loop: whatever a plugin raises may hold the address
            raise DeliveryDeferred(delivery.recipient, f"Apprise raised {type(error).__name__}") from None
        if not taken:
            raise DeliveryDeferred(delivery.recipient, "Apprise could not deliver it; it does not say why")

    async def check(self) -> str:
        """Nothing can be tried without sending."""
        return f"known to Apprise as {self.service.service_name}; `vigie channel test {self.id}` sends a message"
