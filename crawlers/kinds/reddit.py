"""Reddit without an account: the Atom feeds of subreddits and of searches, one request a minute as the site wants it.

robots.txt is obeyed here as everywhere: where it refuses the feeds, the source says `robots` and brings nothing.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import Field

from crawlers.feeds import FeedEntry, read_feed
from crawlers.place import Place
from crawlers.timeline import Answer, Post, Timeline, TimelineOptions, below, wanted
from crawlers.visit import Page, Visit

MINUTE = timedelta(minutes=1)
_SUBMITTED = re.compile(r"\s*submitted by\s+/u/\S+(?:\s+to\s+r/\S+)?\s*(?:\[link\])?\s*(?:\[comments\])?\s*\Z")
_ON = re.compile(r"/u/\S+ on (?P<title>.+)", re.DOTALL)
_THREAD = re.compile(r"(?P<thread>/r/[^/]+/comments/[^/]+/[^/]*)/(?P<comment>\w+)/?")


class RedditOptions(TimelineOptions):
    """Options of kind `reddit`."""

    subreddits: list[str] = Field([], description="Subreddits whose posts and comments are read, without r/.")
    queries: list[str] = Field([], description="Searches; empty, and no subreddits: the brands' names.")


def connector(options: RedditOptions) -> Timeline:
    """`source.url` is https://www.reddit.com, or the address of a subreddit (`/r/france`). Each pass asks for one feed."""

    async def starts(visit: Visit) -> Sequence[str]:
        parts = urlsplit(visit.source.url).path.strip("/").split("/")
        subreddits = [*([parts[1]] if parts[0] == "r" and len(parts) == 2 else []), *options.subreddits]
        found = [below(visit.source, f"/r/{one}/{what}/.rss", limit=100) for one in subreddits for what in ("new", "comments")]
        if options.queries or not found:
            found += [below(visit.source, "/search.rss", q=one, sort="new", limit=100) for one in wanted(options.queries, visit)]
        return found

    return Timeline(starts, read_entries, options.pages, pause=MINUTE)


def read_entries(page: Page, place: Place) -> Answer:
    """The posts and comments of a feed, newest first; feeds have no second page."""
    feed = read_feed(page.body, page.content_type, page.url, now=place.now, zone=place.zone)
    return Answer([_post(entry) for entry in feed.entries if entry.url])


def _post(entry: FeedEntry) -> Post:
    parts = urlsplit(entry.url)
    thread = _THREAD.fullmatch(parts.path)
    named = _ON.match(entry.title) if thread else None
    thread_url = parts._replace(path=f"{thread['thread']}/").geturl() if thread else None
    return Post(
        url=entry.url,
        text=_SUBMITTED.sub("", entry.content or entry.summary),
        title="" if thread else entry.title,
        author=(entry.author or "").removeprefix("/u/") or None,
        published=entry.published,
        parent_url=thread_url,
        thread_url=thread_url,
        thread_title=named["title"] if named else "",
    )
