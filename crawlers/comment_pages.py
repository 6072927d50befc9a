"""The comments of an article: those of a page at hand, of a service that it embeds, of its further comment pages."""

from collections import deque
from collections.abc import AsyncIterator

from crawlers.comment_services import READERS, Service, embedded_service
from crawlers.comments import Comment, read_comments
from crawlers.dates import choose_date
from crawlers.json_answer import json_in
from crawlers.ledger import Ledger, is_news
from crawlers.place import Place
from crawlers.tokens import token_of
from crawlers.urls import canonicalise_url
from crawlers.visit import Page, Visit
from vigie.model import Document, DocumentKind, document_id


async def read_comment_pages(visit: Visit, ledger: Ledger, page: Page, thread_url: str) -> AsyncIterator[Document]:
    """The new and changed comments, in page order. Raises: FetchError when a further page cannot be read; PassOver."""
    asked = {canonicalise_url(page.url), thread_url}
    waiting: deque[str] = deque()
    current: Page | None = page
    while current:
        with visit.reading(current.url):
            found = read_comments(current.body, current.url, encoding=current.encoding, now=visit.now, zone=visit.source.zone)
        for comment in found.comments:
            if is_news(ledger, comment_key(thread_url, comment.url), comment.text):
                yield comment_document(visit, comment, thread_url, found.title)
        for url in found.next_pages:
            if canonicalise_url(url) not in asked:
                asked.add(canonicalise_url(url))
                waiting.append(url)
        if current is page and (service := _embedded(visit, page)):
            async for document in _of_service(visit, ledger, service, thread_url, found.title):
                yield document
        current = await visit.get(waiting.popleft()) if waiting else None


def _embedded(visit: Visit, page: Page) -> Service | None:
    with visit.reading(page.url):
        return embedded_service(page.body, page.url, encoding=page.encoding, key=token_of(visit.source))


async def _of_service(visit: Visit, ledger: Ledger, service: Service, thread_url: str, title: str) -> AsyncIterator[Document]:
    """The new comments that a service keeps for the page. Raises: FetchError, PassOver."""
    waiting = deque([service.url])
    asked: set[str] = set()
    while waiting:
        url = waiting.popleft()
        if url in asked:
            continue
        asked.add(url)
        answer = await visit.get(url)
        with visit.reading(answer.url):
            place = Place(answer.url, visit.now, "UTC")
            found = READERS[service.name](json_in(answer), place, thread_url)
        for comment in found.comments:
            if is_news(ledger, comment_key(thread_url, comment.url), comment.text):
                yield comment_document(visit, comment, thread_url, title)
        waiting.extend(found.further_urls)


def comment_key(thread_url: str, url: str) -> str:
    """What names a comment for good: its fragment within its thread, since the comment page in its address changes with time."""
    _, mark, fragment = url.partition("#")
    return f"{thread_url}#{fragment}" if mark else url


def comment_document(visit: Visit, comment: Comment, thread_url: str, thread_title: str = "") -> Document:
    """A comment as a document of its own; a first-level comment answers the article."""
    url = canonicalise_url(comment.url, keep_fragment=True)
    return Document(
        id=document_id(url),
        source_id=visit.source.id,
        kind=DocumentKind.COMMENT,
        url=url,
        title="",
        text=comment.text,
        author=comment.author,
        published=choose_date([comment.published], now=visit.now),
        seen_at=visit.now,
        language=None,
        parent_url=canonicalise_url(comment.parent_url, keep_fragment=True) if comment.parent_url else thread_url,
        thread_url=thread_url,
        thread_title=thread_title,
        tier=visit.source.tier,
    )
