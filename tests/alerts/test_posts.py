"""The detectors' memory: in the process from tick to tick, written so that any other process goes on in its place."""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from alerts.calendar import Calendar
from alerts.desk import AlertDesk
from alerts.detect import Conditions
from alerts.posts import Posts, Watch
from alerts.rules import rule_options
from config.schema import RuleRow
from tests.alerts.test_desk import BRANDS, ONSET, START, STEP, MemoryState, stream
from vigie.model import Incident, SourceHealth, SourceState
from vigie.ports import State

KINDS = ("bad_buzz", "slow_rise", "silence", "mention")
RULES = [RuleRow(id=kind, kind=kind, recipients=["a@example.fr"]) for kind in KINDS]
BEGIN, END = ONSET - timedelta(hours=6), ONSET + timedelta(hours=3)


class Killed(BaseException):
    pass


class CountingState(MemoryState):
    """One of the two sources fails every third hour; the memories that are written are counted."""

    now = START
    written = 0
    dies = False

    def states(self) -> Sequence[SourceState]:
        return [SourceState("a", SourceHealth.OK), *[SourceState("b", SourceHealth.OK)] * (self.now.hour % 3 > 0)]

    def save_detector_state(self, name: str, state: bytes) -> None:
        self.written += 1
        super().save_detector_state(name, state)

    def save(self, incident: Incident) -> None:
        super().save(incident)
        if self.dies:
            raise Killed


def desk(state: CountingState) -> AlertDesk:
    return AlertDesk(rules=RULES, brands=BRANDS, state=cast(State, state), calendar=Calendar(), sources=["a", "b"])


def run(restarts: Sequence[int] = (), deaths: Sequence[int] = ()) -> CountingState:
    """Nine hours of ticks around the onset: a new process before some of them, some that fail once and are done again."""
    state, waiting, at, number = CountingState(), stream(), BEGIN, 0
    running = desk(state)
    while at < END:
        at += STEP
        while waiting and waiting[0].seen_at < at:
            state.arrivals.append(waiting.pop(0))
        running = desk(state) if number in restarts else running
        state.now, state.dies = at, number in deaths
        try:
            running.tick(at)
        except Killed:
            state.dies = False
            running.tick(at)
        number += 1
    return state


def memories(state: CountingState) -> list[bytes]:
    """What a process that starts now knows."""
    calendar = Calendar()
    watches = [Watch(rule, brand, rule_options(rule)) for rule in RULES for brand in BRANDS]
    posts = Posts(watches, cast(State, state), calendar.zone, lambda _, tick: Conditions(tick.unseen, tick.sources))
    return [post.detector.dump() for post in posts.read()]


@pytest.fixture(scope="module")
def known() -> CountingState:
    """A new process at every tick: it has nothing but what is written."""
    state = run(restarts=range(200))
    assert {incident.rule_id for incident in state.rows.values()} == {"bad_buzz", "mention"}
    return state


TICKS = st.lists(st.integers(1, 107), max_size=8)


@settings(max_examples=5, deadline=None, phases=[Phase.generate])
@given(restarts=TICKS, deaths=TICKS)
def test_a_process_that_dies_at_any_tick_is_replaced_without_a_trace(
    known: CountingState, restarts: list[int], deaths: list[int]
) -> None:
    state = run(restarts, deaths)
    assert (state.rows, state.outbox) == (known.rows, known.outbox)
    assert memories(state) == memories(known)


def test_a_process_that_starts_writes_only_what_it_would_have_written_anyway() -> None:
    state = CountingState()
    running = desk(state)
    for number in range(14):
        running.tick(START + number * STEP)
    state.written = 0
    desk(state).tick(START + 14 * STEP)
    assert state.written < len(RULES) * 2


def test_a_tick_that_brings_nothing_writes_few_memories() -> None:
    state = CountingState()
    running = desk(state)
    running.tick(START)
    assert state.written == len(RULES) * 2 + 1
    state.written = 0
    for number in range(1, 25):
        running.tick(START + number * STEP)
    assert state.written == 2 * len(RULES) * 2 + 24  # each twice in two hours, and the ticks themselves


def test_a_desk_whose_place_another_process_took_reads_what_that_one_wrote() -> None:
    state = CountingState()
    first, second = desk(state), desk(state)
    state.arrivals = stream()[:100]
    first.tick(BEGIN)
    second.tick(BEGIN + STEP)
    state.arrivals = stream()[:101]
    second.tick(BEGIN + 2 * STEP)
    first.tick(BEGIN + 3 * STEP)
    alone = CountingState()
    running = desk(alone)
    for number, come in enumerate((100, 100, 101, 101)):
        alone.arrivals = stream()[:come]
        running.tick(BEGIN + number * STEP)
    assert memories(state) == memories(alone)


def test_ticks_that_cannot_be_read_are_taken_for_missing() -> None:
    state = run()
    opened = dict(state.rows)
    state.memories["ticks"] = b"garbage"
    desk(state).tick(END + STEP)
    assert state.rows.keys() == opened.keys()
