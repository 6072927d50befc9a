"""What a page declares of itself for machines: schema.org JSON-LD, OpenGraph and meta tags, as typed values.

Dates stay texts here: only the caller knows the site's zone.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from crawlers.text import clean_line, clean_text, plain_text

_ARTICLE_TYPES = frozenset(("BlogPosting", "LiveBlogPosting", "Report"))
_DEEPEST = 12
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)\s*$"
)
_CONTAINERS = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")
_COMMENT_KEYS = ("comment", "comments")
_PUBLISHED_TAGS = (
    "article:published_time", "datepublished", "og:article:published_time", "og:published_time",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date",
    "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publication_date", "date",
)  # fmt: skip

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StructuredComment:
    """A schema.org Comment. `parent` is the index of the comment it answers, in the article's `comments`."""

    url: str
    author: str
    published: str
    text: str
    parent: int | None


@dataclass(frozen=True, slots=True)
class StructuredUpdate:
    """An entry of a schema.org LiveBlogPosting; parts that it does not declare are empty."""

    url: str
    headline: str
    body: str
    author: str
    published: str


@dataclass(frozen=True, slots=True)
class StructuredArticle:
    """A schema.org Article of any kind; parts that it does not declare are empty.

    `is_free`: whether all may read it, None when it does not say. `words` is its declared length, 0 when it does not say.
    """

    url: str
    headline: str
    body: str
    author: str
    published: str
    language: str
    comments: tuple[StructuredComment, ...]
    updates: tuple[StructuredUpdate, ...] = ()
    is_free: bool | None = None
    words: int = 0


@dataclass(frozen=True, slots=True)
class MetaTags:
    """OpenGraph, Dublin Core and plain meta tags; parts that the page does not declare are empty."""

    kind: str
    title: str
    author: str
    published: str
    language: str
    site: str


def structured_articles(root: HtmlElement) -> tuple[StructuredArticle, ...]:
    """The articles that the page's JSON-LD is about, in page order; a damaged block is mended if that is safe, else left out."""
    nodes = [node for block in json_blocks(root) for node in _nodes(block, 0)]
    named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    return tuple(_article(node, named) for node in nodes if _is_article(node))


def meta_tags(root: HtmlElement) -> MetaTags:
    """What the page's meta tags say; the first of several equal tags counts."""
    tags: dict[str, str] = {}
    for tag in root.iter("meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").strip().lower()
        content = clean_line(tag.get("content") or "")
        if name and content:
            tags.setdefault(name, content)
    author = _first(tags, "author", "article:author", "dc.creator", "dcterms.creator", "sailthru.author", "parsely-author")
    return MetaTags(
        kind=tags.get("og:type", "").lower(),
        title=_first(tags, "og:title", "twitter:title", "dc.title", "dcterms.title"),
        author="" if author.startswith(("http:", "https:")) else author,
        published=_first(tags, *_PUBLISHED_TAGS),
        language=_first(tags, "og:locale", "dc.language", "content-language"),
        site=_first(tags, "og:site_name", "application-name"),
    )


def _first(tags: Mapping[str, str], *names: str) -> str:
    return next((tags[name] for name in names if name in tags), "")


def json_blocks(root: HtmlElement) -> Iterator[Any]:
    """What the page's JSON-LD scripts hold; a damaged one is mended if that is safe, else left out."""
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        block = _loads(script.text or "")
        if block is not None:
            yield block


def _loads(text: str) -> Any:
    """The JSON in a script, mending what templates often break.

    Comment wrappers, trailing commas, raw line ends in strings, the whole escaped as HTML, several objects one after the other.
    """
    bare = _WRAPPING.sub("", _WRAPPING.sub("", text)).strip().rstrip(";")
    plain = unescape(bare) if "&quot;" in bare or "&#34;" in bare else bare
    for attempt in (bare, _TRAILING_COMMA.sub(r"\1", bare), plain):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _in_a_row(bare)


def _in_a_row(text: str) -> list[Any] | None:
    """The objects that follow one another, up to where that ends; None when there is not one."""
    found: list[Any] = []
    decoder, position = json.JSONDecoder(strict=False), 0
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        found.append(value)
        while position < len(text) and text[position] in " \t\r\n,;":
            position += 1
    return found or None


