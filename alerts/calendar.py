"""What the team knows in advance: public holidays, its own campaigns and releases. Pure; detection asks it at every tick."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from config.schema import Config, EventRow

_LINGERS = timedelta(hours=12)
"""A planned event explains a volume for so long after its end: the longest window of the detectors still holds it."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Holidays of `region` (a code of `[team]`) in France, and the planned events, in the team's zone."""

    events: Sequence[EventRow] = ()
    zone: str = "Europe/Paris"
    region: str = ""

    def is_holiday(self, at: datetime) -> bool:
        """Whether the local day of `at` is a public holiday."""
        local = at.astimezone(ZoneInfo(self.zone)).date()
        return local in _holidays(local.year, self.region)

    def is_day_off(self, at: datetime) -> bool:
        """Whether the local day of `at` is a Saturday, a Sunday or a public holiday: those have one rhythm."""
        return at.astimezone(ZoneInfo(self.zone)).weekday() >= 5 or self.is_holiday(at)

    def planned(self, brand_id: str, at: datetime) -> tuple[str, ...]:
        """Names of the events of the brand that are under way at `at`, or were until less than twelve hours ago."""
        return tuple(
            event.name
            for event in self.events
            if (not event.brands or brand_id in event.brands)
            and moment_in(event.start, self.zone) <= at < moment_in(event.end, self.zone) + _LINGERS
        )


def team_calendar(config: Config) -> Calendar:
    """The calendar of a configuration."""
    return Calendar(config.events, config.settings.team.zone, config.settings.team.region)


def moment_in(written: datetime, zone: str) -> datetime:
    """The moment that a date and hour mean: in `zone` where no offset is written."""
    return written if written.tzinfo else written.replace(tzinfo=ZoneInfo(zone))


@cache
def _holidays(year: int, region: str) -> frozenset[object]:
    import holidays  # noqa: PLC0415 - only who asks for a day pays for it

    return frozenset(holidays.country_holidays("FR", subdiv=region or None, years=year))
