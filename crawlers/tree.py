"""From the bytes of a page to a tree of elements, whatever their encoding and however broken."""

import codecs
import re
from collections.abc import Iterable
from urllib.parse import urljoin

from lxml import etree, html
from lxml.html import HtmlElement
from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding

from crawlers.text import clean_line, text_of

MAX_PAGE_BYTES = 8_000_000
_NOT_ALLOWED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def charset_of(content_type: str) -> str | None:
    """The charset that a Content-Type header declares, if it does."""
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip(" \"'") or None
    return None


def decode_page(body: bytes, encoding: str | None = None) -> str:
    """The page as text. `encoding` is what HTTP said; never raises.

    Bytes that are valid UTF-8 and hold an accent are UTF-8, whatever the page claims: the contrary does not happen by accident.
    """
    marked, _ = read_bom(body[:4])
    if marked:
        return body.decode(marked, "replace").lstrip("\ufeff")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(body)  # a character cut at the very end is no error
    except UnicodeDecodeError:
        return body.decode(_declared(body, encoding), "replace")


def _declared(body: bytes, encoding: str | None) -> str:
    declared = (resolve_encoding(encoding) if encoding else None) or html_body_declared_encoding(body)
    if declared and declared != "utf-8":
        return declared
    lossy = body.decode("utf-8", "replace")
    foreign = sum(1 for character in lossy if character > "\x7f")
    return "utf-8" if lossy.count("\ufffd") * 4 < foreign else "cp1252"


def parse_page(body: bytes, encoding: str | None = None) -> HtmlElement | None:
    """The root element of a page, or None when there is no element in it. What exceeds 8 MB is not read."""
    text = _NOT_ALLOWED.sub("", decode_page(body[:MAX_PAGE_BYTES], encoding))
    if "<" not in text:
        return None
    parser = html.HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def base_of(root: HtmlElement, page_url: str) -> str:
    """The address that relative links of the page start from."""
    declared = root.xpath("string(//base[@href][1]/@href)").strip()
    try:
        return urljoin(page_url, declared) if declared else page_url
    except ValueError:
        return page_url


def with_class(*names: str) -> str:
    """An XPath condition: the element carries one of the classes. What is cheap to see is asked first."""
    whole = "contains(concat(' ', normalize-space(@class), ' '), ' {0} ')"
    return _if_classed(f"contains(@class, '{name}') and {whole.format(name)}" for name in names)


def class_holds(*fragments: str) -> str:
    """An XPath condition: the class attribute holds one of the fragments, as themes vary a name (`comment-content-inner`)."""
    return _if_classed(f"contains(@class, '{fragment}')" for fragment in fragments)


def _if_classed(tests: Iterable[str]) -> str:
    """Asks first whether there is a class at all: that halves the time of a page of 700,000 bare elements."""
    return f"(@class and ({' or '.join(tests)}))"


def first(node: HtmlElement, xpath: str) -> HtmlElement | None:
    """The first element that `xpath` finds below `node`."""
    found = node.xpath(xpath)
    return found[0] if found else None


def line_of(node: HtmlElement | None) -> str:
    """The text of an element on one line; empty for None."""
    return "" if node is None else clean_line(text_of(node))
