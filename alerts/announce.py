"""Composes the mails that a tick filed: outside its transaction, and off the event loop, for charts take their time.

From `alerts.notices` to `alerts.outbox`. A delivery is sent only once it has its content; composed twice after a crash, it has
the same key and the same Message-ID.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.bare import compose_bare
from alerts.gather import brand_name
from alerts.incidents import NOTICES, TOLD_AT_LENGTH
from alerts.mail import compose_incident
from alerts.signing import WISHES, Links
from alerts.views import IncidentView
from config.schema import Config
from vigie.model import Delivery, DeliveryState, Incident
from vigie.ports import State

_LOG = logging.getLogger(__name__)

Look = Callable[[Incident, datetime, bool], IncidentView]
"""What is known of an incident at a moment, at length or for a follow-up. Raises: StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class Announcer:
    """Writes what waits to be told. What the store says of an incident is asked once for all its recipients."""

    config: Config
    state: State
    look: Look
    links: Links | None = None

    def compose_waiting(self, now: datetime) -> int:
        """Gives every filed delivery its content; returns how many."""
        waiting = [one for one in self.state.due(now) if one.purpose in NOTICES and not one.content]
        lengthy = {one.subject_id for one in waiting if one.purpose in TOLD_AT_LENGTH}
        views: dict[str, IncidentView | None] = {}
        for delivery in waiting:
            incident = self.state.incident(delivery.subject_id)
            if incident is None:  # restored without it
                gone = replace(delivery, state=DeliveryState.ABANDONED, error="its incident is not known any more")
                self.state.update(gone)
                continue
            if incident.id not in views:
                views[incident.id] = self._view(incident, now, incident.id in lengthy)
            content = self._content(delivery, incident, views[incident.id], now)
            self.state.update(replace(delivery, content=content))
        return len(waiting)

    def _view(self, incident: Incident, now: datetime, at_length: bool) -> IncidentView | None:
        try:
            return self.look(incident, now, at_length)
        except Exception:  # noqa: BLE001 - the deliver loop: a store that is away must not hide a crisis
            _LOG.exception("event=gather_failed incident=%s", incident.id)
            return None

    def _content(self, delivery: Delivery, incident: Incident, view: IncidentView | None, now: datetime) -> bytes:
        """The mail, or its bare figures when it cannot be composed: nor must a fault in a chart."""
        purpose, recipient, key = delivery.purpose, delivery.recipient, delivery.key
        if view is not None:
            view = replace(view, deeds=self._deeds(incident, recipient, now))
            try:
                return compose_incident(view, purpose=purpose, recipient=recipient, config=self.config, key=key, now=now)
            except Exception:  # noqa: BLE001 - as above
                _LOG.exception("event=compose_failed incident=%s purpose=%s", incident.id, purpose)
        settings, brand = self.config.settings, brand_name(self.config, incident.brand_id)
        sender, zone = settings.mail.sender, settings.team.zone
        return compose_bare(incident, purpose, recipient, key, brand=brand, sender=sender, zone=zone)

    def _deeds(self, incident: Incident, recipient: str, now: datetime) -> tuple[tuple[str, str], ...]:
        """What this recipient may do about the incident by a click; nothing where no pages are served."""
        if self.links is None:
            return ()
        return tuple((wish, self.links.make(incident.thread, wish, recipient, now)) for wish in WISHES)
