"""The text of an article: what surrounds it is left out. The element marked as the body, trafilatura's readings, and JSON-LD
are held against each other; `docs/decisions.md` has the figures behind the shares below.
"""

import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from html import unescape
from itertools import islice, takewhile
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement

from crawlers.stand_ins import says_reserved
from crawlers.teasers import teasers
from crawlers.text import clean_text, mend_encoding, text_of
from crawlers.tree import base_of, class_holds, line_of, with_class
from vigie.model import host_of

# The element that holds the article's text and nothing else: microdata, hAtom, microformats 2, and the names they gave rise to.
BODIES = (
    "//*[@itemprop='articleBody' or @property='articleBody' or @property='schema:articleBody' or @property='content:encoded']",
    f"//*[{with_class('entry-content')}]",
    f"//*[{with_class('e-content')}]",
    f"//*[{with_class('post-content', 'article-content', 'article-body', 'article__content', 'article__body', 'post-body')}]",
    f"//*[{with_class('gh-content')}]",
)
_LEAD_CLASSES = frozenset(
    ("post-excerpt", "entry-summary", "p-summary", "chapo", "chapeau", "article-lead", "article__lead", "standfirst")
)
_BESIDE = "ancestor::article or ancestor::aside or ancestor::footer or ancestor::nav"
_ONLY_ARTICLE = f"//article[not({_BESIDE})][count(//article[not({_BESIDE})]) = 1]"
_SURROUNDINGS = class_holds(
    "share", "sharedaddy", "social", "related", "newsletter", "post-tags", "page-links", "cookie", "advert", "promo", "read-also",
    "lire-aussi", "screen-reader", "wp-block-buttons",
)  # fmt: skip
_NOT_THE_TEXT = f".//nav | .//aside | .//form | .//footer | .//figure | .//script | .//style | .//button | .//*[{_SURROUNDINGS}]"
_POINTERS = re.compile(  # a line that only leads elsewhere; what is spoken goes on behind such words
    r"[-•|►▶→\s]*(?:(?:[àa] )?(?:lire|voir|écouter|découvrir) (?:aussi|également)|lire (?:la suite|plus)|[àa] lire"
    r"|sur le même sujet"
    r"|(?:also )?read (?:more|also|next)|see (?:also|more)|related(?: (?:articles?|stories|posts?|links?))?|you may also like"
    r"|siehe auch|lesen sie auch|leggi anche|lea también|lees ook)\s*(?:[:>»|.–—-]\s*\S.{0,200}|[:>»…]?)",
    re.IGNORECASE,
)
_BUTTONS = re.compile(
    r"(?:partager(?: (?:sur|cet article|l['’]article)\b.{0,40})?|share(?: (?:on|this)\b.{0,40})?|imprimer|commenter|réagir"
    r"|contribuer|écouter(?: l['’]article)?|lire plus tard|offrir (?:cet|l['’]) ?article|signaler une erreur|copier le lien"
    r"|abonnez-vous|s['’]abonner|je m['’]abonne|déjà abonné ?\?.{0,40}|inscrivez-vous à (?:la|notre) newsletter\b.{0,80}"
    r"|publicité|la suite après (?:cette|la) publicité|advertisement|advert"
    r"|suivez(?:-nous|[^.]{0,80}) sur (?:facebook|twitter|x|instagram|linkedin|youtube|whatsapp|google|nos réseaux)\b.{0,80}"
    r"|follow (?:us|@\w+)\b.{0,80}|(?:cet article vous a (?:plu|intéressé)|(?:like|enjoy)(?:ed)? this (?:story|article))\b.{0,60}"
    r"|(?:tags|mots[- ]clés|étiquettes|classé dans|publié dans|filed under|posted in|crédits? photos?)\s*:.{0,200}"
    r"|(?:publié|mis à jour|modifié|published|updated)(?: le| à| on| at)? \d.{0,40}|\d+ (?:commentaires?|réactions?|comments?)"
    r"|temps de lecture\W{0,3}\d+ ?min.{0,10})\s*[.!:]?",
    re.IGNORECASE,
)
_DAY = r"(?:\d{1,2}(?:er|st|nd|rd|th)? \w+\.?,? \d{4}|\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|\w+ \d{1,2}, \d{4})"
_HEAD = re.compile(  # « mardi 3 mars 2026 à 10 h 12 », « 2026-03-03 », « Par Léa Morin »
    rf"(?:(?:publié|posté|mis en ligne|published|posted)\s)?(?:le |on )?(?:\w+,? )?(?:le )?{_DAY}"
    r"(?:[ ,à-]+\d{1,2} ?[:h] ?\d{0,2}\S{0,6})?|(?:Par|par|PAR|By|by) [A-ZÀ-Ý][^.!?]{1,50}"
)
_LONGEST_HEAD = 60
_MOST_HEADS = 4
_WIDER = 1.2  # what generous trafilatura adds beyond this was lost by its usual reading, not noise that it kept out
_NARROWER = 0.6  # less than this of the usual reading is left: the careful one has cut the article, not what surrounds it
_SAME = (0.7, 1.1)  # the marked body or JSON-LD tell the same article when their lengths stand so to trafilatura's
_HIDDEN = 2.0  # JSON-LD that is longer than the page by this holds what the page keeps back
_HELD = 0.9  # of what trafilatura found: it took one piece of a body for the whole
_LAID_OUT = 1_000  # characters in a cell: some 160 words, which no table of data has in one
_STILL_ESCAPED = re.compile(
    r"&(?:quot|amp|lt|gt|nbsp|apos|[lr][sda]quo|eacute|egrave|agrave|#\d{2,5}|#x[0-9a-f]{2,5});", re.IGNORECASE
)
_TITLE_WORDS = 5
_TELLING = 40  # characters of a line that no two places of a text share by chance
_STUB = 250
_SHORT_TEXT = 600  # of so little trafilatura may well have missed a part, as short paragraphs look like buttons to it
_LONG_PAGE = 5_000  # the articles of the benchmark have 825 elements in the middle, 1,703 at most
MAX_ELEMENTS = 40_000  # the longest articles of encyclopedias have some 30,000


