"""The text of an article: what surrounds it is left out. The element marked as the body, trafilatura's readings, and JSON-LD
are held against each other; `docs/decisions.md` has the figures behind the shares below.
"""

import re
from collections.abc import Iterator
from copy import deepcopy

from lxml.html import HtmlElement

from crawlers.stand_ins import says_reserved
from crawlers.teasers import teasers
from crawlers.text import clean_text, text_of
from crawlers.tree import base_of, class_holds, with_class

# The element that holds the article's text and nothing else: microdata, hAtom, microformats 2, and the names they gave rise to.
BODIES = (
    "//*[@itemprop='articleBody' or @property='articleBody' or @property='schema:articleBody' or @property='content:encoded']",
    f"//*[{with_class('entry-content')}]",
    f"//*[{with_class('e-content')}]",
    f"//*[{with_class('post-content', 'article-content', 'article-body', 'article__content', 'article__body', 'post-body')}]",
    f"//*[{with_class('gh-content')}]",
)
_SURROUNDINGS = class_holds(
    "share", "sharedaddy", "social", "related", "newsletter", "post-tags", "page-links", "cookie", "advert", "promo", "read-also",
    "lire-aussi", "screen-reader", "wp-block-buttons",
)  # fmt: skip
_NOT_THE_TEXT = f".//nav | .//aside | .//form | .//footer | .//figure | .//script | .//style | .//button | .//*[{_SURROUNDINGS}]"
_POINTERS = re.compile(  # a line that only leads elsewhere; what is spoken goes on behind such words
    r"[-•|►▶→\s]*(?:(?:à )?lire (?:aussi|également|la suite|plus)|à lire|voir (?:aussi|également)|sur le même sujet"
    r"|(?:also )?read (?:more|also|next)|see (?:also|more)|related(?: (?:articles?|stories|posts?|links?))?|you may also like"
    r"|siehe auch|lesen sie auch|leggi anche|lea también|lees ook)\s*(?:[:>»]\s*\S.{0,200}|[:>»…]?)",
    re.IGNORECASE,
)
_BUTTONS = re.compile(
    r"(?:partager(?: (?:sur|cet article|l['’]article)\b.{0,40})?|share(?: (?:on|this)\b.{0,40})?|imprimer|commenter|réagir"
    r"|écouter(?: l['’]article)?|abonnez-vous|s['’]abonner|je m['’]abonne|déjà abonné ?\?.{0,40}|copier le lien"
    r"|inscrivez-vous à (?:la|notre) newsletter\b.{0,80}|suivez-nous sur\b.{0,60}"
    r"|publicité|la suite après (?:cette|la) publicité|advertisement|advert)\s*[.!:]?",
    re.IGNORECASE,
)
_WIDER = 1.2  # what generous trafilatura adds beyond this was lost by its usual reading, not noise that it kept out
_NARROWER = 0.6  # less than this of the usual reading is left: the careful one has cut the article, not what surrounds it
_SAME = (0.7, 1.1)  # the marked body or JSON-LD tell the same article when their lengths stand so to trafilatura's
_HIDDEN = 2.0  # JSON-LD that is longer than the page by this holds what the page keeps back
_STUB = 250
_SHORT_TEXT = 600  # of so little trafilatura may well have missed a part, as short paragraphs look like buttons to it
_LONG_PAGE = 5_000  # the articles of the benchmark have 825 elements in the middle, 1,703 at most
MAX_ELEMENTS = 40_000  # the longest articles of encyclopedias have some 30,000


def article_text(root: HtmlElement, url: str, title: str, declared: str) -> str:
    """The article's text, one paragraph a line; empty when the page has none. `declared` is JSON-LD's `articleBody`.

    The tree is left as it is, but for the surroundings inside a body too large to be copied.
    """
    marked = _marked_text(root)
    if marked == "" and says_reserved(root):
        return ""
    found = _found_text(root, url)
    is_short = len(found) < _SHORT_TEXT
    text = marked if marked and (is_short or _tells_the_same(marked, found)) else found
    if _tells_the_same(declared, text) or len(declared) > _HIDDEN * len(text):
        text = declared
    return "\n".join(_own_lines(text.removeprefix(f"{title}\n")))


def _tells_the_same(one: str, other: str) -> bool:
    least, most = _SAME
    return least * len(other) <= len(one) <= most * len(other)


def _own_lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        if not (len(line) <= 300 and (_POINTERS.fullmatch(line) or _BUTTONS.fullmatch(line))):
            yield line


def _marked_text(root: HtmlElement) -> str | None:
    """The text of the element that standards or common names mark as the article's body; None when there is not exactly one."""
    text = None
    for path in BODIES:
        bodies = _outermost(root.xpath(path))
        if len(bodies) != 1:
            continue
        body = deepcopy(bodies[0]) if _elements(bodies[0]) <= MAX_ELEMENTS else bodies[0]
        for node in body.xpath(_NOT_THE_TEXT):
            if node.getparent() is not None:
                node.drop_tree()
        if text := text_of(body):
            return text
    return text


def _outermost(nodes: list[HtmlElement]) -> list[HtmlElement]:
    chosen = set(nodes)
    return [node for node in nodes if chosen.isdisjoint(node.iterancestors())]


def _found_text(root: HtmlElement, url: str) -> str:
    """What trafilatura takes for the text, of its careful, usual and generous readings the one that fits the two others.

    A long page has one quick reading, and nothing is found in one of more elements than can be read in seconds: trafilatura takes
    up to 80 µs for each and copies the tree, and every other source waits.
    """
    root = _without_teasers(root, url)
    elements = _elements(root)
    if elements > _LONG_PAGE:
        return _reading(root, url, "quick") if elements <= MAX_ELEMENTS else ""
    usual, careful, generous = (_reading(root, url, mode) for mode in ("usual", "careful", "generous"))
    if len(usual) < _STUB:
        return max(generous, usual, careful, key=len)
    if len(generous) > _WIDER * len(usual):
        return generous
    return careful if len(careful) >= _NARROWER * len(usual) else usual


def _without_teasers(root: HtmlElement, url: str) -> HtmlElement:
    """The page itself where it has none; else a copy, unless it is too large for one."""
    if not teasers(root, base_of(root, url), url) or _elements(root) > MAX_ELEMENTS:
        return root
    copy = deepcopy(root)
    for node in teasers(copy, base_of(copy, url), url):
        node.drop_tree()
    return copy


def _elements(root: HtmlElement) -> int:
    return sum(1 for _ in root.iter())


def _reading(root: HtmlElement, url: str, mode: str) -> str:
    import trafilatura  # noqa: PLC0415 - most of a second that light commands need not pay

    text = trafilatura.extract(
        root,
        url=url,
        include_comments=False,
        fast=mode == "quick",
        favor_precision=mode == "careful",
        favor_recall=mode == "generous",
    )
    return clean_text(text or "")
