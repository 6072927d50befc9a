"""Ways to reach people. A kind of channel is one module, with its options, and one line in `CHANNELS`."""

from collections.abc import Mapping
from typing import Final

from alerts.channels.apprise import AppriseOptions
from alerts.channels.atom import AtomOptions
from alerts.channels.discord import DiscordOptions
from alerts.channels.installation import ChannelOptions, Installation
from alerts.channels.mattermost import MattermostOptions
from alerts.channels.ntfy import NtfyOptions
from alerts.channels.slack import SlackOptions
from alerts.channels.sms import SmsOptions
from alerts.channels.smtp import SmtpChannel
from alerts.channels.syslog import SyslogOptions
from alerts.channels.teams import TeamsOptions
from alerts.channels.telegram import TelegramOptions
from alerts.channels.webhook import WebhookOptions
from config.schema import MAIL, Config
from vigie.clock import Clock
from vigie.errors import ConfigError
from vigie.ports import Channel

CHANNELS: Final[Mapping[str, type[ChannelOptions]]] = {
    "slack": SlackOptions,
    "teams": TeamsOptions,
    "mattermost": MattermostOptions,
    "discord": DiscordOptions,
    "telegram": TelegramOptions,
    "ntfy": NtfyOptions,
    "webhook": WebhookOptions,
    "syslog": SyslogOptions,
    "atom": AtomOptions,
    "sms": SmsOptions,
    "apprise": AppriseOptions,
}
"""The kinds that a row `[[channel]]` may name. Mail needs no row: it is set up by `[mail]`."""


def open_channels(config: Config, environment: Mapping[str, str], clock: Clock) -> dict[str, Channel]:
    """Mail and every channel of `alerts.toml` by its id, ready to send. Raises: ConfigError with every secret that is missing."""
    channels: dict[str, Channel] = {}
    problems: list[str] = []
    try:
        channels[MAIL] = SmtpChannel.from_settings(config.settings.mail, environment)
    except ConfigError as error:
        problems += error.problems
    for row in config.channels:
        at = Installation(row.id, config.settings.mail, config.folder, config.data_folder, clock, environment)
        try:
            channels[row.id] = CHANNELS[row.kind].model_validate(row.options).open(at)
        except ConfigError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise ConfigError(problems)
    return channels
