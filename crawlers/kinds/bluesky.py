"""Bluesky, and other servers of the AT protocol: searches, accounts and custom feeds.

Shapes: the lexicons `app.bsky.feed.searchPosts`, `getAuthorFeed`, `getFeed` and `defs#postView`. Reposts are not read, nor posts
of accounts that ask to be shown to members only (`!no-unauthenticated`). A post is known by the author's DID: handles change.
"""

import re
from collections.abc import Sequence

from pydantic import Field

from crawlers.json_answer import Node, at, json_in, rows_at, text_at
from crawlers.place import Place
from crawlers.query import with_query
from crawlers.text import clean_text
from crawlers.timeline import Answer, Post, Timeline, TimelineOptions, below, wanted
from crawlers.visit import Page, Visit

_POST = re.compile(r"at://(?P<author>did:[a-z]+:[\w.:%-]+)/app\.bsky\.feed\.post/(?P<key>[\w.~:-]+)")
_PAGE = 100
_MEMBERS_ONLY = "!no-unauthenticated"


class BlueskyOptions(TimelineOptions):
    """Options of kind `bluesky`."""

    queries: list[str] = Field([], description="Searches; empty, and no accounts or feeds: the brands' names.")
    accounts: list[str] = Field([], description="Handles or DIDs of accounts whose posts and answers are read.")
    feeds: list[str] = Field([], description="Custom feeds, as `at://did:plc:…/app.bsky.feed.generator/…`.")


def connector(options: BlueskyOptions) -> Timeline:
    """`source.url` is the server that is asked, as https://public.api.bsky.app."""

    async def starts(visit: Visit) -> Sequence[str]:
        found = [
            *(_method(visit, "getAuthorFeed", actor=one.lstrip("@"), filter="posts_with_replies") for one in options.accounts),
            *(_method(visit, "getFeed", feed=one) for one in options.feeds),
        ]
        if options.queries or not found:
            found += [_method(visit, "searchPosts", q=one, sort="latest") for one in wanted(options.queries, visit)]
        return found

    return Timeline(starts, read_posts, options.pages, headers={"Authorization": "Bearer {token}"})


def _method(visit: Visit, name: str, **query: str) -> str:
    return below(visit.source, f"/xrpc/app.bsky.feed.{name}", **query, limit=_PAGE)


def read_posts(page: Page, place: Place) -> Answer:
    """The posts of a search or of a feed, newest first."""
    body = json_in(page)
    rows = rows_at(body, "posts") or [row["post"] for row in rows_at(body, "feed") if not at(row, "reason") and at(row, "post")]
    posts = [post for row in rows if (post := _post(row, place))]
    cursor = text_at(body, "cursor")
    return Answer(posts, with_query(place.url, cursor=cursor) if cursor else None)


def _post(row: Node, place: Place) -> Post | None:
    url = _web_address(text_at(row, "uri"))
    labels = {text_at(label, "val") for label in rows_at(row, "author", "labels")}
    if not url or _MEMBERS_ONLY in labels:
        return None
    return Post(
        url=url,
        text=clean_text(text_at(row, "record", "text")),
        author=text_at(row, "author", "handle") or None,
        published=place.date(text_at(row, "record", "createdAt")) or place.date(text_at(row, "indexedAt")),
        parent_url=_web_address(text_at(row, "record", "reply", "parent", "uri")),
        thread_url=_web_address(text_at(row, "record", "reply", "root", "uri")),
        language=text_at(row, "record", "langs", 0) or None,
    )


def _web_address(uri: str) -> str | None:
    match = _POST.fullmatch(uri)
    return f"https://bsky.app/profile/{match['author']}/post/{match['key']}" if match else None
