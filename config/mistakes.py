"""Says what is wrong in a configuration file, in words for the person who wrote it."""

import difflib
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails


def lines(error: ValidationError, raw: Any, model: type[BaseModel]) -> Iterator[str]:
    """One line per mistake that pydantic found: the key path, then what is wrong and what may be meant."""
    for detail in error.errors(include_url=False):
        path = _path(detail["loc"], raw)
        if detail["type"] == "extra_forbidden":
            yield f"{path}: unknown key{nearest(str(detail['loc'][-1]), _keys_at(detail['loc'][:-1], model))}"
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


def nearest(word: str, known: Sequence[str], what: str = "keys") -> str:
    """What may have been meant by `word`, to be put behind a message; nothing when nothing is known."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"; did you mean `{close[0]}`?"
    return f"; known {what}: {', '.join(known)}" if known else ""
