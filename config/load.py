"""Reads the four files of a configuration folder and gives one checked `Config`, or every problem at once.

A problem reads `file: key path: what is wrong`. A row of a list is named by its id where it has one. Kinds of source and of
rule bring their own option models (`Extensions`), so that a typo in an option is found here too, before anything runs.
"""

import difflib
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.schema import AlertsFile, Brand, BrandsFile, Config, Settings, SourcesFile
from vigie.errors import ConfigError

FILES = ("vigie.toml", "brands.toml", "sources.toml", "alerts.toml")
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Extensions:
    """The option models of the registered kinds of source and of rule, by name."""

    kinds: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    rules: Mapping[str, type[BaseModel]] = field(default_factory=dict)


def load(folder: Path, extensions: Extensions) -> Config:
    """The configuration in `folder`. Raises: ConfigError with every problem of the four files."""
    problems: list[str] = []
    settings = _read(folder, "vigie.toml", Settings, problems)
    brands = _read(folder, "brands.toml", BrandsFile, problems)
    sources = _read(folder, "sources.toml", SourcesFile, problems)
    alerts = _read(folder, "alerts.toml", AlertsFile, problems)
    if brands:
        problems += _repeated("brands.toml", "brand", [row.id for row in brands.brand])
    if sources:
        problems += _repeated("sources.toml", "source", [row.id for row in sources.source])
        for row in sources.source:
            problems += _options("sources.toml", f"source[{row.id}]", "kind", row.kind, row.options, extensions.kinds)
    if alerts:
        problems += _alerts_problems(alerts, brands.brand if brands else None, extensions.rules)
    if problems or not (settings and brands and sources and alerts):
        raise ConfigError(problems)
    return Config(
        folder=folder,
        settings=settings,
        brands=brands.brand,
        sources=sources.source,
        rules=alerts.rule,
        digests=alerts.digest,
    )


def load_brands(path: Path) -> Sequence[Brand]:
    """The brands of one `brands.toml`, wherever it is. Raises: ConfigError."""
    problems: list[str] = []
    brands = _read(path.parent, path.name, BrandsFile, problems)
    if brands is None:
        raise ConfigError(problems)
    return brands.brand


def _read(folder: Path, name: str, model: type[_Model], problems: list[str]) -> _Model | None:
    """The checked file; None when it has problems, which are added to `problems`."""
    path = folder / name
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return model.model_validate(raw)
    except FileNotFoundError:
        problems.append(f"{path}: this file is missing; `vigie init {folder}` writes a starter folder")
    except UnicodeDecodeError as error:
        problems.append(f"{name}: not UTF-8 text (byte {error.start}); save the file as UTF-8")
    except OSError as error:
        problems.append(f"{path}: cannot be read: {error.strerror}")
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{name}: not valid TOML: {error}")
    except ValidationError as error:
        problems += [f"{name}: {line}" for line in _lines(error, raw, model)]
    return None


def _lines(error: ValidationError, raw: Any, model: type[BaseModel]) -> Iterator[str]:
    for detail in error.errors(include_url=False):
        path = _path(detail["loc"], raw)
        if detail["type"] == "extra_forbidden":
            yield f"{path}: unknown key{_nearest(str(detail['loc'][-1]), _keys_at(detail['loc'][:-1], model))}"
        elif detail["type"] == "missing":
            yield f"{path}: this key is required"
        else:
            yield f"{path}: {_message(detail)}"


def _message(detail: ErrorDetails) -> str:
    message = detail["msg"].removeprefix("Value error, ")
    given = detail["input"]
    if isinstance(given, str | int | float | bool) and "\n" not in message:
        return f"{message} (found {given!r})"
    return message


def _path(location: Sequence[str | int], raw: Any) -> str:
    """`source[gazette].interval`: rows are named by their id where they have one, else by their number, from 1."""
    words: list[str] = []
    here = raw
    for step in location:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(step, int):
            name = here.get("id") if isinstance(here, dict) else None
            words[-1] += f"[{name or step + 1}]"
        else:
            words.append(step)
    return ".".join(words)


def _keys_at(location: Sequence[str | int], model: type[BaseModel]) -> list[str]:
    """The keys that the schema knows at `location`."""
    here: Any = model
    for step in location:
        if isinstance(step, int):
            continue
        annotation = here.model_fields[step].annotation if step in here.model_fields else None
        arguments = getattr(annotation, "__args__", ())
        here = arguments[0] if arguments else annotation
        if not (isinstance(here, type) and issubclass(here, BaseModel)):
            return []
    return list(here.model_fields)


def _nearest(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"; did you mean `{close[0]}`?"
    return f"; known keys: {', '.join(known)}" if known else ""


def _repeated(file: str, row: str, ids: Sequence[str]) -> list[str]:
    return [f"{file}: {row}[{one}].id: used {n} times; ids name one row only" for one, n in Counter(ids).items() if n > 1]


def _options(
    file: str, path: str, key: str, kind: str, options: Mapping[str, Any], models: Mapping[str, type[BaseModel]]
) -> list[str]:
    """Problems of a row whose `options` belong to the extension named `kind`."""
    if kind not in models:
        return [f"{file}: {path}.{key}: unknown kind {kind!r}{_nearest(kind, list(models)).replace('known keys', 'known kinds')}"]
    try:
        models[kind].model_validate(options)
    except ValidationError as error:
        return [f"{file}: {path}.options.{line}" for line in _lines(error, options, models[kind])]
    return []


def _alerts_problems(alerts: AlertsFile, brands: Sequence[Brand] | None, rules: Mapping[str, type[BaseModel]]) -> list[str]:
    problems = _repeated("alerts.toml", "rule", [row.id for row in alerts.rule])
    problems += _repeated("alerts.toml", "digest", [row.id for row in alerts.digest])
    for rule in alerts.rule:
        problems += _options("alerts.toml", f"rule[{rule.id}]", "kind", rule.kind, rule.options, rules)
    if brands is None:
        return problems
    known = [brand.id for brand in brands]
    rows = [(f"rule[{row.id}]", row.brands) for row in alerts.rule] + [(f"digest[{row.id}]", row.brands) for row in alerts.digest]
    for path, named in rows:
        problems += [
            f"alerts.toml: {path}.brands: no brand {one!r} in brands.toml{_nearest(one, known).replace('keys', 'brands')}"
            for one in named
            if one not in known
        ]
    return problems
