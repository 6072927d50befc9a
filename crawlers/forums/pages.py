"""How a site of no known engine names the pages of a thread or a list, learned from the links that a page shows for them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawlers.forums.addresses import Paging, this_page
from crawlers.forums.shapes import PageContext
from crawlers.tree import line_of

_PLACE = re.compile(
    r"(?:^|[\s_-])(?:pages?(?:links?|list|nav\w*|numbers?)|pages|paging|paginat(?:ion|or)|pager)(?:$|[\s_-])", re.IGNORECASE
)
_MOST_LINKS = 3000
_HIGHEST = 3
_ENDS_IN_NUMBER = re.compile(r"^(.*)/\d{1,6}/?$")


def learned_paging(root: HtmlElement, usual: Paging, context: PageContext) -> Paging:
    """`usual` with what the page itself shows: its next page is this one with `part=2`, or with `/2` behind its path."""
    own = this_page(context.url, usual, context)
    for address, is_numbered in _links(root, usual, context):
        path, _, query = address.partition("?")
        for name, _, value in (pair.partition("=") for pair in query.split("&")):
            if value.isdecimal() and _without(own, name) == _without(address, name):
                return replace(usual, page=usual.page | {name})
        page = _ENDS_IN_NUMBER.match(path)
        if page and page[1] in _bases(own, is_numbered=is_numbered):
            ending = r"\d{1,6}/" if path.endswith("/") else r"/\d{1,6}"
            before = re.escape(urlsplit(page[1]).path + ("/" if path.endswith("/") else ""))
            return replace(usual, path=re.compile(rf"{usual.path.pattern}|(?<={before}){ending}(?=$|\?)"))
    return usual


def _links(root: HtmlElement, usual: Paging, context: PageContext) -> Iterator[tuple[str, bool]]:
    """The links to other addresses in places named for pages, and whether each is called by a number."""
    own = this_page(context.url, usual, context)
    for link in root.xpath("//body//a[@href]")[:_MOST_LINKS]:
        around = islice((link, *link.iterancestors()), _HIGHEST + 1)
        named = (f"{node.get('class', '')} {node.get('id', '')} {node.get('aria-label', '')}" for node in around)
        if any(_PLACE.search(name) for name in named) and (address := this_page(link.get("href"), usual, context)) != own:
            yield address, line_of(link).isdecimal()


def _without(address: str, name: str) -> tuple[str, list[str]]:
    """The path of an address, and its parameters without one."""
    path, _, query = address.partition("?")
    return path.rstrip("/"), [pair for pair in query.split("&") if pair and pair.partition("=")[0] != name]


def _bases(own: str, *, is_numbered: bool) -> tuple[str, ...]:
    """What the path of the first page can be, by that of the present one.

    `/topic/5` may be a page of `/topic` only where a number leads there: it is the topic before `/topic/6`, too.
    """
    path = own.partition("?")[0].rstrip("/")
    later = _ENDS_IN_NUMBER.match(path)
    return (path, later[1]) if later and is_numbered else (path,)
