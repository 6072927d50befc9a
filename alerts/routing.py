"""Who is told of an incident: the rule's own recipients, and those of every route that it fits. Pure.

Between `alerts.desk`, which files a delivery for each, and the rows `[[route]]` of `alerts.toml`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from config.schema import RouteRow
from vigie.hours import end_of, within
from vigie.model import Arrival, Incident, Level, SignalKind

_RISING = tuple(Level)
_SHARE = 0.25
"""A theme that a quarter of an incident's negative mentions have is what it is about, among others."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a route is chosen by. `at` is when the incident is told."""

    brand_id: str
    level: Level
    kind: SignalKind
    at: datetime
    themes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody to tell; not before `held_until`, if that is set."""

    recipient: str
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Routing:
    """The routes, on the team's clock."""

    routes: Sequence[RouteRow]
    zone: str

    def targets(self, own: Iterable[str], occasion: Occasion) -> list[Target]:
        """The rule's `own` recipients, then those of the routes in order; each once, and as early as any of these ways has it."""
        held: dict[str, datetime | None] = dict.fromkeys(own)
        for route in self.fitting(occasion):
            until = self._held_until(route, occasion)
            for recipient in route.to:
                held[recipient] = _earlier(held[recipient], until) if recipient in held else until
        return [Target(one, until) for one, until in held.items()]

    def fitting(self, occasion: Occasion) -> list[RouteRow]:
        """The routes that count for the occasion."""
        return [route for route in self.routes if self._fits(route, occasion)]

    @property
    def wants_themes(self) -> bool:
        """Whether any route asks what an incident is about."""
        return any(route.themes for route in self.routes)

    def _fits(self, route: RouteRow, occasion: Occasion) -> bool:
        local = occasion.at.astimezone(ZoneInfo(self.zone))
        return (
            (not route.brands or occasion.brand_id in route.brands)
            and _RISING.index(occasion.level) >= _RISING.index(route.level)
            and (not route.themes or not occasion.themes.isdisjoint(route.themes))
            and (not route.kinds or occasion.kind in route.kinds)
            and (not route.days or local.isoweekday() in route.days)
            and within(route.hours, local.time())
        )

    def _held_until(self, route: RouteRow, occasion: Occasion) -> datetime | None:
        """The end of the route's quiet hours, for what is no crisis."""
        local = occasion.at.astimezone(ZoneInfo(self.zone))
        if not route.quiet or occasion.level is Level.CRISIS or not within(route.quiet, local.time()):
            return None
        return end_of(route.quiet, local).astimezone(UTC)


def occasion_of(incident: Incident, at: datetime, arrivals: Iterable[Arrival]) -> Occasion:
    """The occasion of telling `incident` at `at`; its themes are those of its arrivals."""
    themes = frozenset(incident.last.matched) if incident.kind is SignalKind.THEME else _themes(incident, arrivals)
    return Occasion(incident.brand_id, incident.level, incident.kind, at, themes)


def _themes(incident: Incident, arrivals: Iterable[Arrival]) -> frozenset[str]:
    """What the negative mentions since the onset complain of."""
    told = [
        one.themes
        for one in arrivals
        if one.brand_id == incident.brand_id and one.negative >= 0.5 and one.published_at >= incident.onset
    ]
    counts = {theme: sum(theme in themes for themes in told) for theme in {theme for themes in told for theme in themes}}
    return frozenset(theme for theme, number in counts.items() if number >= _SHARE * len(told))


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else min(one, other)
