"""The option models of every kind of source, rule and channel and of the analysis' steps: what a configuration is checked by."""

from alerts.channels import CHANNELS
from alerts.rules import RULES
from analysis.components.registry import OPTIONS
from config.rows import Extensions
from crawlers.kinds import KINDS


def extensions() -> Extensions:
    """All registered extensions, by the name that a row's `kind` gives."""
    kinds = {name: kind.options for name, kind in KINDS.items()}
    return Extensions(kinds=kinds, rules=RULES, components=OPTIONS, channels=CHANNELS)
