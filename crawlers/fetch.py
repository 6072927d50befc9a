"""`vigie fetch URL`: all that one address has, collected as a source would be, without keeping anything."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from config.schema import USUAL_DOCUMENT_KIND, Crawl, Strict
from crawlers.collect import ScrapyCollector
from crawlers.discover import WHOLE, Discovery
from crawlers.kinds import KINDS
from crawlers.kinds.connector import Kind
from vigie.clock import Clock
from vigie.model import DateSource, Document, DocumentKind, PassReport, PublicationDate, Source, host_of


async def fetch(
    url: str,
    *,
    kind: str | None,
    limit: int | None,
    settings: Crawl,
    clock: Clock,
    on_documents: Callable[[Sequence[Document]], None],
    zone: str = "Europe/Paris",
) -> PassReport:
    """Reads `url` as a source of `kind` (found out when None) and gives its documents, `limit` at most, as they come.

    Dates without an offset are in `zone`.

    Raises: ConfigError for an unknown kind. What the site does wrong is in the report.
    """
    source = Source(
        id="fetch",
        kind=kind or "auto",
        url=url,
        name=host_of(url),
        document_kind=USUAL_DOCUMENT_KIND.get(kind or "", DocumentKind.NEWS),
        language="",  # nobody declared one
        zone=zone,
        options=WHOLE.get(kind or "", {}),
    )
    discovery = {"auto": Kind(Strict, lambda _: Discovery())}
    return await read_once(
        source, limit=limit, settings=settings, clock=clock, on_documents=on_documents, kinds={**KINDS, **discovery}
    )


async def read_once(
    source: Source,
    *,
    limit: int | None,
    settings: Crawl,
    clock: Clock,
    on_documents: Callable[[Sequence[Document]], None],
    kinds: Mapping[str, Kind[Any]] = KINDS,
) -> PassReport:
    """One pass over a source that nothing is remembered of; its documents, `limit` at most, are given as they come.

    Raises: ConfigError for an unknown kind. What the site does wrong is in the report.
    """
    collector = ScrapyCollector(settings, clock, kinds=kinds, limit=limit)
    reports = await collector.collect([source], _Given(on_documents), {source.id: PassingMemory()})
    return reports[0]


def document_row(document: Document, zone: str) -> dict[str, str | None]:
    """The document as `vigie fetch` prints it; times with the offset of `zone`, a day alone where no hour is known."""
    return {
        "url": document.url,
        "kind": document.kind.value,
        "title": document.title,
        "text": document.text,
        "author": document.author,
        "published_at": date_text(document.published, zone),
        "parent_url": document.parent_url,
        "thread_url": document.thread_url,
        "language": document.language,
    }


def date_text(published: PublicationDate | None, zone: str) -> str | None:
    """ISO 8601 with the offset of `zone`, a day alone where no hour is known; None where the page shows no date."""
    if published is None or published.source is DateSource.FIRST_SEEN:
        return None
    local = published.at.astimezone(ZoneInfo(zone))
    return local.date().isoformat() if published.day_only else local.isoformat()


class PassingMemory:
    """A source's memory that lasts as long as the object."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self._values.get(key)

    def set(self, key: str, value: str | None) -> None:
        if value is None:
            self._values.pop(key, None)
        else:
            self._values[key] = value


class _Given:
    """A sink that hands documents on; what is lost is already counted in the report's errors."""

    def __init__(self, on_documents: Callable[[Sequence[Document]], None]) -> None:
        self._on_documents = on_documents

    def receive(self, documents: Sequence[Document]) -> None:
        self._on_documents(documents)

    def lost(self, source_id: str, reason: str) -> None:
        pass

    def finished(self, report: PassReport) -> None:
        pass
