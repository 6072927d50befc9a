"""How often a rule was right, by what people did about its incidents. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from vigie.model import Action, Handling, Incident, actions_by_incident, handling_of


@dataclass(frozen=True, slots=True)
class RuleMarks:
    """A rule's `alerts`; those that people `judged` (took up, or called true or false), and the `false` ones of these."""

    rule_id: str
    alerts: int
    judged: int
    false: int


def handlings(actions: Iterable[Action]) -> dict[str, Handling]:
    """How incidents stand, by id; those that nobody touched are in none."""
    return {incident: handling_of(each) for incident, each in actions_by_incident(actions).items()}


def false_incidents(incidents: Iterable[Incident], actions: Iterable[Action]) -> frozenset[str]:
    """The ids of those that people call false alarms."""
    known = handlings(actions)
    return frozenset(one.id for one in incidents if one.thread in known and known[one.thread].is_false)


def rule_marks(incidents: Iterable[Incident], actions: Iterable[Action]) -> list[RuleMarks]:
    """One line a rule, most alerts first."""
    known = handlings(actions)
    lines: dict[str, RuleMarks] = {}
    for incident in incidents:
        handling = known.get(incident.thread, Handling())
        line = lines.get(incident.rule_id, RuleMarks(incident.rule_id, 0, 0, 0))
        judged = handling.is_false or handling.is_true or handling.acknowledged is not None
        lines[incident.rule_id] = RuleMarks(line.rule_id, line.alerts + 1, line.judged + judged, line.false + handling.is_false)
    return sorted(lines.values(), key=lambda line: (-line.alerts, line.rule_id))
