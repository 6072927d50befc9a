"""Addresses of topics and posts: one spelling for each, whatever page, session or sorting a link names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawlers.forums.shapes import PageContext
from crawlers.urls import canonicalise_url

_NOWHERE, _ANYWHERE = re.compile("(?!)"), re.compile("")


@dataclass(frozen=True, slots=True)
class Paging:
    """What an engine adds to the address of a topic or a board without naming another one.

    What `path` finds in an address is `first` in that of the first page. `page` are the query parameters that name a page,
    `noise` those that name neither page nor topic, in addresses where `topic` is found. `offset` is the parameter that counts
    the posts before a page.
    """

    path: re.Pattern[str] = _NOWHERE
    first: str = ""
    topic: re.Pattern[str] = _ANYWHERE
    page: frozenset[str] = frozenset()
    noise: frozenset[str] = frozenset()
    offset: str = ""


NO_PAGING = Paging()


def address_of(link: str, context: PageContext) -> str:
    """A link in canonical form, with the fragment that names a post; empty for what is no http(s) address."""
    try:
        return canonicalise_url(link, context.base, keep_fragment=True) if link else ""
    except ValueError:
        return ""


def first_page(link: str, paging: Paging, context: PageContext) -> str:
    """The address of the topic that a link leads to, whatever page or post of it the link names."""
    address = address_of(link, context).partition("#")[0]
    return _without(paging.path.sub(paging.first, address), paging, paging.page | paging.noise)


def this_page(link: str, paging: Paging, context: PageContext) -> str:
    """A link to a page of a topic or a board, without what names no page."""
    return _without(address_of(link, context).partition("#")[0], paging, paging.noise)


def is_later(context: PageContext, paging: Paging) -> bool:
    """Whether the page is, by its address, none on which a topic opens."""
    return first_page(context.url, paging, context) != this_page(context.url, paging, context)


def offset_of(url: str, paging: Paging) -> int:
    """How many posts come before the page at `url`, by its address; 0 when that does not say."""
    return (_number_of((paging.offset,), url) if paging.offset else None) or 0


def page_of(link: str, paging: Paging) -> int | None:
    """The number of the page that a link names, or of the posts before it; None when it names none."""
    named = _number_of(paging.page, link) if paging.page else None
    inside = paging.path.search(link)
    digits = re.search(r"\d{1,9}", inside[0]) if inside else None
    return named if named is not None else int(digits[0]) if digits else None


def _number_of(parameters: Iterable[str], url: str) -> int | None:
    """The number that the first of these query parameters has; None when none has one."""
    match = re.search(rf"[?&](?:{'|'.join(parameters)})=(\d{{1,9}})(?!\d)", url)
    return int(match[1]) if match else None


def canonical_link(root: HtmlElement) -> str:
    """The address that a page gives itself."""
    return str(root.xpath("string(//link[@rel='canonical'][1]/@href)"))


def _without(address: str, paging: Paging, names: frozenset[str]) -> str:
    """The address of a topic without these parameters; as it is when it would be that of a script alone."""
    path, _, query = address.partition("?")
    if not query or not names or not paging.topic.search(address):
        return address
    kept = [pair for pair in query.split("&") if pair.partition("=")[0] not in names]
    if not kept:
        return address if path.endswith(".php") else path
    return f"{path}?{'&'.join(kept)}"
