"""Tells the operators, once per change, that a source is not seen any more, or that it is again.

Between the sources' states, which every pass renews, and the outbox. Alerts and digests say how much was seen to those who read
them; this is for those who can mend it. A trouble is told when it has lasted, so that a server that starts anew is no news.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.gather import source_name, sources_view, unseen_source
from alerts.mail import compose_notice
from alerts.views import SourceNotice
from config.schema import MAIL, Config
from vigie.model import Delivery, SourceHealth, SourceState
from vigie.ports import State

_LOG = logging.getLogger(__name__)
_TOLD = "notices/sources"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_PATIENCE = {SourceHealth.BLOCKED: _HOUR, SourceHealth.GONE: _HOUR, SourceHealth.CHANGED: _HOUR}
"""How long a trouble must last before it is told; the others a day."""


@dataclass(frozen=True, slots=True)
class SourceDesk:
    """Keeps nothing itself: what was told is in the state."""

    config: Config
    state: State

    def run(self, now: datetime) -> Sequence[Delivery]:
        """Adds to the outbox, and returns, one mail per operator when something changed that was not told yet."""
        operators = list(dict.fromkeys(self.config.settings.mail.operators))
        if not operators:
            return []
        known = {each.source_id: each for each in self.state.states()}
        watched = [known.get(row.id, SourceState(row.id)) for row in self.config.sources if row.enabled]
        told = json.loads(self.state.detector_state(_TOLD) or b"{}")
        worse = [each for each in watched if _is_trouble(each, now) and told.get(each.source_id) != each.health]
        better = [each for each in watched if each.health is SourceHealth.OK and each.source_id in told]
        if not (worse or better):
            return []
        view = SourceNotice(
            sources=sources_view(self.state, self.config),
            worse=tuple(unseen_source(self.config, each) for each in worse),
            better=tuple(source_name(self.config, each.source_id) for each in better),
        )
        return self._file(view, operators, _after(told, watched, worse), now)

    def _file(self, view: SourceNotice, operators: Sequence[str], told: Mapping[str, str], now: datetime) -> list[Delivery]:
        subject, made = f"sources:{now.isoformat()}", []
        for recipient in operators:
            key = f"{subject}:{recipient}"
            content = compose_notice(view, recipient=recipient, config=self.config, key=key, now=now)
            made.append(Delivery(key, MAIL, recipient, "sources", subject, content, created_at=now))
        with self.state.transaction():
            self.state.save_detector_state(_TOLD, json.dumps(told).encode())
            made = [delivery for delivery in made if self.state.add(delivery)]
        _LOG.info("event=sources_told worse=%d better=%d", len(view.worse), len(view.better))
        return made


def _is_trouble(state: SourceState, now: datetime) -> bool:
    """Whether a source that was seen is not any more, and has not been for long enough."""
    if state.health in (SourceHealth.OK, SourceHealth.NEVER) or state.since is None:
        return False
    return now - state.since >= _PATIENCE.get(state.health, _DAY)


def _after(told: Mapping[str, str], watched: Sequence[SourceState], worse: Sequence[SourceState]) -> dict[str, str]:
    """What has been told once this notice is out: of the sources that are still watched and not well."""
    unwell = {each.source_id for each in watched if each.health is not SourceHealth.OK}
    kept = {source_id: health for source_id, health in told.items() if source_id in unwell}
    return {**kept, **{each.source_id: str(each.health) for each in worse}}
