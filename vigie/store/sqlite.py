"""The mention store in SQLite: one row, one record and one entry of the text index for each mention.

Between the pipeline and `vigie.db`. A mention is kept flat, with its own copy of the text, as it is in a search cluster:
rewriting one never touches another. The text index keeps no text: what it holds is computed again from the record when a mention
leaves it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from vigie.errors import StoreError
from vigie.model import Mention, SentimentLabel, Story, document_id
from vigie.ports import Bucket, Decision, Filter, Page, Tally, Upserted
from vigie.store.buckets import bucket_starts, fill, is_whole_days, tallies, tally
from vigie.store.codec import microseconds, restored, storable
from vigie.store.database import Database, Row
from vigie.store.fts_query import FUNCTIONS
from vigie.store.rollup import Change, DayCounts
from vigie.store.rows import (
    COLUMNS,
    PER_SECOND,
    WHOLE,
    columns_of,
    decided_columns,
    first_mid,
    indexed_words,
    last_mid,
    mention_of,
    record_of,
)
from vigie.store.selection import one_of, select_counts, select_page
from vigie.store.telling import story_of
from vigie.store.words import WORDS_VERSION

_SLICE = 500  # mentions per transaction where many go: other writers wait a few hundred milliseconds at most
_MERGED_PAGES = 1000  # of the text index in one write
_LEAST_MERGED = 2  # rows that a write changes in which something was merged
_INSERT = f"INSERT INTO mention ({COLUMNS}) VALUES ({', '.join('?' * len(COLUMNS.split(',')))})"  # noqa: S608
_WHOLE_ROWS = f"SELECT m.mid, {WHOLE} FROM mention AS m JOIN mention_record AS r ON r.mid = m.mid WHERE "  # noqa: S608
_DECIDE = "UPDATE mention SET doubtful = ?, state = ?, note = ?, assignee = ?, due_at = ?, confirmed = ? WHERE mid = ?"
_SPARED = "(note != '' OR (state = 'new' AND (assignee IS NOT NULL OR due_at IS NOT NULL)))"
_STORIES = """
    SELECT count(DISTINCT m.document_id), count(DISTINCT m.site), min(m.mid),
           count(DISTINCT CASE WHEN m.label = 'negative' THEN m.document_id END),
           min(CASE WHEN m.label = 'negative' THEN m.mid END)
    {rows} GROUP BY m.story ORDER BY 1 DESC, max(m.published_at) DESC, m.story LIMIT ?
