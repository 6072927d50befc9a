"""RSS, Atom, RDF and JSON feeds: new and changed entries, each read on its own page."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from pydantic import Field

from config.schema import Strict
from crawlers.articles import read_announced
from crawlers.feed_news import feed_in, news_in
from crawlers.feeds import Feed, FeedEntry
from crawlers.kinds.comments import comments_of
from crawlers.ledger import Announced, Ledger
from crawlers.validators import get_if_changed
from crawlers.visit import Visit
from vigie.errors import FetchError
from vigie.model import Document

FULL_TEXT_LENGTH = 1500  # a `content` this long is the article, not its beginning


class FeedOptions(Strict):
    """Options of kind `feed`."""

    fetch_pages: bool = Field(True, description="Read each new entry's own page; false: the feed's text is enough.")
    history_pages: int = Field(
        5, ge=0, description="Older pages of the feed that are read on the first visit, where it has them."
    )
    comments: bool = Field(
        False, description="Also read the comment feed of each entry that names one, when the feed shows that there is more."
    )


@dataclass(frozen=True, slots=True)
class FeedConnector:
    """Asks for the feed only if it changed; an entry that cannot be read now is tried again in the next passes."""

    _options: FeedOptions

    async def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        ledger = Ledger(visit.memory)
        try:
            entries = await self._announce(visit, ledger)
            async for document in read_announced(visit, ledger):
                yield document
            for entry in entries if self._options.comments else ():
                async for document in comments_of(visit, ledger, entry):
                    yield document
        finally:
            ledger.save()

    async def _announce(self, visit: Visit, ledger: Ledger) -> Sequence[FeedEntry]:
        """Finds what is new in the feed, and on the first visit in its older pages too; returns the feed's new entries."""
        page = await get_if_changed(visit, visit.source.url)
        news = news_in(visit, page, visit.source.url)
        if news is None:
            return ()
        self._announce_entries(visit, ledger, news.feed)
        if not ledger.full:
            news.keep(visit)
        if news.is_first:
            await self._announce_history(visit, ledger, news.feed.next_url)
        return news.feed.entries

    async def _announce_history(self, visit: Visit, ledger: Ledger, url: str | None) -> None:
        asked = {visit.source.url}
        for _ in range(self._options.history_pages):
            if not url or url in asked:
                return
            asked.add(url)
            try:
                feed = feed_in(visit, await visit.get(url))
            except FetchError:
                return  # counted by the visit; the past is a bonus
            self._announce_entries(visit, ledger, feed)
            url = feed.next_url

    def _announce_entries(self, visit: Visit, ledger: Ledger, feed: Feed) -> None:
        for entry in feed.entries:
            if entry.url:
                ledger.announce(self.announced(entry, feed))
            elif not ledger.knows(entry.key):
                ledger.note(entry.key, entry.fingerprint)
                visit.lost("no_address")

    def announced(self, entry: FeedEntry, feed: Feed) -> Announced:
        """What an entry announces."""
        return Announced(
            key=entry.key,
            url=entry.url,
            fingerprint=entry.fingerprint,
            title=entry.title,
            text=entry.content or entry.summary,
            author=entry.author,
            published=entry.published or entry.updated,
            language=feed.language,
            whole=not self._options.fetch_pages or _is_whole(entry),
        )


def _is_whole(entry: FeedEntry) -> bool:
    """True when the feed has the full text, or when the entry is one post of a page that holds many."""
    return len(entry.content) >= FULL_TEXT_LENGTH or "#" in entry.url
