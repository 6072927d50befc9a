"""The transformer on the command line: what `check` says of it, and what `explain text` shows."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.load import STARTER
from tests.tiny_transformer import write_transformer
from vigie.cli import app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A starter configuration whose transformer is in the folder « modele » beside it."""
    folder = tmp_path / "veille"
    assert CliRunner().invoke(app, ["init", str(folder)]).exit_code == 0
    with (folder / "vigie.toml").open("a", encoding="utf-8") as file:
        file.write('\n[analysis.transformer]\nfolder = "modele"\n')
    return folder


def test_check_says_that_the_transformer_reads(folder: Path) -> None:
    write_transformer(folder / "modele")
    ran = CliRunner().invoke(app, ["check", "-c", str(folder), "--offline"])
    assert ran.exit_code == 0
    assert "ok      transformer:" in ran.output


def test_check_fails_when_the_transformer_cannot_be_used(folder: Path) -> None:
    ran = CliRunner().invoke(app, ["check", "-c", str(folder), "--offline"])
    assert ran.exit_code == 1
    assert "model.onnx, tokenizer.json, config.json missing" in ran.output


def test_explain_text_shows_both_readings(folder: Path) -> None:
    write_transformer(folder / "modele")
    ran = CliRunner().invoke(app, ["explain", "text", "merci", "--profile", "fast", "--transformer", "-c", str(folder)])
    row = json.loads(ran.output)
    assert row["transformer"]["label"] == "positive"
    assert set(row["transformer"]) == {"label", "uncertain", "score", "probabilities"}
    assert row["profile"] == "fast"


def test_explain_text_says_which_key_is_missing() -> None:
    ran = CliRunner().invoke(app, ["explain", "text", "merci", "--profile", "fast", "--transformer", "-c", str(STARTER)])
    assert "analysis.transformer.folder: not set" in str(ran.exception)
