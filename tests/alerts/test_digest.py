import email
import email.policy
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.brief import brief_in
from alerts.digest import DigestDesk
from alerts.periods import latest_period
from alerts.views import Period
from config.schema import DigestRow
from tests.alerts.fake_store import FakeState, FakeStore
from tests.alerts.sample_mails import MORNING, config, healthy, mention
from vigie.errors import StoreUnavailable
from vigie.model import Delivery, Level
from vigie.ports import Filter, Tally

PARIS = ZoneInfo("Europe/Paris")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SEEN_LONG_AGO = mention(MORNING - 3 * DAY, "Kerlann ouvre une boutique.", label="neutral")


class UnavailableStore(FakeStore):
    def count(self, chosen: Filter) -> Tally:
        raise StoreUnavailable("locked")


def desk(state: FakeState, store: FakeStore | None = None) -> DigestDesk:
    settings = config()
    return DigestDesk(digests=settings.digests, config=settings, store=store or FakeStore([SEEN_LONG_AGO]), state=state)


def row(at: time) -> DigestRow:
    return DigestRow(id="matin", at=at, recipients=["com@kerlann.example"])


def test_each_recipient_gets_the_digest_at_its_hour() -> None:
    state = FakeState(healthy())
    made = desk(state).run(MORNING)
    assert [delivery.recipient for delivery in made] == ["com@kerlann.example", "direction@kerlann.example"]
    assert list(state.outbox.values()) == made


def test_before_its_hour_only_yesterdays_digest_is_due() -> None:
    made = desk(FakeState(healthy())).run(MORNING - timedelta(seconds=1))
    assert {delivery.subject_id for delivery in made} == {"digest:matin:2026-11-18"}


def test_a_digest_is_made_once_across_restarts() -> None:
    state = FakeState(healthy())
    desk(state).run(MORNING)
    assert desk(state).run(MORNING + timedelta(minutes=5)) == []


def test_the_next_day_brings_the_next_digest() -> None:
    state = FakeState(healthy())
    desk(state).run(MORNING)
    assert {delivery.subject_id for delivery in desk(state).run(MORNING + DAY)} == {"digest:matin:2026-11-20"}


def test_after_days_of_downtime_only_the_latest_digest_is_made() -> None:
    state = FakeState(healthy())
    desk(state).run(MORNING)
    made = desk(state).run(MORNING + 5 * DAY + 3 * HOUR)
    assert {delivery.subject_id for delivery in made} == {"digest:matin:2026-11-24"}


def test_the_digest_after_a_downtime_tells_all_the_days_that_were_missed_and_says_which() -> None:
    state = FakeState(healthy())
    desk(state).run(MORNING)
    lost = mention(MORNING + DAY + HOUR, "Kerlann rappelle un lot.", label="neutral")
    delivery = desk(state, FakeStore([SEEN_LONG_AGO, lost])).run(MORNING + 5 * DAY)[0]
    message = email.message_from_bytes(delivery.content, policy=email.policy.default)
    assert "1 mention du 19 nov. au 24 nov." in " ".join(str(message["Subject"]).replace("\u00a0", " ").split())


def test_after_a_downtime_the_next_digest_is_an_ordinary_one_again() -> None:
    state = FakeState(healthy())
    for day in (0, 5, 6):
        made = desk(state).run(MORNING + day * DAY)
    assert b"depuis hier" in made[0].content.replace(b"_", b" ")


@pytest.mark.parametrize("every", ["day", "weekday", "week", "month"])
def test_a_clock_that_is_set_back_sends_nothing_twice(every: str) -> None:
    state, settings = FakeState(healthy()), config()
    rows = [settings.digests[0].model_copy(update={"every": every})]
    digests = DigestDesk(digests=rows, config=settings, store=FakeStore([SEEN_LONG_AGO]), state=state)
    digests.run(MORNING + 13 * DAY)
    for back in (HOUR, DAY):
        digests.run(MORNING + 13 * DAY - back)
        digests.run(MORNING + 13 * DAY)
    assert len({each.key for each in state.outbox.values()}) == len(state.outbox)
    assert sum(each.subject_id == max(one.subject_id for one in state.outbox.values()) for each in state.outbox.values()) == 2


@pytest.mark.parametrize("start", [datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 10, 16, tzinfo=UTC)])
@pytest.mark.parametrize(("every", "number"), [("day", 14), ("weekday", 10), ("week", 2)])
def test_two_weeks_across_a_clock_change_bring_each_digest_once(start: datetime, every: str, number: int) -> None:
    state, settings = FakeState(healthy()), config()
    rows = [settings.digests[0].model_copy(update={"every": every, "at": time(2, 30), "recipients": ["com@kerlann.example"]})]
    old = FakeStore([mention(start - 40 * DAY, "Kerlann", label="neutral")])
    DigestDesk(digests=rows, config=settings, store=old, state=state).run(start)
    before = len(state.outbox)
    for step in range(1, 14 * 8 + 1):
        DigestDesk(digests=rows, config=settings, store=old, state=state).run(start + step * 3 * HOUR)
    assert len(state.outbox) - before == number


