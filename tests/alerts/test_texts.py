import string
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.texts import NARROW, NO_BREAK, Wording, sentence_keys, typeset

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FRENCH = Wording("fr", PARIS, NOW)
ENGLISH = Wording("en", PARIS, NOW)


def plain(text: str) -> str:
    return text.replace(NO_BREAK, " ").replace(NARROW, " ")


def fields(language: str) -> dict[str, set[str | None]]:
    import tomllib

    entries = tomllib.loads((files("alerts") / "templates" / f"{language}.toml").read_text("utf-8"))
    wordings = {key: [entry] if isinstance(entry, str) else list(entry.values()) for key, entry in entries.items()}
    return {
        key: {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
        for key, texts in wordings.items()
    }


def test_both_languages_say_the_same_sentences() -> None:
    assert sentence_keys("fr") == sentence_keys("en")


def test_both_languages_use_the_same_values_in_each_sentence() -> None:
    assert fields("fr") == fields("en")


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0 mention"), (1, "1 mention"), (2, "2 mentions"), (1234, "1 234 mentions")],
)
def test_french_counts_zero_and_one_as_singular(number: int, written: str) -> None:
    assert plain(FRENCH.say("mentions", n=number)) == written


@pytest.mark.parametrize(("number", "written"), [(0, "0 mentions"), (1, "1 mention"), (1234, "1,234 mentions")])
def test_english_counts_only_one_as_singular(number: int, written: str) -> None:
    assert ENGLISH.say("mentions", n=number) == written


def test_thousands_are_parted_by_a_space_that_does_not_break() -> None:
    assert FRENCH.number(1234567) == f"1{NARROW}234{NARROW}567"


@pytest.mark.parametrize(("value", "written"), [(2.46, "2,5"), (9.97, "10"), (3.0, "3"), (0.04, "0"), (41.6, "42")])
def test_small_numbers_keep_one_decimal_and_large_ones_none(value: float, written: str) -> None:
    assert FRENCH.number(value) == written


@given(st.integers(min_value=0, max_value=10**9))
def test_a_whole_number_reads_back(value: int) -> None:
    assert int(plain(FRENCH.number(value)).replace(" ", "")) == value


def test_a_share_is_written_in_whole_percent() -> None:
    assert (FRENCH.percent(0.124), ENGLISH.percent(0.124)) == (f"12{NARROW}%", "12%")


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(2026, 11, 21, 13, 5, tzinfo=UTC), "21 nov. à 14 h 05"),
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), "1er août à 0 h"),
        (datetime(2025, 12, 31, 22, 30, tzinfo=UTC), "31 déc. 2025 à 23 h 30"),
    ],
)
def test_a_moment_is_written_in_the_teams_zone(at: datetime, written: str) -> None:
    assert plain(FRENCH.moment(at)) == written


def test_an_english_moment_has_a_24_hour_clock() -> None:
    assert plain(ENGLISH.moment(datetime(2026, 11, 21, 13, 5, tzinfo=UTC))) == "21 Nov at 14:05"


def test_a_long_day_names_its_weekday() -> None:
    assert plain(FRENCH.long_day(NOW)) == "samedi 21 novembre 2026"


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(0, "moins d’une minute"), (35, "35 min"), (120, "2 h"), (150, "2 h 30"), (65, "1 h 05"), (1500, "25 h"), (4320, "3 jours")],
)
def test_a_duration_is_written_in_its_own_unit(minutes: int, written: str) -> None:
    assert plain(FRENCH.duration(timedelta(minutes=minutes))) == written


def test_a_list_ends_with_and() -> None:
    assert (FRENCH.join(["a", "b", "c"]), FRENCH.join(["a"]), FRENCH.join([])) == ("a, b et c", "a", "")


def test_french_punctuation_never_starts_a_line() -> None:
    assert typeset("Oui : « c'est 12 % ! »") == "Oui\u00a0: «\u00a0c’est 12\u202f%\u202f!\u00a0»"


def test_a_missing_value_is_an_error_and_not_a_hole_in_the_mail() -> None:
    with pytest.raises(KeyError):
        FRENCH.say("lead_closed", brand="Kerlann")
