"""The option models of every registered kind of source and of rule, for the configuration to be checked against."""

from alerts.channels import CHANNELS
from alerts.rules import RULES
from config.rows import Extensions
from crawlers.kinds import KINDS


def extensions() -> Extensions:
    """All registered extensions, by the name that a row's `kind` gives."""
    return Extensions(kinds={name: kind.options for name, kind in KINDS.items()}, rules=RULES, channels=tuple(CHANNELS))
