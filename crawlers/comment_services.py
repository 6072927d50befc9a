"""Comment services: which one an article's page embeds, where its JSON is, and the comments in it. Pure.

Isso (isso-comments.de/docs/reference/server-api), Remark42 (remark42.com/docs/contributing/api), Ghost's own (the routes of its
`members/api/comments`), Disqus (disqus.com/api/docs, wants a key). Commento and Coral answer to POST only, Hyvor Talk to its
customers: they are not read.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawlers.comments import Comment
from crawlers.json_answer import Node, at, rows_at, text_at
from crawlers.place import Place
from crawlers.query import with_query
from crawlers.text import clean_line, plain_text
from crawlers.tree import first, parse_page
from vigie.model import PublicationDate

_REMARK = re.compile(rb"remark_config\s*=\s*(?P<config>\{.{0,2000}?\})", re.DOTALL)
_SETTING = r"""\b{}\b['"]?\s*:\s*['"](?P<value>[^'"]+)['"]"""
_DISQUS = re.compile(
    rb"""(?:https?:)?//(?P<forum>[\w-]+)\.disqus\.com/embed\.js|disqus_shortname\s*=\s*['"](?P<forum2>[\w-]+)['"]"""
)
_REPLIES_OF = re.compile(r"/comments/(?P<parent>[^/]+)/replies/")
_DEEPEST = 50
_PAGE = 100  # the most that Disqus and Ghost give at once


@dataclass(frozen=True, slots=True)
class Service:
    """A comment service that a page embeds: `url` gives the comments as JSON, `name` is a row of `READERS`."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ServicePage:
    """The comments of one answer, and the addresses of those that it leaves out."""

    comments: tuple[Comment, ...]
    further_urls: tuple[str, ...] = ()


def embedded_service(html: bytes, page_url: str, *, encoding: str | None, key: str | None) -> Service | None:
    """The service that holds the comments of a page, None for most pages. `key` is what Disqus wants; without it, it is none."""
    root = parse_page(html, encoding) if b"isso" in html or b"data-ghost-comments" in html else None
    if root is not None and (service := _isso(root, page_url) or _ghost(root, page_url)):
        return service
    if found := _REMARK.search(html):
        return _remark42(found["config"].decode("utf-8", "replace"), page_url)
    if key and (found := _DISQUS.search(html)):
        forum = (found["forum"] or found["forum2"]).decode("ascii")
        url = "https://disqus.com/api/3.0/threads/listPosts.json"
        return Service("disqus", with_query(url, api_key=key, forum=forum, thread=f"link:{page_url}", limit=_PAGE))
    return None


def _isso(root: HtmlElement, page_url: str) -> Service | None:
    script = first(root, "//script[@data-isso]")
    if script is None:
        return None
    thread: HtmlElement | None = first(root, "//*[@id='isso-thread']")
    uri = (thread.get("data-isso-id") if thread is not None else None) or urlsplit(page_url).path
    return Service("isso", with_query(urljoin(page_url, script.get("data-isso").rstrip("/") + "/"), uri=uri))


def _ghost(root: HtmlElement, page_url: str) -> Service | None:
    script = first(root, "//script[@data-ghost-comments][@data-post-id]")
    if script is None:
        return None
    site = urljoin(page_url, script.get("data-ghost-comments")).rstrip("/")
    return Service("ghost", with_query(f"{site}/members/api/comments/post/{script.get('data-post-id')}/", limit=_PAGE))


def _remark42(config: str, page_url: str) -> Service | None:
    settings = {
        name: found["value"] for name in ("host", "site_id", "url") if (found := re.search(_SETTING.format(name), config))
    }
    if "host" not in settings:
        return None
    url = urljoin(page_url, settings["host"].rstrip("/") + "/api/v1/find")
    site = settings.get("site_id", "remark")
    return Service("remark42", with_query(url, site=site, url=settings.get("url", page_url), sort="time", format="tree"))


def _read_isso(body: object, place: Place, page_url: str) -> ServicePage:
    return ServicePage(tuple(_isso_comments(body, place, page_url, None, 0)))


def _isso_comments(node: object, place: Place, page_url: str, parent: str | None, depth: int) -> Iterator[Comment]:
    for row in rows_at(node, "replies"):
        url = f"{page_url}#isso-{text_at(row, 'id')}"
        if at(row, "mode") in (1, None):  # 2 waits for its moderator, 4 is deleted
            yield from _comment(url, parent, text_at(row, "text"), text_at(row, "author"), place.date(at(row, "created")))
        if depth < _DEEPEST:
            yield from _isso_comments(row, place, page_url, url, depth + 1)


def _read_remark42(body: object, place: Place, page_url: str) -> ServicePage:
    return ServicePage(tuple(_remark42_comments(rows_at(body, "comments"), place, page_url, None, 0)))


def _remark42_comments(rows: list[Node], place: Place, page_url: str, parent: str | None, depth: int) -> Iterator[Comment]:
    for row in rows:
        one = at(row, "comment")
        url = f"{page_url}#remark42__comment-{text_at(one, 'id')}"
        if at(one, "delete") is not True:
            yield from _comment(url, parent, text_at(one, "text"), text_at(one, "user", "name"), place.date(at(one, "time")))
        if depth < _DEEPEST:
            yield from _remark42_comments(rows_at(row, "replies"), place, page_url, url, depth + 1)


def _read_disqus(body: object, place: Place, page_url: str) -> ServicePage:
    comments: list[Comment] = []
    for row in rows_at(body, "response"):
        above = text_at(row, "parent")
        parent = f"{page_url}#comment-{above}" if above else None
        if at(row, "isDeleted") is not True and at(row, "isSpam") is not True and at(row, "isApproved") is not False:
            date = place.date(text_at(row, "createdAt"))
            url, author = f"{page_url}#comment-{text_at(row, 'id')}", text_at(row, "author", "name")
            comments += _comment(url, parent, text_at(row, "message"), author, date)
    following = text_at(body, "cursor", "next") if at(body, "cursor", "hasNext") is True else ""
    return ServicePage(tuple(comments), (with_query(place.url, cursor=following),) if following else ())


def _read_ghost(body: object, place: Place, page_url: str) -> ServicePage:
    """A page of comments with the first of their replies, or of the replies to one."""
    answered = _REPLIES_OF.search(place.url)
    above = f"{page_url}#ghost-comments-{answered['parent']}" if answered else None
    comments: list[Comment] = []
    further = []
    for row in rows_at(body, "comments"):
        comments += _ghost_comment(row, place, page_url, above)
        replies = rows_at(row, "replies")
        for reply in replies:
            comments += _ghost_comment(reply, place, page_url, f"{page_url}#ghost-comments-{text_at(row, 'id')}")
        if isinstance(number := at(row, "count", "replies"), int) and number > len(replies):
            address = f"{place.url.partition('/comments/')[0]}/comments/{text_at(row, 'id')}/replies/"
            further.append(with_query(address, limit=_PAGE))
    if isinstance(following := at(body, "meta", "pagination", "next"), int):
        further.append(with_query(place.url, page=following))
    return ServicePage(tuple(comments), tuple(further))


def _ghost_comment(row: Node, place: Place, page_url: str, parent: str | None) -> Iterator[Comment]:
    if at(row, "status") == "published":
        url, author = f"{page_url}#ghost-comments-{text_at(row, 'id')}", text_at(row, "member", "name")
        yield from _comment(url, parent, text_at(row, "html"), author, place.date(text_at(row, "created_at")))


def _comment(url: str, parent: str | None, html: str, author: str, date: PublicationDate | None) -> Iterator[Comment]:
    """The comment, if it says anything."""
    text = plain_text(html)
    if text:
        yield Comment(url, clean_line(plain_text(author)) or None, date, text, parent)


READERS: Mapping[str, Callable[[object, Place, str], ServicePage]] = {
    "isso": _read_isso,
    "remark42": _read_remark42,
    "disqus": _read_disqus,
    "ghost": _read_ghost,
}
"""How the answers of each service are read: the answer, its place, and the address of the article."""
