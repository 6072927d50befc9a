"""The keys of an installation: given by the environment, or made at first use and kept in the data folder."""

import os
import secrets as random_secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from alerts.signing import Links
from config.schema import Config
from config.secrets import secret
from vigie.errors import ConfigError


def pseudonym_key(folder: Path, environment: Mapping[str, str]) -> bytes:
    """VIGIE_PSEUDONYM_KEY, or the key of this data folder, made at first use and readable by its owner only."""
    return _key("VIGIE_PSEUDONYM_KEY", folder / "pseudonym.key", environment)


def link_key(folder: Path, environment: Mapping[str, str]) -> bytes:
    """VIGIE_LINK_KEY, or the key of this data folder: what the links in the mails are signed with. A new one ends them all."""
    return _key("VIGIE_LINK_KEY", folder / "links.key", environment)


def links_of(config: Config, environment: Mapping[str, str]) -> Links | None:
    """The links that the mails carry; None where `[web] url` names no place that they could lead to."""
    web = config.settings.web
    return Links(web.url, link_key(config.data_folder, environment), timedelta(days=web.link_days)) if web.url else None


def _key(name: str, path: Path, environment: Mapping[str, str]) -> bytes:
    given = secret(name, environment)
    if given is not None:
        if not given:
            raise ConfigError([f"{name}_FILE: the file is empty"])
        return given.encode()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(random_secrets.token_hex(32))
        unfinished.replace(path)
    key = path.read_text(encoding="ascii").strip().encode()
    if not key:
        raise ConfigError([f"{path}: the key is empty; restore it from a backup, or remove the file to begin with a new one"])
    return key
