"""What the parts of the state have in common."""

from vigie.clock import Clock
from vigie.store.database import Database


class Tables:
    """Some tables of the database, and the clock that dates what is written to them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