def article_text(root: HtmlElement, url: str, title: str, declared: str) -> str:
    """The article's text, one paragraph a line; empty when the page has none. `declared` is JSON-LD's `articleBody`.

    Unwraps tables that lay out the page, and takes the surroundings out of a body too large to be copied; else leaves the tree.
    """
    _unwrap_layout(root)
    _drop_pointers(root, url)
    marked, pieces = _marked_text(root)
    if pieces and not marked and says_reserved(root):
        return ""
    found = _found_text(root, url)
    if not pieces and len(found) < _SHORT_TEXT and _holds(found, own := "".join(map(_text_within, root.xpath(_ONLY_ARTICLE)))):
        marked = own  # of so little, what is around the article was taken for a part of it
    is_short = len(found) < _SHORT_TEXT and marked
    is_one_piece = pieces > 1 and _holds(marked, found)
    text = marked if is_short or is_one_piece or _tells_the_same(marked, found) else found
    if _tells_the_same(declared, text) or len(declared) > _HIDDEN * len(text):
        text = declared
    if _STILL_ESCAPED.search(text):
        text = clean_text(unescape(text))
    return "\n".join(_own_lines(_without_head(text.split("\n"), title)))


def all_words(root: HtmlElement) -> str:
    """Whatever of the page may come to stand in a text of its article, and more; scripts are taken out of the tree.

    What is glued together here may be apart there, but no word is parted. Text that was encoded twice is mended.
    """
    etree.strip_elements(root, "script", "style", with_tail=False)
    drawn = " ".join(root.xpath("//img/@alt"))
    return mend_encoding(unescape(f"{etree.tostring(root, method='text', encoding='unicode')} {drawn}"))


def paragraphs_of(root: HtmlElement) -> str:
    """The page's paragraphs, one a line, of its article and of whatever else it shows."""
    return "\n".join(line for node in root.iter("p") if (line := line_of(node)))


def has_one_body(root: HtmlElement) -> bool | None:
    """Whether the bodies that the page marks are one article's; None where it marks none."""
    found = next((_outermost(nodes) for path in BODIES if (nodes := root.xpath(path))), None)
    return None if found is None else _are_one(found)


