"""Flarum: the data that its pages carry for their own scripts; the plain list and posts of `noscript` where it is missing."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lxml.html import HtmlElement

from crawlers.dates import read_date
from crawlers.forums.addresses import Paging, address_of, first_page
from crawlers.forums.markup import Markup, below, said_in
from crawlers.forums.markup import read_board as read_printed_board
from crawlers.forums.markup import read_topic as read_printed_topic
from crawlers.forums.shapes import Board, Engine, PageContext, Post, Topic, TopicLink
from crawlers.text import clean_line, parse_fragment, plain_text
from crawlers.tree import with_class
from vigie.model import DateSource, PublicationDate

_SIGNATURE = re.compile(rb"id=[\"']flarum-(?:content|loading|json-payload)|\bvar flarum\s*=|\bflarum\.core\b", re.IGNORECASE)
_PAGING = Paging(
    path=re.compile(r"(?<=/d/)([^/?]+)/\d+(?=$|\?)"), first=r"\1", page=frozenset(("page", "near")), noise=frozenset(("sort",))
)
_PAGE = re.compile(r"[?&]page=(\d{1,6})(?!\d)")
PRINTED = Markup(
    posts=f"//article[{below('Post-body')}]",
    ids="",
    author=(f"{below('PostUser-name')}//*[{with_class('username')}]", below("PostUser-name")),
    date=(f"{below('PostMeta')}//time", f".//time[not(ancestor::*[{with_class('Post-body')}])]"),
    text=(below("Post-body"),),
    answered=(f".//a[{with_class('PostMention')}]/@data-id",),
    topics=f"//ul/li[./a[contains(@href, '/d/')]] | //li[{below('DiscussionListItem-title')}]",
    topic=("./a[contains(@href, '/d/')]", ".//a[contains(@href, '/d/')]"),
    boards=f"//ul[{with_class('TagTiles')}]/li",
    board=(".//a[contains(@href, '/t/')]",),
    paging=_PAGING,
)

Resource = Mapping[str, Any]


def _read_board(root: HtmlElement, context: PageContext) -> Board:
    printed = replace(read_printed_board((PRINTED,), root, context), next_pages=_next_page(root, context))
    data = _document(root)
    listed = data.get("data") if data else None
    links = [_topic_link(one, context) for one in _resources(listed) if one.get("type") == "discussions"]
    topics = {link.url: link for link in links if link is not None}
    if not topics:
        return printed
    return Board(tuple(topics.values()), _next_page(root, context), printed.boards)


def _topic_link(resource: Resource, context: PageContext) -> TopicLink | None:
    parts = _mapping(resource, "attributes")
    slug, count = parts.get("slug") or resource.get("id"), parts.get("commentCount")
    url = address_of(f"{_root_of(context)}/d/{slug}", context) if slug else ""
    if not url or parts.get("isHidden") is True:
        return None
    replies = count - 1 if isinstance(count, int) and count > 0 else None
    return TopicLink(url, _line(parts.get("title")), replies, _date(parts.get("lastPostedAt"), context))


def _read_topic(root: HtmlElement, context: PageContext) -> Topic:
    page = _page_of(context.url)
    markup = replace(PRINTED, anchor=f"?page={page}#post-{{number}}") if page > 1 else PRINTED
    printed = replace(read_printed_topic((markup,), root, context), next_pages=_next_page(root, context))
    data = _document(root)
    if data is None:
        return printed
    included = [*_resources(data.get("data")), *_resources(data.get("included"))]
    named = {(str(one.get("type")), str(one.get("id"))): one for one in included}
    discussion = _mapping(data, "data")
    url = first_page(context.url, _PAGING, context) or printed.url
    own = str(discussion.get("id") or "")
    posts = [post for one in included if (post := _post(one, own, named, url, context))]
    if not posts:
        return printed
    numbered = {post.url: post for post in sorted(posts, key=lambda post: post.position)}
    title = _line(_mapping(discussion, "attributes").get("title")) or printed.title
    return Topic(url, title, tuple(numbered.values()), printed.next_pages)


def _post(
    resource: Resource, discussion: str, named: Mapping[tuple[str, str], Resource], url: str, context: PageContext
) -> Post | None:
    """A comment that anybody can read; None for events (renamed, locked), hidden posts and those of other discussions."""
    parts = _mapping(resource, "attributes")
    number, markup = parts.get("number"), parts.get("contentHtml")
    around = _related(resource, "discussion")
    if (
        resource.get("type") != "posts"
        or not isinstance(markup, str)
        or not isinstance(number, int)
        or parts.get("isHidden") is True
    ):
        return None
    if around and discussion and around != discussion:
        return None
    content = parse_fragment(markup)
    text = "" if content is None else said_in(content, "")
    user = _mapping(named.get(("users", _related(resource, "user")), {}), "attributes")
    author = _line(user.get("displayName") or user.get("username")) or None
    parent = next(iter(content.xpath(f".//a[{with_class('PostMention')}]/@href")), "") if content is not None else ""
    answered = address_of(parent, context) or None
    return Post(f"{url}/{number}", author, _date(parts.get("createdAt"), context), text, answered, number - 1) if text else None


def _next_page(root: HtmlElement, context: PageContext) -> tuple[str, ...]:
    """The page after this one: of the plain list's two links, back and on, the one with the higher number."""
    links = (address_of(link, context) for link in root.xpath("//a[contains(@href, 'page=')]/@href"))
    return tuple(dict.fromkeys(link for link in links if _page_of(link) == _page_of(context.url) + 1))


def _page_of(url: str) -> int:
    match = _PAGE.search(url)
    return int(match[1]) if match else 1


def _document(root: HtmlElement) -> Resource | None:
    """The JSON:API document of the page, None when the page carries none that can be read."""
    script = "".join(root.xpath("//script[@id='flarum-json-payload']/text()"))
    if not script:
        loads = root.xpath("//script[contains(., 'app.load(')]/text()")
        script = re.sub(r"^.*?app\.load\(|\);\s*(?:app\.boot.*)?$", "", str(loads[0]).strip(), flags=re.DOTALL) if loads else ""
    try:
        payload = json.loads(script) if script else None
    except (ValueError, RecursionError):
        return None
    document = _mapping(payload, "apiDocument") if isinstance(payload, dict) else {}
    return document or None


def _resources(value: object) -> Iterator[Resource]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield one


def _mapping(value: object, key: str) -> Resource:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, dict) else {}


def _related(resource: Resource, name: str) -> str:
    return str(_mapping(_mapping(_mapping(resource, "relationships"), name), "data").get("id") or "")


def _line(value: object) -> str:
    return clean_line(plain_text(value)) if isinstance(value, str) else ""


def _date(value: object, context: PageContext) -> PublicationDate | None:
    text = value if isinstance(value, str) else ""
    return read_date(text, now=context.now, zone=context.zone, source=DateSource.TIME_ELEMENT)


def _root_of(context: PageContext) -> str:
    """The address of the forum, which may lie in a folder of its site."""
    return re.sub(r"(?:/(?:d|t|u|all|tags|following)(?:/.*)?)?/?(?:\?.*)?$", "", context.url.partition("#")[0])


ENGINE = Engine(_SIGNATURE, (b"flarum",), _read_board, _read_topic)
