"""Hacker News: searches of stories and comments (hn.algolia.com/api), or its lists (github.com/HackerNews/API)."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from crawlers.json_answer import Node, at, json_in, rows_at, text_at
from crawlers.markdown import own_words
from crawlers.place import Place
from crawlers.query import with_query
from crawlers.text import clean_line, plain_text
from crawlers.timeline import Answer, Post, Timeline, TimelineOptions, below, wanted
from crawlers.visit import Page, Visit

_PAGE = 100


class HackerNewsOptions(TimelineOptions):
    """Options of kind `hackernews`."""

    queries: list[str] = Field([], description="Searches; empty: the brands' names.")
    comments: bool = Field(True, description="Search comments too, not only stories.")
    stories: Literal["", "new", "top", "best", "ask", "show"] = Field(
        "", description="Read a list of stories instead of searching; `url` is then https://hacker-news.firebaseio.com."
    )


def connector(options: HackerNewsOptions) -> Timeline:
    """`source.url` is the server that is asked: https://hn.algolia.com, or that of the lists."""

    async def starts(visit: Visit) -> Sequence[str]:
        if options.stories:
            return [below(visit.source, f"/v0/{options.stories}stories.json")]
        tags = "(story,comment)" if options.comments else "story"
        return [
            below(visit.source, "/api/v1/search_by_date", query=one, tags=tags, hitsPerPage=_PAGE)
            for one in wanted(options.queries, visit)
        ]

    return Timeline(starts, read_answer, options.pages)


def read_answer(page: Page, place: Place) -> Answer:
    """A page of hits, newest first; a list of numbers of stories; or one story."""
    body = json_in(page)
    if isinstance(body, list):
        return Answer(singles=[place.address(f"/v0/item/{one}.json") for one in body if isinstance(one, int)])
    if not isinstance(at(body, "hits"), list):
        return Answer([_story(body, place)] if at(body, "type") == "story" and at(body, "dead") is not True else [])
    here, pages = at(body, "page"), at(body, "nbPages")
    more = isinstance(here, int) and isinstance(pages, int) and here + 1 < pages
    return Answer([_hit(row, place) for row in rows_at(body, "hits")], with_query(place.url, page=here + 1) if more else None)


def _hit(row: Node, place: Place) -> Post:
    story, parent = text_at(row, "story_id"), text_at(row, "parent_id")
    is_comment = "comment_text" in row and text_at(row, "comment_text") != ""
    return Post(
        url=_item(text_at(row, "objectID")),
        text=own_words(plain_text(text_at(row, "comment_text") or text_at(row, "story_text"))),
        title="" if is_comment else clean_line(plain_text(text_at(row, "title"))),
        author=text_at(row, "author") or None,
        published=place.date(at(row, "created_at_i")) or place.date(text_at(row, "created_at")),
        parent_url=_item(parent) if is_comment and parent else None,
        thread_url=_item(story) if story else None,
        thread_title=clean_line(plain_text(text_at(row, "story_title"))),
    )


def _story(row: Node, place: Place) -> Post:
    return Post(
        url=_item(text_at(row, "id")),
        text=plain_text(text_at(row, "text")),
        title=clean_line(plain_text(text_at(row, "title"))),
        author=text_at(row, "by") or None,
        published=place.date(at(row, "time")),
    )


def _item(number: str) -> str:
    return f"https://news.ycombinator.com/item?id={number}"