def _unwrap_layout(root: HtmlElement) -> None:
    """Makes blocks of the tables whose cells hold a page's columns, as pages were laid out once: they hold no rows of data."""
    if _elements(root) > _LONG_PAGE:
        return
    for cell in root.xpath("//td[not(.//td)]"):
        if len(cell.text_content()) >= _LAID_OUT:
            for node in (cell, *cell.iterancestors("td", "tr", "tbody", "table")):
                node.tag = "div"


def _drop_pointers(root: HtmlElement, url: str) -> None:
    """Takes out the paragraphs and items that are nothing but a link to another page of the site, and read like its title."""
    for block in list(root.iter("p", "li")):
        links = list(islice(block.iter("a"), 2))
        words = links[0].text_content().split() if len(links) == 1 else []
        if len(words) >= _TITLE_WORDS and block.text_content().split() == words and _is_on_site(links[0].get("href", ""), url):
            block.drop_tree()


def _is_on_site(link: str, url: str) -> bool:
    try:
        return not link.startswith("#") and host_of(urljoin(url, link)) == host_of(url)
    except ValueError:
        return False


def _holds(whole: str, part: str) -> bool:
    lines = [line for line in part.split("\n") if line in whole]
    return sum(map(len, lines)) >= _HELD * len(part)


def _tells_the_same(one: str, other: str) -> bool:
    least, most = _SAME
    return least * len(other) <= len(one) <= most * len(other)


def _without_head(lines: list[str], title: str) -> list[str]:
    """The lines after the title, the date and the by-line that a short article is found with."""
    head = list(
        takewhile(lambda line: line == title or (len(line) <= _LONGEST_HEAD and _HEAD.fullmatch(line)), lines[:_MOST_HEADS])
    )
    return lines[len(head) :]


def _own_lines(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not (len(line) <= 300 and (_POINTERS.fullmatch(line) or _BUTTONS.fullmatch(line))):
            yield line


def _marked_text(root: HtmlElement) -> tuple[str, int]:
    """The text of the element that standards or common names mark as the body, or of its pieces; and how many these are.

    None are where no name marks one, or each several articles'.
    """
    pieces = 0
    for path in BODIES:
        bodies = _outermost(root.xpath(path))
        if _are_one(bodies):
            pieces = len(bodies)
            if text := "\n".join(text for body in bodies if (text := _text_within(body))):
                return _with_lead(bodies[0], text), pieces
    return "", pieces


def _with_lead(body: HtmlElement, text: str) -> str:
    """The text below the lead that stands right before its body, where the body does not say it again."""
    before = body.getprevious()
    lead = _text_within(before) if before is not None and _LEAD_CLASSES & set(before.get("class", "").split()) else ""
    return text if not lead or lead in text else f"{lead}\n{text}"


def _are_one(bodies: list[HtmlElement]) -> bool:
    """Whether the marked bodies are one, or pieces that advertisements part: those stand in one `article`."""
    around = {next(node.iterancestors("article"), None) for node in bodies}
    return len(bodies) == 1 or (len(around) == 1 and None not in around)


def _text_within(marked: HtmlElement) -> str:
    body = deepcopy(marked) if _elements(marked) <= MAX_ELEMENTS else marked
    for node in body.xpath(_NOT_THE_TEXT):
        if node.getparent() is not None:
            node.drop_tree()
    return text_of(body)


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
    if _says_twice(generous, usual):
        generous = usual
    if len(usual) < _STUB:
        return max(generous, usual, careful, key=len)
    if len(generous) > _WIDER * len(usual):
        return generous
    return careful if len(careful) >= _NARROWER * len(usual) else usual


def _says_twice(generous: str, usual: str) -> bool:
    """Whether a text says another twice: of a short article generous trafilatura gives the text, and the whole page once more."""
    times = Counter(generous.split("\n"))
    again = sum(len(line) for line in usual.split("\n") if len(line) >= _TELLING and times[line] > 1)
    return again * 2 > len(usual)


def _without_teasers(root: HtmlElement, url: str) -> HtmlElement:
    """The page itself where it has none; else a copy, unless it is too large for one."""
    found = set(teasers(root, base_of(root, url), url))
    if not found or _elements(root) > MAX_ELEMENTS:
        return root
    copy = deepcopy(root)
    twins = [twin for one, twin in zip(root.iter("article"), copy.iter("article"), strict=True) if one in found]
    for node in twins:
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
