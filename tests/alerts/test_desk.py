"""From arrivals to deliveries: one transaction a tick, nothing lost, nothing twice."""

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from alerts.calendar import Calendar
from alerts.desk import AlertDesk, Standing
from config.schema import Brand, RouteRow, RuleRow
from vigie.errors import ConfigError
from vigie.model import Action, ActionKind, Arrival, Delivery, Incident, IncidentState, SignalKind, SourceState
from vigie.ports import State

START = datetime(2026, 3, 2, tzinfo=UTC)
STEP = timedelta(minutes=5)
ONSET = START + timedelta(days=4, hours=12)
BRANDS = [
    Brand(id="orange", name="Orange", query="orange"),
    Brand(id="sosh", name="Sosh", query="sosh"),
    Brand(id="sfr", name="SFR", query="sfr", role="competitor"),
]
RULE = RuleRow(id="crise", recipients=["a@example.fr", "b@example.fr"])


@dataclass
class MemoryState:
    """The part of the state that the desk uses, with transactions that roll back."""

    arrivals: list[Arrival] = field(default_factory=list)
    rows: dict[str, Incident] = field(default_factory=dict)
    memories: dict[str, bytes] = field(default_factory=dict)
    outbox: dict[str, Delivery] = field(default_factory=dict)
    done: list[Action] = field(default_factory=list)

    @property
    def detectors(self) -> dict[str, bytes]:
        """The detectors' memories by name."""
        return {name: memory for name, memory in self.memories.items() if name.startswith("detector/")}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = copy.deepcopy((self.rows, self.memories, self.outbox))
        try:
            yield
        except BaseException:
            self.rows, self.memories, self.outbox = before
            raise

    def arrivals_after(self, sequence: int, limit: int = 10_000) -> Sequence[Arrival]:
        return [one for one in self.arrivals if one.sequence > sequence][:limit]

    def states(self) -> Sequence[SourceState]:
        return []

    def open_incidents(self) -> Sequence[Incident]:
        return [one for one in self.rows.values() if one.state is not IncidentState.CLOSED]

    def incidents(self, start: datetime | None = None, end: datetime | None = None) -> Sequence[Incident]:
        return [one for one in self.rows.values() if start is None or one.opened_at >= start]

    def arrivals_since(self, moment: datetime, limit: int = 10_000) -> Sequence[Arrival]:
        return [one for one in self.arrivals if one.seen_at >= moment][-limit:]

    def actions(self, incident_id: str | None = None) -> Sequence[Action]:
        return [one for one in self.done if incident_id in (None, one.incident_id)]

    def save(self, incident: Incident) -> None:
        self.rows[incident.id] = incident

    def detector_state(self, name: str) -> bytes | None:
        return self.memories.get(name)

    def save_detector_state(self, name: str, state: bytes) -> None:
        self.memories[name] = state

    def add(self, delivery: Delivery) -> bool:
        return self.outbox.setdefault(delivery.key, delivery) is delivery

    def deliveries(self, subject_id: str | None = None) -> Sequence[Delivery]:
        return [one for one in self.outbox.values() if one.subject_id == subject_id]


def desk(state: MemoryState, rules: Sequence[RuleRow] = (RULE,), routes: Sequence[RouteRow] = ()) -> AlertDesk:
    return AlertDesk(rules=rules, brands=BRANDS, state=cast(State, state), calendar=Calendar(), routes=routes)


def stream(brand: str = "orange", floods: int = 80) -> list[Arrival]:
    """Four and a half days of a mention an hour, then a flood of negatives within the hour."""
    calm = [(START + timedelta(hours=hour), hour % 4 == 0) for hour in range(1, 110)]
    flood = [(ONSET + timedelta(seconds=45 * index), True) for index in range(floods)]
    return [
        Arrival(
            number, f"m{number}", brand, at - STEP, at, 0.9 if negative else 0.1, f"{brand}{number}", "s", f"{number}.example"
        )
        for number, (at, negative) in enumerate(sorted(calm + flood), start=1)
    ]


def run(state: MemoryState, arrivals: list[Arrival], until: datetime, routes: Sequence[RouteRow] = ()) -> None:
    """Ticks every five minutes with a new desk each time: between ticks, a process may die."""
    at, waiting = START, list(arrivals)
    while at < until:
        at += STEP
        while waiting and waiting[0].seen_at < at:
            state.arrivals.append(waiting.pop(0))
        desk(state, routes=routes).tick(at)


def purposes(state: MemoryState) -> list[str]:
    return [one.purpose for one in state.outbox.values()]


@pytest.fixture(scope="module")
def crisis() -> MemoryState:
    state = MemoryState()
    run(state, stream(), ONSET + timedelta(hours=1))
    return state


