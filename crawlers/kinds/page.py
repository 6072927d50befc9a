"""One article, followed: its text once, its comments as long as it lives."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta

from pydantic import Field

from config.schema import Strict
from crawlers.articles import read_announced
from crawlers.kinds.site import ArticleComments
from crawlers.ledger import Announced
from crawlers.visit import Visit
from vigie.model import Document


class PageOptions(Strict):
    """Options of kind `page`."""

    comments: bool = Field(True, description="Also read the comments.")
    comment_days: int = Field(
        30, ge=0, description="Days after publication during which the page is read again for new comments."
    )


@dataclass(frozen=True, slots=True)
class PageConnector:
    """Reads the page of `source.url`."""

    _options: PageOptions

    async def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        comments = ArticleComments(visit, timedelta(days=self._options.comment_days))
        try:
            comments.ledger.announce(Announced(visit.source.url, visit.source.url, "-"))
            async for document in read_announced(visit, comments.ledger, comments.on_page if self._options.comments else None):
                yield document
            async for document in comments.on_living_pages():
                yield document
        finally:
            comments.save()