def _nodes(value: Any, depth: int) -> Iterator[Node]:
    """The entities that the page is about, not those of the lists it shows."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in _CONTAINERS:
            if isinstance(value.get(key), dict | list):
                yield from _nodes(value[key], depth + 1)


def types_of(node: Node) -> tuple[str, ...]:
    """The entity's schema.org types, without the vocabulary's address."""
    declared = node.get("@type")
    names = declared if isinstance(declared, list) else [declared]
    return tuple(name.rpartition("/")[2] for name in names if isinstance(name, str))


def _is_article(node: Node) -> bool:
    is_one = any(name.endswith("Article") or name in _ARTICLE_TYPES for name in types_of(node))
    return is_one and any(key in node for key in ("headline", "name", "articleBody", "datePublished"))


def _article(node: Node, named: Mapping[str, Node]) -> StructuredArticle:
    comments: list[StructuredComment] = []
    _collect_comments(node, named, None, comments, 0)
    return StructuredArticle(
        url=_address(node.get("url")) or _address(node.get("mainEntityOfPage")) or _address(node.get("@id")),
        headline=clean_line(plain_text(_text(node.get("headline")) or _text(node.get("name")))),
        body=_body(node.get("articleBody")),
        author=", ".join(names_of(node.get("author"), named) or names_of(node.get("creator"), named)),
        published=_text(node.get("datePublished")) or _text(node.get("dateCreated")),
        language=_text(node.get("inLanguage")),
        comments=tuple(comments),
        updates=tuple(_updates(node.get("liveBlogUpdate"), named)),
        is_free=_is_free(node.get("isAccessibleForFree")),
        words=_count(node.get("wordCount")),
    )


def _updates(entries: Any, named: Mapping[str, Node]) -> Iterator[StructuredUpdate]:
    for entry in entries if isinstance(entries, list) else [entries]:
        if isinstance(entry, dict) and (body := _body(entry.get("articleBody")) or _body(entry.get("text"))):
            yield StructuredUpdate(
                url=_address(entry.get("url")) or _address(entry.get("mainEntityOfPage")) or _address(entry.get("@id")),
                headline=clean_line(plain_text(_text(entry.get("headline")) or _text(entry.get("name")))),
                body=body,
                author=", ".join(names_of(entry.get("author"), named)),
                published=_text(entry.get("datePublished")) or _text(entry.get("dateCreated")),
            )


def _is_free(value: Any) -> bool | None:
    """schema.org booleans are written true, "True", "http://schema.org/False" and so on."""
    word = str(value).lower().rpartition("/")[2] if isinstance(value, bool | str) else ""
    return {"true": True, "false": False}.get(word)


def _count(value: Any) -> int:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _collect_comments(
    node: Node, named: Mapping[str, Node], parent: int | None, comments: list[StructuredComment], depth: int
) -> None:
    for value in (node.get(key) for key in _COMMENT_KEYS):
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, dict) or depth > _DEEPEST:
                continue
            text = _body(item.get("text")) or _body(item.get("commentText"))
            above = parent
            if text:
                author = next(iter(names_of(item.get("author"), named) or names_of(item.get("creator"), named)), "")
                published = _text(item.get("datePublished")) or _text(item.get("dateCreated")) or _text(item.get("commentTime"))
                comments.append(
                    StructuredComment(_address(item.get("url")) or _address(item.get("@id")), author, published, text, parent)
                )
                above = len(comments) - 1
            _collect_comments(item, named, above, comments, depth + 1)


def names_of(value: Any, named: Mapping[str, Node]) -> tuple[str, ...]:
    """Author names, whether written as text, as an entity, as a reference to one, or as a list of these."""
    names: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        entity = named.get(_address(item.get("@id")), item) if isinstance(item, dict) and "name" not in item else item
        name = entity.get("name") if isinstance(entity, dict) else entity
        for text in name if isinstance(name, list) else [name]:
            line = clean_line(plain_text(text)) if isinstance(text, str) else ""
            if line and not line.startswith(("http:", "https:")) and line not in names:
                names.append(line)
    return tuple(names)


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@value") or value.get("alternateName") or value.get("name")
    return value.strip() if isinstance(value, str) else ""


def _body(value: Any) -> str:
    """A long text: HTML in it is read, entities too; line ends part paragraphs."""
    text = "\n".join(part for part in value if isinstance(part, str)) if isinstance(value, list) else _text(value)
    if "<" not in text and "&" not in text:
        return clean_text(text)
    return plain_text(text.replace("\n", "<br>"))


def _address(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value.strip() if isinstance(value, str) else ""
