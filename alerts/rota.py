"""Who is told next of an incident that nobody has taken up: the week's person on call, then the others in turn. Pure.

Everybody may be told of everything in their working hours. Outside them, and on public holidays, the person on call hears of an
alert; in quiet hours, and to the others, only the highest level gets through.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.schema import Person, Rota
from vigie.hours import within
from vigie.model import Level

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Roster:
    """The rota with its people, on the team's clock. `is_holiday` says whether the local day of a moment is a public holiday."""

    rota: Rota
    people: Sequence[Person]
    zone: str
    is_holiday: Callable[[datetime], bool]

    def order(self, at: datetime) -> list[Person]:
        """Everybody in the order in which they are told at `at`: whoever is on call first, then who follows in the rota."""
        known = {person.id: person for person in self.people}
        names = [name for name in self.rota.people if name in known]
        weeks = (at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) - self.rota.begins) // _WEEK
        turn = weeks % len(names) if names else 0
        return [known[name] for name in [*names[turn:], *names[:turn]]]

    def next_to_tell(self, told: AbstractSet[str], level: Level, at: datetime) -> Person | None:
        """Who is to be told now, of those whose address is not among `told`; None when nobody may be disturbed, or all were."""
        for place, person in enumerate(self.order(at)):
            if person.address not in told and self._may_disturb(person, level, at, on_call=place == 0):
                return person
        return None

    def _may_disturb(self, person: Person, level: Level, at: datetime, *, on_call: bool) -> bool:
        local = at.astimezone(ZoneInfo(self.zone))
        if level is Level.CRISIS:
            return True
        if not self.is_holiday(at) and local.isoweekday() in person.working_days and within(person.hours, local.time()):
            return True
        is_quiet = bool(person.quiet) and within(person.quiet, local.time())
        return on_call and level is Level.ALERT and not is_quiet
