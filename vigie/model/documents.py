"""What somebody published, when, and what names it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit


class DocumentKind(StrEnum):
    """What sort of thing was published."""

    NEWS = "news"
    BLOG = "blog"
    COMMENT = "comment"
    FORUM_POST = "forum_post"
    REVIEW = "review"
    SOCIAL = "social"
    LIST = "list"


class DateSource(StrEnum):
    """Where a publication date was read, from most to least trusted."""

    JSONLD = "jsonld"
    META = "meta"
    FEED = "feed"
    TIME_ELEMENT = "time_element"
    PAGE_TEXT = "page_text"
    SITEMAP = "sitemap"
    URL = "url"
    FIRST_SEEN = "first_seen"


@dataclass(frozen=True, slots=True)
class PublicationDate:
    """When something was published, and how well that is known.

    `day_only`: the page shows a day without an hour; `at` is then that day's noon in the site's zone.
    `confidence` is between 0 (guess) and 1 (machine-readable date with an offset).
    """

    at: datetime
    source: DateSource
    confidence: float
    day_only: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that somebody published: an article, a comment, a forum post.

    `url` is canonical; for a comment or a post it keeps the fragment or query that names it. `thread_url` is the address of the
    article or topic that the document belongs to (its own for an article); `parent_url` that of what it answers, if anything.
    `text` is plain text, paragraphs separated by a newline. `title` is the document's own, empty for comments and replies;
    `thread_title` that of the article or topic, which says what an answer is about. `seen_at` is when Vigie first read it.
    `stars` is what a review gives, on the scale from 1 to 5. `is_excerpt`: the text is what a paywall shows of it.
    `hidden` are paragraphs that the page holds and shows nobody; they are no part of a mention.
    """

    id: str
    source_id: str
    kind: DocumentKind
    url: str
    title: str
    text: str
    author: str | None
    published: PublicationDate
    seen_at: datetime
    language: str | None = None
    parent_url: str | None = None
    thread_url: str | None = None
    thread_title: str = ""
    tier: int = 2
    stars: float | None = None
    is_excerpt: bool = False
    hidden: tuple[str, ...] = ()

    @property
    def content_hash(self) -> str:
        """Changes when the title or the text does, or what is hidden; not when the author, the date or the page around it do."""
        return fingerprint(self.title, self.text, *self.hidden)

    @property
    def site(self) -> str:
        """The host that published it, lower case, without `www.`."""
        return host_of(self.url)


@lru_cache(maxsize=1024)
def host_of(url: str) -> str:
    """The host of an address, lower case, without `www.`; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def document_id(url: str) -> str:
    """The identity of the document at canonical address `url`: 40 hexadecimal characters."""
    return fingerprint("document", url)


def fingerprint(*parts: str) -> str:
    """40 hexadecimal characters that stand for these texts in this order."""
    return hashlib.sha1("\x00".join(parts).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
