"""What a page is called: by its data, its heading, its meta tags, or the title of the window."""

from lxml.html import HtmlElement

from crawlers.structured import MetaTags, StructuredArticle
from crawlers.text import clean_line
from crawlers.tree import first, line_of, with_class


def title_of(root: HtmlElement, own: StructuredArticle | None, meta: MetaTags) -> str:
    """The title of the page's article; empty when the page has none. `own` is what its data says of that article."""
    heading = first(root, f"//h1[{with_class('entry-title', 'p-name')} or @itemprop='headline']")
    if heading is None and len(headings := root.xpath("//h1")) == 1:
        heading = headings[0]
    return (own.headline if own else "") or line_of(heading) or meta.title or window_title(root)


def window_title(root: HtmlElement) -> str:
    """What the page's window is called."""
    return clean_line(root.xpath("string(//title[1])"))
