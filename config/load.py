"""Reads the files of a configuration folder and gives one checked `Config`, or every problem at once.

A problem reads `file: key path: what is wrong`. A row of a list is named by its id where it has one.
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from config.crisis_words import read_crisis_words
from config.mistakes import lines
from config.rows import Extensions, row_problems
from config.schema import AlertsFile, Brand, BrandsFile, CalendarFile, Config, EventRow, Settings, SourcesFile, Theme, ThemesFile
from vigie.errors import ConfigError

FILES = ("vigie.toml", "brands.toml", "sources.toml", "alerts.toml")
THEMES = "themes.toml"
"""The one file that a folder may lack: the shipped themes then count."""

CALENDAR = "calendar.toml"
"""Its own file, as a command writes it; it may be missing."""

STARTER = Path(__file__).parent / "starter"
_Model = TypeVar("_Model", bound=BaseModel)


def load(folder: Path, extensions: Extensions) -> Config:
    """The configuration in `folder`. Raises: ConfigError with every problem of the files."""
    problems: list[str] = []
    files = {name: raw for name in FILES if (raw := _read(folder, name, problems)) is not None}
    settings = _checked(files, "vigie.toml", Settings, problems)
    brands = _checked(files, "brands.toml", BrandsFile, problems)
    sources = _checked(files, "sources.toml", SourcesFile, problems)
    alerts = _checked(files, "alerts.toml", AlertsFile, problems)
    themes = _themes(folder, files, problems)
    events = load_calendar(folder, problems)
    words = read_crisis_words(folder, problems)
    problems += row_problems(files, extensions, crisis_words=words, events=events)
    if problems or not (settings and brands and sources and alerts and themes):
        raise ConfigError(problems)
    return Config(
        folder=folder,
        settings=settings,
        brands=brands.brand,
        lists=brands.lists,
        sources=sources.source,
        rules=alerts.rule,
        digests=alerts.digest,
        people=alerts.person,
        rota=alerts.rota,
        channels=alerts.channel,
        routes=alerts.route,
        themes=themes.theme,
        events=events,
        crisis_words=words,
    )


def load_calendar(folder: Path, problems: list[str]) -> list[EventRow]:
    """The planned events of the folder, none when there is no such file. What is wrong is added to `problems`."""
    if not (folder / CALENDAR).exists():
        return []
    raw = _read(folder, CALENDAR, problems)
    calendar = _checked({} if raw is None else {CALENDAR: raw}, CALENDAR, CalendarFile, problems)
    return calendar.event if calendar else []


def load_brands(path: Path) -> Sequence[Brand]:
    """The brands of one `brands.toml`, wherever it is. Raises: ConfigError."""
    problems: list[str] = []
    raw = _read(path.parent, path.name, problems)
    brands = _checked({} if raw is None else {path.name: raw}, path.name, BrandsFile, problems)
    if brands is None:
        raise ConfigError(problems)
    return brands.brand


def shipped_themes() -> Sequence[Theme]:
    """The themes that come with Vigie."""
    return ThemesFile.model_validate(tomllib.loads((STARTER / THEMES).read_text("utf-8"))).theme


def _themes(folder: Path, files: dict[str, Any], problems: list[str]) -> ThemesFile | None:
    """The themes of the folder, else those that are shipped; what was read is added to `files`."""
    raw = _read(folder if (folder / THEMES).exists() else STARTER, THEMES, problems)
    if raw is not None:
        files[THEMES] = raw
    return _checked(files, THEMES, ThemesFile, problems)


def _read(folder: Path, name: str, problems: list[str]) -> dict[str, Any] | None:
    """What the file holds; None when it cannot be read, which is added to `problems`."""
    path = folder / name
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        problems.append(f"{path}: this file is missing; `vigie init {folder}` writes a starter folder")
    except UnicodeDecodeError as error:
        problems.append(f"{name}: not UTF-8 text (byte {error.start}); save the file as UTF-8")
    except OSError as error:
        problems.append(f"{path}: cannot be read: {error.strerror}")
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{name}: not valid TOML: {error}")
    return None


def _checked(files: Mapping[str, Any], name: str, model: type[_Model], problems: list[str]) -> _Model | None:
    """The file as its schema has it; None when it was not read or has mistakes, which are added to `problems`."""
    if name not in files:
        return None
    try:
        return model.model_validate(files[name])
    except ValidationError as error:
        problems += [f"{name}: {line}" for line in lines(error, files[name], model)]
    return None
