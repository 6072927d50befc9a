"""A rule's precision, from what people did about its incidents."""

from dataclasses import replace

from alerts.rule_marks import RuleMarks, false_incidents, rule_marks
from tests.contracts.state_samples import NOW, some_incident
from vigie.model import Action, ActionKind, Incident


def named(name: str, rule: str = "crise", joins: str = "") -> Incident:
    return replace(some_incident(name), rule_id=rule, joins=joins)


def act(incident: str, *kinds: ActionKind) -> list[Action]:
    return [Action(incident, f"{number}", kind, NOW) for number, kind in enumerate(kinds)]


def test_alerts_judged_and_false_are_counted_by_rule() -> None:
    incidents = [named(name) for name in "abcd"] + [named("e", "buzz")]
    actions = [
        *act("a", ActionKind.FALSE),
        *act("b", ActionKind.ACKNOWLEDGED),
        *act("c", ActionKind.FALSE, ActionKind.TRUE),
        *act("d", ActionKind.NOTE),
    ]
    assert rule_marks(incidents, actions) == [RuleMarks("crise", 4, 3, 1), RuleMarks("buzz", 1, 0, 0)]


def test_an_incident_that_joins_another_is_judged_with_it() -> None:
    incidents = [named("a"), named("b", joins="a")]
    assert false_incidents(incidents, act("a", ActionKind.FALSE)) == {"a", "b"}
