"""Publication dates as pages, feeds and forums print them, read in the site's zone; and the choice between several."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from crawlers.date_words import (
    DAY,
    EDITED,
    HALF_AN_HOUR,
    HOUR,
    JUST_NOW,
    MONTH,
    MONTH_S,
    MONTHS,
    NAMED_DAYS,
    NAMED_HOURS,
    NUMBER_WORDS,
    PUBLISHED,
    UNITS,
    WEEK,
    WEEKDAYS,
    YEAR_S,
    ZONES,
)
from vigie.folding import unaccented
from vigie.model import DateSource, PublicationDate

CLOCK_SKEW = timedelta(minutes=10)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web: a default of some engine, not a date
_LONGEST_TEXT = 160
_LONGEST_ALONE = 60
_AROUND_DATES = "le a at on um de del du et and und il y ago environ depuis vor hace fa geleden am pm hier yesterday today"
# How far a form can be trusted; below `_GUESS` another source is preferred, however low it ranks.
_OFFSET, _LOCAL, _YEAR_GUESSED, _DAY, _HOURS_AGO, _GUESS, _DAYS_AGO, _EDIT = 1.0, 0.9, 0.7, 0.8, 0.6, 0.5, 0.4, 0.3
_FIRST_SEEN_CONFIDENCE = 0.1

_YEAR = r"(?P<y>\d{4})"
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_NUMBER = r"\d{1,6}(?:[.,]\d)?|" + "|".join(sorted((word for word in NUMBER_WORDS), key=len, reverse=True))

_TIME = re.compile(
    r"(?<![\d:.,])(?P<h>[01]?\d|2[0-3])\s?(?:(?:h|heures?)(?![a-z])\s?(?P<min>[0-5]\d)?|:(?P<min2>[0-5]\d)(?::(?P<s>[0-5]\d)(?:[.,]\d+)?)?"
    r"|\.(?P<min3>[0-5]\d)(?=\s?(?:uhr|gmt|bst|cet|[ap]\.?m\b)))(?!\d)\s?(?P<half>[ap]\.?m\b)?"
)
_ISO_CLOCK = re.compile(r"t?(?P<h>[01]\d|2[0-3]):?(?P<min>[0-5]\d)(?::?(?P<s>[0-5]\d)(?:[.,]\d+)?)?")
_OFFSET_FORM = re.compile(
    rf"\s?(?:(?:utc|gmt)?(?P<sign>[+\u2212-])(?P<h>\d{{2}}):?(?P<m>\d{{2}})?(?!\d)|(?P<name>{'|'.join(ZONES)})\b)"
)
_MORE = rf"(?:,?\s*(?:et\s+|and\s+|und\s+)?(?P<{{}}>\d{{{{1,2}}}})\s*(?P<{{}}>{_UNIT})\b)?"  # "3 heures, 17 minutes"
_ON_WEEKDAY = re.compile(rf"\b(?P<w>{'|'.join(WEEKDAYS)})(?:\s+dernier)?\b")
_SINCE_MIDNIGHT = re.compile(r"(?:publiee?|postee?|mise? en ligne|published|posted) (?:a|at) ?$")  # "Publié à 4 h 05": today
_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")


@cache
def _absolute_forms() -> tuple[re.Pattern[str], ...]:
    """Days with their year. Compiled for the first date and not before: that was a fifth of what `vigie check` cost."""
    return (
        re.compile(rf"(?<!\d){_YEAR}[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?!\d)"),
        re.compile(rf"(?<!\d){_YEAR}(?P<m>\d{{2}})(?P<d>\d{{2}})(?=t\d{{4}}|\d{{6}}\b|\b)"),
        re.compile(r"(?<!\d)(?P<d>\d{1,2})(?:er)?[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4}|\d{2})(?![\d/])"),
        re.compile(
            rf"(?<!\d)(?P<d>\d{{1,2}})(?:er|e|eme|st|nd|rd|th)?[\s.-]*(?:de\s+)?(?P<name>{MONTH})(?![a-z])\.?,?[\s-]*(?:del?\s+)?(?P<y>\d{{4}})(?!\d)"
        ),
        re.compile(rf"\b(?P<name>{MONTH})\b\.?\s+(?P<d>\d{{1,2}})(?:er|st|nd|rd|th)?,?\s+{_YEAR}(?!\d)"),
        re.compile(rf"\b(?P<name>{MONTH})\s*(?P<d>\d{{2}}){_YEAR}(?!\d)"),
        re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:er)?\s+(?P<name>{MONTH})\b\.?\s+'?(?P<y>\d{{2}})(?![\d:]|\s*h)"),
        re.compile(  # C's asctime and Java's Date: the year behind the clock and the zone
            rf"\b(?P<name>{MONTH})\s+(?P<d>\d{{1,2}})(?=\s+\d\d:\d\d:\d\d(?:\s+[a-z]{{3,4}})?\s+(?P<y>\d{{4}})$)"
        ),
    )


@cache
def _forms_without_year() -> tuple[re.Pattern[str], ...]:
    """Days without a year."""
    return (
        re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:er)?\s+(?P<name>{MONTH})\b"),
        re.compile(rf"\b(?P<name>{MONTH})\b\.?\s+(?P<d>\d{{1,2}})(?:er|st|nd|rd|th)?(?![\d:h])"),
        re.compile(r"(?<![\d/.,-])(?P<d>\d{1,2})(?:er)?/(?P<m>\d{1,2})(?=\s*(?:a|at|-|,|\|)?\s*\d{1,2}\s?[:h]\s?\d)"),
    )


@cache
def _ago_form() -> re.Pattern[str]:
    """« il y a 3 jours »."""
    return re.compile(
        rf"\b(?:il y a|depuis|vor|hace|ha)\s+(?:environ\s+|moins d'|plus d')?(?P<n>{_NUMBER})\s*(?P<u>{_UNIT})\b"
        + _MORE.format("more", "mu")
        + rf"|(?<![\w.,])(?P<n2>{_NUMBER})\s*(?P<u2>{_UNIT})\b"
        + _MORE.format("more2", "mu2")
        + r"\s+(?:ago|fa|geleden)\b"
    )


@cache
def _alone() -> re.Pattern[str]:
    """What a text may hold that shows a date and nothing else, folded."""
    words = (*MONTHS, *WEEKDAYS, *UNITS, *NUMBER_WORDS, *ZONES, *_AROUND_DATES.split(), "aujourd'hui")
    word = "|".join(sorted(words, key=len, reverse=True))
    return re.compile(rf"(?:\d+(?:er|st|nd|rd|th|t|z)?|(?:{word})(?![a-z])|[\s:/.,+|()-])+")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a text shows before it is judged. `clock` is None for a day alone; `zone` None when the site's own is meant."""

    day: date
    clock: time | None
    zone: tzinfo | None
    confidence: float


