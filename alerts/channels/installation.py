"""What a channel is made from: a row's options, and what this installation gives it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.schema import Mail, Strict
from config.secrets import secret
from vigie.clock import Clock
from vigie.errors import ConfigError
from vigie.ports import Channel


@dataclass(frozen=True, slots=True)
class Installation:
    """Where a channel of the row `id` is set up. `folder` is the configuration's; files of its own go to `data_folder`."""

    id: str
    mail: Mail
    folder: Path
    data_folder: Path
    clock: Clock
    environment: Mapping[str, str] = field(repr=False)

    def secret(self, what: str) -> str:
        """The channel's secret `what` (URL, TOKEN). Raises: ConfigError when it is not set."""
        given = self.secret_or_none(what)
        if not given:
            raise ConfigError([f"alerts.toml: channel[{self.id}]: {self._name(what)} (or {self._name(what)}_FILE) is not set"])
        return given

    def secret_or_none(self, what: str) -> str | None:
        """The same where it may be missing."""
        return secret(self._name(what), self.environment)

    def refused(self, what: str, why: str) -> ConfigError:
        """What to raise for a secret that cannot be used; `why` must not repeat it."""
        return ConfigError([f"alerts.toml: channel[{self.id}]: {self._name(what)}: {why}"])

    def _name(self, what: str) -> str:
        return f"VIGIE_CHANNEL_{self.id.upper().replace('-', '_')}_{what}"


class ChannelOptions(Strict, ABC):
    """The settings of a kind of channel, which open it. Secrets are none of them."""

    @abstractmethod
    def open(self, at: Installation) -> Channel:
        """The channel, ready to send. Raises: ConfigError when a secret is missing or cannot be used."""
