"""What `vigie explain page` shows: a saved page, read exactly as a crawl reads it."""

from dataclasses import dataclass
from datetime import datetime

from crawlers.comments import Comment, read_comments
from crawlers.extract import read_article
from crawlers.forum_markup import engine_of, read_topic
from vigie.model import PublicationDate

_NO_URL = "http://localhost/page.html"


@dataclass(frozen=True, slots=True)
class PageReading:
    """What was read from a saved page. On a forum's topic, `comments` are its posts, and `text` is that of the first of them.

    `is_excerpt`: the text is what a paywall shows of it. `hidden` are paragraphs that its style hides from readers.
    """

    title: str
    text: str
    author: str | None
    published: PublicationDate
    comments: tuple[Comment, ...]
    is_excerpt: bool = False
    hidden: tuple[str, ...] = ()


def explain_page(html: bytes, url: str | None, now: datetime, zone: str) -> PageReading:
    """A saved page as a crawl would read it. `url` is where it was saved from; without it relative addresses mean little."""
    address = url or _NO_URL
    article = read_article(html, address, encoding=None, now=now, zone=zone)
    topic = read_topic(html, address, encoding=None, now=now, zone=zone)
    comments = read_comments(html, address, encoding=None, now=now, zone=zone).comments
    if not topic.posts or (engine_of(html) is None and len(comments) >= len(topic.posts)):
        return PageReading(
            article.title, article.text, article.author, article.published, comments, article.is_excerpt, article.hidden
        )
    opening = topic.posts[0]
    posts = tuple(Comment(post.url, post.author, post.published, post.text, post.parent_url) for post in topic.posts)
    return PageReading(topic.title or article.title, opening.text, opening.author, opening.published or article.published, posts)