def test_a_crisis_opens_one_incident_and_mails_every_recipient_once(crisis: MemoryState) -> None:
    [incident] = crisis.rows.values()
    assert (incident.brand_id, incident.rule_id, incident.kind) == ("orange", "crise", SignalKind.BAD_BUZZ)
    opened = [one for one in crisis.outbox.values() if one.purpose == "incident_opened"]
    assert {one.recipient for one in opened} == {"a@example.fr", "b@example.fr"}
    assert len(opened) == 2
    for one in opened:
        assert one.subject_id == incident.id and incident.id in one.key and one.recipient in one.key
        assert one.channel == "smtp"
        assert one.content == b""  # composed later, outside the transaction


def test_a_route_adds_its_recipients_each_by_its_channel() -> None:
    routes = [RouteRow(id="toutes", to=["slack-crise"]), RouteRow(id="autre", to=["c@example.fr"], brands=["sosh"])]
    state = MemoryState()
    run(state, stream(), ONSET + timedelta(hours=1), routes=routes)
    told = {one.recipient: one.channel for one in state.outbox.values() if one.purpose == "incident_opened"}
    assert told == {"a@example.fr": "smtp", "b@example.fr": "smtp", "slack-crise": "slack-crise"}


def test_the_incident_is_followed_to_its_end_and_the_end_is_told() -> None:
    state = MemoryState()
    run(state, stream(), ONSET + timedelta(hours=12))
    [incident] = state.rows.values()
    assert incident.state is IncidentState.CLOSED
    assert purposes(state).count("incident_closed") == 2
    assert list(state.outbox.values())[-1].purpose == "incident_closed"


def test_every_aggravation_is_told_even_to_a_list_of_recipients_that_changed() -> None:
    again = ONSET + timedelta(hours=2)
    grows = [
        Arrival(1000 + index, f"g{index}", "orange", at, at, 0.9, f"g{index}", "s", "g.example")
        for index, at in enumerate(again + timedelta(seconds=6 * number) for number in range(600))
    ]
    state = MemoryState()
    run(state, [*stream(floods=12), *grows], again)
    assert purposes(state).count("incident_opened") == 2
    state.outbox |= {
        f"earlier-{number}": replace(next(iter(state.outbox.values())), key=f"earlier-{number}", purpose="incident_worse")
        for number in range(2)
    }
    larger = [RULE.model_copy(update={"recipients": [*RULE.recipients, "c@example.fr", "d@example.fr"]})]
    at = again
    while at < again + timedelta(hours=1):
        at += STEP
        state.arrivals += [one for one in grows if at - STEP <= one.seen_at < at]
        desk(state, rules=larger).tick(at)
    told = {one.recipient for one in state.outbox.values() if one.purpose == "incident_worse" and "earlier" not in one.key}
    assert told == set(larger[0].recipients)


def test_a_tick_run_again_changes_nothing(crisis: MemoryState) -> None:
    again = copy.deepcopy(crisis)
    desk(again).tick(ONSET + timedelta(hours=1))
    assert again.outbox == crisis.outbox
    assert again.rows.keys() == crisis.rows.keys()


def test_a_tick_that_dies_in_the_middle_leaves_nothing_and_comes_out_the_same_afterwards(crisis: MemoryState) -> None:
    class Killed(BaseException):
        pass

    class Dying(MemoryState):
        def add(self, delivery: Delivery) -> bool:
            if delivery.recipient == "b@example.fr" and delivery.key not in died:
                died.append(delivery.key)
                raise Killed
            return super().add(delivery)

    died: list[str] = []
    state, at, waiting = Dying(), START, stream()
    while at < ONSET + timedelta(hours=1):
        at += STEP
        while waiting and waiting[0].seen_at < at:
            state.arrivals.append(waiting.pop(0))
        before = copy.deepcopy(state)
        try:
            desk(state).tick(at)
        except Killed:
            assert state == before
            desk(state).tick(at)
    assert died
    assert (state.rows, state.outbox, state.memories) == (crisis.rows, crisis.outbox, crisis.memories)


def test_competitors_are_never_alerted_on() -> None:
    state = MemoryState()
    run(state, stream("sfr"), ONSET + timedelta(hours=1))
    assert not state.rows and not state.outbox
    named = MemoryState(arrivals=stream("sfr"))
    desk(named, rules=[RULE.model_copy(update={"brands": ["sfr"]})]).tick(ONSET)
    assert not named.detectors


def test_a_rule_watches_the_brands_it_names_and_by_default_every_own_brand() -> None:
    state = MemoryState()
    desk(state, rules=[RULE, RULE.model_copy(update={"id": "sosh", "brands": ["sosh"]})]).tick(START)
    assert set(state.detectors) == {"detector/crise/orange", "detector/crise/sosh", "detector/sosh/sosh"}


def test_a_rule_added_later_learns_from_the_arrivals_there_are() -> None:
    state = MemoryState(arrivals=stream(floods=0))
    at = ONSET + STEP
    desk(state).tick(at)
    flood = [one for one in stream() if one.sequence > len(state.arrivals)]
    assert not state.outbox
    state.arrivals += [
        Arrival(1000 + index, f"n{index}", "orange", at, at, 0.9, f"n{index}", "s", "x.example") for index in range(len(flood))
    ]
    desk(state).tick(at + STEP)
    assert purposes(state) == ["incident_opened", "incident_opened"]


