"""Secrets come from the environment, or from a file that the environment names with `…_FILE`; never from a configuration file."""

from collections.abc import Mapping
from pathlib import Path

from vigie.errors import ConfigError


def secret(name: str, environment: Mapping[str, str]) -> str | None:
    """The value of the secret `name`, or None when it is not set. Raises: ConfigError when `NAME_FILE` cannot be read."""
    if environment.get(name):
        return environment[name]
    path = environment.get(f"{name}_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{name}_FILE: cannot read {path}: {error}"]) from error
