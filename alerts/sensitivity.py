"""How many useless alerts a team accepts, and the evidence that this asks for. Between the two stands a measurement."""

import math
import re
from bisect import bisect_left
from typing import Literal

Sensitivity = Literal["low", "normal", "high"]

PRESETS: dict[Sensitivity, float] = {"low": 7.0, "normal": 5.0, "high": 4.0}
"""Evidence."""

_PERIODS = {"day": 1.0, "week": 7.0, "month": 30.0, "quarter": 91.0, "year": 365.0}  # days
_RATE = re.compile(r"(\d{1,3})\s*/\s*(day|week|month|quarter|year)")

LADDER: tuple[tuple[float, float], ...] = ((3.0, 2.81), (4.0, 0.73), (5.0, 0.22), (6.0, 0.11))
"""Evidence, and the false bad-buzz alerts a month that it brought a calm brand of 20 simulated mentions a day (300 months)."""


def readable_rate(written: str) -> str:
    """`written`, when it is a rate or empty. Raises: ValueError saying how to write one."""
    if written:
        per_month(written)
    return written


def per_month(rate: str) -> float:
    """`2/week` in alerts a month of 30 days. Raises: ValueError."""
    read = _RATE.fullmatch(rate.strip().lower())
    if read is None or int(read[1]) == 0:
        raise ValueError(f"{rate!r} is not a number of alerts; write it as 1/month, 2/week or 1/year")
    return int(read[1]) * 30 / _PERIODS[read[2]]


def evidence_for(rate: str) -> float:
    """The least evidence that keeps false alarms at about `rate`: log-linear between the rungs of the measured ladder.

    Beyond the last rung the line goes on, for 3 at most; below the first it stops. Raises: ValueError when `rate` cannot be read.
    """
    wanted = math.log10(per_month(rate))
    logs = [(-math.log10(alarms), evidence) for evidence, alarms in LADDER]
    right = min(max(bisect_left(logs, (-wanted,)), 1), len(logs) - 1)
    (x0, y0), (x1, y1) = logs[right - 1], logs[right]
    evidence = y0 + (y1 - y0) * (-wanted - x0) / (x1 - x0)
    return round(min(max(evidence, LADDER[0][0]), LADDER[-1][0] + 3), 2)
