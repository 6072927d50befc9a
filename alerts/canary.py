"""The canary's log: each planted mention with the moment of every step, how long they took, and the notice when one is lost.

Kept in the state. What plants and looks is `vigie.canary`; the digest and `vigie status` read it here.
"""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from alerts.digest_views import CanaryView
from alerts.letter import Letter, Section
from alerts.mail import compose_letter, wording_of
from alerts.texts import Wording
from alerts.usual import centiles
from config.schema import Config
from vigie.model import Delivery
from vigie.ports import State

_LOG = logging.getLogger(__name__)
_NAME = "canary"
_KEPT = timedelta(days=31)
_REMINDED = timedelta(days=1)
LOST, BACK = "canary_lost", "canary_back"


@dataclass(frozen=True, slots=True)
class Flight:
    """One planted mention, and when each step was first seen done; None before that, and for ever where it was lost."""

    mention_id: str
    document_id: str
    planted_at: datetime
    collected_at: datetime | None = None
    stored_at: datetime | None = None
    detected_at: datetime | None = None
    lost: bool = False

    @property
    def is_under_way(self) -> bool:
        return self.detected_at is None and not self.lost

    @property
    def last_step(self) -> str:
        """The last step that was seen done: planted, collected, stored or detected."""
        steps = (("detected", self.detected_at), ("stored", self.stored_at), ("collected", self.collected_at))
        return next((name for name, at in steps if at is not None), "planted")


def flights(state: State) -> tuple[Flight, ...]:
    """Those of the last 31 days, oldest first."""
    saved = state.detector_state(_NAME)
    return tuple(_flight(line) for line in saved.splitlines()) if saved else ()


def keep(state: State, flown: Iterable[Flight], now: datetime) -> None:
    """Replaces what is kept."""
    lines = [_line(flight) for flight in flown if flight.planted_at >= now - _KEPT]
    state.save_detector_state(_NAME, "\n".join(lines).encode())


def canary_view(state: State, start: datetime, end: datetime) -> CanaryView | None:
    """How the flights planted from `start` to `end` went; None without any that has ended."""
    ended = [one for one in flights(state) if start <= one.planted_at < end and not one.is_under_way]
    if not ended:
        return None
    delays = [one.detected_at - one.planted_at for one in ended if one.detected_at is not None]
    median, p95 = centiles(delays) if delays else (None, None)
    return CanaryView(len(ended), sum(one.lost for one in ended), median, p95)


def is_lost(state: State) -> bool:
    """Whether the last flight that has ended was lost."""
    ended = [one for one in flights(state) if not one.is_under_way]
    return bool(ended) and ended[-1].lost


def give_up(state: State, config: Config, now: datetime) -> None:
    """Calls lost what took too long, says so in the log and, once a day while it lasts, to the operators."""
    known = flights(state)
    late = [one for one in known if one.is_under_way and now - one.planted_at > config.settings.canary.patience]
    if not late:
        return
    lost = [replace(one, lost=True) for one in late]
    for one in lost:
        _LOG.error("event=canary_lost planted_at=%s last_step=%s", one.planted_at.isoformat(), one.last_step)
    with state.transaction():
        keep(state, [replace(one, lost=True) if one in late else one for one in known], now)
        told = [one.created_at for one in state.deliveries(_NAME) if one.purpose == LOST]
        if not told or now - told[-1] >= _REMINDED or _is_first(known, late[0]):
            _tell(state, config, LOST, lost[-1], now)


def arrived(state: State, config: Config, flight: Flight, now: datetime) -> None:
    """Keeps a flight that was detected; when the one before it was lost, the operators are told that all is well again."""
    known = flights(state)
    before = [one for one in known if one.planted_at < flight.planted_at and not one.is_under_way]
    with state.transaction():
        keep(state, [flight if one.mention_id == flight.mention_id else one for one in known], now)
        if before and before[-1].lost:
            _tell(state, config, BACK, flight, now)
    _LOG.info("event=canary_detected delay_s=%d", (now - flight.planted_at).total_seconds())


def _is_first(known: Sequence[Flight], lost: Flight) -> bool:
    """Whether the flight that ended before this one was well."""
    before = [one for one in known if one.planted_at < lost.planted_at and not one.is_under_way]
    return not before or not before[-1].lost


def _tell(state: State, config: Config, purpose: str, flight: Flight, now: datetime) -> None:
    letter = _letter(purpose, flight, wording_of(config, now), config)
    for recipient in dict.fromkeys(config.settings.mail.operators):
        key = f"{purpose}:{flight.planted_at.isoformat()}:{recipient}"
        content = compose_letter(letter, recipient=recipient, config=config, key=key, now=now)
        state.add(Delivery(key, "smtp", recipient, purpose, _NAME, content, created_at=now))


def _letter(purpose: str, flight: Flight, wording: Wording, config: Config) -> Letter:
    step = wording.say(f"canary_step_{flight.last_step}")
    return Letter(
        subject=wording.say(f"subject_{purpose}"),
        label=wording.say("label_canary"),
        lead=wording.say(f"lead_{purpose}", planted=flight.planted_at),
        sections=(Section(lines=(wording.say(f"{purpose}_line", step=step),)),),
        footer=(wording.say("why_canary", unsubscribe=wording.say("unsubscribe", team=config.settings.team.name)),),
        alarming=purpose == LOST,
    )


def _line(flight: Flight) -> str:
    values = (getattr(flight, field.name) for field in fields(flight))
    return json.dumps([one.isoformat() if isinstance(one, datetime) else one for one in values])


def _flight(line: bytes) -> Flight:
    mention_id, document_id, *moments, lost = json.loads(line)
    planted, collected, stored, detected = (datetime.fromisoformat(one) if one else None for one in moments)
    if planted is None:
        raise ValueError("a flight without a beginning")
    return Flight(mention_id, document_id, planted, collected, stored, detected, lost)
