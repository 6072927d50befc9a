"""The cards below an article that announce other articles of the site: what they quote is no part of it. Pure."""

from collections import Counter

from lxml.html import HtmlElement

from crawlers.urls import canonicalise_url

_TITLES = ".//h2//a[@href] | .//h3//a[@href] | .//h4//a[@href] | .//a[@href][.//h2 or .//h3 or .//h4]"
_LONGEST = 800  # letters; more is an article of its own
_FEWEST = 2  # side by side


def teasers(root: HtmlElement, base: str, url: str) -> list[HtmlElement]:
    """The `article` elements that stand in a row, each with a heading that leads to another page, and with little more text.

    An entry of a live blog leads to a place on its own page, and a comment has no heading: neither is one.
    """
    found = [one for one in root.iter("article") if _announces(one, base, canonicalise_url(url))]
    rows = Counter(one.getparent() for one in found)
    return [one for one in found if rows[one.getparent()] >= _FEWEST]


def _announces(one: HtmlElement, base: str, url: str) -> bool:
    if one.find(".//h1") is not None or len(one.text_content()) > _LONGEST:
        return False
    links = one.xpath(_TITLES)
    return bool(links) and all(_leads_away(link.get("href"), base, url) for link in links)


def _leads_away(link: str, base: str, url: str) -> bool:
    try:
        return canonicalise_url(link, base) != url
    except ValueError:  # `javascript:` leads nowhere
        return False
