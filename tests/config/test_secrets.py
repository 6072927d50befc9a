"""Secrets: from the environment or a file it names."""

from pathlib import Path

import pytest

from config.secrets import secret
from vigie.errors import ConfigError


def test_a_secret_comes_from_the_environment() -> None:
    assert secret("KEY", {"KEY": "valeur"}) == "valeur"


def test_a_secret_comes_from_a_file_without_its_last_newline(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("valeur\n")
    assert secret("KEY", {"KEY_FILE": str(tmp_path / "key")}) == "valeur"


def test_a_secret_that_is_not_set_is_none() -> None:
    assert secret("KEY", {}) is None


def test_a_file_that_is_missing_is_a_configuration_error_without_the_secret(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="KEY_FILE"):
        secret("KEY", {"KEY_FILE": str(tmp_path / "missing")})
