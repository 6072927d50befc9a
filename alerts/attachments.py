"""What goes with the mail of a digest: its mentions as tables (CSV, or a workbook for Excel), itself as a PDF."""

import csv
import io
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts import excerpts
from alerts.digest_letter import digest_letter
from alerts.digest_views import DigestView
from alerts.gather import brand_name
from alerts.paper import printed
from alerts.texts import Wording
from alerts.views import Period
from config.schema import Config
from vigie.model import Mention
from vigie.paging import read_mentions
from vigie.ports import Filter, MentionStore

_LOG = logging.getLogger(__name__)
PDF = "pdf"
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


def attached(
    view: DigestView, store: MentionStore, config: Config, formats: Sequence[str], wording: Wording
) -> tuple[Attachment, ...]:
    """One file per format. Raises: StoreUnavailable."""
    tables = [one for one in formats if one in _WRITERS]
    brands = [brand.id for brand in view.brands]
    made = attached_tables(store, config, brands, view.period, tables, wording) if tables else ()
    return (*made, *_on_paper(view, config, wording)) if PDF in formats else made


def attached_tables(
    store: MentionStore, config: Config, brands: Sequence[str], period: Period, formats: Sequence[str], wording: Wording
) -> tuple[Attachment, ...]:
    """One table per format, with the newest 5,000 mentions of the period. Raises: StoreUnavailable."""
    mentions = read_mentions(store, Filter(brands=brands, start=period.start, end=period.end), _MOST_ROWS)
    rows = [tuple(wording.say(f"column_{name}") for name in _COLUMNS), *(_row(mention, config, wording) for mention in mentions)]
    name = f"mentions-{period.end.astimezone(wording.zone):%Y-%m-%d}"
    return tuple(Attachment(f"{name}.{one}", _TYPES[one], _WRITERS[one](rows)) for one in formats)


def _on_paper(view: DigestView, config: Config, wording: Wording) -> tuple[Attachment, ...]:
    """The digest as a PDF; nothing when it cannot be made, for the mail says the same."""
    name = f"{view.id}-{view.period.end.astimezone(wording.zone):%Y-%m-%d}.pdf"
    try:
        return (Attachment(name, "application/pdf", printed(digest_letter(view, wording), wording, config.folder)),)
    except Exception:  # noqa: BLE001 - the deliver loop: the digest goes out without its PDF
        _LOG.exception("event=pdf_failed digest=%s", view.id)
        return ()


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
