"""The detector of one brand: what alerts, what never does, and that nothing is lost by saving it."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.detect import BrandDetector, Options, Verdict
from vigie.errors import VigieError
from vigie.model import Arrival, SignalKind

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
STEP = timedelta(minutes=5)
DAY = timedelta(days=1)
NUMBERS = count()


def mention(
    seen_at: datetime,
    negative: bool = False,
    *,
    late: timedelta = timedelta(minutes=2),
    story: str = "",
    site: str = "site.example",
) -> Arrival:
    number = next(NUMBERS)
    return Arrival(
        sequence=number,
        mention_id=str(number),
        brand_id="orange",
        published_at=seen_at - late,
        seen_at=seen_at,
        negative=0.9 if negative else 0.1,
        story_id=story or f"story-{number}",
        source_id="source",
        site=site,
    )


def detector(**options: float) -> BrandDetector:
    return BrandDetector("orange", Options(**options), "Europe/Paris")  # type: ignore[arg-type]


def calm(start: datetime, days: float, a_day: int, seed: int = 1) -> Iterator[Arrival]:
    """Mentions at random moments, one in five negative."""
    chance = random.Random(seed)
    moments = sorted(start + timedelta(days=chance.uniform(0, days)) for _ in range(round(days * a_day)))
    for moment in moments:
        yield mention(moment, chance.random() < 0.2)


def flood(start: datetime, number: int, negative: bool = True, over: timedelta = timedelta(hours=1)) -> list[Arrival]:
    return [mention(start + over * index / number, negative) for index in range(number)]


def run(watched: BrandDetector, arrivals: list[Arrival], start: datetime, end: datetime) -> list[Verdict]:
    """Ticks every five minutes after `start` until `end`, each with what was seen until then."""
    verdicts, waiting = [], sorted(arrivals, key=lambda one: one.seen_at)
    at = start
    while at < end:
        at += STEP
        while waiting and waiting[0].seen_at < at:
            watched.observe(waiting.pop(0))
        verdicts.append(watched.tick(at))
    return verdicts


def alerts(verdicts: list[Verdict]) -> list[tuple[datetime, SignalKind]]:
    return [(verdict.alert.at, verdict.alert.kind) for verdict in verdicts if verdict.alert]


def known(days: int = 14, a_day: int = 40) -> BrandDetector:
    """A detector that watched a calm brand until START + days."""
    watched = detector()
    run(watched, list(calm(START, days, a_day)), START, START + days * DAY)
    return watched


def test_a_flood_of_negatives_is_a_bad_buzz_within_the_hour() -> None:
    onset = START + 14.5 * DAY
    verdicts = run(known(), [*calm(START + 14 * DAY, 1, 40), *flood(onset, 60)], START + 14 * DAY, onset + DAY / 4)
    [(at, kind), *_] = alerts(verdicts)
    assert kind is SignalKind.BAD_BUZZ
    assert onset < at <= onset + timedelta(minutes=45)


def test_an_alert_tells_its_window_its_counts_and_its_start() -> None:
    onset = START + 14.5 * DAY
    verdicts = run(known(), flood(onset, 60), START + 14 * DAY, onset + timedelta(hours=2))
    [signal, *_] = [verdict.alert for verdict in verdicts if verdict.alert]
    assert signal.negatives == signal.seen == signal.stories > signal.expected_high >= signal.expected > 0
    assert signal.expected_negatives < signal.expected
    assert 0.1 < signal.usual_negative_share < 0.3
    assert signal.evidence >= 5
    assert signal.sites == 1
    assert abs(signal.onset - onset) <= timedelta(minutes=10)
    assert signal.onset < signal.at


def test_a_flood_of_which_the_tone_model_reads_every_second_complaint_is_a_bad_buzz() -> None:
    onset = START + 14.5 * DAY
    half_read = [mention(one.seen_at, index % 2 > 0) for index, one in enumerate(flood(onset, 200))]
    verdicts = run(known(a_day=400), half_read, START + 14 * DAY, onset + timedelta(hours=1))
    assert SignalKind.BAD_BUZZ in {kind for _, kind in alerts(verdicts)}


def test_copies_that_grouping_missed_are_no_crowd() -> None:
    """Of nine copies within an hour the grouping misses three: four texts, but one voice."""
    onset = START + 14.5 * DAY
    copies = [mention(onset + index * 5 * timedelta(minutes=1), True, story="afp") for index in range(7)]
    missed = [mention(onset + (index + 1) * 12 * timedelta(minutes=1), True) for index in range(3)]
    assert not alerts(run(known(), [*copies, *missed], START + 14 * DAY, onset + timedelta(hours=2)))


def test_a_flood_of_praise_is_a_buzz_and_not_a_bad_one() -> None:
    onset = START + 14.5 * DAY
    verdicts = run(known(), flood(onset, 60, negative=False), START + 14 * DAY, onset + DAY)
    assert {kind for _, kind in alerts(verdicts)} == {SignalKind.BUZZ}


def test_without_the_volume_channel_praise_is_no_alert_at_all() -> None:
    watched = BrandDetector.load(known().dump(), Options(volume=False), "Europe/Paris")
    onset = START + 14.5 * DAY
    assert not alerts(run(watched, flood(onset, 60, negative=False), START + 14 * DAY, onset + DAY))


def test_a_tone_that_turns_at_the_same_volume_is_a_bad_buzz() -> None:
    watched = known(a_day=400)
    onset = START + 14 * DAY
    turned = [mention(one.seen_at, index % 4 > 0) for index, one in enumerate(calm(onset, 1, 400, seed=2))]
    assert SignalKind.BAD_BUZZ in {kind for _, kind in alerts(run(watched, turned, onset, onset + DAY))}


def test_one_dispatch_on_forty_sites_is_one_voice() -> None:
    onset = START + 14.5 * DAY
    copies = [mention(onset + index * timedelta(minutes=2), True, story="afp", site=f"s{index}") for index in range(40)]
    verdicts = run(known(), copies, START + 14 * DAY, onset + timedelta(hours=2))
    assert not alerts(verdicts)
    last = verdicts[-1].current
    assert (last.seen, last.copies, last.sites) == (1, 39, 40)


def test_a_story_is_counted_anew_when_two_days_passed_without_it() -> None:
    moment = START + 14 * DAY + timedelta(hours=1)
    watched = known()
    run(watched, [mention(moment, story="afp")], START + 14 * DAY, START + 17 * DAY)
    again = START + 17 * DAY + timedelta(minutes=1)
    [verdict] = run(watched, [mention(again, story="afp")], START + 17 * DAY, START + 17 * DAY + STEP)
    assert (verdict.current.seen, verdict.current.copies) == (1, 0)


def test_no_alert_in_the_first_three_days_of_knowledge() -> None:
    arrivals = [*calm(START, 3, 20), *flood(START + 2.9 * DAY, 200)]
    assert not alerts(run(detector(), arrivals, START, START + 3 * DAY))


def test_history_is_learnt_at_the_first_tick_and_raises_nothing() -> None:
    watched = detector()
    for one in [*calm(START - 30 * DAY, 30, 40), *flood(START - 5 * DAY, 100)]:
        watched.observe(mention(START, one.negative > 0.5, late=START - one.seen_at + timedelta(hours=1)))
    assert watched.tick(START).alert is None
    verdicts = run(watched, list(calm(START, 2, 40, seed=3)), START, START + 2 * DAY)
    assert not alerts(verdicts)
    day = [verdict.current.expected / (verdict.current.window / DAY) for verdict in verdicts[-288:]]
    assert 20 < sum(day) / len(day) < 60


def test_a_brand_known_by_its_history_alerts_from_then_on() -> None:
    watched = detector()
    for one in calm(START - 30 * DAY, 30, 40):
        watched.observe(mention(START, one.negative > 0.5, late=START - one.seen_at + timedelta(hours=1)))
    onset = START + timedelta(hours=6)
    verdicts = run(watched, flood(onset, 60), START, onset + timedelta(hours=2))
    assert SignalKind.BAD_BUZZ in {kind for _, kind in alerts(verdicts)}


def test_old_mentions_that_come_to_light_never_alert() -> None:
    seen = START + 14.5 * DAY
    old = [mention(seen, True, late=timedelta(hours=4 + index % 48)) for index in range(300)]
    assert not alerts(run(known(), old, START + 14 * DAY, START + 15.5 * DAY))


@pytest.mark.parametrize("hours", [1, 6, 48])
def test_a_collector_that_was_down_and_catches_up_raises_nothing(hours: int) -> None:
    watched, back = known(a_day=400), START + 14 * DAY + timedelta(hours=8 + hours)
    run(watched, list(calm(START + 14 * DAY, 8 / 24, 400)), START + 14 * DAY, START + 14 * DAY + timedelta(hours=8))
    missed = calm(START + 14 * DAY + timedelta(hours=8), hours / 24, 400, seed=4)
    backlog = [mention(back, one.negative > 0.5, late=back - one.seen_at) for one in missed]
    arrivals = [*backlog, *calm(back, 1, 400, seed=5)]
    assert not alerts(run(watched, arrivals, back, back + DAY))


def test_a_source_that_is_read_every_two_hours_brings_no_bursts() -> None:
    gathered = timedelta(hours=2)
    arrivals = []
    for one in calm(START, 16, 40):
        seen_at = START + ((one.seen_at - START) // gathered + 1) * gathered
        arrivals.append(mention(seen_at, one.negative > 0.5, late=seen_at - one.seen_at))
    assert not alerts(run(detector(), arrivals, START, START + 16 * DAY))


def test_a_crisis_is_told_again_only_after_a_day() -> None:
    onset = START + 14.25 * DAY
    lasting = flood(onset, 600, over=timedelta(hours=20))
    moments = [at for at, _ in alerts(run(known(), lasting, START + 14 * DAY, START + 15.2 * DAY))]
    assert 1 <= len(moments) <= 2  # once more after six hours when far more exceptional
    assert all(later - earlier >= timedelta(hours=6) for earlier, later in pairwise(moments))


def test_what_grows_clearly_is_worse_and_what_lasts_is_not() -> None:
    onset = START + 14.25 * DAY
    grows = [*flood(onset, 7), *flood(onset + timedelta(hours=2), 200)]
    worse = [verdict.current.at for verdict in run(known(), grows, START + 14 * DAY, onset + DAY / 2) if verdict.worse]
    assert worse and onset + timedelta(hours=2) < worse[0] < onset + timedelta(hours=3)
    assert len(worse) <= 3


def test_an_alert_that_repeats_while_the_first_goes_on_says_that_it_is_worse() -> None:
    onset = START + 14.25 * DAY
    grows = [*flood(onset, 12), *flood(onset + timedelta(hours=7), 400)]
    verdicts = run(known(), grows, START + 14 * DAY, onset + DAY / 2)
    first, *again = [verdict for verdict in verdicts if verdict.alert]
    assert not first.worse
    assert again and again[0].worse


def test_calm_comes_back_three_hours_after_the_flood() -> None:
    onset = START + 14.25 * DAY
    verdicts = run(known(), flood(onset, 60), START + 14 * DAY, onset + timedelta(hours=6))
    by_time = {verdict.current.at: verdict.calm for verdict in verdicts}
    assert not by_time[onset + timedelta(hours=2)]
    assert by_time[onset + timedelta(hours=5)]


def test_a_tick_that_is_not_later_than_the_last_never_alerts_and_loses_nothing() -> None:
    watched, onset = known(), START + 14 * DAY
    for one in flood(onset, 60, over=timedelta(minutes=4)):
        watched.observe(one)
    assert watched.tick(onset).alert is None
    assert watched.tick(onset - DAY).alert is None
    assert watched.tick(onset + STEP).alert is not None
    assert watched.tick(onset + STEP).alert is None


def test_a_flood_does_not_become_usual() -> None:
    watched = known()
    before = run(watched, [], START + 14 * DAY, START + 14 * DAY + STEP)[0].current.usual_negative_share
    onset = START + 14 * DAY + timedelta(hours=8)
    after = run(watched, flood(onset, 1000, over=timedelta(hours=12)), START + 14 * DAY + STEP, START + 15 * DAY)[-1].current
    assert after.usual_negative_share < before + 0.1


@pytest.mark.parametrize("step", [timedelta(minutes=1), timedelta(minutes=17), timedelta(hours=1), timedelta(hours=5)])
def test_any_length_of_tick_finds_the_flood(step: timedelta) -> None:
    watched, onset = detector(), START + 14.5 * DAY
    waiting = sorted([*calm(START, 15, 40), *flood(onset, 80)], key=lambda one: one.seen_at)
    found, at = [], START
    while at < START + 15 * DAY:
        at += step
        while waiting and waiting[0].seen_at < at:
            watched.observe(waiting.pop(0))
        if alert := watched.tick(at).alert:
            found.append((at, alert.kind))
    assert SignalKind.BAD_BUZZ in {kind for _, kind in found}
    assert all(at > onset for at, kind in found if kind is SignalKind.BAD_BUZZ)


@pytest.mark.parametrize("start", [datetime(2026, 3, 16, tzinfo=UTC), datetime(2026, 10, 12, tzinfo=UTC)])
def test_clock_changes_raise_nothing(start: datetime) -> None:
    assert not alerts(run(detector(), list(calm(start, 16, 40)), start, start + 16 * DAY))


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 99), saved_at=st.sets(st.integers(0, 8 * 288), max_size=6))
def test_saving_and_restoring_at_any_tick_changes_no_verdict(seed: int, saved_at: set[int]) -> None:
    arrivals = [*calm(START, 8, 30, seed), *flood(START + 6 * DAY, 40), *flood(START + 7 * DAY, 90)]
    arrivals += [mention(START + 5 * DAY, True, late=timedelta(hours=index)) for index in range(30)]
    expected = run(detector(), arrivals, START, START + 8 * DAY)
    watched, at, waiting = detector(), START, sorted(arrivals, key=lambda one: one.seen_at)
    for number, verdict in enumerate(expected):
        at += STEP
        while waiting and waiting[0].seen_at < at:
            watched.observe(waiting.pop(0))
        assert watched.tick(at) == verdict
        if number in saved_at:
            watched = BrandDetector.load(watched.dump(), Options(), "Europe/Paris")


def test_a_detector_saved_before_its_first_tick_is_a_fresh_one() -> None:
    restored = BrandDetector.load(detector().dump(), Options(), "Europe/Paris")
    assert restored.tick(START) == detector().tick(START)


def test_the_saved_state_of_a_very_large_brand_stays_under_64_kb() -> None:
    watched, chance = known(days=4), random.Random(7)
    begin = START + 4 * DAY
    for number in range(12 * 14):
        at = begin + number * STEP
        for _ in range(200):
            watched.observe(mention(at + timedelta(seconds=chance.uniform(0, 299)), True, site=f"{chance.random()}.example"))
        watched.tick(at + STEP)
        if number % 24 == 0:
            assert len(watched.dump()) <= 65_536
    saved = watched.dump()
    assert len(saved) <= 65_536
    json.loads(saved)


@pytest.mark.parametrize("state", [b"", b"{}", b"\xff", b"[]", b"null", b'{"version": 99}', b'{"version": 1, "brand": "x"}'])
def test_a_state_that_cannot_be_read_is_refused(state: bytes) -> None:
    with pytest.raises(VigieError):
        BrandDetector.load(state, Options(), "Europe/Paris")


def test_a_mention_dated_in_the_future_counts_as_fresh() -> None:
    at = START + 14 * DAY
    [verdict] = run(known(), [mention(at, late=-timedelta(days=400))], at, at + STEP)
    assert verdict.current.seen == 1 + sum(1 for one in calm(START, 14, 40) if one.seen_at >= at + STEP - verdict.current.window)
