"""Where a run of the demo is: shown as a bar on a terminal, as lines elsewhere, and kept so that a killed run goes on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from vigie.errors import VigieError


@dataclass(frozen=True, slots=True)
class Bookmark:
    """How far a run came: its seed, and the last moment of the demo's clock whose work is all done (ISO 8601)."""

    seed: int
    done_until: str | None = None

    @property
    def moment(self) -> datetime | None:
        return datetime.fromisoformat(self.done_until) if self.done_until else None

    def save(self, path: Path) -> None:
        """Writes the bookmark whole or not at all."""
        unfinished = path.with_suffix(".part")
        unfinished.write_text(json.dumps(asdict(self)), encoding="utf-8")
        unfinished.replace(path)


def open_bookmark(path: Path, seed: int) -> Bookmark:
    """The bookmark of an earlier run, or a new one. Raises: VigieError when the folder holds the run of another seed."""
    if not path.exists():
        return Bookmark(seed)
    bookmark = Bookmark(**json.loads(path.read_text(encoding="utf-8")))
    if bookmark.seed != seed:
        raise VigieError(f"{path.parent} holds the demo of seed {bookmark.seed}: choose another --out, or remove the folder")
    return bookmark


class Steps(Protocol):
    """Tells the reader where the run is."""

    def say(self, line: str) -> None:
        """A line worth keeping."""
        ...

    @contextmanager
    def counting(self, title: str, total: int) -> Iterator["Advance"]:
        """A stage of `total` steps."""
        ...


class Advance(Protocol):
    def __call__(self, note: str = "") -> None: ...


class TerminalSteps:
    """Bars that stay in place."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, line: str) -> None:
        self._console.print(line, highlight=False)

    @contextmanager
    def counting(self, title: str, total: int) -> Iterator[Advance]:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
        )
        with Progress(*columns, console=self._console) as bars:
            task = bars.add_task(title, total=total, note="")
            yield lambda note="": bars.update(task, advance=1, note=note)


class PlainSteps:
    """A line now and then: a quarter of a stage, or something that happened."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, line: str) -> None:
        self._console.print(line, highlight=False, markup=False, soft_wrap=True)

    @contextmanager
    def counting(self, title: str, total: int) -> Iterator[Advance]:
        done = 0

        def advance(note: str = "") -> None:
            nonlocal done
            done += 1
            if total < 4 or done * 4 // total > (done - 1) * 4 // total:
                self.say(f"{title}: {done}/{total}{'  ' + note if note else ''}")

        yield advance


def steps_for(console: Console) -> Steps:
    """Bars on a terminal, plain lines elsewhere."""
    return TerminalSteps(console) if console.is_terminal else PlainSteps(console)
