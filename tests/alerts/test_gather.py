from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.digest_views import DigestView
from alerts.gather import source_name, sources_view
from alerts.gather_digest import gather_digest
from alerts.gather_incident import chance_below, gather_incident
from alerts.views import IncidentView, Period, Sight
from tests.alerts.fake_store import FakeState, FakeStore
from tests.alerts.sample_mails import MORNING, NOW, ONSET, config, crisis, healthy, incident, mention, ordinary_month
from vigie.clock import SimulatedClock
from vigie.model import DateSource, IncidentState, Mention, SignalKind, SourceHealth, SourceState, Workflow, WorkflowState
from vigie.store import open_stores

PERIOD = Period(MORNING - timedelta(days=1), MORNING)
MONTH = ordinary_month()


def digest(mentions: Sequence[Mention], state: FakeState | None = None, **changes: object) -> DigestView:
    settings = config()
    row = settings.digests[0].model_copy(update=changes)
    return gather_digest(FakeStore(mentions), state or FakeState(healthy()), settings, row, PERIOD, MORNING)


def alert(mentions: Sequence[Mention], **changes: object) -> IncidentView:
    changed = replace(incident(), **changes)
    return gather_incident(FakeStore(mentions), FakeState(healthy()), config(), changed, NOW)


def at(hours: float, **how: object) -> Mention:
    return mention(PERIOD.start + timedelta(hours=hours), "Kerlann, c’est la honte.", evidence=("la honte",), **how)


# --- incidents


def test_an_incident_counts_the_mentions_since_the_window_or_the_onset_began() -> None:
    view = alert([*MONTH, *crisis()])
    assert view.since == NOW - timedelta(hours=2)
    assert view.total.negative >= 46


def test_another_brands_mentions_are_not_counted() -> None:
    rival = [replace(each, brand_id="la-doree") for each in crisis()]
    assert alert([*rival, mention(ONSET, "Kerlann aussi", number=99)]).total.total == 1


def test_a_bad_buzz_tells_only_stories_with_negative_copies() -> None:
    praise = [mention(ONSET + timedelta(minutes=n), "Bravo", label="positive", story="bravo", number=n) for n in range(60)]
    stories = alert([*praise, *crisis()]).stories
    assert [story.title for story in stories] == ["Du métal dans des petits-beurre Kerlann : plusieurs parents alertent"]


def test_a_buzz_tells_its_stories_whatever_their_tone() -> None:
    praise = [mention(ONSET + timedelta(minutes=n), "Bravo", label="positive", story="bravo", number=n) for n in range(5)]
    assert alert(praise, kind=SignalKind.BUZZ).stories[0].documents == 5


def test_a_story_counts_its_copies_apart() -> None:
    story = alert(crisis()).stories[0]
    assert (story.documents, story.copies, story.sites) == (9, 8, 3)


def test_quotes_are_one_per_story_and_two_per_site_at_most() -> None:
    quotes = alert(crisis()).quotes
    sites = [quote.site for quote in quotes]
    assert len({quote.quotation for quote in quotes}) == len(quotes) > 2
    assert all(sites.count(site) <= 2 for site in sites)


def test_quotes_mark_the_words_that_decided() -> None:
    assert all(any(part.marked for part in quote.quotation) for quote in alert(crisis()).quotes)


def test_the_first_mention_is_the_oldest_negative_one_however_many_followed() -> None:
    calm = mention(ONSET - timedelta(minutes=20), "Miam", label="positive")
    later = [mention(ONSET + timedelta(seconds=n), "Nul", number=n) for n in range(1500)]
    first = alert([calm, *later]).around.first_mention
    assert first is not None
    assert first.published_at == ONSET


def test_an_incident_whose_mentions_are_gone_is_still_told() -> None:
    view = alert([])
    assert (view.around.first_mention, view.quotes, view.stories, view.total.total) == (None, (), (), 0)


def test_the_kind_with_the_largest_excess_comes_first() -> None:
    view = alert([*MONTH, *crisis()])
    [forums, *_] = view.around.kinds
    assert forums.name == "forum_post"
    assert forums.usual is not None
    assert forums.seen > 10 * forums.usual


def test_without_history_the_parts_have_no_usual_figure() -> None:
    assert {part.usual for part in alert(crisis()).around.kinds} == {None}


def test_the_curve_shows_the_day_before_with_what_was_usual() -> None:
    curve = alert([*MONTH, *crisis()]).curve
    assert curve.buckets[0].start <= ONSET - timedelta(hours=24)
    assert len(curve.usual) == len(curve.buckets)