def read_date(text: str, *, now: datetime, zone: str, source: DateSource, day_first: bool = True) -> PublicationDate | None:
    """The date that `text` shows, or None when it shows none, or one in the future or before 1990.

    Reads ISO 8601, RFC 822, epochs, dates as written in seven languages (French first), and dates relative to `now`. One without
    an offset is in `zone` (IANA name). A day alone stands at its noon, or at `now` before noon of the present day. Where a text
    tells a publication and an edit, the publication is meant; an edit alone is a guess. `day_first` decides 03/04/2026.
    """
    folded = _fold(text)
    if not folded:
        return None
    try:
        return _read(folded, now.astimezone(UTC), _zone(zone), source, day_first)
    except (ValueError, OverflowError):  # the 31st of February, or "il y a 999999 ans"
        return None


def is_date_alone(text: str) -> bool:
    """Whether a text shows a date and says nothing else: "le 20/11/2026 à 12:55", "2 hours ago"."""
    folded = _fold(text)
    return len(folded) < _LONGEST_ALONE and any(c.isdigit() for c in folded) and _alone().fullmatch(folded) is not None


def choose_date(candidates: Iterable[PublicationDate | None], *, now: datetime) -> PublicationDate:
    """The most trusted plausible candidate, else first seen at `now`.

    A source ranks by `DateSource`, but a guess ("il y a 3 jours") comes after every exact date; and where the best shows a day
    only, the hour is taken from the next best that shows the same day.
    """
    return best_date(candidates, now=now) or PublicationDate(now, DateSource.FIRST_SEEN, _FIRST_SEEN_CONFIDENCE)


