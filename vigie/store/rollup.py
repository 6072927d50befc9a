"""Mentions that count per brand, day and tone, kept up to date with every write: long charts read days instead of mentions.

Beside the mention store, in the same transactions. It can always be counted again from the mentions.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from vigie.model import Mention
from vigie.ports import Filter
from vigie.store.buckets import midnight
from vigie.store.codec import microseconds, moment_of, storable
from vigie.store.database import Database, Row
from vigie.store.fts_query import Condition, all_of
from vigie.store.selection import one_of

Change = Counter[tuple[str | bytes, int, str]]
"""By how much each (brand, day, tone) grows; days are ordinals as `date.toordinal` gives them."""


class DayCounts:
    """The counts, in days of one zone: when the team moves to another, they are counted anew."""

    def __init__(self, database: Database, zone: str) -> None:
        self.zone = zone
        self._database = database
        self._zone = ZoneInfo(zone)
        if database.row("SELECT 1 FROM meta WHERE name = 'day_zone' AND value = ?", (zone,)) is None:
            with database.transaction():
                self.rebuild()
                database.execute("INSERT OR REPLACE INTO meta VALUES ('day_zone', ?)", (zone,))

    def note(self, change: Change, mention: Mention, by: int) -> None:
        """Adds to `change` that `by` mentions like this one came (or, below zero, went); one that is set aside does not count."""
        if mention.is_set_aside:
            return
        change[storable(mention.brand_id), self._day(mention.document.published.at), mention.label] += by

    def apply(self, change: Change) -> None:
        """Writes `change`; belongs in the transaction that writes the mentions."""
        rows = [(*key, number) for key, number in change.items() if number]
        self._database.execute_many(
            "INSERT INTO mention_day VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET number = number + excluded.number", rows
        )
        self._database.execute_many(
            "DELETE FROM mention_day WHERE brand = ? AND day = ? AND label = ? AND number = 0",
            [row[:3] for row in rows if row[3] < 0],
        )

    def by_brand(self, chosen: Filter) -> list[Row] | None:
        """(brand, tone, number); None where whole days cannot answer `chosen`."""
        return self._sums("brand", chosen)

    def by_day(self, chosen: Filter) -> list[Row] | None:
        """(microseconds of the day's midnight, tone, number); None where whole days cannot answer `chosen`."""
        rows = self._sums("day", chosen)
        return None if rows is None else [(self._begins(day), label, number) for day, label, number in rows]

    def rebuild(self) -> None:
        """Counts every mention again."""
        with self._database.transaction():
            self._database.execute("DELETE FROM mention_day")
            self.apply(self._counted())

    def problems(self) -> list[str]:
        """A line when the counts are not those of the mentions."""
        kept = {tuple(row[:3]): row[3] for row in self._database.rows("SELECT brand, day, label, number FROM mention_day")}
        wrong = len(set(kept.items()) ^ set(self._counted().items()))
        return [f"the daily counts differ from the mentions in {wrong} places"] if wrong else []

    def _sums(self, column: str, chosen: Filter) -> list[Row] | None:
        if replace(chosen, brands=(), labels=(), start=None, end=None) != Filter():
            return None
        if not (self._is_midnight(chosen.start) and self._is_midnight(chosen.end)):
            return None
        conditions = [one_of(name, values) for name, values in (("brand", chosen.brands), ("label", chosen.labels)) if values]
        if chosen.start:
            conditions.append(Condition("day >= ?", (self._day(chosen.start),)))
        if chosen.end:
            conditions.append(Condition("day < ?", (self._day(chosen.end),)))
        where = all_of(conditions)
        return self._database.rows(
            f"SELECT {column}, label, sum(number) FROM mention_day WHERE {where.sql} GROUP BY 1, 2",  # noqa: S608
            where.values,
        )

    def _counted(self) -> Change:
        change: Change = Counter()
        for brand, published_at, label in self._database.rows(
            "SELECT brand, published_at, label FROM mention WHERE doubtful = 0"
        ):
            change[brand, self._day(moment_of(published_at)), label] += 1
        return change

    def _day(self, moment: datetime) -> int:
        return moment.astimezone(self._zone).toordinal()

    def _begins(self, day: int) -> int:
        return microseconds(midnight(date.fromordinal(day), self._zone))

    def _is_midnight(self, moment: datetime | None) -> bool:
        return moment is None or midnight(moment.astimezone(self._zone).date(), self._zone) == moment
