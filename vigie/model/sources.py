"""Where Vigie reads, how healthy that place is, and what a reading of it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from vigie.model.documents import DocumentKind


@dataclass(frozen=True, slots=True)
class Source:
    """A place that is read regularly, as declared in `sources.toml`.

    `kind` names a connector (`feed`, `site`, `forum`, `mastodon`…); `options` are that connector's own settings, already
    validated. `document_kind` is what the entries of the source are (`news` or `blog` for a feed). `language` is that of texts
    whose page does not say, empty when nobody declared it. `zone` is the IANA zone in which dates without offset are read. `tier`
    is 1 (national outlet) to 3. `brand_names` and `brand_handles` are what a kind that searches looks for when its options do
    not say.
    """

    id: str
    kind: str
    url: str
    name: str
    document_kind: DocumentKind
    language: str = "fr"
    zone: str = "Europe/Paris"
    tier: int = 2
    interval: timedelta = timedelta(minutes=15)
    options: Mapping[str, Any] = field(default_factory=dict)
    brand_names: tuple[str, ...] = ()
    brand_handles: tuple[str, ...] = ()


class SourceHealth(StrEnum):
    """Whether a source can be trusted to have been seen: only when it is OK."""

    NEVER = "never"  # not read yet
    OK = "ok"
    LATE = "late"  # cannot be read now, for a reason that may pass: the server fails, hangs, is not found
    SILENT = "silent"  # reads well, but brings nothing although it usually does
    CHANGED = "changed_layout"  # its pages come, but nothing is found in them any more
    BLOCKED = "blocked"  # it refuses us: 401, 403, robots.txt, a login, consent or captcha wall
    GONE = "gone"  # it has not been there for days

    @classmethod
    def _missing_(cls, value: object) -> "SourceHealth | None":
        """What an older Vigie wrote for LATE, BLOCKED and GONE alike."""
        return cls.LATE if value == "failing" else None


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is known of a source's health. Times are None until they happen; `usual_gap` is its own usual time between items.

    `since` is when it came to its present health, `failing_since` when the failures in a row began. `error` is what the last
    failure said, `reason` its short code. Of the pages that were read, `pages` in all, `usual_yield` is the share in which
    something was found, `recent_yield` the same of the last few.
    """

    source_id: str
    health: SourceHealth = SourceHealth.NEVER
    last_pass_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_item_at: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0
    error: str = ""
    usual_gap: timedelta | None = None
    reason: str = ""
    since: datetime | None = None
    failing_since: datetime | None = None
    pages: int = 0
    usual_yield: float = 1.0
    recent_yield: float = 1.0


@dataclass(frozen=True, slots=True)
class PassReport:
    """What one pass over one source did. `errors` counts reasons (`http_500`, `timeout`, `broken_feed`, `robots`...).

    `ok` is False when the source itself (its feed, listing or board) could not be read; a single lost article leaves it True
    and is counted in `errors`. `reason` is the short code of what ended the pass, empty when it came to its end. `parsed` and
    `barren` count the pages in which something, or nothing, was found. `retry_after` is what the site asked for, if it did.
    """

    source_id: str
    started_at: datetime
    finished_at: datetime
    ok: bool
    requests: int = 0
    not_modified: int = 0
    documents: int = 0
    errors: Mapping[str, int] = field(default_factory=dict)
    message: str = ""
    retry_after: timedelta | None = None
    moved_to: str | None = None
    reason: str = ""
    parsed: int = 0
    barren: int = 0
