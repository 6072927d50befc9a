"""From an announced article to its document: the page where it can be read, else what the announcement itself says."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from crawlers.dates import choose_date
from crawlers.extract import Article, Update, read_article
from crawlers.ledger import Announced, Ledger, is_news
from crawlers.urls import canonicalise_url
from crawlers.visit import GONE, REFUSED, Page, Visit
from vigie.errors import FetchError
from vigie.model import DateSource, Document, document_id

AfterPage = Callable[[Page, Article], AsyncIterator[Document]]
Wanted = Callable[[Announced, Document], bool]


async def read_announced(
    visit: Visit, ledger: Ledger, after_page: AfterPage | None = None, wanted: Wanted | None = None
) -> AsyncIterator[Document]:
    """The documents of everything that is pending, then what `after_page` finds on each article's page (its comments).

    What fails for now stays pending; what cannot be read and has no text of its own is counted as lost. A page whose document is
    not `wanted` is left, as if nobody had announced it.
    """
    for item in ledger.pending():
        if item.whole:
            yield announced_document(visit, item)
            ledger.done(item)
            continue
        async for document in _read_page(visit, ledger, item, after_page, wanted):
            yield document


async def _read_page(
    visit: Visit, ledger: Ledger, item: Announced, after_page: AfterPage | None, wanted: Wanted | None
) -> AsyncIterator[Document]:
    try:
        page = await visit.get(item.url)
        with visit.reading(page.url):
            article = read_article(
                page.body,
                page.url,
                encoding=page.encoding,
                now=visit.now,
                zone=visit.source.zone,
                may_name=_unless_named(visit, item),
            )
    except FetchError as error:
        if _is_final(ledger, item, error.reason) and (document := instead_of_page(visit, item, error.reason)):
            yield document
        return
    visit.found(bool(article.text) and not article.login_wall and _holds_article(item, article))
    if document := article_document(visit, item, article):
        if wanted and not wanted(item, document):
            ledger.leave(item)
            return
        yield document
        for update in article.updates:
            if is_news(ledger, update.url, update.text):
                yield _update_document(document, update)
    try:
        if after_page and _holds_article(item, article):
            async for comment in after_page(page, article):
                yield comment
        ledger.done(item)
    except FetchError as error:  # the article is read, a further page of its comments is not
        _is_final(ledger, item, error.reason)


def _unless_named(visit: Visit, item: Announced) -> Callable[[str], bool] | None:
    """What says whether the page is worth a close reading; None where its announcement says so already."""
    return None if visit.may_name is None or visit.may_name(f"{item.title}\n{item.text}") else visit.may_name


def _is_final(ledger: Ledger, item: Announced, reason: str) -> bool:
    """Whether the page is given up; if not, the item stays pending for the next pass."""
    if reason in GONE or (item.text and reason in REFUSED):
        ledger.done(item)
        return True
    return ledger.failed(item)


def article_document(visit: Visit, item: Announced, article: Article) -> Document | None:
    """The document of an article's page; the announcement's own text behind a login wall; None for what is no article."""
    if article.login_wall:
        return instead_of_page(visit, item, "login_wall")
    if not _holds_article(item, article):
        return None
    if not article.text:
        return instead_of_page(visit, item, "no_text")
    url = canonicalise_url(article.url or item.url)
    return replace(
        announced_document(visit, item),
        id=document_id(url),
        url=url,
        title=article.title or item.title,
        text=article.text,
        author=article.author or item.author,
        published=choose_date([article.published, item.published], now=visit.now),
        language=article.language or item.language,
        thread_url=url,
        is_excerpt=article.is_excerpt,
        hidden=article.hidden,
    )


def _update_document(live: Document, update: Update) -> Document:
    """An entry of the live blog `live` as a document of its own; without a date of its own it was published when first seen."""
    return replace(
        live,
        id=document_id(update.url),
        url=update.url,
        title=update.title,
        text=update.text,
        author=update.author or live.author,
        published=choose_date([update.published], now=live.seen_at),
        parent_url=live.url,
        thread_title=live.title,
        is_excerpt=False,
        hidden=(),
    )


def _holds_article(item: Announced, article: Article) -> bool:
    """True for a page that is an article, was announced with a title, or is no list and at least says when it was published."""
    is_dated = article.published.source is not DateSource.FIRST_SEEN
    return article.is_article or bool(item.title) or (is_dated and not article.is_list)


def instead_of_page(visit: Visit, item: Announced, reason: str) -> Document | None:
    """The document that the announcement alone makes; without a text it is None, and counted as lost."""
    if item.text:
        return announced_document(visit, item)
    visit.lost(reason)
    return None


def announced_document(visit: Visit, item: Announced) -> Document:
    """The document of an announcement, with no page read; a fragment that names a post is kept."""
    url = canonicalise_url(item.url, keep_fragment=True)
    return Document(
        id=document_id(url),
        source_id=visit.source.id,
        kind=visit.source.document_kind,
        url=url,
        title=item.title,
        text=item.text,
        author=item.author,
        published=choose_date([item.published], now=visit.now),
        seen_at=visit.now,
        language=item.language,
        thread_url=canonicalise_url(item.url),
        tier=visit.source.tier,
    )