def test_the_curve_of_a_long_incident_shows_a_week_at_most() -> None:
    curve = alert(MONTH, onset=NOW - timedelta(days=20)).curve
    assert len(curve.buckets) <= 24 * 7 + 1


def test_the_rule_is_shown_without_its_recipients() -> None:
    row = ", ".join(alert(crisis()).rule.row)
    assert "sensitivity = normal" in row
    assert "@" not in row


def test_a_rule_that_was_removed_is_still_named() -> None:
    assert alert(crisis(), rule_id="ancienne").rule.row == ()


@pytest.mark.parametrize(("evidence", "days"), [(1.0, None), (5.1, 437), (60.0, 36525)])
def test_rarity_is_never_claimed_beyond_a_century_nor_below_a_day(evidence: float, days: int | None) -> None:
    below = chance_below(evidence, timedelta(minutes=5))
    assert (None if below is None else below.days) == days


# --- the fake these tests stand on


def test_the_real_store_gives_the_same_views_as_the_fake(tmp_path: Path) -> None:
    settings = config().model_copy(update={"folder": tmp_path})
    settings.data_folder.mkdir()
    mentions, state = [*MONTH, *crisis()], FakeState(healthy(2))
    fake = FakeStore(mentions)
    with open_stores(settings, SimulatedClock(NOW)) as (_, store):
        store.upsert(mentions)
        real = gather_incident(store, state, settings, incident(), NOW)
        real_digest = gather_digest(store, state, settings, settings.digests[0], PERIOD, MORNING)
    assert real == gather_incident(fake, state, settings, incident(), NOW)
    assert real_digest == gather_digest(fake, state, settings, settings.digests[0], PERIOD, MORNING)


# --- sources


def test_a_source_that_was_never_read_is_not_seen() -> None:
    view = sources_view(FakeState(), config())
    assert (view.seen, view.total, view.sight) == (0, 8, Sight.BLIND)
    assert {source.health for source in view.unseen} == {SourceHealth.NEVER}


def test_a_disabled_source_is_neither_seen_nor_missed() -> None:
    settings = config()
    off = settings.model_copy(update={"sources": [settings.sources[0].model_copy(update={"enabled": False})]})
    view = sources_view(FakeState(), off)
    assert (view.total, view.unseen) == (0, ())


def test_a_silent_source_is_dated_by_its_last_text_and_a_failing_one_by_its_last_reading() -> None:
    hour = timedelta(hours=1)
    states = [
        SourceState("ouest-matin", SourceHealth.SILENT, last_ok_at=NOW, last_item_at=NOW - 9 * hour),
        SourceState("le-relais", SourceHealth.LATE, last_ok_at=NOW - 3 * hour, last_item_at=NOW - 8 * hour),
    ]
    silent, failing = sources_view(FakeState(states), config()).unseen[:2]
    assert (silent.since, failing.since) == (NOW - 9 * hour, NOW - 3 * hour)


@pytest.mark.parametrize(("unseen", "sight"), [(0, Sight.CLEAR), (1, Sight.PARTIAL), (4, Sight.PARTIAL), (5, Sight.BLIND)])
def test_sight_follows_the_share_of_sources_seen(unseen: int, sight: Sight) -> None:
    assert sources_view(FakeState(healthy(unseen)), config()).sight is sight


def test_a_source_without_a_name_is_called_by_its_host() -> None:
    settings = config()
    nameless = settings.model_copy(update={"sources": [settings.sources[0].model_copy(update={"name": ""})]})
    assert source_name(nameless, "ouest-matin") == "ouest-matin.example"


# --- digests


def test_a_digest_counts_its_own_period_and_no_more() -> None:
    view = digest([at(-0.1), at(0), at(23.9), at(24)])
    assert view.brands[0].tally.total == 2


def test_a_digest_without_brands_is_about_every_own_brand() -> None:
    assert [brand.id for brand in digest(MONTH).brands] == ["kerlann"]


def test_a_digest_about_a_competitor_is_made_when_asked() -> None:
    assert [brand.id for brand in digest(MONTH, brands=["la-doree"]).brands] == ["la-doree"]


def test_a_digest_knows_the_usual_of_a_working_day() -> None:
    usual = digest(MONTH).brands[0].usual
    assert usual is not None
    assert usual.samples in range(18, 21)
    assert 0 < usual.low < usual.high


