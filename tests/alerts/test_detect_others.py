"""The detectors besides the flood's: slow rises, silence, new themes, single facts; and what all of them keep."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.detect import Conditions, Detector, Verdict
from alerts.rules import RULES, RuleOptions
from vigie.errors import VigieError
from vigie.model import Arrival, SignalKind

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
STEP = timedelta(minutes=5)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ZONE = "Europe/Paris"


def arrival(number: int, seen_at: datetime, negative: float = 0.1, **more: object) -> Arrival:
    plain = Arrival(number, f"m{number}", "orange", seen_at - STEP, seen_at, negative, f"s{number}", "journal", "journal.example")
    return replace(plain, **more)  # type: ignore[arg-type]


def calm(days: float, a_day: int, start: datetime = START, seed: int = 1) -> list[Arrival]:
    chance = random.Random(seed)
    moments = sorted(start + timedelta(days=chance.uniform(0, days)) for _ in range(round(days * a_day)))
    return [arrival(number, at, 0.9 if chance.random() < 0.2 else 0.1) for number, at in enumerate(moments)]


def run(
    watched: Detector, arrivals: Sequence[Arrival], end: datetime, start: datetime = START, conditions: Conditions | None = None
) -> list[Verdict]:
    verdicts, waiting, at = [], sorted(arrivals, key=lambda one: one.seen_at), start
    while at < end:
        at += STEP
        while waiting and waiting[0].seen_at < at:
            watched.observe(waiting.pop(0))
        verdicts.append(watched.tick(at, conditions) if conditions else watched.tick(at))
    return verdicts


def alerts(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.alert]


def begun(kind: str, **options: object) -> Detector:
    return RULES[kind].model_validate(options).begin("orange", ZONE)


# --- slow rise


def climb(start: datetime, hours: int, last: int) -> list[Arrival]:
    """Negatives from none an hour to `last` an hour."""
    return [
        arrival(100_000 + 100 * hour + index, start + hour * HOUR + index * timedelta(minutes=3), 0.9)
        for hour in range(hours)
        for index in range(round(last * (hour + 1) / hours))
    ]


def test_negatives_that_climb_for_a_day_are_a_slow_rise() -> None:
    onset = START + 14 * DAY
    found = alerts(run(begun("slow_rise"), [*calm(16, 20), *climb(onset, 36, 5)], START + 16 * DAY))
    assert [one.current.kind for one in found[:1]] == [SignalKind.SLOW_RISE]
    told = found[0].current
    assert onset < told.at <= onset + 30 * HOUR
    assert told.negatives > told.expected_negatives and told.window >= DAY


def test_a_flood_of_an_hour_is_no_slow_rise() -> None:
    flood = [arrival(100_000 + index, START + 14 * DAY + index * timedelta(minutes=1), 0.9) for index in range(60)]
    assert not alerts(run(begun("slow_rise"), [*calm(17, 20), *flood], START + 17 * DAY))


def test_a_flood_that_fades_over_half_a_day_is_no_slow_rise() -> None:
    onset = START + 14 * DAY + 9 * HOUR
    fading = [
        arrival(100_000 + 1000 * hour + index, onset + hour * HOUR + index * timedelta(minutes=1), 0.9)
        for hour in range(12)
        for index in range(round(24 * 0.75**hour))
    ]
    assert not alerts(run(begun("slow_rise"), [*calm(17, 20), *fading], START + 17 * DAY))


# --- silence


def test_a_brand_that_always_speaks_and_falls_silent_is_told_once() -> None:
    arrivals = [one for one in calm(20, 200) if one.seen_at < START + 14 * DAY]
    found = alerts(run(begun("silence"), arrivals, START + 17 * DAY))
    assert [one.current.kind for one in found] == [SignalKind.SILENCE]
    told = found[0].current
    assert told.seen == 0 and told.expected > 10
    assert abs(told.onset - arrivals[-1].seen_at) <= 2 * STEP


def test_the_end_of_a_silence_is_calm_again_and_the_next_one_is_told_anew() -> None:
    watched = begun("silence")
    before = [one for one in calm(20, 200) if one.seen_at < START + 14 * DAY]
    assert not run(watched, before, START + 16 * DAY)[-1].calm
    assert run(watched, [arrival(9_999, START + 16 * DAY)], START + 16 * DAY + STEP, START + 16 * DAY)[-1].calm
    assert len(alerts(run(watched, [], START + 18 * DAY, START + 16 * DAY + STEP))) == 1


def test_silence_with_sources_that_are_not_read_is_blindness_and_no_alert() -> None:
    watched = begun("silence")
    run(watched, calm(14, 200), START + 14 * DAY)
    blind = Conditions(unseen=frozenset({"journal"}), sources=1)
    verdicts = run(watched, [], START + 17 * DAY, START + 14 * DAY, blind)
    assert not alerts(verdicts)
    assert verdicts[-1].blind and not verdicts[-1].calm


def test_a_brand_of_which_little_is_said_may_be_silent() -> None:
    assert not alerts(run(begun("silence"), calm(10, 1), START + 17 * DAY))


# --- themes


def complaint(number: int, at: datetime, theme: str) -> Arrival:
    return arrival(number, at, 0.9, themes=(theme,))


def test_a_theme_that_is_new_is_told_by_its_name() -> None:
    usual = [complaint(number, START + number * 5 * HOUR, "attente") for number in range(70)]
    new = [complaint(1000 + number, START + 14 * DAY + number * HOUR, "facture") for number in range(6)]
    found = alerts(run(begun("theme"), [*usual, *new], START + 15 * DAY))
    assert [(one.current.kind, one.current.matched) for one in found] == [(SignalKind.THEME, ("facture",))]


def test_a_theme_of_a_hundred_complaints_at_once_is_new_with_all_of_them() -> None:
    flood = [complaint(1000 + number, START + 5 * DAY, "panne") for number in range(100)]
    [found] = alerts(run(begun("theme"), flood, START + 6 * DAY))
    assert (found.current.seen, found.current.negatives) == (100, 100)


def test_copies_of_one_complaint_are_no_new_theme() -> None:
    copies = [complaint(1000 + number, START + 5 * DAY + number * STEP, "facture") for number in range(20)]
    same = [replace(one, story_id="dépêche") for one in copies]
    assert not alerts(run(begun("theme"), same, START + 6 * DAY))


# --- single facts


def test_a_crisis_word_is_told_at_once_even_of_a_brand_that_is_new() -> None:
    found = alerts(run(begun("crisis_words"), [arrival(1, START + HOUR, words=("boycott",))], START + 2 * HOUR))
    assert [(one.current.matched, one.lasts) for one in found] == [(("boycott",), False)]
    assert found[0].current.at == START + HOUR + STEP


def test_a_crisis_word_that_is_everywhere_is_told_once() -> None:
    flood = [arrival(number, START + number * 10 * STEP, words=("boycott",)) for number in range(50)]
    assert len(alerts(run(begun("crisis_words"), flood, START + 3 * DAY))) == 1


def test_a_crisis_word_that_is_often_said_is_told_only_when_it_comes_in_numbers() -> None:
    often = [arrival(number, START + number * 5 * DAY, words=("grève",)) for number in range(8)]
    together = [arrival(100 + number, START + 38 * DAY + number * HOUR, words=("grève",)) for number in range(6)]
    rare = arrival(200, START + 39 * DAY, words=("boycott",))
    found = alerts(run(begun("crisis_words"), [*often, *together, rare], START + 40 * DAY))
    assert [one.current.matched for one in found] == [("grève",), ("grève",), ("boycott",)]
    assert START + 38 * DAY + HOUR < found[1].current.at < START + 38 * DAY + 5 * HOUR


def test_a_crisis_word_that_was_away_for_months_is_told_again() -> None:
    found = run(begun("crisis_words"), [arrival(day, START + day * DAY, words=("boycott",)) for day in (1, 60)], START + 61 * DAY)
    assert len(alerts(found)) == 2


def test_a_crisis_word_in_an_old_text_that_comes_to_light_is_history() -> None:
    old = arrival(1, START + HOUR, words=("boycott",), published_at=START - 3 * DAY)
    assert not alerts(run(begun("crisis_words"), [old], START + 2 * HOUR))


def test_national_outlets_and_chosen_authors_are_told_by_name_and_others_are_not() -> None:
    later = START + 4 * DAY
    arrivals = [
        arrival(0, START),
        arrival(1, later, tier=1, site="lemonde.example"),
        arrival(2, later + 4 * HOUR, author="Élise  Martin"),
        arrival(3, later + 5 * HOUR),
    ]
    found = alerts(run(begun("outlet", authors=["élise martin"]), arrivals, later + 6 * HOUR))
    assert [one.current.matched for one in found] == [("lemonde.example",), ("Élise  Martin",)]


def test_a_story_that_one_outlet_after_the_other_prints_is_told_at_once_and_then_in_one_mail() -> None:
    printed = [
        arrival(number, START + 4 * DAY + number * 20 * STEP / 10, tier=1, site=f"national{number}") for number in range(9)
    ]
    found = alerts(run(begun("outlet"), [arrival(100, START), *printed], START + 5 * DAY))
    assert [one.current.seen for one in found] == [1, 8]


def test_an_outlet_is_not_told_in_the_first_three_days() -> None:
    arrivals = [arrival(number, START + number * HOUR, tier=1) for number in range(71)]
    assert not alerts(run(begun("outlet"), arrivals, START + 3 * DAY - STEP))


def test_a_broken_into_page_of_the_own_site_is_told_once_and_counts_nowhere_else() -> None:
    page = arrival(1, START + 4 * DAY, compromised=True, site="orange.example")
    again = replace(page, sequence=2, seen_at=page.seen_at + HOUR)
    assert len(alerts(run(begun("own_site"), [page, again], START + 5 * DAY))) == 1
    many = [replace(page, mention_id=f"p{number}", seen_at=page.seen_at + number * 3 * STEP) for number in range(40)]
    assert [one.current.seen for one in alerts(run(begun("own_site"), many, START + 5 * DAY))] == [1, 39]
    for kind in ("buzz", "mention", "silence", "outlet"):
        watched = begun(kind)
        assert run(watched, [page], START + 5 * DAY)[-1].current.seen == 0


def test_every_mention_is_told_several_in_one_mail() -> None:
    arrivals = [arrival(number, START + number * 20 * timedelta(minutes=1)) for number in range(1, 7)]
    found = alerts(run(begun("mention", every="PT1H"), arrivals, START + 5 * HOUR))
    assert [one.current.seen for one in found] == [1, 3, 2]


# --- what all of them keep

BUSY = [
    *calm(10, 60),
    *(complaint(5000 + number, START + 6 * DAY + number * 20 * STEP, "facture") for number in range(8)),
    *(arrival(6000 + number, START + 7 * DAY + number * STEP, 0.9, words=("boycott",), tier=1) for number in range(30)),
    arrival(7000, START + 8 * DAY, compromised=True),
    *climb(START + 8.2 * DAY, 36, 6),
]


def _options(kind: str) -> RuleOptions:
    return RULES[kind]()


@pytest.mark.parametrize("kind", RULES)
def test_saving_and_restoring_changes_no_verdict(kind: str) -> None:
    arrivals = [one for one in BUSY if not (kind == "silence" and one.seen_at > START + 8 * DAY)]
    straight = run(_options(kind).begin("orange", ZONE), arrivals, START + 10 * DAY)
    watched, at, waiting = _options(kind).begin("orange", ZONE), START, sorted(arrivals, key=lambda one: one.seen_at)
    for number, verdict in enumerate(straight):
        at += STEP
        while waiting and waiting[0].seen_at < at:
            watched.observe(waiting.pop(0))
        assert watched.tick(at) == verdict
        if number % 97 == 0:
            saved = watched.dump()
            assert len(saved) <= 65_536
            watched = _options(kind).resume(saved, ZONE)
    assert alerts(straight)


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("state", [b"", b"{}", b"\xff", b"[]", b"null", b'{"version": 99}', b'{"version": 1, "brand": "x"}'])
def test_a_state_that_is_none_is_refused(kind: str, state: bytes) -> None:
    with pytest.raises(VigieError):
        _options(kind).resume(state, ZONE)


@pytest.mark.parametrize("kind", RULES)
def test_a_clock_set_back_alerts_nothing_and_loses_nothing(kind: str) -> None:
    watched = _options(kind).begin("orange", ZONE)
    run(watched, calm(6, 60), START + 6 * DAY)
    at = START + 6 * DAY
    for number in range(60):
        watched.observe(complaint(9000 + number, at - STEP / 2, f"thème{number % 2}"))
        watched.observe(arrival(9500 + number, at - STEP / 2, 0.9, words=("boycott",), tier=1))
    assert watched.tick(at - DAY).alert is None
    assert watched.tick(at).alert is None
    if kind in ("bad_buzz", "buzz", "theme", "crisis_words", "outlet"):
        assert watched.tick(at + STEP).alert is not None


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("step", [timedelta(minutes=1), timedelta(minutes=17), timedelta(hours=5)])
def test_ticks_may_be_of_any_length(kind: str, step: timedelta) -> None:
    watched, at, waiting = _options(kind).begin("orange", ZONE), START, sorted(BUSY, key=lambda one: one.seen_at)
    while at < START + 10 * DAY:
        at += step
        while waiting and waiting[0].seen_at < at:
            watched.observe(waiting.pop(0))
        verdict = watched.tick(at)
        assert verdict.current.at <= at + STEP


@pytest.mark.parametrize("kind", RULES)
def test_a_hundred_thousand_mentions_in_one_tick_leave_a_state_of_64_kb(kind: str) -> None:
    watched = _options(kind).begin("orange", ZONE)
    at = START + 4 * DAY
    run(watched, calm(4, 20), at)
    for number in range(100_000):
        watched.observe(
            arrival(
                number + 10_000, at, 0.9, tier=1, site=f"site{number}.example", words=("boycott",), themes=(f"t{number % 50}",)
            )
        )
    watched.tick(at + STEP)
    assert len(watched.dump()) <= 65_536


@pytest.mark.parametrize("kind", [kind for kind in RULES if kind not in ("crisis_words", "own_site", "mention")])
def test_a_brand_created_in_mid_crisis_is_quiet_for_three_days(kind: str) -> None:
    crisis = [
        arrival(number, START + number * timedelta(minutes=6), 0.9, tier=1, themes=("panne",)) for number in range(3 * 240 - 1)
    ]
    assert not alerts(run(begun(kind), crisis, START + 3 * DAY - STEP))


@pytest.mark.parametrize("kind", ["bad_buzz", "buzz", "slow_rise", "theme", "crisis_words", "outlet", "mention"])
def test_a_mention_given_twice_counts_once(kind: str) -> None:
    def seen(arrivals: Sequence[Arrival]) -> list[tuple[int, bool]]:
        return [(verdict.current.seen, verdict.alert is not None) for verdict in run(begun(kind), arrivals, START + 6 * DAY)]

    once = [one for one in BUSY if one.seen_at < START + 6 * DAY + HOUR]
    assert seen([*once, *once]) == seen(once)


Change = Callable[[Detector], list[Verdict]]


def test_a_campaign_raises_no_volume_alert_and_one_that_turns_bad_does() -> None:
    planned = Conditions(planned=("Rentrée",))
    onset = START + 10 * DAY
    praise = [arrival(8000 + number, onset + number * STEP / 4, 0.05) for number in range(120)]
    anger = [arrival(9000 + number, onset + 6 * HOUR + number * STEP / 5, 0.95) for number in range(120)]

    def kinds(arrivals: Sequence[Arrival], conditions: Conditions | None) -> set[SignalKind]:
        watched = begun("buzz")
        run(watched, calm(10, 40), onset)
        return {one.current.kind for one in alerts(run(watched, arrivals, onset + 12 * HOUR, onset, conditions))}

    assert kinds(praise, None) == {SignalKind.BUZZ}
    assert kinds(praise, planned) == set()
    assert kinds([*praise, *anger], planned) == {SignalKind.BAD_BUZZ}


def test_a_spike_is_judged_on_the_flow_that_is_seen() -> None:
    """Two sources bring the same; while one cannot be read, half as much of the other's is expected."""
    usual = [replace(one, source_id=f"source{one.sequence % 2}") for one in calm(14, 80)]
    watched = begun("buzz")
    run(watched, usual, START + 14 * DAY)
    half = Conditions(unseen=frozenset({"source1"}), sources=2)
    whole = run(begun("buzz"), usual, START + 14 * DAY)[-1].current
    verdicts = run(watched, [], START + 14.5 * DAY, START + 14 * DAY, half)
    assert whole.coverage == 1
    assert verdicts[-1].current.coverage == pytest.approx(0.5, abs=0.05)
    full = run(_again(usual), [], START + 14.5 * DAY, START + 14 * DAY)[-1].current
    per_hour = [one.expected / (one.window / HOUR) for one in (verdicts[-1].current, full)]
    assert per_hour[0] == pytest.approx(per_hour[1] / 2, rel=0.15)


