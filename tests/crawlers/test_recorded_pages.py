"""Every recorded page of `tests/pages/` reads as the JSON beside it says; a new engine or theme is one more pair of files."""

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from crawlers.comments import read_comments
from crawlers.extract import read_article
from crawlers.forum_markup import BoardLink, read_board, read_topic

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
ZONE = "Europe/Paris"
PAGES = Path(__file__).parents[1] / "pages"
RECORDED = sorted(path.stem for path in PAGES.glob("*.html"))
READERS: dict[str, Callable[..., Any]] = {
    "article": read_article,
    "board": read_board,
    "comments": read_comments,
    "topic": read_topic,
}


def plain(value: Any) -> Any:
    """A reading as JSON writes it; of a board its address alone."""
    if isinstance(value, BoardLink):
        return value.url
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_page_reads_as_expected(name: str) -> None:
    case = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    page = (PAGES / f"{name}.html").read_bytes()
    read = READERS[case["reader"]](page, case["url"], encoding=None, now=NOW, zone=ZONE)
    assert plain(read) == case["expected"]


def test_every_expectation_has_its_page() -> None:
    assert sorted(path.stem for path in PAGES.glob("*.json")) == RECORDED
