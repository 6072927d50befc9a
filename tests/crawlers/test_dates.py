"""Dates as sites print them, read in the site's zone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.dates import EARLIEST, choose_date, read_date
from vigie.model import DateSource, PublicationDate

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Paris


def read(text: str, zone: str = "Europe/Paris", day_first: bool = True) -> PublicationDate | None:
    return read_date(text, now=NOW, zone=zone, source=DateSource.PAGE_TEXT, day_first=day_first)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-03T10:12:00+01:00", "2026-03-03T09:12"),
        ("2026-03-03T10:12:00.123Z", "2026-03-03T10:12"),
        ("2026-03-03T10:12:00", "2026-03-03T09:12"),
        ("2026-03-03 10:12:00 +0100", "2026-03-03T09:12"),
        ("20260303T101200Z", "2026-03-03T10:12"),
        ("1772532720", "2026-03-03T10:12"),
        ("1772532720000", "2026-03-03T10:12"),
        ("Tue, 03 Mar 2026 10:12:00 GMT", "2026-03-03T10:12"),
        ("Tue, 03 Mar 2026 10:12:00 +0100", "2026-03-03T09:12"),
        ("Tue Mar 03, 2026 2:12 pm", "2026-03-03T13:12"),
        ("Di 3. Mär 2026, 14:12", "2026-03-03T13:12"),
        ("03. März 2026, 14:12:33", "2026-03-03T13:12"),
        ("Gestern um 14:12 Uhr", "2026-03-09T13:12"),
        ("3 de marzo de 2026 14:12", "2026-03-03T13:12"),
        ("Ayer a las 14:12", "2026-03-09T13:12"),
        ("3 marzo 2026, 14:12", "2026-03-03T13:12"),
        ("Ieri alle 14:12", "2026-03-09T13:12"),
        ("3 maart 2026, 14:12", "2026-03-03T13:12"),
        ("3 de março de 2026 às 14:12", "2026-03-03T13:12"),
        ("Tue Mar 03, 2026 12:05 am", "2026-03-02T23:05"),
        ("mardi 3 mars 2026 à 14h05", "2026-03-03T13:05"),
        ("Mar 03 Mars 2026, 10:12", "2026-03-03T09:12"),
        ("le 1er août 2025 à 8 h", "2025-08-01T06:00"),
        ("Lun. 2 févr. 2026 10:12", "2026-02-02T09:12"),
        ("03/03/2026 14:05", "2026-03-03T13:05"),
        ("03.03.2026, 14:05", "2026-03-03T13:05"),
        ("le 09/03/26 à 18h", "2026-03-09T17:00"),
        ("14:05 - 3 mars 2026", "2026-03-03T13:05"),
        ("Publié le 3 mars 2026 à 14h05, mis à jour le 4 mars 2026 à 9h00", "2026-03-03T13:05"),
        ("2026-03-03 à 14 h 05 HNE", "2026-03-03T19:05"),
        ("3 mars à 14:05", "2026-03-03T13:05"),
        ("12 décembre à 8 h 30", "2025-12-12T07:30"),
        ("il y a 2 heures", "2026-03-10T07:00"),
        ("il y a une heure", "2026-03-10T08:00"),
        ("il y a 45 min", "2026-03-10T08:15"),
        ("il y a 6 jours à 18:03", "2026-03-04T17:03"),
        ("il y a 3 heures, 17 minutes", "2026-03-10T05:43"),
        ("il y a 2 jours et 3 heures", "2026-03-08T06:00"),
        ("3 hours, 17 minutes ago", "2026-03-10T05:43"),
        ("à l’instant", "2026-03-10T09:00"),
        ("Aujourd’hui, 09:12", "2026-03-10T08:12"),
        ("Hier, 23:10", "2026-03-09T22:10"),
        ("avant-hier à 7h", "2026-03-08T06:00"),
        ("lundi 10:12", "2026-03-09T09:12"),
        ("mardi 23:00", "2026-03-03T22:00"),
    ],
)
def test_a_printed_moment_is_read(text: str, expected: str) -> None:
    found = read(text)
    assert found is not None
    assert found.at.strftime("%Y-%m-%dT%H:%M") == expected
    assert not found.day_only


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("9 mai 2012", "2012-05-09"), ("mai 092012", "2012-05-09"), ("le 1er avr. 2025", "2025-04-01"),
        ("03/03/2026", "2026-03-03"),
        ("03/15/2025", "2025-03-15"), ("2 janv. 26", "2026-01-02"), ("March 3rd, 2026", "2026-03-03"),
        ("/2026/03/03/", "2026-03-03"),
        ("2026-03-03", "2026-03-03"), ("samedi 7 mars", "2026-03-07"), ("hier", "2026-03-09"), ("il y a 3 jours", "2026-03-07"),
    ],
)  # fmt: skip
def test_a_day_alone_stands_at_its_noon_in_the_zone(text: str, day: str) -> None:
    found = read(text)
    assert found is not None and found.day_only
    assert found.at.strftime("%Y-%m-%d") == day
    assert found.at.hour in (10, 11)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "n’importe quoi", "12", "2087-01-01", "Fri, 01 Jan 1970 00:00:00 GMT", "31/02/2026", "0000-00-00T00:00:00",
     "99/99/9999", "il y a 999999 ans", "2026-03-11T10:00:00Z", "demain", "le samedi, on mange", "version 2.3.4",
     "9999999999999", "1989-12-31"],
)  # fmt: skip
def test_what_is_no_plausible_date_is_none(text: str) -> None:
    assert read(text) is None


PRINTED = Path(__file__).parent.parent / "dates" / "printed.tsv"


@pytest.mark.parametrize("line", PRINTED.read_text(encoding="utf-8").splitlines()[1:])
def test_a_date_as_sites_of_seven_languages_print_it_is_read(line: str) -> None:
    text, meaning, zone = line.split("\t")
    found = read_date(text, now=NOW, zone=zone, source=DateSource.PAGE_TEXT)
    form = "%Y-%m-%d" if found and found.day_only else "%Y-%m-%dT%H:%M"
    assert (found.at.astimezone(ZoneInfo(zone)).strftime(form) if found else "none") == meaning


def test_a_date_without_an_offset_is_in_the_sites_zone() -> None:
    montreal, paris = read("3 mars 2026 à 14h05", "America/Montreal"), read("3 mars 2026 à 14h05")
    assert montreal is not None and paris is not None
    assert montreal.at - paris.at == timedelta(hours=6)


def test_month_first_is_read_where_the_site_writes_it() -> None:
    assert (found := read("03/04/2025", day_first=False)) is not None and found.at.month == 3
    assert (found := read("03/04/2025")) is not None and found.at.month == 4


def test_a_clock_slightly_ahead_is_read_as_now() -> None:
    assert (found := read("2026-03-10T09:08:00Z")) is not None and found.at == NOW


def test_today_without_an_hour_is_not_in_the_future() -> None:
    assert (found := read("10/03/2026")) is not None and found.at == NOW and found.day_only


def test_a_date_with_an_offset_is_surer_than_one_without_and_than_an_age() -> None:
    sure, local, age = read("2026-03-03T10:12:00+01:00"), read("03/03/2026 10:12"), read("il y a 3 jours")
    assert sure is not None and local is not None and age is not None
    assert sure.confidence == 1.0 > local.confidence > age.confidence


@given(st.text(max_size=80))
def test_no_text_raises_and_no_date_is_in_the_future(text: str) -> None:
    found = read(text)
    assert found is None or EARLIEST <= found.at <= NOW


ZONES = st.sampled_from(("Europe/Paris", "America/Toronto", "Pacific/Noumea", "UTC"))
FORMS = ("%d/%m/%Y %H:%M", "%d.%m.%Y, %Hh%M", "%Y-%m-%d %H h %M", "%Y%m%dT%H%M%S", "%d-%m-%Y à %H:%M", "%H:%M | %d/%m/%Y")


@given(
    st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2026, 3, 9)),  # noqa: DTZ001 - as printed: without a zone
    st.sampled_from(FORMS),
    ZONES,
)
def test_what_a_form_prints_reads_back_to_the_same_minute_on_the_sites_clock(moment: datetime, form: str, zone: str) -> None:
    printed = moment.replace(tzinfo=ZoneInfo(zone))
    found = read(printed.strftime(form), zone)
    assert found is not None and not found.day_only
    assert found.at.replace(second=0) == printed.astimezone(UTC).replace(second=0, microsecond=0)


@given(st.text(alphabet="0123456789:/-. hàleimnjourspubié", max_size=60), ZONES)
def test_no_likely_looking_text_raises_or_is_in_the_future(text: str, zone: str) -> None:
    found = read(text, zone)
    assert found is None or EARLIEST <= found.at <= NOW


def test_an_edit_alone_is_a_guess_that_yields_to_any_exact_date() -> None:
    chosen = choose_date(
        [dated("Mis à jour le 5 mars 2026 à 9h", DateSource.PAGE_TEXT), dated("2026-03-03", DateSource.URL)], now=NOW
    )
    assert chosen.source is DateSource.URL


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2026, 3, 9)))  # noqa: DTZ001 - hypothesis wants it naive
def test_an_iso_date_reads_back_to_itself(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC, microsecond=0)
    assert (found := read(aware.isoformat())) is not None and found.at == aware


def dated(text: str, source: DateSource) -> PublicationDate | None:
    return read_date(text, now=NOW, zone="Europe/Paris", source=source)


def test_the_most_trusted_source_is_chosen() -> None:
    chosen = choose_date(
        [dated("2026-03-01T08:00Z", DateSource.URL), None, dated("2026-03-02T08:00Z", DateSource.JSONLD)], now=NOW
    )
    assert chosen.source is DateSource.JSONLD


def test_the_hour_is_taken_from_another_source_of_the_same_day() -> None:
    chosen = choose_date([dated("2026-03-02", DateSource.JSONLD), dated("2026-03-02T18:00Z", DateSource.PAGE_TEXT)], now=NOW)
    assert chosen.at.hour == 18


def test_an_age_in_days_yields_to_an_exact_date() -> None:
    chosen = choose_date(
        [dated("il y a 3 jours", DateSource.TIME_ELEMENT), dated("2026-03-07T18:00Z", DateSource.SITEMAP)], now=NOW
    )
    assert chosen.source is DateSource.SITEMAP


def test_without_a_plausible_candidate_it_was_first_seen_now() -> None:
    future = PublicationDate(NOW + timedelta(days=2), DateSource.JSONLD, 1.0)
    chosen = choose_date([None, future], now=NOW)
    assert (chosen.at, chosen.source, chosen.confidence) == (NOW, DateSource.FIRST_SEEN, 0.1)