"""


class SqliteMentionStore:
    """Implements `vigie.ports.MentionStore`. Mentions are in order to the second of their publication.

    `zone` is the team's: the days of long charts are counted in it. A mention whose publication date changes moves to its new
    place, also for a reader who is between two pages.
    """

    def __init__(self, database: Database, zone: str = "Europe/Paris") -> None:
        self._database = database
        for name, (function, values) in FUNCTIONS.items():
            database.add_function(name, function, values)
        self._days = DayCounts(database, zone)
        if database.row("SELECT 1 FROM meta WHERE name = 'words' AND value = ?", (WORDS_VERSION,)) is None:
            self.reindex()

    def close(self) -> None:
        self._database.close()

    # --- writing

    def upsert(self, mentions: Sequence[Mention]) -> Upserted:
        latest = {mention.id: mention for mention in mentions}
        change: Change = Counter()
        updated = 0
        with self._database.transaction():
            stored = self._by_id(list(latest))
            for mention in sorted(latest.values(), key=lambda one: one.document.published.at):  # the text index likes it in order
                updated += self._write(mention, stored.get(mention.id), change)
            self._days.apply(change)
        return Upserted(len(latest) - updated, updated)

    def remove_documents(self, document_ids: Sequence[str], keep: Sequence[str] = ()) -> int:
        kept = {storable(mention_id) for mention_id in keep}
        with self._database.transaction():
            removed: list[int] = []
            for at in range(0, len(document_ids), _SLICE):  # the number of placeholders has a limit
                where = one_of("document_id", document_ids[at : at + _SLICE])
                rows = self._database.rows(f"SELECT mid, id FROM mention WHERE {where.sql}", where.values)  # noqa: S608
                removed += [mid for mid, mention_id in rows if mention_id not in kept]
            return self._remove(removed)

    def mark(self, mention_id: str, decision: Decision) -> bool:
        change: Change = Counter()
        with self._database.transaction():
            found = self._stored(mention_id)
            if found is None:
                return False
            mid, mention = found
            decided = replace(mention, workflow=decision.applied_to(mention.workflow))
            values = (decided.is_set_aside, *decided_columns(decided.workflow), mid)
            self._database.execute(_DECIDE, values)
            self._days.note(change, mention, -1)
            self._days.note(change, decided, 1)
            self._days.apply(change)
        return True

    def correct(self, mention_id: str, label: SentimentLabel | None) -> bool:
        change: Change = Counter()
        with self._database.transaction():
            found = self._stored(mention_id)
            if found is None:
                return False
            mid, mention = found
            corrected = replace(mention, workflow=replace(mention.workflow, corrected_label=label))
            self._replace_words(mid, mention, corrected)
            self._database.execute("UPDATE mention SET label = ?, corrected = ? WHERE mid = ?", (corrected.label, label, mid))
            self._days.note(change, mention, -1)
            self._days.note(change, corrected, 1)
            self._days.apply(change)
        return True

    def erase_author(self, author: str) -> int:
        return self._erase("author = ?", (storable(author),))

    def erase_url(self, url: str) -> int:
        return self._erase("document_id = ?", (storable(document_id(url)),))

    def clear(self) -> int:
        return self._erase("1", ())

    def purge(self, before: datetime) -> int:
        values = (last_mid(before), microseconds(before))
        removed = self._remove_where(f"mid < ? AND published_at < ? AND NOT {_SPARED}", values)
        self._merge_words()
        return removed

    # --- reading

    def refresh(self) -> None:
        """Nothing to do: a transaction is seen as soon as it ends."""

    def get(self, mention_id: str) -> Mention | None:
        found = self._stored(mention_id)
        return found[1] if found else None

    def search(self, chosen: Filter, limit: int = 20, cursor: str | None = None) -> Page:
        """As the contract says. Raises: ValueError for a cursor that no page gave, or a limit below 1."""
        if limit < 1:
            raise ValueError("a page holds at least one mention")
        selection = select_page(chosen, None if cursor is None else _row_number(cursor))
        newest_first = f"SELECT {selection.row} {selection.sql} ORDER BY {selection.row} DESC LIMIT ?"
        mids = [mid for (mid,) in self._database.rows(newest_first, (*selection.values, limit + 1))]
        mentions = self._by_mid(mids[:limit])
        page = [mentions[mid] for mid in mids[:limit] if mid in mentions]
        return Page(page, str(mids[limit - 1]) if len(mids) > limit else None)

    def count(self, chosen: Filter) -> Tally:
        numbers: Counter[SentimentLabel] = Counter()
        for _, label, number in self._by_brand(chosen):
            numbers[SentimentLabel(label)] += number
        return tally(numbers)

    def histogram(self, chosen: Filter, step: timedelta, zone: str) -> Sequence[Bucket]:
        if chosen.start is None or chosen.end is None:
            raise ValueError("a histogram needs a start and an end")
        starts = bucket_starts(chosen.start, chosen.end, step, ZoneInfo(zone))
        in_days = self._days.by_day(chosen) if is_whole_days(step) and zone == self._days.zone else None
        return fill(starts, self._grouped("published_at", chosen) if in_days is None else in_days)

    def share_of_voice(self, chosen: Filter) -> Mapping[str, Tally]:
        return {restored(brand): found for brand, found in tallies(self._by_brand(chosen)).items()}

    def stories(self, chosen: Filter, limit: int = 10) -> Sequence[Story]:
        selection = select_counts(chosen)
        rows = self._database.rows(_STORIES.format(rows=selection.sql), (*selection.values, limit))
        mentions = self._by_mid([mid for row in rows for mid in (row[2], row[4]) if mid is not None])
        return [
            story_of(mentions[first], documents, sites, negatives, mentions.get(first_negative))
            for documents, sites, first, negatives, first_negative in rows
            if first in mentions  # another process may have removed it since
        ]

    def top_sources(self, chosen: Filter, limit: int = 10) -> Sequence[tuple[str, Tally]]:
        found = [(restored(source), count) for source, count in tallies(self._grouped("source", chosen)).items()]
        return sorted(found, key=lambda one: (-one[1].total, one[0]))[:limit]

    # --- upkeep

    def integrity(self) -> list[str]:
        """What is wrong with the file, a line each; empty when all is well. Reads everything: seconds for 100,000 mentions."""
        problems = [str(line) for (line,) in self._database.rows("PRAGMA quick_check") if line != "ok"]
        try:
            with self._database.transaction():
                self._database.execute("INSERT INTO mention_text (mention_text) VALUES ('integrity-check')")
        except StoreError as error:
            problems.append(f"the text index: {error}")
        mentions = self._database.number("SELECT count(*) FROM mention")
        for table, name in (("mention_record", "records"), ("mention_text_docsize", "entries of the text index")):
            number = self._database.number(f"SELECT count(*) FROM {table}")  # noqa: S608
            if number != mentions:
                problems.append(f"{mentions} mentions but {number} {name}")
        return problems + self._days.problems()

    def reindex(self) -> None:
        """Makes the text index anew from the records. Begun again from the start by the next opening when it is interrupted."""
        with self._database.transaction():
            self._database.execute("DELETE FROM meta WHERE name = 'words'")
            self._database.execute("INSERT INTO mention_text (mention_text) VALUES ('delete-all')")
        for mentions in self._slices():
            with self._database.transaction():
                for mid, mention in mentions:
                    self._add_words(mid, mention)
        with self._database.transaction():
            self._database.execute("INSERT OR REPLACE INTO meta VALUES ('words', ?)", (WORDS_VERSION,))

    # --- rows

    def _write(self, mention: Mention, found: tuple[int, Mention] | None, change: Change) -> bool:
        """Writes one mention inside the caller's transaction; whether it replaced an earlier version, which is `found`."""
        mid = None
        if found:
            mid, old = found
            mention = replace(mention, workflow=old.workflow)
            if mention == old:
                return True
            self._take_out(mid, old, change)
            if old.document.published.at != mention.document.published.at:
                mid = None
        mid = self._free_mid(mention.document.published.at) if mid is None else mid
        self._database.execute(_INSERT, columns_of(mid, mention))
        self._database.execute("INSERT INTO mention_record VALUES (?, ?)", (mid, record_of(mention)))
        self._add_words(mid, mention)
        self._days.note(change, mention, 1)
        return found is not None

    def _free_mid(self, published: datetime) -> int:
        first = first_mid(published)
        while True:
            last = self._database.row("SELECT max(mid) FROM mention WHERE mid >= ? AND mid < ?", (first, first + PER_SECOND))
            following = first if last is None or last[0] is None else last[0] + 1
            if following < first + PER_SECOND:
                return following
            first += PER_SECOND

    def _take_out(self, mid: int, mention: Mention, change: Change) -> None:
        self._remove_words(mid, mention)
        self._database.execute("DELETE FROM mention WHERE mid = ?", (mid,))
        self._database.execute("DELETE FROM mention_record WHERE mid = ?", (mid,))
        self._days.note(change, mention, -1)

    def _add_words(self, mid: int, mention: Mention) -> None:
        self._database.execute(
            "INSERT INTO mention_text (rowid, title, body, tags) VALUES (?, ?, ?, ?)", (mid, *indexed_words(mention))
        )

    def _remove_words(self, mid: int, mention: Mention) -> None:
        self._database.execute(
            "INSERT INTO mention_text (mention_text, rowid, title, body, tags) VALUES ('delete', ?, ?, ?, ?)",
            (mid, *indexed_words(mention)),
        )

    def _replace_words(self, mid: int, old: Mention, new: Mention) -> None:
        if old.label != new.label:
            self._remove_words(mid, old)
            self._add_words(mid, new)

    def _remove(self, mids: Sequence[int]) -> int:
        change: Change = Counter()
        with self._database.transaction():
            mentions = self._by_mid(mids)
            for mid, mention in mentions.items():
                self._take_out(mid, mention, change)
            self._days.apply(change)
        return len(mentions)

    def _remove_where(self, where: str, values: Sequence[object]) -> int:
        removed = 0
        while True:
            rows = self._database.rows(f"SELECT mid FROM mention WHERE {where} LIMIT {_SLICE}", values)  # noqa: S608
            if not rows:
                return removed
            removed += self._remove([mid for (mid,) in rows])

    def _erase(self, where: str, values: Sequence[object]) -> int:
        """Removes for good: the text index keeps the words of what left it until its parts are merged, so they are merged now."""
        removed = self._remove_where(where, values)
        if removed:
            with self._database.transaction():
                self._database.execute("INSERT INTO mention_text (mention_text) VALUES ('optimize')")
            self._database.checkpoint()
        return removed

    def _merge_words(self) -> None:
        """Merges the parts of the text index, a short write at a time: a search reads each of them."""
        merged = _LEAST_MERGED
        while merged >= _LEAST_MERGED:  # as the documentation of FTS5 tells whether anything was left to merge
            with self._database.transaction():
                before = self._database.number("SELECT total_changes()")
                self._database.execute("INSERT INTO mention_text (mention_text, rank) VALUES ('merge', ?)", (_MERGED_PAGES,))
                merged = self._database.number("SELECT total_changes()") - before

    def _stored(self, mention_id: str) -> tuple[int, Mention] | None:
        return self._by_id([mention_id]).get(mention_id)

    def _by_id(self, mention_ids: Sequence[str]) -> dict[str, tuple[int, Mention]]:
        return {mention.id: (mid, mention) for mid, mention in self._read("m.id", list(map(storable, mention_ids)))}

    def _by_mid(self, mids: Sequence[int]) -> dict[int, Mention]:
        return dict(self._read("m.mid", mids))

    def _read(self, column: str, values: Sequence[object]) -> Iterator[tuple[int, Mention]]:
        for at in range(0, len(values), _SLICE):  # the number of placeholders has a limit
            some = values[at : at + _SLICE]
            for mid, *whole in self._database.rows(f"{_WHOLE_ROWS} {column} IN ({', '.join('?' * len(some))})", some):
                yield mid, mention_of(*whole)

    def _slices(self) -> Iterator[list[tuple[int, Mention]]]:
        last = -1
        while rows := self._database.rows(f"{_WHOLE_ROWS} m.mid > ? ORDER BY m.mid LIMIT {_SLICE}", (last,)):
            yield [(row[0], mention_of(*row[1:])) for row in rows]
            last = rows[-1][0]

    def _by_brand(self, chosen: Filter) -> list[Row]:
        """(brand, tone, number), from the daily counts where they can answer, else from the mentions."""
        in_days = self._days.by_brand(chosen)
        return self._grouped("brand", chosen) if in_days is None else in_days

    def _grouped(self, column: str, chosen: Filter) -> list[Row]:
        """(value of `column`, tone, number)."""
        selection = select_counts(chosen)
        return self._database.rows(
            f"SELECT m.{column}, m.label, count(*) {selection.sql} GROUP BY 1, 2",
            selection.values,
        )


def _row_number(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise ValueError(f"{cursor!r} is not the cursor of a page")
    return int(cursor)