def test_a_young_installation_has_no_usual_and_no_new_sources() -> None:
    brand = digest([at(3), at(-24)]).brands[0]
    assert (brand.usual, brand.usual_negative_share, brand.new_sources, brand.curve.usual) == (None, None, (), ())


def test_the_curve_of_a_digest_ends_with_its_period() -> None:
    curve = digest(MONTH).brands[0].curve
    assert (len(curve.buckets), curve.buckets[-1].start) == (29, PERIOD.start)
    assert curve.buckets[-1].tally == digest(MONTH).brands[0].tally


def test_a_source_that_never_named_the_brand_before_is_new() -> None:
    before = [each for each in MONTH if each.document.source_id != "conso-info"]
    assert digest([*before, at(2, source="conso-info")]).brands[0].new_sources == ("Conso Info",)


def test_only_negative_mentions_that_nobody_handled_are_to_handle() -> None:
    handled = replace(at(1), workflow=Workflow(WorkflowState.HANDLED))
    view = digest([handled, at(2), at(3, label="positive"), at(4)])
    assert view.to_handle_total == 2
    assert [each.published_at for each in view.to_handle] == [
        PERIOD.start + timedelta(hours=4),
        PERIOD.start + timedelta(hours=2),
    ]


def test_of_a_story_to_handle_the_newest_copy_is_shown_and_all_are_counted() -> None:
    view = digest([at(5), *(at(n, story="dépêche") for n in (1, 3, 6))])
    assert view.to_handle_total == 4
    assert [each.published_at - PERIOD.start for each in view.to_handle] == [timedelta(hours=6), timedelta(hours=5)]


def test_overdue_are_the_mentions_of_any_day_that_nobody_handled_in_time() -> None:
    late = Workflow(due_at=MORNING - timedelta(seconds=1))
    old = replace(at(-300, label="positive"), workflow=late)
    handled = replace(at(1), workflow=replace(late, state=WorkflowState.HANDLED))
    has_time = replace(at(2), workflow=Workflow(due_at=MORNING))
    rival = replace(at(3, brand="la-doree"), workflow=late)
    assert digest([old, handled, has_time, rival, at(4)]).overdue_total == 1


def test_share_of_voice_ranks_the_own_brand_among_its_competitors() -> None:
    voice = digest([at(1), at(2, brand="la-doree"), at(3, brand="la-doree")]).voice
    assert [(each.brand, each.tally.total, each.own) for each in voice] == [
        ("La Dorée", 2, False),
        ("Kerlann", 1, True),
        ("Biscuits Saint-Brévin", 0, False),
    ]


def test_a_digest_tells_the_incidents_that_lived_in_its_period() -> None:
    def lived(name: str, opened: float, closed: float | None) -> object:
        return replace(
            incident(IncidentState.CLOSED if closed is not None else IncidentState.OPEN),
            id=name,
            opened_at=PERIOD.start + timedelta(hours=opened),
            closed_at=None if closed is None else PERIOD.start + timedelta(hours=closed),
        )

    incidents = [
        lived("over", -9, -2),
        lived("ends", -9, 2),
        lived("old", -2000, None),
        lived("in", 3, 5),
        lived("next", 25, None),
    ]
    told = digest(MONTH, FakeState(healthy(), incidents)).incidents
    assert [line.incident.id for line in told] == ["old", "ends", "in"]


def test_the_reading_delay_is_a_median_and_a_95th_centile() -> None:
    slow = [
        replace(each, document=replace(each.document, seen_at=each.document.published.at + timedelta(minutes=n + 1)))
        for n, each in enumerate(at(n / 10, number=n) for n in range(100))
    ]
    delay = digest(slow).quality.delay
    assert delay is not None
    assert (delay.median, delay.p95, delay.samples) == (timedelta(minutes=51), timedelta(minutes=95), 100)


def test_a_delay_is_not_made_up_from_dates_without_an_hour() -> None:
    def vague(each: Mention, **how: object) -> Mention:
        return replace(each, document=replace(each.document, published=replace(each.document.published, **how)))

    days = [vague(at(n, number=n), day_only=True) for n in range(9)]
    guesses = [vague(at(n, number=20 + n), source=DateSource.FIRST_SEEN) for n in range(9)]
    assert digest([*days, *guesses]).quality.delay is None


def test_a_digest_sent_hours_late_says_so() -> None:
    settings = config()
    view = gather_digest(FakeStore(), FakeState(), settings, settings.digests[0], PERIOD, MORNING + timedelta(hours=4))
    assert view.late
