"""The mentions of a digest as tables that go with its mail: CSV, or a workbook for Excel."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts import excerpts
from alerts.gather import brand_name
from alerts.texts import Wording
from alerts.views import Period
from config.schema import Config
from vigie.model import Mention
from vigie.paging import read_mentions
from vigie.ports import Filter, MentionStore

_COLUMNS = ("date", "brand", "tone", "kind", "site", "title", "url", "excerpt")
_MOST_ROWS = 5_000
_TITLE, _EXCERPT = 300, 500
_FORMULA = ("=", "+", "-", "@")  # a spreadsheet would run a cell that begins so: OWASP, CSV Injection

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    type: str
    content: bytes


def attached_tables(
    store: MentionStore, config: Config, brands: Sequence[str], period: Period, formats: Sequence[str], wording: Wording
) -> tuple[Attachment, ...]:
    """One file per format, with the newest 5,000 mentions of the period. Raises: StoreUnavailable."""
    if not formats:
        return ()
    mentions = read_mentions(store, Filter(brands=brands, start=period.start, end=period.end), _MOST_ROWS)
    rows = [tuple(wording.say(f"column_{name}") for name in _COLUMNS), *(_row(mention, config, wording) for mention in mentions)]
    name = f"mentions-{period.end.astimezone(wording.zone):%Y-%m-%d}"
    return tuple(Attachment(f"{name}.{one}", _TYPES[one], _WRITERS[one](rows)) for one in formats)


def _row(mention: Mention, config: Config, wording: Wording) -> Row:
    document = mention.document
    cells = (
        _local(document.published.at, document.published.day_only, wording),
        brand_name(config, mention.brand_id),
        wording.say(f"tone_{mention.label.value}_word"),
        wording.say(f"one_{document.kind.value}"),
        document.site,
        excerpts.shorten(document.title or document.thread_title, _TITLE),
        excerpts.safe_url(document.url),
        excerpts.shorten(document.text, _EXCERPT),
    )
    return tuple(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells)


def _local(at: datetime, day_only: bool, wording: Wording) -> str:
    return at.astimezone(wording.zone).strftime("%Y-%m-%d" if day_only else "%Y-%m-%d %H:%M")


def _csv(rows: Sequence[Row]) -> bytes:
    """With semicolons and a byte order mark, which a French Excel opens as a table; other programs ask or guess."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";").writerows(rows)
    return written.getvalue().encode("utf-8-sig")


def _xlsx(rows: Sequence[Row]) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415 - for a workbook only

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Mentions")
    for row in rows:
        sheet.append(list(row))
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


_WRITERS: Mapping[str, Callable[[Sequence[Row]], bytes]] = {"csv": _csv, "xlsx": _xlsx}
_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
