"""What the team does about an incident: takes it up, silences it, calls it a false alarm, notes a word. Kept for ever."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ActionKind(StrEnum):
    """What a person did. MUTED without an end, and TRUE, take an earlier word back."""

    ACKNOWLEDGED = "acknowledged"
    MUTED = "muted"
    FALSE = "false"
    TRUE = "true"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that somebody did about an incident. `key` is its identity there: the same click twice is one action.

    `by` names the person as the channel knows them. `until` is the end of a mute; None ends it at once.
    """

    incident_id: str
    key: str
    kind: ActionKind
    at: datetime
    by: str = ""
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Handling:
    """How an incident stands with the team: who took it up first, until when it is silent, what was last said of it."""

    acknowledged: Action | None = None
    muted_until: datetime | None = None
    is_false: bool = False
    is_true: bool = False
    notes: tuple[Action, ...] = ()

    def is_muted(self, now: datetime) -> bool:
        """Whether nothing is to be told at `now` but its end."""
        return self.muted_until is not None and now < self.muted_until


def actions_by_incident(actions: Iterable[Action]) -> dict[str, list[Action]]:
    """The actions on each incident, in their order; incidents that nobody touched are in none."""
    done: dict[str, list[Action]] = {}
    for action in actions:
        done.setdefault(action.incident_id, []).append(action)
    return done


def handling_of(actions: Iterable[Action], since: datetime | None = None) -> Handling:
    """Where the actions on one incident, oldest first, leave it. Before `since`, when it came back, nobody had taken it up."""
    acknowledged, muted_until, verdict, notes = None, None, None, []
    for action in actions:
        match action.kind:
            case ActionKind.ACKNOWLEDGED:
                acknowledged = acknowledged or (action if since is None or action.at >= since else None)
            case ActionKind.MUTED:
                muted_until = action.until
            case ActionKind.FALSE | ActionKind.TRUE:
                verdict = action.kind
            case ActionKind.NOTE:
                notes.append(action)
    return Handling(acknowledged, muted_until, verdict is ActionKind.FALSE, verdict is ActionKind.TRUE, tuple(notes))
