"""Customers' reviews of a product, a shop or a company, from the pages that declare them for machines."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from pydantic import Field

from config.schema import Strict
from crawlers.dates import choose_date
from crawlers.ledger import Ledger, is_news
from crawlers.listing import read_listing
from crawlers.place import Place
from crawlers.reviews import Review, read_reviews
from crawlers.urls import canonicalise_url
from crawlers.visit import Page, Visit
from vigie.errors import FetchError
from vigie.model import Document, DocumentKind, document_id


class ReviewsOptions(Strict):
    """Options of kind `reviews`."""

    pages: int = Field(5, ge=1, description="Pages of reviews read in a pass, as long as they bring something new.")


@dataclass(frozen=True, slots=True)
class ReviewsConnector:
    """`source.url` is the page with the latest reviews; the next ones are those it names (`rel="next"`)."""

    _options: ReviewsOptions

    async def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
        ledger = Ledger(visit.memory)
        url: str | None = visit.source.url
        asked: set[str] = set()
        while url and url not in asked and len(asked) < self._options.pages:
            asked.add(url)
            page = await visit.get(url)
            found = _reviews_in(page, visit)
            if len(asked) == 1 and not found:
                with visit.reading(page.url):
                    raise FetchError(url, "no_reviews", "the page declares no reviews (schema.org Review)")
            news = [one for one in found if is_news(ledger, one.url, f"{one.stars}\n{one.title}\n{one.text}")]
            for review in news:
                yield _document(visit, review)
            url = read_listing(page.body, page.url, encoding=page.encoding).next_page if news else None


def _reviews_in(page: Page, visit: Visit) -> tuple[Review, ...]:
    with visit.reading(page.url):
        return read_reviews(page.body, Place(page.url, visit.now, visit.source.zone), encoding=page.encoding)


def _document(visit: Visit, review: Review) -> Document:
    """A review as a document; what it is about is the title of its thread."""
    return Document(
        id=document_id(review.url),
        source_id=visit.source.id,
        kind=DocumentKind.REVIEW,
        url=review.url,
        title=review.title,
        text=review.text,
        author=review.author,
        published=choose_date([review.published], now=visit.now),
        seen_at=visit.now,
        thread_url=canonicalise_url(visit.source.url),
        thread_title=review.subject,
        tier=visit.source.tier,
        stars=review.stars,
    )
