"""Holidays and planned events, in the team's zone; and the file they are written to."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from alerts.calendar import Calendar
from alerts.planning import add_event, remove_event
from config.load import CALENDAR, load_calendar
from config.schema import EventRow
from vigie.errors import VigieError

RELEASE = EventRow.model_validate(
    {"name": "Rentrée", "start": "2026-09-01T09:00:00", "end": "2026-09-02T00:00:00", "brands": ["orange"]}
)


def test_the_day_of_a_holiday_is_the_local_one() -> None:
    calendar = Calendar()
    assert calendar.is_holiday(datetime(2026, 7, 13, 22, 30, tzinfo=UTC))  # 00:30 in Paris
    assert not calendar.is_holiday(datetime(2026, 7, 14, 22, 30, tzinfo=UTC))


def test_a_region_has_its_own_holidays() -> None:
    boxing_day = datetime(2026, 12, 26, 12, tzinfo=UTC)
    assert Calendar(region="57").is_holiday(boxing_day)
    assert not Calendar().is_holiday(boxing_day)


def test_an_event_explains_a_volume_from_its_start_to_twelve_hours_after_its_end() -> None:
    calendar, start = Calendar([RELEASE]), datetime(2026, 9, 1, 7, tzinfo=UTC)
    end = datetime(2026, 9, 1, 22, tzinfo=UTC) + timedelta(hours=12)
    minute = timedelta(minutes=1)
    assert [calendar.planned("orange", at) for at in (start - minute, start, end - minute, end)] == [
        (),
        ("Rentrée",),
        ("Rentrée",),
        (),
    ]
    assert calendar.planned("sosh", start) == ()
    assert Calendar([RELEASE.model_copy(update={"brands": []})]).planned("sosh", start) == ("Rentrée",)


def test_an_event_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValidationError, match="ends before"):
        EventRow.model_validate({"name": "x", "start": "2026-09-02T00:00:00", "end": "2026-09-01T00:00:00"})


@pytest.mark.parametrize("name", ['Dites "oui"', "C:\\été", "[[event]]", "a # b", "=é€🎉"])
def test_what_is_added_is_read_again_whatever_its_name(tmp_path: Path, name: str) -> None:
    event = RELEASE.model_copy(update={"name": name})
    add_event(tmp_path / CALENDAR, event)
    add_event(tmp_path / CALENDAR, RELEASE)
    assert load_calendar(tmp_path, []) == [event, RELEASE]


def test_removing_leaves_every_other_line_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / CALENDAR
    path.write_text("# à nous\n\n[[event]]\nname = 'A'\nstart = 2026-09-01\nend = 2026-09-02\n\n", encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    add_event(path, RELEASE)
    remove_event(path, load_calendar(tmp_path, []), "Rentrée")
    assert path.read_text(encoding="utf-8").rstrip() == before.rstrip()
    with pytest.raises(VigieError, match="there is A"):
        remove_event(path, load_calendar(tmp_path, []), "B")


def test_a_calendar_with_a_mistake_names_the_event(tmp_path: Path) -> None:
    (tmp_path / CALENDAR).write_text("[[event]]\nname = 'A'\nstart = 2026-09-01\nfin = 2026-09-02\n")
    problems: list[str] = []
    load_calendar(tmp_path, problems)
    assert any("calendar.toml" in problem and "fin" in problem for problem in problems)
