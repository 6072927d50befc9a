"""What a connector remembers of the documents that its source announced: which are read, which still have to be tried."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from vigie.model import DateSource, PublicationDate
from vigie.ports import SourceMemory

MAX_ATTEMPTS = 3
MAX_PENDING = 10_000


@dataclass(frozen=True, slots=True)
class Announced:
    """A document that a feed or a sitemap announced, with what it says of it. `fingerprint` changes when the document does.

    `whole`: `text` is the full text, so that no page has to be asked for.
    """

    key: str
    url: str
    fingerprint: str
    title: str = ""
    text: str = ""
    author: str | None = None
    published: PublicationDate | None = None
    language: str | None = None
    whole: bool = False
    attempts: int = 0


class Ledger:
    """Reads and writes one source's memory. Nothing is forgotten between two passes before it was read or given up."""

    def __init__(self, memory: SourceMemory) -> None:
        self._memory = memory
        self._pending = {item.key: item for item in map(_from_json, json.loads(memory.get("pending") or "[]"))}

    @property
    def full(self) -> bool:
        """True when no more can be announced before some is read: the announcer must be asked again."""
        return len(self._pending) >= MAX_PENDING

    def is_known(self, key: str, fingerprint: str) -> bool:
        """True when this very version was read (or given up) before."""
        return self._memory.get(_row(key)) == fingerprint

    def knows(self, key: str) -> bool:
        """True when any version was."""
        return self._memory.get(_row(key)) is not None

    def announce(self, item: Announced) -> bool:
        """Puts a new or changed document among those to read; False when there is nothing to do (or no room)."""
        if self.is_known(item.key, item.fingerprint) or (self.full and item.key not in self._pending):
            return False
        before = self._pending.get(item.key)
        same = before is not None and before.fingerprint == item.fingerprint
        self._pending[item.key] = replace(item, attempts=before.attempts if before and same else 0)
        return True

    def pending(self) -> Sequence[Announced]:
        """What is to be read, oldest announcement first."""
        return tuple(self._pending.values())

    def done(self, item: Announced) -> None:
        """The document was read, or cannot be: it is not tried again unless it changes."""
        self.note(item.key, item.fingerprint)
        self._pending.pop(item.key, None)

    def leave(self, item: Announced) -> None:
        """Forgets that the document was announced: it may be again."""
        self._pending.pop(item.key, None)

    def note(self, key: str, fingerprint: str) -> None:
        """Remembers a document that was read without having been announced."""
        self._memory.set(_row(key), fingerprint)

    def failed(self, item: Announced) -> bool:
        """Counts an attempt; True when it was the last one, and the document is given up."""
        attempts = item.attempts + 1
        if attempts >= MAX_ATTEMPTS:
            self.done(item)
            return True
        self._pending[item.key] = replace(item, attempts=attempts)
        return False

    def save(self) -> None:
        """Writes what is pending to the memory; call it however the pass ends."""
        rows = [_to_json(item) for item in self._pending.values()]
        self._memory.set("pending", json.dumps(rows, ensure_ascii=False) if rows else None)


def _row(key: str) -> str:
    return "read:" + hashlib.sha1(key.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:20]


def _to_json(item: Announced) -> dict[str, object]:
    row = asdict(item)
    if item.published:
        row["published"] = {**asdict(item.published), "at": item.published.at.isoformat()}
    return {name: value for name, value in row.items() if value}


def _from_json(row: dict[str, object]) -> Announced:
    published = row.pop("published", None)
    if isinstance(published, dict):
        date = PublicationDate(
            at=datetime.fromisoformat(published["at"]),
            source=DateSource(published["source"]),
            confidence=published["confidence"],
            day_only=published["day_only"],
        )
        return Announced(**row, published=date)  # type: ignore[arg-type]  # written by _to_json
    return Announced(**row)  # type: ignore[arg-type]  # written by _to_json


def is_news(ledger: Ledger, key: str, text: str) -> bool:
    """True, once, for a comment, a post or an update that is new or was changed."""
    fingerprint = hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:12]
    if ledger.is_known(key, fingerprint):
        return False
    ledger.note(key, fingerprint)
    return True
