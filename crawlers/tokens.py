"""The tokens of sources: from the environment, each for one source."""

import os

from config.secrets import secret
from vigie.model import Source


def token_of(source: Source) -> str | None:
    """The token of one source, from VIGIE_TOKEN_ and its id in capitals. Raises: ConfigError when its file cannot be read."""
    return secret(f"VIGIE_TOKEN_{source.id.upper().replace('-', '_')}", os.environ)
