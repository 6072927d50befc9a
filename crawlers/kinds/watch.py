"""A page that is watched for changes (terms of use, prices, a competitor's offer); a change is a document that tells it."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from cssselect import SelectorError
from pydantic import Field

from config.schema import Strict
from crawlers.extract import read_article
from crawlers.page_changes import changes, watched_lines
from crawlers.urls import canonicalise_url
from crawlers.validators import get_if_changed, mark_read
from crawlers.visit import Page, Visit
from vigie.errors import FetchError
from vigie.model import DateSource, Document, PublicationDate, document_id

_LINES = "lines"


class WatchOptions(Strict):
    """Options of kind `watch`."""

    selector: str = Field("", description="CSS selector of the part that is watched; empty: the page without its frame.")


@dataclass(frozen=True, slots=True)
class WatchConnector:
    """Remembers the text of `source.url`; the first visit brings nothing."""

    _options: WatchOptions

    async def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        page = await get_if_changed(visit, visit.source.url)
        if page.not_modified:
            return
        lines = self._lines(visit, page)
        before = visit.memory.get(_LINES)
        told = changes(json.loads(before), lines) if before else ()
        if told:
            yield self._document(visit, page, told)
        if told or not before:
            visit.memory.set(_LINES, json.dumps(lines, ensure_ascii=False))
        mark_read(visit, visit.source.url, page)

    def _lines(self, visit: Visit, page: Page) -> tuple[str, ...]:
        """The text that is watched. Raises: FetchError when there is none: an empty page is no change."""
        with visit.reading(page.url):
            try:
                lines = watched_lines(page.body, encoding=page.encoding, selector=self._options.selector)
            except SelectorError as error:
                raise FetchError(page.url, "bad_selector", f"{self._options.selector!r} is no CSS selector: {error}") from error
            if not lines:
                raise FetchError(page.url, "nothing_found", "the page has no text to watch, or the selector finds nothing on it")
        return lines

    def _document(self, visit: Visit, page: Page, told: tuple[str, ...]) -> Document:
        thread_url = canonicalise_url(visit.source.url)
        with visit.reading(page.url):
            title = read_article(page.body, page.url, encoding=page.encoding, now=visit.now, zone=visit.source.zone).title
        url = f"{thread_url}#change-{visit.now:%Y%m%d%H%M%S}"
        return Document(
            id=document_id(url),
            source_id=visit.source.id,
            kind=visit.source.document_kind,
            url=url,
            title=f"Page modifiée : {title or visit.source.name}",
            text="\n".join(told),
            author=None,
            published=PublicationDate(visit.now, DateSource.FIRST_SEEN, 0.5),
            seen_at=visit.now,
            thread_url=thread_url,
            thread_title=title,
            tier=visit.source.tier,
        )