def test_a_recipient_added_later_gets_the_digest_too() -> None:
    state, settings = FakeState(healthy()), config()
    desk(state).run(MORNING)
    more = [settings.digests[0].model_copy(update={"recipients": ["com@kerlann.example", "agence@exemple.fr"]})]
    made = DigestDesk(digests=more, config=settings, store=FakeStore([SEEN_LONG_AGO]), state=state).run(MORNING + HOUR)
    assert [delivery.recipient for delivery in made] == ["agence@exemple.fr"]


def test_a_new_installation_does_not_report_on_the_time_before_it() -> None:
    state = FakeState()
    assert desk(state, FakeStore()).run(MORNING + HOUR) == []
    assert len(desk(state, FakeStore()).run(MORNING + DAY)) == 2


def test_an_installation_that_sees_nothing_reports_its_blindness_every_morning() -> None:
    state = FakeState(healthy(8))
    desk(state, FakeStore()).run(MORNING - HOUR)
    made = [*desk(state, FakeStore()).run(MORNING), *desk(state, FakeStore()).run(MORNING + DAY)]
    assert len(made) == 4
    assert all(b"aveugle" in delivery.content for delivery in made)


def test_a_store_that_is_away_leaves_nothing_half_done_and_the_next_run_makes_it() -> None:
    state = FakeState(healthy())
    with pytest.raises(StoreUnavailable):
        desk(state, UnavailableStore([SEEN_LONG_AGO])).run(MORNING)
    assert state.outbox == {}
    assert len(desk(state).run(MORNING + HOUR)) == 2


def test_a_channel_has_the_digest_in_short() -> None:
    state, settings = FakeState(healthy()), config()
    both = settings.digests[0].model_copy(update={"recipients": ["com@kerlann.example", "slack-com"]})
    store = FakeStore([SEEN_LONG_AGO, mention(MORNING - HOUR, "Kerlann, une honte.", title="Une honte")])
    [mail, short] = DigestDesk(digests=[both], config=settings, store=store, state=state).run(MORNING)
    brief = brief_in(short)
    assert (mail.channel, short.channel, brief.level) == ("smtp", "slack-com", Level.NOTICE)
    assert brief.heading.startswith("VEILLE\u00a0: Kerlann\u00a0: 1 mention depuis hier")
    assert [(one.label, one.value) for one in brief.figures] == [
        ("Kerlann", "1 mention"),
        ("À traiter", "1"),
        ("Ce que Vigie a pu lire", "8 sur 8"),
    ]
    assert "Une honte" in [link.label for link in brief.links]
    assert brief.picture is not None and brief.picture.png.startswith(b"\x89PNG")


def test_a_delivery_says_what_it_is_for_and_waits_to_be_sent() -> None:
    delivery: Delivery = desk(FakeState(healthy())).run(MORNING)[0]
    assert (delivery.channel, delivery.purpose, delivery.created_at) == ("smtp", "digest", MORNING)
    assert delivery.key == "digest:matin:2026-11-19:com@kerlann.example"


def test_a_period_is_the_local_day_that_ends_at_the_digests_hour() -> None:
    assert latest_period(row(time(8)), PARIS, MORNING + HOUR) == Period(MORNING - DAY, MORNING)


@pytest.mark.parametrize(
    ("now", "hours"),
    [(datetime(2026, 3, 29, 12, tzinfo=UTC), 23), (datetime(2026, 10, 25, 12, tzinfo=UTC), 25)],
)
def test_a_period_across_a_clock_change_has_23_or_25_hours(now: datetime, hours: int) -> None:
    period = latest_period(row(time(8)), PARIS, now)
    assert (period.end - period.start) // HOUR == hours


def test_an_hour_that_the_clock_change_skips_comes_once() -> None:
    ends = {latest_period(row(time(2, 30)), PARIS, datetime(2026, 3, 28, tzinfo=UTC) + n * HOUR).end for n in range(72)}
    assert len({end.astimezone(PARIS).date() for end in ends}) == len(ends)


def test_an_hour_that_the_clock_change_repeats_comes_once() -> None:
    state, settings = FakeState(healthy()), config()
    night = settings.model_copy(update={"digests": [settings.digests[0].model_copy(update={"at": time(2, 30)})]})
    old = FakeStore([mention(datetime(2026, 10, 20, tzinfo=UTC), "Kerlann", label="neutral")])
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    for tick in range(12):
        DigestDesk(digests=night.digests, config=night, store=old, state=state).run(start + tick * HOUR / 2)
    assert {delivery.subject_id for delivery in state.outbox.values()} == {"digest:matin:2026-10-24", "digest:matin:2026-10-25"}
