"""What every state promises of what the team did about incidents, and where such actions leave an incident."""

from datetime import timedelta

from tests.contracts.state_samples import NOW, some_action
from vigie.model import ActionKind, handling_of
from vigie.ports import State

LATER = NOW + timedelta(hours=2)


def test_actions_come_back_whole_and_in_order(state: State) -> None:
    made = [
        some_action(ActionKind.MUTED, "a", until=LATER),
        some_action(ActionKind.NOTE, "b", text="appelé \ud800"),
        some_action(key="a", incident="autre", by=""),
    ]
    assert [state.add_action(action) for action in made] == [True, True, True]
    assert list(state.actions()) == made
    assert list(state.actions("incident")) == made[:2]


def test_actions_on_many_incidents_come_in_the_order_in_which_they_were_added(state: State) -> None:
    made = [
        some_action(key="a"),
        some_action(key="b", incident="autre \ud800"),
        some_action(key="c"),
        some_action(key="d", incident="tiers"),
    ]
    for action in made:
        state.add_action(action)
    known = [f"sans suite {number}" for number in range(2500)]
    assert list(state.actions_on({"incident", "autre \ud800", *known})) == made[:3]
    assert not state.actions_on([])


def test_an_action_with_a_known_key_changes_nothing(state: State) -> None:
    state.add_action(some_action())
    assert state.add_action(some_action(ActionKind.FALSE)) is False
    assert list(state.actions()) == [some_action()]


def test_actions_outlive_what_is_trimmed(state: State) -> None:
    state.add_action(some_action())
    state.trim(LATER)
    assert state.actions()


def test_the_first_to_take_it_up_has_it_and_the_last_word_counts_for_the_rest() -> None:
    first, second = some_action(key="a"), some_action(key="b", by="paul")
    note = some_action(ActionKind.NOTE, "c", text="vu")
    now = handling_of([first, second, some_action(ActionKind.FALSE), some_action(ActionKind.MUTED, until=LATER), note])
    assert (now.acknowledged, now.is_false, now.muted_until, now.notes) == (first, True, LATER, (note,))
    assert now.is_muted(NOW) and not now.is_muted(LATER)
    back = handling_of([some_action(ActionKind.FALSE), some_action(ActionKind.TRUE), some_action(ActionKind.MUTED)])
    assert not back.is_false and not back.is_muted(NOW)
