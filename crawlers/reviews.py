"""Customers' reviews as pages declare them (schema.org Review, in JSON-LD or microdata), with their stars. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from crawlers.json_answer import at, rows_at, text_at
from crawlers.place import Place
from crawlers.structured import json_blocks
from crawlers.text import clean_line, plain_text
from crawlers.titles import window_title
from crawlers.tree import first, line_of, parse_page
from vigie.model import PublicationDate
from vigie.model.documents import fingerprint

_DEEPEST = 12
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_MICRODATA = "//*[@itemscope and contains(@itemtype, 'schema.org/') and contains(@itemtype, 'Review')]"
_OWN = ".//*[@itemprop='{}'][count(ancestor::*[@itemscope]) = $depth]"


@dataclass(frozen=True, slots=True)
class Review:
    """One review. `stars` is on the scale from 1 to 5, None when it gives none; `subject` is what is reviewed."""

    url: str
    title: str
    text: str
    author: str | None
    published: PublicationDate | None
    stars: float | None
    subject: str


def read_reviews(html: bytes, place: Place, *, encoding: str | None) -> tuple[Review, ...]:
    """The reviews on a page, in its order, each once; empty for a page without. `place.url` is the page's."""
    root = parse_page(html, encoding)
    if root is None:
        return ()
    subject = window_title(root)
    declared = [node for block in json_blocks(root) for node in _nodes(block, "", 0)]
    found = [_declared(node, named or subject, place) for node, named in declared]
    if not found:
        found = [_marked(node, subject, place) for node in root.xpath(_MICRODATA)]
    return tuple({review.url: review for review in found if review.text or review.stars is not None}.values())


def _nodes(value: Any, subject: str, depth: int) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Every review in a block, with the name of the thing that it stands in."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, subject, depth + 1)
    elif isinstance(value, dict):
        if _is_review(value.get("@type")):
            yield value, text_at(value, "itemReviewed", "name") or subject
            return
        name = text_at(value, "name") or subject
        for item in value.values():
            yield from _nodes(item, name, depth + 1)


def _is_review(declared: object) -> bool:
    names = declared if isinstance(declared, list) else [declared]
    return any(isinstance(name, str) and name.endswith("Review") for name in names)


def _declared(node: Mapping[str, Any], subject: str, place: Place) -> Review:
    author = text_at(node, "author") or text_at(node, "author", "name") or text_at(rows_at(node, "author"), 0, "name")
    rating = {name: text_at(node, "reviewRating", name) for name in ("ratingValue", "bestRating", "worstRating")}
    return _review(
        place,
        address=text_at(node, "url") or text_at(node, "@id"),
        title=text_at(node, "name") or text_at(node, "headline"),
        text=text_at(node, "reviewBody") or text_at(node, "description"),
        author=author,
        published=text_at(node, "datePublished") or text_at(node, "dateCreated"),
        rating=rating if at(node, "reviewRating") else {"ratingValue": ""},
        subject=subject,
    )


def _marked(node: HtmlElement, subject: str, place: Place) -> Review:
    def said(name: str) -> str:
        found = node.xpath(_OWN.format(name), depth=len(node.xpath("ancestor-or-self::*[@itemscope]")))
        return _value(found[0]) if found else ""

    rating = first(node, ".//*[@itemprop='reviewRating']")
    parts = ("ratingValue", "bestRating", "worstRating")
    author = first(node, ".//*[@itemprop='author']")
    name = None if author is None else first(author, ".//*[@itemprop='name']")
    return _review(
        place,
        address=said("url"),
        title=said("name") or said("headline"),
        text=said("reviewBody") or said("description"),
        author=_value(name) if name is not None else "" if author is None else _value(author),
        published=said("datePublished"),
        rating={part: _value(first(rating, f".//*[@itemprop='{part}']")) for part in parts} if rating is not None else {},
        subject=subject,
    )


def _value(node: HtmlElement | None) -> str:
    if node is None:
        return ""
    return node.get("content") or node.get("datetime") or node.get("href") or line_of(node)


def _review(
    place: Place,
    *,
    address: str,
    title: str,
    text: str,
    author: str,
    published: str,
    rating: Mapping[str, str],
    subject: str,
) -> Review:
    body, name = plain_text(text.replace("\n", "<br>")), clean_line(plain_text(author))
    own = place.address(address) if address else ""
    digits = int(fingerprint(name, published or body)[:12], 16)
    return Review(
        url=own if own and own != place.address(place.url) else f"{place.address(place.url)}#review-{digits}",
        title=clean_line(plain_text(title)),
        text=body,
        author=name or None,
        published=place.date(published),
        stars=stars_of(rating),
        subject=clean_line(plain_text(subject)),
    )


def stars_of(rating: Mapping[str, str]) -> float | None:
    """A rating on the scale from 1 to 5, whatever its own scale is (1 to 5 when it does not say); None for none."""
    value, best, worst = (_number(rating.get(name, "")) for name in ("ratingValue", "bestRating", "worstRating"))
    best, worst = 5.0 if best is None else best, 1.0 if worst is None else worst
    if value is None or not worst <= value <= best or best <= worst:
        return None
    return round(1 + 4 * (value - worst) / (best - worst), 2)


def _number(text: str) -> float | None:
    found = _NUMBER.search(text)
    return float(found[0].replace(",", ".")) if found else None
