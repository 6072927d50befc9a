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
    """What was read from a saved page. On a forum's topic, `text` is the opening post and `comments` are the answers."""

    title: str
    text: str
    author: str | None
    published: PublicationDate
    comments: tuple[Comment, ...]


def explain_page(html: bytes, url: str | None, now: datetime, zone: str) -> PageReading:
    """A saved page as a crawl would read it. `url` is where it was saved from; without it relative addresses mean little."""
    address = url or _NO_URL
    article = read_article(html, address, encoding=None, now=now, zone=zone)
    posts = read_topic(html, address, encoding=None, now=now, zone=zone) if engine_of(html) else None
    if posts is None or not posts.posts:
        comments = read_comments(html, address, encoding=None, now=now, zone=zone).comments
        return PageReading(article.title, article.text, article.author, article.published, comments)
    opening, *answers = posts.posts
    comments = tuple(Comment(post.url, post.author, post.published, post.text, post.parent_url) for post in answers)
    return PageReading(
        posts.title or article.title, opening.text, opening.author, opening.published or article.published, comments
    )
