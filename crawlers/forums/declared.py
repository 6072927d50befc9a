"""Posts that a page declares to machines: schema.org DiscussionForumPosting and QAPage, as JSON-LD and as microdata."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from lxml.html import HtmlElement

from crawlers.dates import read_date
from crawlers.forums.addresses import address_of
from crawlers.forums.markup import date_of, said_in
from crawlers.forums.shapes import PageContext, Post
from crawlers.structured import json_blocks, names_of, types_of
from crawlers.text import clean_text, plain_text
from crawlers.tree import first, line_of
from vigie.model import DateSource

_POSTINGS = ("DiscussionForumPosting", "Question", "Answer", "Comment")
_OPENINGS = ("DiscussionForumPosting", "Question")
_ANSWERS = ("acceptedAnswer", "suggestedAnswer", "comment", "comments", "answer")
_DEEPEST = 12
_MOST = 5000
_ITEM = " or ".join(f"contains(@itemtype, 'schema.org/{name}')" for name in _POSTINGS)
_OPENING_ITEM = " or ".join(f"contains(@itemtype, 'schema.org/{name}')" for name in _OPENINGS)
_DATES = ".//*[@itemprop='datePublished' or @itemprop='dateCreated' or @itemprop='commentTime']"


def declared_posts(root: HtmlElement, topic_url: str, context: PageContext) -> tuple[Post, ...]:
    """The posts of the thread that the page declares, the more complete of its two notations; empty when it declares none."""
    items = tuple(_items(root, topic_url, context))
    nodes = tuple(_nodes(root, topic_url, context))
    return nodes if len(nodes) > len(items) else items


def _nodes(root: HtmlElement, topic_url: str, context: PageContext) -> Iterator[Post]:
    for block in json_blocks(root):
        for node in _entities(block, 0):
            if any(name in _OPENINGS for name in types_of(node)):
                yield from _thread(node, topic_url, context)
                return


def _entities(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > _DEEPEST:
        return
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item
            for key in ("@graph", "mainEntity", "mainEntityOfPage"):
                yield from _entities(item.get(key), depth + 1)


def _thread(opening: Mapping[str, Any], topic_url: str, context: PageContext) -> Iterator[Post]:
    """A posting and what answers it, answers to answers after what they answer."""
    waiting: list[tuple[Mapping[str, Any], str | None, int]] = [(opening, None, 0)]
    position = 0
    while waiting and position < _MOST:
        node, parent, depth = waiting.pop(0)
        post = _declared(node, parent, position, topic_url, context)
        if post:
            yield post
        position += 1
        if depth < _DEEPEST:
            answers = [one for key in _ANSWERS for one in _listed(node.get(key))]
            waiting = [(one, post.url if post and depth else None, depth + 1) for one in answers] + waiting


def _declared(node: Mapping[str, Any], parent: str | None, position: int, topic_url: str, context: PageContext) -> Post | None:
    words = node.get("text") or node.get("articleBody")
    text = plain_text(words.replace("\n", "<br>")) if isinstance(words, str) else ""
    if not text:
        return None
    published = node.get("datePublished") or node.get("dateCreated")
    date = published if isinstance(published, str) else ""
    author = next(iter(names_of(node.get("author"), {})), None)
    link = next(
        (one for one in (node.get("url"), node.get("@id")) if isinstance(one, str) and one.startswith(("http", "/", "#"))), ""
    )
    url = address_of(link, context)
    return Post(
        url=url if url and (position == 0 or url != topic_url) else f"{topic_url}#post-{position + 1}",
        author=author,
        published=read_date(date, now=context.now, zone=context.zone, source=DateSource.JSONLD),
        text=clean_text(text),
        parent_url=parent,
        position=position,
    )


def _items(root: HtmlElement, topic_url: str, context: PageContext) -> Iterator[Post]:
    if not root.xpath(f"boolean(//*[@itemscope][{_OPENING_ITEM}])"):
        return
    for position, node in enumerate(root.xpath(f"//*[@itemscope][{_ITEM}]")[:_MOST]):
        content = _part(node, "text") if (found := _part(node, "articleBody")) is None else found
        if content is None:
            continue
        name = _part(node, "author")
        inner = None if name is None else first(name, ".//*[@itemprop='name']")
        author = _value(name if inner is None else inner) or None
        dates = [date for one in node.xpath(_DATES) if _owner(one) is node and (date := date_of(one, context))]
        link = _part(node, "url")
        url = "" if link is None else address_of(link.get("href") or link.get("content") or "", context)
        text = said_in(deepcopy(content), "")  # other readings of the page come after
        if text:
            made = f"{topic_url}#{node.get('id') or f'post-{position + 1}'}"
            yield Post(url if url and url != topic_url else made, author, dates[0] if dates else None, text, None, position)


def _part(node: HtmlElement, name: str) -> HtmlElement | None:
    """A property of the item itself, not of an item in it."""
    return next((one for one in node.xpath(f".//*[@itemprop='{name}']") if _owner(one) is node), None)


def _owner(node: HtmlElement) -> HtmlElement | None:
    return next((above for above in node.iterancestors() if above.get("itemscope") is not None), None)


def _value(node: HtmlElement | None) -> str:
    return "" if node is None else (node.get("content") or line_of(node)).strip()


def _listed(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
