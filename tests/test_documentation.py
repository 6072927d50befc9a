"""What the documentation says is true: its examples run, its reference is what the schema gives, its commands exist."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from vigie.cli import app
from vigie.reference import reference

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def examples() -> list[tuple[str, str]]:
    """Commands in ```console blocks, with what they must print."""
    found = []
    for page in PAGES:
        for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, answer = example.partition("\n")
                found.append((command, answer))
    return found


@pytest.mark.parametrize(("command", "answer"), examples())
def test_an_example_of_the_documentation_prints_what_it_says(command: str, answer: str) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ, "PATH": path}
    )
    assert ran.stdout == answer, f"the documentation says otherwise: mend the example `{command}` or the command"


def test_the_configuration_reference_is_what_the_schema_gives() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert page == "\n".join(reference()).rstrip() + "\n", "run `make docs`"


def test_every_command_named_in_the_documentation_exists() -> None:
    known = {command.name or (command.callback.__name__ if command.callback else "") for command in app.registered_commands}
    known |= {group.name for group in app.registered_groups}
    for page in PAGES:
        for line in re.findall(r"(?m)(?:^|`|\$ )vigie ([a-z][^`\n]*)", page.read_text(encoding="utf-8")):
            name = shlex.split(line.split("#")[0].replace("'", " "))[0].rstrip(".,;:")
            assert name in known, f"{page.name}: `vigie {line}`: no such command; there is {', '.join(sorted(map(str, known)))}"


def test_every_link_between_pages_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target} is not there"