def _again(arrivals: Sequence[Arrival]) -> Detector:
    watched = begun("buzz")
    run(watched, arrivals, START + 14 * DAY)
    return watched


def test_sources_that_come_back_with_what_they_kept_raise_nothing() -> None:
    watched, back = begun("buzz"), START + 14 * DAY + 2 * HOUR
    run(watched, [replace(one, source_id=f"source{one.sequence % 2}") for one in calm(14, 400)], START + 14 * DAY)
    half = Conditions(unseen=frozenset({"source1"}), sources=2)
    missing = calm(0.1, 400, START + 14 * DAY, seed=3)
    kept = [replace(one, seen_at=back, source_id="source1") for one in missing if one.sequence % 2 and one.seen_at < back]
    heard = [replace(one, source_id="source0") for one in missing if one.sequence % 2 == 0 and one.seen_at < back]
    assert not alerts(run(watched, heard, back, START + 14 * DAY, half))
    assert not alerts(run(watched, [*kept, *calm(0.5, 400, back, seed=4)], back + 6 * HOUR, back))


def test_a_press_crawl_that_is_always_two_hours_late_still_finds_the_crisis() -> None:
    late = 2 * HOUR
    onset = START + 14 * DAY + 9 * HOUR
    flood = [arrival(9000 + number, onset + number * timedelta(minutes=1), 0.9) for number in range(60)]
    arrivals = [replace(one, published_at=one.seen_at - late) for one in [*calm(15, 40), *flood]]
    found = alerts(run(begun("bad_buzz"), arrivals, START + 15 * DAY))
    assert found and onset < found[0].current.at <= onset + HOUR


def test_a_holiday_is_compared_with_a_weekend() -> None:
    arrivals = calm(14, 200)
    tuesday = START + 15 * DAY
    seen = {}
    for name, conditions in (("working day", Conditions()), ("holiday", Conditions(holiday=True))):
        watched = begun("buzz")
        run(watched, arrivals, START + 14 * DAY)
        seen[name] = run(watched, [], tuesday, START + 14 * DAY, conditions)[-1].current.expected
    assert seen["holiday"] != seen["working day"]
