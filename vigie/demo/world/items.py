"""The values of the invented web: what is published where, when, by whom, about which brands and in which mood."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from vigie.model import SentimentLabel


@dataclass(frozen=True, slots=True)
class Article:
    """A page of a news site, of the trade press or of a blog. `body` holds its paragraphs, `host` names its site."""

    number: int
    host: str
    path: str
    title: str
    body: tuple[str, ...]
    author: str
    rubric: str
    published_at: datetime
    brands: tuple[str, ...]
    mood: SentimentLabel
    hacked: bool = False

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}"

    @property
    def text(self) -> str:
        """What a perfect reader would take from the page, without its title."""
        return "\n".join(self.body)


@dataclass(frozen=True, slots=True)
class Comment:
    """An answer below the article `article`; `parent` is the number of the comment that it answers, if any."""

    number: int
    article: Article
    author: str
    text: str
    published_at: datetime
    brands: tuple[str, ...]
    mood: SentimentLabel
    parent: int | None = None

    @property
    def url(self) -> str:
        return f"{self.article.url}#comment-{self.number}"


@dataclass(frozen=True, slots=True)
class Board:
    """A part of the forum."""

    number: int
    theme: str
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A conversation of the forum; its first post opens it."""

    number: int
    board: Board
    title: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What a post repeats of an earlier one."""

    number: int
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Post:
    """A message of the forum. Its `brands` are those of its own text, and of the topic's title for the opening post."""

    number: int
    host: str
    topic: Topic
    author: str
    text: str
    published_at: datetime
    brands: tuple[str, ...]
    mood: SentimentLabel
    quote: Quote | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}/viewtopic.php?p={self.number}#p{self.number}"


Item = Article | Comment | Post


@dataclass(frozen=True, slots=True)
class World:
    """All that is ever published, each sort in order of publication. Datetimes are in UTC.

    The history goes from `start` to `ticks_start`; the crisis begins at `onset`; nothing is published at or after `end`.
    `canary` is a word that stands only on the page that robots.txt forbids.
    """

    seed: int
    start: datetime
    ticks_start: datetime
    onset: datetime
    end: datetime
    canary: str
    articles: tuple[Article, ...]
    comments: tuple[Comment, ...]
    posts: tuple[Post, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything, in order of publication."""
        everything: tuple[Item, ...] = (*self.articles, *self.comments, *self.posts)
        return tuple(sorted(everything, key=lambda item: (item.published_at, item.url)))

    def mentions(self) -> Iterator[tuple[Item, str]]:
        """Each brand of each item, in order of publication."""
        for item in self.items:
            for brand in item.brands:
                yield item, brand
