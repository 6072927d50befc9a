"""Ways to reach people. A channel is one module and one line in `CHANNELS`."""

from collections.abc import Callable, Mapping

from alerts.channels.smtp import SmtpChannel
from config.schema import Settings
from vigie.ports import Channel

CHANNELS: Mapping[str, Callable[[Settings, Mapping[str, str]], Channel]] = {
    "smtp": lambda settings, environment: SmtpChannel.from_settings(settings.mail, environment),
}


def open_channels(settings: Settings, environment: Mapping[str, str]) -> dict[str, Channel]:
    """Every registered channel, ready to send. Raises: ConfigError when a secret cannot be read."""
    return {name: build(settings, environment) for name, build in CHANNELS.items()}
