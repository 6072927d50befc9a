"""Commands over lines of text: what they make of lines that are not as they should be."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

import config
from vigie.cli import main
from vigie.cli.replaying import options_and_zone

BRANDS = "[[brand]]\nid = 'marelle'\nname = 'Marelle'\nquery = 'marelle'\n"
GOOD = {"id": "0", "text": "Marelle augmente ses prix."}


@dataclass(frozen=True)
class Answer:
    """What a command left: its exit code, its lines, what it says on standard error."""

    code: int
    lines: list[str]
    error: str


Ask = Callable[[list[str], bytes], Answer]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Runs a command with these bytes on standard input."""

    def run(arguments: list[str], given: bytes) -> Answer:
        monkeypatch.setattr(sys, "argv", ["vigie", *arguments])
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(given)))
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return Answer(int(str(end.value.code or 0)), said.out.splitlines(), said.err)

    return run


def rows(*values: object) -> bytes:
    return "\n".join(map(json.dumps, values)).encode()


@pytest.fixture
def brands(tmp_path: Path) -> list[str]:
    (tmp_path / "brands.toml").write_text(BRANDS, encoding="utf-8")
    return ["match", "--brands", str(tmp_path / "brands.toml")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "1", "text": None},
        {"id": "1", "text": "a", "kind": ["a"]},
        {"id": "1", "text": "a", "kind": "nwes"},
    ],
    ids=str,
)
def test_a_row_that_match_cannot_read_is_named(ask: Ask, brands: list[str], wrong: object) -> None:
    answer = ask(brands, rows(GOOD, wrong))
    assert (answer.code, answer.error.startswith("vigie: line 2: ")) == (1, True), answer.error


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "1", "text": None},
        {"id": "1", "text": 3},
        {"id": "1", "text": "a", "title": ["a"]},
        {"text": "a"},
        ["id", "text"],
        {"id": "1", "text": "a", "published_at": 1773136800},
        {"id": "1", "text": "a", "published_at": "hier"},
        {"id": "1", "text": "a", "published_at": "0001-01-01T00:00:00+14:00"},
        {"id": "1", "text": "a", "published_at": "9999-12-31"},
        {"id": "1", "text": "a", "source": {}},
    ],
    ids=str,
)
def test_a_row_that_stories_cannot_read_is_named(ask: Ask, wrong: object) -> None:
    answer = ask(["stories"], rows(GOOD, wrong))
    assert (answer.code, answer.error.startswith("vigie: line 2: ")) == (1, True), answer.error


@pytest.mark.parametrize("line", [b"[" * 100_000, b"9" * 5_000, b"{", b"\xff\xfe"])
def test_a_line_that_is_no_json_is_named_whatever_it_holds(ask: Ask, line: bytes) -> None:
    answer = ask(["stories"], rows(GOOD) + b"\n" + line)
    assert (answer.code, answer.error.startswith("vigie: line 2: ")) == (1, True), answer.error


def test_every_kind_is_known_by_its_short_name_and_by_that_of_the_output(ask: Ask, brands: list[str]) -> None:
    kinds = ["social", "news", "forum", "forum_post", "comment", "review", "blog", "", None]
    answer = ask(brands, rows(*({**GOOD, "kind": kind} for kind in kinds)))
    assert (answer.code, len(answer.lines)) == (0, len(kinds)), answer.error


def test_bytes_that_are_not_utf8_half_characters_and_huge_texts_are_read(ask: Ask, brands: list[str]) -> None:
    given = b"\xef\xbb\xbf" + rows(
        GOOD, {"id": "\ud800", "text": "Marelle \udfff"}, {"id": "2", "text": "Marelle " + "long " * 400_000}
    )
    given += b'\n{"id": "3", "text": "Marelle \xff\xe9"}\n'
    answer = ask(brands, given)
    assert [json.loads(line)["id"] for line in answer.lines] == ["0", "?", "2", "3"], answer.error


def test_sentiment_answers_every_line_whatever_it_holds(ask: Ask) -> None:
    answer = ask(["sentiment"], b"\xff\xe9\x00\n" + b"nul " * 500_000 + b"\n\nbien\n")
    assert (answer.code, len(answer.lines)) == (0, 4), answer.error


def test_a_rule_is_replayed_in_the_zone_of_its_team(tmp_path: Path) -> None:
    shutil.copytree(Path(config.__file__).parent / "starter", tmp_path, dirs_exist_ok=True)
    (tmp_path / "vigie.toml").write_text("[team]\nzone = 'America/Montreal'\n")
    assert options_and_zone(tmp_path, "bad-buzz")[1] == "America/Montreal"
