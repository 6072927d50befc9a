"""How a page writes its times, by its own word: the zone that it names or shows, and whether 03/04 is in April or in March."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from crawlers.dates import read_date
from crawlers.text import text_of
from vigie.model import DateSource

# "Fuseau horaire sur UTC+01:00", "Heures au format UTC + 1 heure", "All times are GMT -5. The time now is 10:12."
_NAMED_ZONE = re.compile(
    r"(?:fuseau horaire|heures? (?:sont )?au format|heures sont (?:au format|en)|all times are|times? zone|alle zeiten sind|"
    r"todos los horarios son|tutti gli orari sono)\W{0,3}(?:sur |en |est |is |in |:\s*)?(?P<zone>utc|gmt)"
    r"(?:\s?(?P<sign>[+\u2212-])\s?(?P<h>\d{1,2})(?::?(?P<m>\d{2}))?)?",
    re.IGNORECASE,
)
_OF_TODAY = "/descendant::body/descendant::text()[contains(., 'ujourd') or contains(., 'oday') or contains(., 'eute')]"
_AT = re.compile(  # the whole of a line: what members write of an appointment today is no date of a post
    r"\W*(?:[^\W\d]{1,12} )?(?:aujourd\W?\s?hui|today|heute)\W{0,3}(?:(?:à|a|at|um)\W{1,2})?"
    r"\d{1,2} ?[:h] ?\d\d(?::\d\d)?(?: ?[ap]m)?\W*",
    re.IGNORECASE,
)
_DECLARED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d+)?([+-]\d\d):?00")
_MOST_LIKELY = "Europe/Paris"  # of the sites that are read; for its summer time an offset alone would not do
_FURTHEST_BEHIND, _FURTHEST_AHEAD = -12, 14  # hours of UTC, on both sides of the date line
_NUMBERS = re.compile(r"(?<![\d/-])(\d{1,2})[/-](\d{1,2})[/-](?:19|20)\d\d(?!\d)")
_MERIDIEM = re.compile(r"\d\s?[AP]M\b")


def zone_of(root: HtmlElement, zone: str, now: datetime) -> str:
    """The zone that the page says its times are in, `zone` where it says nothing, or the same offset at some time of the year.

    A page where it is "aujourd'hui 19:53" already is in another zone: that of its exact dates, else the nearest one.
    """
    for mark in root.xpath("//text()[contains(., 'UTC') or contains(., 'GMT')]")[-3:]:
        node = mark.getparent()
        around = node if node.getparent() is None else node.getparent()
        match = _NAMED_ZONE.search(text_of(around).replace("\n", " "))
        if match is None or match["m"] not in (None, "00"):
            continue
        hours = int(match["h"] or 0) * (1 if match["sign"] == "+" else -1)
        return zone if abs(hours) > 12 or timedelta(hours=hours) in _offsets(zone, now) else _fixed(hours)
    return _zone_ahead(root, zone, now)


def _zone_ahead(root: HtmlElement, zone: str, now: datetime) -> str:
    """`zone` unless that puts times of today on the page into the future; then the first zone that does not."""
    told = [line for text in root.xpath(_OF_TODAY)[:200] if _AT.fullmatch(line := _whole(text))][:20]
    if not told or _are_past(told, zone, now):
        return zone
    declared = (
        int(hours)
        for text in root.xpath("//@datetime | //@content | //script[contains(@type, 'ld+json')]/text()")[:200]
        for hours in _DECLARED.findall(text[:100_000])
    )
    own = round((now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()) / timedelta(hours=1))
    near = (own + step * sign for step in range(1, 27) for sign in (1, -1))  # to the west it is still yesterday after midnight
    likely = chain(_fixed_zones(declared), (_MOST_LIKELY,), _fixed_zones(near))
    return next((one for one in likely if _are_past(told, one, now)), zone)


def _whole(text: Any) -> str:
    """A text with what follows its element: SMF has the day in bold and the hour behind it."""
    following = text.getparent().tail if text.is_text else ""
    return " ".join(f"{text[:60]} {(following or '')[:60]}".split())


def _are_past(lines: Iterable[str], zone: str, now: datetime) -> bool:
    return all(read_date(line, now=now, zone=zone, source=DateSource.PAGE_TEXT) for line in lines)


def offset_now(zone: str, now: datetime) -> str:
    """The zone of the offset that `zone` has at `now`, in summer and in winter; `zone` itself for one of half hours."""
    hours, rest = divmod(now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(), timedelta(hours=1))
    return zone if rest or abs(hours) > 12 else _fixed(hours)


def day_comes_first(root: HtmlElement) -> bool:
    """Whether the page's dates in figures begin with the day: by one that leaves no choice, else by its language and clock."""
    text = " ".join(root.xpath("/descendant::body/descendant::text()[string-length(.) < 60] | //@title"))[:200_000]
    pairs = [(int(a), int(b)) for a, b in _NUMBERS.findall(text)]
    days_first, months_first = sum(a > 12 for a, _ in pairs), sum(b > 12 for _, b in pairs)
    if days_first != months_first:
        return days_first > months_first
    language = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").lower()
    return not (language in ("en", "en-us", "") and _MERIDIEM.search(text) is not None)


def _fixed_zones(offsets: Iterable[int]) -> Iterator[str]:
    """The zones of these hours, each once and in order; of those that nobody keeps none."""
    return (_fixed(hours) for hours in dict.fromkeys(offsets) if _FURTHEST_BEHIND <= hours <= _FURTHEST_AHEAD)


def _fixed(hours: int) -> str:
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC"  # POSIX counts them westward


def _offsets(zone: str, now: datetime) -> frozenset[timedelta | None]:
    own = ZoneInfo(zone)
    return frozenset(datetime(now.year, month, 1, tzinfo=UTC).astimezone(own).utcoffset() for month in (1, 7))
