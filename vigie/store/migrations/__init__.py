"""The schema of `vigie.db`, as steps that are only ever added: a file that a release has run is never changed.

The number of steps run is the file's `user_version`.
"""

import sqlite3
from collections.abc import Iterator
from importlib.resources import files

_STEPS = (
    "0001_mentions_and_state.sql",
    "0002_assignments.sql",
    "0003_marks.sql",
    "0004_roles_and_themes.sql",
    "0005_actions.sql",
    "0006_memory_use.sql",
    "0007_fewer_merges.sql",
    "0008_merges_at_night.sql",
)


def migrations() -> list[str]:
    """The scripts, oldest first."""
    return [files(__name__).joinpath(name).read_text("utf-8") for name in _STEPS]


def statements(script: str) -> Iterator[str]:
    """The statements of `script`, one by one: SQLite's own way to run a script would end the transaction around it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