def best_date(candidates: Iterable[PublicationDate | None], *, now: datetime) -> PublicationDate | None:
    """What `choose_date` chooses, or None when no candidate is plausible."""
    ranks = {source: rank for rank, source in enumerate(DateSource)}
    plausible = sorted(
        (c for c in candidates if c is not None and EARLIEST <= c.at <= now + CLOCK_SKEW),
        key=lambda c: (c.confidence < _GUESS, ranks[c.source], -c.confidence),
    )
    if not plausible:
        return None
    best = plausible[0]
    if not best.day_only:
        return best
    exact = (c for c in plausible if not c.day_only and c.confidence >= _GUESS and abs(c.at - best.at) <= timedelta(hours=12))
    return next(exact, best)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _fold(text: str) -> str:
    """Lower case, without accents, one kind of apostrophe and of space: "Août" and "aout" are one word."""
    short = " ".join(text[:_LONGEST_TEXT].split()).lower().replace("’", "'")
    short = unaccented(short)
    for form, hour in NAMED_HOURS:
        short = form.sub(hour, short)
    return short


def _published_part(text: str) -> str:
    """What of a text speaks of the publication where it also speaks of an edit: "Modifié le 4 mars, publié le 3 mars"."""
    edited = EDITED.search(text)
    if edited is None:
        return text
    published = PUBLISHED.search(text, edited.end())
    return text[published.start() :] if published else text[: edited.start()]


def _read(text: str, now: datetime, zone: ZoneInfo, source: DateSource, day_first: bool) -> PublicationDate | None:
    """The publication where `text` tells it; the edit alone is a guess at it."""
    part = _published_part(text)
    published = _read_part(part, now, zone, source, day_first) if part else None
    if published is not None or part == text:
        return published
    edited = _read_part(text, now, zone, source, day_first)
    return replace(edited, confidence=min(edited.confidence, _EDIT)) if edited else None


def _read_part(text: str, now: datetime, zone: ZoneInfo, source: DateSource, day_first: bool) -> PublicationDate | None:
    if _EPOCH.fullmatch(text):
        moment = datetime.fromtimestamp(int(text[:10]), UTC)
        return _judge(moment, now, source, _OFFSET)
    local_now = now.astimezone(zone)
    reading = _absolute(text, day_first) or _relative_day(text, local_now)
    if reading is None:
        return _ago(text, now, zone, source) or _without_year(text, now, zone, source, day_first)
    return _place(reading, now, zone, source)


def _place(reading: _Reading, now: datetime, zone: ZoneInfo, source: DateSource) -> PublicationDate | None:
    if reading.clock is None:
        return _judge_day(reading.day, now, zone, source, reading.confidence)
    moment = datetime.combine(reading.day, reading.clock, reading.zone or zone)
    return _judge(moment, now, source, reading.confidence)


def _judge(moment: datetime, now: datetime, source: DateSource, confidence: float) -> PublicationDate | None:
    at = moment.astimezone(UTC)
    if not EARLIEST <= at <= now + CLOCK_SKEW:
        return None
    return PublicationDate(min(at, now), source, confidence)


def _judge_day(day: date, now: datetime, zone: ZoneInfo, source: DateSource, confidence: float) -> PublicationDate | None:
    noon = datetime.combine(day, time(12), zone).astimezone(UTC)
    if noon < EARLIEST or day > (now + CLOCK_SKEW).astimezone(zone).date():
        return None
    return PublicationDate(min(noon, now), source, min(confidence, _DAY), day_only=True)


def _absolute(text: str, day_first: bool) -> _Reading | None:
    for form in _absolute_forms():
        match = form.search(text)
        if match is None:
            continue
        day = _day_of(match, day_first)
        clock, offset = _clock_around(text, match)
        return _Reading(day, clock, offset, _OFFSET if offset else _LOCAL)
    return None


def _day_of(match: re.Match[str], day_first: bool, year: int | None = None) -> date:
    """The day that a form shows; `year` is given where the form has none. Raises: ValueError for a day that no calendar has."""
    parts = match.groupdict()
    day = int(parts["d"])
    if year is None:
        year = int(parts["y"])
        year += 0 if len(parts["y"]) == 4 else 2000 if year < 70 else 1900
    month = MONTHS[parts["name"]] if parts.get("name") else int(parts["m"])
    is_american = match.start("d") < match.start("m") and not day_first if parts.get("m") else False
    if parts.get("m") and (month > 12 or (is_american and day <= 12)):
        day, month = month, day
    return date(year, month, day)


def _clock_around(text: str, match: re.Match[str]) -> tuple[time | None, tzinfo | None]:
    """The hour that belongs to a date: right after it, else before it."""
    found = _ISO_CLOCK.match(text, match.end()) or _TIME.search(text, match.end(), match.end() + 24)
    found = found or _TIME.search(text, 0, match.start())
    if found is None:
        return None, None
    return _time_of(found), _offset_after(text, found.end())


