"""What a person does about an incident, by command or by link: done once, and answered with how things then stand."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from vigie.model import Action, ActionKind, Handling, handling_of
from vigie.ports import State

MUTES = (timedelta(hours=2), timedelta(hours=24))
"""For how long a link silences an incident."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done. `lasts` is for how long a mute holds; None ends it."""

    kind: ActionKind
    lasts: timedelta | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """The action that a wish became, and how the incident then stands; `is_new` is False when it had been done before."""

    action: Action
    handling: Handling
    is_new: bool


def do(state: State, incident_id: str, wish: Wish, by: str, now: datetime, key: str = "") -> Deed:
    """Does it. The same `key` does it once, however often it is asked; without one every call is a deed of its own."""
    until = now + wish.lasts if wish.lasts is not None else None
    action = Action(incident_id, key or f"{wish.kind}/{now.isoformat()}/{by}", wish.kind, now, by, until, wish.text)
    with state.transaction():
        is_new = state.add_action(action)
        known = state.actions(incident_id)
    done = next(one for one in known if one.key == action.key)
    return Deed(done, handling_of(known), is_new)
