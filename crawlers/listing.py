"""Listing pages (a blog's front page, a section of a newspaper): the articles they link to and the next page. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawlers.tree import base_of, parse_page
from crawlers.urls import canonicalise_url
from vigie.model import host_of

_HEADINGS = "//h1//a[@href] | //h2//a[@href] | //h3//a[@href] | //h4//a[@href] | //a[@href][.//h1 or .//h2 or .//h3 or .//h4]"
_TITLED = "//article//a[@href][contains(@class, 'title') or @rel='bookmark'] | //a[@href][contains(@class, 'entry-title')]"
_NEXT = "//link[@rel='next']/@href | //a[@rel='next']/@href | //a[contains(concat(' ', @class, ' '), ' next ')]/@href"
_OLDER = re.compile(
    r"^\W*(?:page suivante|suivante?s?|plus anciens?|next(?: page)?|(?:older|previous) (?:posts|entries|articles)"
    r"|(?:articles?|billets?|entrées|messages|notes|actualités) (?:plus anciens?|plus anciennes?|précédente?s))\W*$",
    re.IGNORECASE,
)
_BACK = re.compile(r"^\W*(?:page précédente|précédente?s?|previous(?: page)?)\W*$", re.IGNORECASE)
_PAGE = re.compile(  # `/page/2`, `?paged=2`, PluXml's `?page2`, and SPIP's count of the articles before: `&debut_articles=10`
    r"(?<![a-z])(?:page|paged|pg)[/=_-]?(?P<page>\d{1,5})/?(?=$|[&?])"
    r"|(?<=[?&])(?:debut_[a-z_]{1,40}|start|offset)=(?P<before>\d{1,6})(?=$|&)"
)
_MOST_PAGES = 500  # links of one page that name pages
_INDEX = re.compile(r"/(?:index\.(?:php|html?))?$")  # the file that a folder's own address shows
_NOT_ARTICLE = re.compile(
    r"^/(?:tags?|categor(?:y|ie|ies)|rubriques?|authors?|auteurs?|users?|pages?|search|recherche|login|connexion|compte|contact"
    r"|wp-(?:admin|login|content|json)|feed|rss|mentions-legales|a-propos|about)(?:/|$)|\.(?:jpe?g|png|gif|webp|pdf|mp[34]|zip|xml)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Listing:
    """`articles` in page order, each once; `next_page` is the page with the older ones.

    `backwards`: that page is called the previous one, as where pages keep their numbers and the front page is the last of them.
    """

    articles: tuple[str, ...]
    next_page: str | None
    backwards: bool = False


def read_listing(body: bytes, url: str, *, encoding: str | None, is_front: bool = True, backwards: bool = False) -> Listing:
    """What a listing page leads to, on the same site. Empty for what is no HTML; never raises.

    `is_front`: no other page of the list led here, so that nothing newer comes before it. `backwards`: a page of the list led
    here that is so.
    """
    root = parse_page(body, encoding)
    if root is None:
        return Listing((), None)
    base = base_of(root, url)
    own = canonicalise_url(url)
    whole, here = _page_of(own)
    links = [str(link.get("href")) for link in root.xpath(f"{_HEADINGS} | {_TITLED}")]
    found = dict.fromkeys(address for address in _on_site(links, base, url) if _names_an_article(address, whole))
    following = [address for address in _on_site(_next_links(root), base, url) if address != own]
    paged = [link for link in root.xpath("//a/@href") if _PAGE.search(link)][:_MOST_PAGES]
    numbered = _later_page(_on_site(paged, base, url), whole, here)  # first: to Dotclear, the next page is the newer one
    onward = numbered or (following[0] if following else None)
    if backwards or (is_front and not onward):
        previous = next((address for address in _on_site(_links_called(root, _BACK), base, url) if address != own), None)
        return Listing(tuple(found), previous, backwards=previous is not None)
    return Listing(tuple(found), onward)


def _later_page(addresses: Iterable[str], whole: str, here: int) -> str | None:
    """The nearest page of the list `whole` whose address counts further than `here`."""
    numbers = {address: number for address in addresses for of, number in [_page_of(address)] if of == whole}
    return min((address for address, number in numbers.items() if number > here), key=numbers.__getitem__, default=None)


def _page_of(address: str) -> tuple[str, int]:
    """The address of a list without what names one page of it, and the page's number or the number of articles before it."""
    match = _PAGE.search(address)
    if match is None:
        return _INDEX.sub("", address.rstrip("/?&")), 0
    whole = f"{address[: match.start()]}{address[match.end() :].removeprefix('&')}"
    return _INDEX.sub("", whole.rstrip("/?&")), int(match["before"] or 0) or max(int(match["page"] or 1) - 1, 0)


def _next_links(root: HtmlElement) -> list[str]:
    return [str(value) for value in root.xpath(_NEXT)] + _links_called(root, _OLDER)


def _links_called(root: HtmlElement, pattern: re.Pattern[str]) -> list[str]:
    return [
        str(link.get("href"))
        for link in root.iter("a")
        if link.get("href") and any(pattern.match(" ".join(name.split())) for name in _names(link))
    ]


def _names(link: HtmlElement) -> tuple[str, ...]:
    """What a link is called: by its text, and where that is an arrow by its title or label."""
    return link.text_content(), link.get("title", ""), link.get("aria-label", "")


def _on_site(links: Iterable[str], base: str, url: str) -> Iterable[str]:
    host = host_of(url)
    for link in links:
        try:
            address = canonicalise_url(link, base)
        except ValueError:
            continue
        if host_of(address) == host:
            yield address


def _names_an_article(address: str, listing: str) -> bool:
    """`listing` is the address of the list without what names one page of it."""
    parts = urlsplit(address)
    return (
        (parts.path not in ("", "/") or bool(parts.query))
        and not _NOT_ARTICLE.search(parts.path)
        and _page_of(address)[0] != listing
    )