def test_a_memory_that_cannot_be_read_is_learnt_anew(crisis: MemoryState) -> None:
    state = copy.deepcopy(crisis)
    for name in state.memories:
        state.memories[name] = b"garbage"
    desk(state).tick(ONSET + timedelta(hours=2))
    assert all(b"garbage" not in memory for memory in state.memories.values())
    assert state.outbox == crisis.outbox


def test_an_incident_whose_rule_is_gone_is_ended_in_silence(crisis: MemoryState) -> None:
    state = copy.deepcopy(crisis)
    desk(state, rules=[]).tick(ONSET + timedelta(hours=2))
    assert not state.open_incidents()
    assert state.outbox == crisis.outbox


def test_more_arrivals_than_one_reading_gives_are_all_read() -> None:
    state = MemoryState()
    state.arrivals = [
        Arrival(number, str(number), "sosh", START, START, 0.1, str(number), "s", "s.example") for number in range(1, 25_001)
    ]
    desk(state).tick(START + STEP)
    assert {memory.split()[0] for memory in state.detectors.values()} == {b"25000"}


def test_an_unknown_kind_or_option_is_refused_with_its_place() -> None:
    with pytest.raises(ConfigError, match=r"crise.*krise"):
        desk(MemoryState(), rules=[RULE.model_copy(update={"kind": "krise"})])
    with pytest.raises(ConfigError, match=r"crise.*options\.sensibility"):
        desk(MemoryState(), rules=[RULE.model_copy(update={"options": {"sensibility": "high"}})])


def test_a_look_says_how_each_brand_stands_and_changes_nothing(crisis: MemoryState) -> None:
    before = copy.deepcopy(crisis)
    standings = {look.brand_id: look.standing for look in desk(crisis).look(ONSET + timedelta(hours=1))}
    assert standings == {"orange": Standing.ALERT, "sosh": Standing.CALM}
    assert crisis == before


def test_without_a_source_that_is_read_a_brand_is_not_calm_but_blind() -> None:
    state = MemoryState()
    rules, told = [RULE.model_copy(update={"brands": ["sosh"]})], cast(State, state)
    blind = AlertDesk(rules=rules, brands=BRANDS, state=told, calendar=Calendar(), sources=["journal"])
    [look] = blind.look(START + STEP)
    assert look.standing is Standing.BLIND
    assert look.coverage < 0.5


def returning(back_at: datetime) -> list[Arrival]:
    """The flood, and one more like it from `back_at` on."""
    again = [
        Arrival(5000 + index, f"r{index}", "orange", at, at, 0.9, f"r{index}", "s", f"{index}.example")
        for index, at in enumerate(back_at + timedelta(seconds=30 * number) for number in range(120))
    ]
    return [*stream(), *again]


def test_what_comes_back_within_a_day_of_its_end_is_the_same_incident() -> None:
    state = MemoryState()
    run(state, returning(ONSET + timedelta(hours=26)), ONSET + timedelta(hours=28))
    [incident] = state.rows.values()
    assert incident.reopened_at is not None and incident.closed_at is None
    assert purposes(state).count("incident_reopened") == 2
    assert purposes(state).count("incident_opened") == 2


def test_what_comes_back_after_a_false_alarm_is_a_new_incident() -> None:
    state = MemoryState()
    run(state, stream(), ONSET + timedelta(hours=20))
    [first] = state.rows.values()
    state.done = [Action(first.id, "k", ActionKind.FALSE, ONSET)]
    for at in (ONSET + timedelta(hours=20) + STEP * number for number in range(1, 100)):
        state.arrivals += [one for one in returning(ONSET + timedelta(hours=26))[-120:] if at - STEP <= one.seen_at < at]
        desk(state).tick(at)
    assert len(state.rows) == 2
    assert "incident_reopened" not in purposes(state)


def test_of_a_muted_incident_only_the_end_is_told() -> None:
    state = MemoryState()
    run(state, stream(floods=12), ONSET + timedelta(hours=1))
    [incident] = state.rows.values()
    before = len(state.outbox)
    state.done = [Action(incident.id, "k", ActionKind.MUTED, ONSET, until=ONSET + timedelta(days=2))]
    at = ONSET + timedelta(hours=1)
    while at < ONSET + timedelta(hours=15):
        at += STEP
        if at < ONSET + timedelta(hours=4):
            state.arrivals += [
                Arrival(9000 + len(state.arrivals) + index, f"x{at}{index}", "orange", at, at, 0.9, f"x{at}{index}", "s", "x.fr")
                for index in range(25)
            ]
        desk(state).tick(at)
    assert state.rows[incident.id].peak.evidence > 1.5 * incident.peak.evidence  # it got worse, in silence
    assert set(purposes(state)[before:]) == {"incident_closed"}
