"""What a rule would have cost and brought: a replay over stored mentions, priced in alerts a week, false ones, and hours gained.

Runs the detectors of the live system, tick by tick, on the mentions as they were seen then.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.calendar import Calendar
from alerts.detect import Conditions
from alerts.rules import JudgedOptions, RuleOptions
from vigie.charts import Chart, CurveWords, Size, Tick, volume_curve
from vigie.model import Arrival, Incident, Mention, SentimentLabel, Signal, WorkflowState
from vigie.ports import Bucket, Tally

HISTORY = timedelta(days=60)
"""Mentions seen so long before the replay teach the detectors, as they would have."""

_RATES = ("7/week", "3/week", "1/week", "2/month", "1/month", "1/quarter", "2/year", "1/year")
_AROUND = timedelta(days=1)  # an alert so close to a crisis is about it
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Priced:
    """An alert of the replay. `is_false`: most of what people decided about its mentions says so. `hours_before` the crisis that
    was told live, negative when the replay is later; None where there was none."""

    signal: Signal
    is_false: bool
    hours_before: float | None


@dataclass(frozen=True, slots=True)
class PriceTag:
    """The alerts of a replay from `since` to `until`, in order."""

    since: datetime
    until: datetime
    alerts: tuple[Priced, ...]

    @property
    def a_week(self) -> float:
        return len(self.alerts) / ((self.until - self.since) / _WEEK)

    @property
    def false(self) -> int:
        return sum(one.is_false for one in self.alerts)


@dataclass(frozen=True, slots=True)
class Past:
    """One brand's past: its mentions and their arrivals, and the incidents that were told live; `false` are the ids of those that
    people called false alarms."""

    brand_id: str
    mentions: Sequence[Mention]
    arrivals: Sequence[Arrival]
    incidents: Sequence[Incident]
    false: frozenset[str] = frozenset()


def replay_past(
    past: Past, rule: RuleOptions, calendar: Calendar, step: timedelta, since: datetime, until: datetime
) -> list[Signal]:
    """The alerts that the rule would have raised on the brand, tick by tick. What was not read then is not known now."""
    detector = rule.begin(past.brand_id, calendar.zone)
    arrivals = sorted(past.arrivals, key=lambda one: (one.seen_at, one.published_at))
    moments = [one.seen_at for one in arrivals]
    at = max(since - HISTORY, min(moments, default=since))
    given, alerts = 0, []
    while at <= until:
        end = bisect_right(moments, at)
        for arrival in arrivals[given:end]:
            detector.observe(arrival)
        given = end
        conditions = Conditions(holiday=calendar.is_holiday(at), planned=calendar.planned(past.brand_id, at))
        alert = detector.tick(at, conditions).alert
        if alert and at >= since:
            alerts.append(alert)
        at += step
    return alerts


def price(
    pasts: Iterable[Past], rule: RuleOptions, calendar: Calendar, step: timedelta, since: datetime, until: datetime
) -> PriceTag:
    """The price of the rule over all brands."""
    alerts = [
        Priced(signal, _is_false(signal, past), _hours_before(signal, past.incidents))
        for past in pasts
        for signal in replay_past(past, rule, calendar, step, since, until)
    ]
    return PriceTag(since, until, tuple(sorted(alerts, key=lambda one: one.signal.at)))


def tune(
    pasts: Sequence[Past], rule: JudgedOptions, calendar: Calendar, step: timedelta, since: datetime, until: datetime
) -> list[tuple[str, PriceTag]]:
    """What the rule costs at each of some values of `false_alarms`, most sensitive first."""
    settings = rule.model_dump(exclude={"sensitivity", "false_alarms"})
    return [
        (rate, price(pasts, type(rule).model_validate({**settings, "false_alarms": rate}), calendar, step, since, until))
        for rate in _RATES
    ]


def proposed(ladder: Sequence[tuple[str, PriceTag]], a_week: float) -> str | None:
    """The most sensitive setting that raises at most so many alerts a week; None when even the calmest raises more."""
    return next((rate for rate, tag in ladder if tag.a_week <= a_week), None)


def price_curve(tag: PriceTag, words: CurveWords) -> Chart:
    """Alerts a week over the time of the replay, the false ones at the foot of each bar."""
    number = max(1, -(-(tag.until - tag.since) // _WEEK))
    starts = [tag.since + index * _WEEK for index in range(number)]
    buckets = [Bucket(start, _tally([one for one in tag.alerts if start <= one.signal.at < start + _WEEK])) for start in starts]
    labels = [Tick(start, f"{start:%d/%m}") for start in starts[:: max(1, number // 8)]]
    return volume_curve(buckets, _WEEK, words, ticks=labels, size=Size(640, 160))


def _tally(alerts: Sequence[Priced]) -> Tally:
    false = sum(one.is_false for one in alerts)
    return Tally(negative=false, neutral=len(alerts) - false)


def _is_false(signal: Signal, past: Past) -> bool:
    """Whether people called its incident false, or most of its mentions that they decided about are no complaint of the brand."""
    start = min(signal.onset, signal.at - signal.window)
    if any(one.id in past.false for one in _near(signal, past.incidents)):
        return True
    said = [_is_refuted(one) for one in past.mentions if start <= one.document.published.at <= signal.at and _is_decided(one)]
    return bool(said) and 2 * sum(said) > len(said)


def _is_decided(mention: Mention) -> bool:
    return mention.workflow.state is not WorkflowState.NEW or mention.workflow.corrected_label is not None


def _is_refuted(mention: Mention) -> bool:
    corrected = mention.workflow.corrected_label
    return mention.workflow.state is WorkflowState.NOT_RELEVANT or corrected not in (None, SentimentLabel.NEGATIVE)


def _hours_before(signal: Signal, incidents: Sequence[Incident]) -> float | None:
    """How long before the mail of the nearest incident told live, in hours."""
    near = [one.opened_at for one in _near(signal, incidents)]
    if not near:
        return None
    nearest = min(near, key=lambda opened: abs(opened - signal.at))
    return (nearest - signal.at) / timedelta(hours=1)


def _near(signal: Signal, incidents: Sequence[Incident]) -> list[Incident]:
    """The incidents of whose time the signal is."""
    return [one for one in incidents if one.onset - _AROUND <= signal.at <= (one.closed_at or one.updated_at) + _AROUND]
