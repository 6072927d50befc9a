"""`vigie channel`, `vigie route`, and what `vigie check` and `vigie status` say of channels."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from vigie.cli import app
from vigie.cli.common import load_config
from vigie.clock import SystemClock
from vigie.errors import ConfigError
from vigie.model import Delivery, DeliveryState
from vigie.store import open_stores

ROWS = """
[[channel]]
id = "slack-crise"
kind = "slack"
[[channel]]
id = "flux"
kind = "atom"
[[route]]
id = "astreinte"
to = ["slack-crise"]
level = "crise"
[[route]]
id = "jour"
to = ["flux"]
quiet = "22:00-07:00"
"""
URL = "VIGIE_CHANNEL_SLACK_CRISE_URL"


def vigie(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "veille"
    vigie("init", str(path))
    with (path / "alerts.toml").open("a", encoding="utf-8") as file:
        file.write(ROWS)
    return path


def test_check_says_whether_a_digest_can_be_printed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "alerts.toml"
    path.write_text(path.read_text("utf-8").replace('at = "08:00:00"', 'attach = ["pdf"]\nat = "08:00:00"'), "utf-8")
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    ran = vigie("check", "--offline", "-c", str(folder))
    assert ran.exit_code == 1
    assert "FAILED  pdf: alerts.toml: digest[matin].attach: pdf wants WeasyPrint" in ran.output


@pytest.fixture
def edited(folder: Path) -> Callable[[str, str], list[str]]:
    """The problems of the folder once its alerts.toml is changed so."""

    def problems(old: str, new: str) -> list[str]:
        path = folder / "alerts.toml"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        error = vigie("check", "--offline", "-c", str(folder)).exception
        assert isinstance(error, ConfigError)
        return error.problems

    return problems


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("crise", ["equipe@exemple.fr\t2026-11-23 03:00", "slack-crise\t2026-11-23 03:00", "flux\t2026-11-23 03:00"]),
        ("alerte", ["equipe@exemple.fr\t2026-11-23 03:00", "flux\t2026-11-23 07:00"]),
    ],
)
def test_route_test_says_who_is_told_when_and_why(folder: Path, level: str, told: list[str]) -> None:
    ran = vigie("route", "test", "--brand", "exemple", "--level", level, "--at", "2026-11-23 03:00", "-c", str(folder))
    lines = ran.output.splitlines()[1:]
    assert [line.rpartition("\t")[0] for line in lines] == told
    assert "rule bad-buzz" in lines[0] and "route jour" in lines[-1]


@pytest.mark.parametrize("wrong", [("--level", "grave"), ("--kind", "krise"), ("--brand", "autre")])
def test_route_test_of_what_there_is_not_is_wrong_use(folder: Path, wrong: tuple[str, str]) -> None:
    assert vigie("route", "test", "--brand", "exemple", *wrong, "-c", str(folder)).exit_code == 2


def test_channel_test_sends_one_message_to_the_channel_alone(folder: Path) -> None:
    ran = vigie("channel", "test", "flux", "-c", str(folder))  # the other channel has no secret yet
    assert (ran.exit_code, ran.output) == (0, "flux: taken\n")
    assert "essai de canal" in (folder / "data" / "incidents.atom").read_text("utf-8")


def test_channel_test_of_an_unknown_channel_names_those_there_are(folder: Path) -> None:
    ran = vigie("channel", "test", "slak", "-c", str(folder))
    assert ran.exit_code == 2 and "slack-crise" in ran.output


def test_check_names_the_secret_that_is_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(URL, raising=False)
    ran = vigie("check", "-c", str(folder))
    assert ran.exit_code == 1 and f"{URL} (or {URL}_FILE) is not set" in ran.output


def test_check_tries_each_channel_and_shows_no_address(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL, "http://127.0.0.1:1/services/T0SECRET")
    ran = vigie("check", "-c", str(folder))
    assert "FAILED  channel slack-crise: 127.0.0.1:1: " in ran.output
    assert "ok      channel flux" in ran.output
    assert "T0SECRET" not in ran.output


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'to = ["slack-crise"]',
            'to = ["slak-crise"]',
            "route[astreinte].to: unknown channel 'slak-crise'; did you mean `slack-crise`?",
        ),
        (
            'to = ["slack-crise"]',
            'to = ["équipe"]',
            "a mail address, as equipe@exemple.fr, or the id of a [[channel]] was expected",
        ),
        ('kind = "atom"', 'kind = "atome"', "channel[flux].kind: unknown kind 'atome'; did you mean `atom`?"),
        ('id = "flux"', 'id = "slack_crise"', "channel[slack_crise].id: used 2 times"),
        ('id = "flux"', 'id = "smtp"', "channel[smtp].id: smtp is mail, which [mail] sets up"),
        ('level = "crise"\n[[', 'level = "grave"\n[[', "route[astreinte].level"),
        ('quiet = "22:00-07:00"', 'quiet = "22h-7h"', "route[jour].quiet"),
        ('quiet = "22:00-07:00"', 'themes = ["nimporte"]', "route[jour].themes: unknown theme 'nimporte'"),
        ('quiet = "22:00-07:00"', 'kinds = ["bad_bus"]', "route[jour].kinds: unknown kind 'bad_bus'; did you mean `bad_buzz`?"),
        ('kind = "atom"', 'kind = "atom"\noptions = {fil = "x"}', "channel[flux].options.fil: unknown key; did you mean `file`?"),
    ],
)
def test_a_row_that_cannot_be_used_says_what_was_meant(
    edited: Callable[[str, str], list[str]], old: str, new: str, problem: str
) -> None:
    assert any(problem in line for line in edited(old, new))


def test_a_rule_without_anybody_to_tell_needs_a_route(folder: Path) -> None:
    path = folder / "alerts.toml"
    silent = path.read_text("utf-8").replace('recipients = ["equipe@exemple.fr"]', "recipients = []", 2)
    path.write_text(silent, "utf-8")
    assert vigie("check", "--offline", "-c", str(folder)).exit_code == 0
    path.write_text(silent.partition("\n[[channel]]")[0], "utf-8")
    error = vigie("check", "--offline", "-c", str(folder)).exception
    assert isinstance(error, ConfigError) and "nobody is told" in str(error)


def test_status_names_each_recipient_whose_last_message_did_not_arrive(folder: Path) -> None:
    now = datetime.now(UTC)
    with open_stores(load_config(folder), SystemClock()) as (state, _):
        for number, (recipient, outcome) in enumerate(
            (("a@exemple.fr", "refused"), ("flux", "sent"), ("slack-crise", "pending"))
        ):
            state.add(
                Delivery(
                    key=str(number),
                    channel="smtp" if "@" in recipient else recipient,
                    recipient=recipient,
                    purpose="incident_opened",
                    subject_id="i",
                    content=b"x",
                    created_at=now,
                    state=DeliveryState(outcome),
                    attempts=2,
                    error=f"ce que {recipient} a répondu",
                )
            )
    ran = vigie("status", "-c", str(folder))
    assert ran.exit_code == 1
    assert "refused, 2 attempts, a@exemple.fr by smtp: ce que a@exemple.fr a répondu" in ran.output
    assert "pending, 2 attempts, slack-crise: ce que slack-crise a répondu" in ran.output
    assert "ce que flux a répondu" not in ran.output
