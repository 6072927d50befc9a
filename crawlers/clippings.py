"""Exports of other tools (X, Facebook, media clippings) to documents: which column is what, and a document of each row. Pure.

Between a table (`crawlers.tables`) and the inbox. A row is known by its address; without one by its id, else by what it says: the
same file imported twice changes nothing.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from config.mistakes import nearest
from crawlers.dates import read_date
from crawlers.reviews import stars_of
from crawlers.tables import Table, TableError
from crawlers.text import clean_line, plain_text
from crawlers.urls import canonicalise_url
from vigie.folding import unaccented
from vigie.model import DateSource, Document, DocumentKind, PublicationDate, document_id
from vigie.model.documents import fingerprint

HEADERS: Mapping[str, Sequence[str]] = {
    "text": (
        "texte", "contenu", "text", "full text", "message", "content", "body", "tweet", "tweet text", "post", "post message",
        "commentaire", "comment", "verbatim", "corps", "texte integral", "hit sentence", "opening text", "extrait", "snippet",
        "description", "resume", "summary", "avis", "review",
    ),
    "title": ("titre", "title", "headline", "objet", "subject", "titre de l article"),
    "url": (
        "url", "lien", "link", "permalink", "permalien", "adresse", "tweet url", "tweet permalink", "post url", "article url",
        "lien vers l article", "permanent link", "permalink url",
    ),
    "id": ("id", "identifiant", "id str", "tweet id", "post id", "comment id", "document id", "external id", "reference"),
    "author": (
        "auteur", "author", "pseudo", "utilisateur", "user", "username", "user name", "nom d utilisateur", "screen name",
        "user screen name", "user username", "author name", "author username", "compte", "journaliste", "influencer", "from name",
        "page name",
    ),
    "date": (
        "date", "date de publication", "date publication", "publie le", "published", "published at", "created at", "created time",
        "post created", "publication date", "date heure", "date et heure", "horodatage", "timestamp", "datetime", "jour", "day",
    ),
    "time": ("heure", "time", "hour", "post created time"),
    "publisher": ("media", "support", "source", "source name", "publication", "nom du support", "outlet", "site"),
    "language": ("langue", "language", "lang"),
    "stars": ("etoiles", "stars", "rating", "star rating", "note", "score client"),
    "parent": ("parent url", "en reponse a", "in reply to url", "reply to url"),
}  # fmt: skip
"""The headers that each field is known by, folded, the most exact first."""

_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day has no zone
_EXCEL_DAY = re.compile(r"[2-7]\d{4}(?:[.,]\d+)?")  # 1954 to 2119
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Mapped:
    """What an import makes of a table: documents in its order, and the rows that make none, counted by reason."""

    documents: Sequence[Document]
    left_out: Counter[str] = field(default_factory=Counter)


def columns_of(table: Table, given: Mapping[str, str]) -> dict[str, str]:
    """The column of each field: as given, else guessed from the headers. Raises: TableError for a name that is none."""
    by_folded: dict[str, str] = {}
    for column in table.columns:
        by_folded.setdefault(_folded(column), column)
    found: dict[str, str] = {}
    for name, column in given.items():
        if name not in HEADERS:
            raise TableError(f"--map {name}=…: there is no such field{nearest(name, list(HEADERS), 'fields')}")
        if _folded(column) not in by_folded:
            raise TableError(f"--map {name}={column}: there is no such column{nearest(column, table.columns, 'columns')}")
        found[name] = by_folded[_folded(column)]
    for name, headers in HEADERS.items():
        free = (by_folded[header] for header in headers if header in by_folded and by_folded[header] not in found.values())
        if name not in found and (column := next(free, "")):
            found[name] = column
    if not {"text", "title"} & set(found):
        raise TableError(f"no column is known as the text: name it with --map text=…; the columns are {', '.join(table.columns)}")
    if "date" not in found:
        raise TableError(f"no column is known as the date: name it with --map date=…; the columns are {', '.join(table.columns)}")
    return found


def documents_of(
    table: Table, columns: Mapping[str, str], *, source: str, kind: DocumentKind, zone: str, now: datetime
) -> Mapped:
    """A document of each row that has a text and a date. Dates without an offset are in `zone`."""
    rows = [{name: row.get(column, "") for name, column in columns.items()} for _, row in table.rows]
    shared = Counter(row.get("url", "") for row in rows)
    reader = _RowReader(source, kind, zone, now, {url for url, number in shared.items() if number > 1})
    left_out: Counter[str] = Counter({"columns": table.broken} if table.broken else {})
    documents: dict[str, Document] = {}
    for row in rows:
        document = reader.document(row)
        if isinstance(document, str):
            left_out[document] += 1
        elif document.id in documents:
            left_out["repeated"] += 1
        else:
            documents[document.id] = document
    return Mapped(tuple(documents.values()), left_out)


@dataclass(frozen=True, slots=True)
class _RowReader:
    source: str
    kind: DocumentKind
    zone: str
    now: datetime
    shared: set[str]

    def document(self, row: Mapping[str, str]) -> Document | str:
        """The row as a document, or why it is none."""
        text, title = plain_text(row.get("text", "").replace("\n", "<br>")), clean_line(plain_text(row.get("title", "")))
        published = self._date(row)
        if not (text or title):
            return "no_text"
        if published is None:
            return "no_date"
        author = clean_line(row.get("author", "").lstrip("@"))
        if self.kind is DocumentKind.NEWS:
            author = author or clean_line(row.get("publisher", ""))
        own = row.get("id", "") or fingerprint(author, row.get("date", ""), row.get("time", ""), text)[:16]
        url = self._address(row.get("url", ""), own)
        return Document(
            id=document_id(url),
            source_id=self.source,
            kind=self.kind,
            url=url,
            title=title,
            text=text,
            author=author or None,
            published=published,
            seen_at=self.now,
            language=row.get("language", "")[:2].lower() or None,
            parent_url=_canonical(row.get("parent", "")) or None,
            thread_url=_canonical(row.get("url", "")) or url,
            stars=stars_of({"ratingValue": row["stars"]}) if row.get("stars") else None,
        )

    def _address(self, written: str, own: str) -> str:
        """The row's address; one that several rows share (comments on one post) is made each row's own."""
        url = _canonical(written)
        if not url:
            return f"urn:vigie:{self.source}:{quote(own, safe='')}"
        return f"{url}#row-{quote(own, safe='')}" if written in self.shared else url

    def _date(self, row: Mapping[str, str]) -> PublicationDate | None:
        written = row.get("date", "")
        if _EXCEL_DAY.fullmatch(written):
            return self._spreadsheet_day(float(written.replace(",", ".")))
        if row.get("time") and ":" not in written:
            written = f"{written} {row['time']}"
        return read_date(written, now=self.now, zone=self.zone, source=DateSource.META)

    def _spreadsheet_day(self, days: float) -> PublicationDate | None:
        """The moment of a spreadsheet's number: days since the end of 1899, in local time."""
        local = (_EXCEL_EPOCH + timedelta(seconds=round(days * 86_400))).replace(tzinfo=ZoneInfo(self.zone))
        moment = local.astimezone(UTC).isoformat()
        return read_date(moment, now=self.now, zone=self.zone, source=DateSource.META)


def _canonical(written: str) -> str:
    try:
        return canonicalise_url(written, keep_fragment=True) if written else ""
    except ValueError:
        return ""


def _folded(header: str) -> str:
    return _NOT_A_WORD.sub(" ", unaccented(header.lower())).strip()
