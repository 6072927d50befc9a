"""Lemmy: communities and searches of one server, posts and comments. Shapes: the API `/api/v3` of join-lemmy.org."""

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from pydantic import Field

from crawlers.json_answer import Node, at, json_in, rows_at, text_at
from crawlers.markdown import markdown_text
from crawlers.place import Place
from crawlers.query import Parameters, with_query
from crawlers.text import clean_line
from crawlers.timeline import Answer, Post, Timeline, TimelineOptions, below, wanted
from crawlers.visit import Page, Visit

_PAGE = 50


class LemmyOptions(TimelineOptions):
    """Options of kind `lemmy`."""

    communities: list[str] = Field([], description="Communities, as `france` or `france@jlai.lu`.")
    queries: list[str] = Field([], description="Searches; empty, and no communities: the brands' names.")


def connector(options: LemmyOptions) -> Timeline:
    """`source.url` is the server, or the address of a community on it (`/c/france`)."""

    async def starts(visit: Visit) -> Sequence[str]:
        parts = urlsplit(visit.source.url).path.strip("/").split("/")
        communities = [*([parts[1]] if parts[0] == "c" and len(parts) == 2 else []), *options.communities]
        query: Parameters = {"sort": "New", "type_": "All", "limit": _PAGE}
        found = [
            below(visit.source, f"/api/v3/{what}/list", community_name=one, **query)
            for one in communities
            for what in ("post", "comment")
        ]
        if options.queries or not found:
            words = [one.strip('"') for one in wanted(options.queries, visit)]
            found += [below(visit.source, "/api/v3/search", q=one, listing_type="All", **query) for one in words]
        return found

    return Timeline(starts, read_views, options.pages, headers={"Authorization": "Bearer {token}"})


def read_views(page: Page, place: Place) -> Answer:
    """The posts and comments of a list or of a search, newest first."""
    body = json_in(page)
    posts = [_post(row, place) for row in rows_at(body, "posts") if _is_there(at(row, "post"))]
    comments = [_comment(row, place) for row in rows_at(body, "comments") if _is_there(at(row, "comment"))]
    following = text_at(body, "next_page")
    number = int(next(iter(parse_qs(urlsplit(place.url).query).get("page", ["1"])), "1"))
    address = with_query(place.url, page_cursor=following) if following else with_query(place.url, page=number + 1)
    found = [post for post in (*posts, *comments) if post.url]
    return Answer(found, address if found else None)


def _is_there(entity: Node) -> bool:
    return bool(entity) and at(entity, "removed") is not True and at(entity, "deleted") is not True


def _post(row: Node, place: Place) -> Post:
    post = row["post"]
    return Post(
        url=place.address(text_at(post, "ap_id")),
        text=markdown_text(text_at(post, "body")),
        title=clean_line(text_at(post, "name")),
        author=_author(row),
        published=place.date(text_at(post, "published")),
    )


def _comment(row: Node, place: Place) -> Post:
    comment = row["comment"]
    thread = place.address(text_at(row, "post", "ap_id"))
    above = text_at(comment, "path").split(".")[1:-1]  # "0.12.34": comment 34 answers comment 12
    return Post(
        url=place.address(text_at(comment, "ap_id")),
        text=markdown_text(text_at(comment, "content")),
        author=_author(row),
        published=place.date(text_at(comment, "published")),
        parent_url=place.address(f"/comment/{above[-1]}") if above else thread,
        thread_url=thread or None,
        thread_title=clean_line(text_at(row, "post", "name")),
    )


def _author(row: Node) -> str | None:
    return text_at(row, "creator", "name") or None
