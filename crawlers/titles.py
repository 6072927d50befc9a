"""What a page is called: by its data, its heading, its meta tags, or the title of the window."""

import re

from lxml.html import HtmlElement

from crawlers.structured import MetaTags, StructuredArticle
from crawlers.text import clean_line
from crawlers.tree import first, line_of, with_class

_FRONT_PAGE = re.compile(r"(?:(?:https?:)?//[^/?#]+)?/(?:index\.(?:php|html?))?|(?:https?:)?//[^/?#]+")
_MARK = re.compile(r"\s+[|–—•·»:-]{1,2}\s+")


def title_of(root: HtmlElement, own: StructuredArticle | None, meta: MetaTags) -> str:
    """The title of the page's article; empty when the page has none. `own` is what its data says of that article."""
    heading = first(root, f"//h1[{with_class('entry-title', 'p-name')} or @itemprop='headline']")
    if heading is None and len(headings := root.xpath("//h1")) == 1 and not _leads_home(headings[0]):
        heading = headings[0]
    named = (own.headline if own else "") or line_of(heading)
    return named or without_site(meta.title or window_title(root), meta.site or _site_of(root))


def _leads_home(heading: HtmlElement) -> bool:
    """Whether a heading is a link to the front page: the name of the site."""
    links = heading.xpath("ancestor::a[@href] | .//a[@href]")
    return len(links) == 1 and _FRONT_PAGE.fullmatch(links[0].get("href").strip()) is not None


def without_site(title: str, site: str) -> str:
    """`title` without the name of its site behind a bar or a dash: "Une panne - La Gazette" on La Gazette."""
    head, _, tail = title.rpartition(_mark_before_last(title))
    return head.strip() if head and site and _letters(tail) == _letters(site) else title


def _mark_before_last(title: str) -> str:
    """The last mark that parts a title; one that is never there when it has none."""
    marks = [match[0] for match in _MARK.finditer(title)]
    return marks[-1] if marks else "\0"


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _site_of(root: HtmlElement) -> str:
    """What the site calls itself in a heading that leads to its front page, else in the title of its feed or search."""
    heading = next(filter(_leads_home, root.xpath("//h1")), None)
    if heading is not None:
        return line_of(heading)
    declared = root.xpath("string(//link[@rel='search' or @type='application/rss+xml'][@title][1]/@title)")
    return clean_line(_MARK.split(declared)[0])


def window_title(root: HtmlElement) -> str:
    """What the page's window is called."""
    return clean_line(root.xpath("string(//title[1])"))
