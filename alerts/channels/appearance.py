"""How a level looks where a service knows colours or only characters."""

from vigie.model import Level

COLOURS = {Level.NOTICE: 0x2F6FDE, Level.ALERT: 0xD9822B, Level.CRISIS: 0xC0392B}
"""RGB: blue, orange, red."""

MARKS = {Level.NOTICE: "🔵", Level.ALERT: "🟠", Level.CRISIS: "🔴"}