def _time_of(match: re.Match[str]) -> time:
    parts = match.groupdict()
    hour, half = int(parts["h"]), parts.get("half")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour, int(parts.get("min") or parts.get("min2") or parts.get("min3") or 0), int(parts.get("s") or 0))


def _offset_after(text: str, position: int) -> tzinfo | None:
    match = _OFFSET_FORM.match(text, position)
    if match is None:
        return None
    if match["name"]:
        return timezone(timedelta(hours=ZONES[match["name"]]))
    size = timedelta(hours=int(match["h"]), minutes=int(match["m"] or 0))
    return timezone(size if match["sign"] == "+" else -size)


def _relative_day(text: str, local_now: datetime) -> _Reading | None:
    """ "Hier, 23:10", "Aujourd'hui, 10:12", "mardi à 9h" (the last one that is past)."""
    clock_match = _TIME.search(text)
    clock = None if clock_match is None else _time_of(clock_match)
    for form, days in NAMED_DAYS:
        if form.search(text):
            return _Reading(local_now.date() - timedelta(days=days), clock, None, _DAY)
    if clock_match and _SINCE_MIDNIGHT.search(text, 0, clock_match.start()):
        return _Reading(local_now.date(), clock, None, _YEAR_GUESSED)
    weekday = _ON_WEEKDAY.search(text)
    if weekday is None or any(c.isdigit() for c in text[: weekday.start()]) or (clock is None and weekday.end() != len(text)):
        return None
    back = (local_now.weekday() - WEEKDAYS[weekday["w"]]) % 7
    if back == 0 and (clock is None or clock > local_now.time()):
        back = 7
    return _Reading(local_now.date() - timedelta(days=back), clock, None, _YEAR_GUESSED)


def _ago(text: str, now: datetime, zone: ZoneInfo, source: DateSource) -> PublicationDate | None:
    """ "il y a 2 heures", "à l'instant". An age told in days or more names a day, and that roughly."""
    if JUST_NOW.search(text):
        return _judge(now, now, source, _HOURS_AGO)
    if HALF_AN_HOUR.search(text):
        return _judge(now - timedelta(seconds=HOUR / 2), now, source, _HOURS_AGO)
    match = _ago_form().search(text)
    if match is None:
        return None
    number, unit = match["n"] or match["n2"], UNITS[match["u"] or match["u2"]]
    count = float(number.replace(",", ".")) if number[0].isdigit() else NUMBER_WORDS[number]
    finer = UNITS.get(match["mu"] or match["mu2"] or "", unit)
    if unit < DAY or (unit <= WEEK and finer <= HOUR):
        more = int(match["more"] or match["more2"]) * finer if finer < unit else 0
        return _judge(now - timedelta(seconds=count * unit + more), now, source, _HOURS_AGO)
    clock = _TIME.search(text, match.end())  # "il y a 6 jours à 18:03"
    confidence = _HOURS_AGO if clock and unit == DAY else _DAYS_AGO
    day = _before(now.astimezone(zone).date(), round(count), unit)
    return _place(_Reading(day, clock and _time_of(clock), None, confidence), now, zone, source)


def _before(day: date, count: int, unit: int) -> date:
    """The day that many units earlier, months and years by the calendar. Raises: ValueError, OverflowError."""
    if unit not in (MONTH_S, YEAR_S):
        return day - timedelta(seconds=count * unit)
    year, month = divmod(day.year * 12 + day.month - 1 - count * (12 if unit == YEAR_S else 1), 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _without_year(text: str, now: datetime, zone: ZoneInfo, source: DateSource, day_first: bool) -> PublicationDate | None:
    """ "3 mars à 14h05": the latest such day that is not in the future."""
    for form in _forms_without_year():
        match = form.search(text)
        if match is None:
            continue
        clock, offset = _clock_around(text, match)
        this_year = now.astimezone(zone).year
        for year in (this_year, this_year - 1):
            day = _day_in(year, match, day_first)
            placed = _place(_Reading(day, clock, offset, _YEAR_GUESSED), now, zone, source) if day else None
            if placed is not None:
                return placed
    return None


def _day_in(year: int, match: re.Match[str], day_first: bool) -> date | None:
    """The day of that year; None for the 29th of February of a year that has none."""
    try:
        return _day_of(match, day_first, year)
    except ValueError:
        return None
