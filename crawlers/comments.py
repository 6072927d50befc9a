"""Comments as blogs and news sites print them, each a document of its own with its author, date and place in the thread.

One reader serves WordPress (classic, HTML5 and block themes), Dotclear, SPIP, Drupal, Blogger and the like: they differ in names,
not in shape. A comment is an element whose id or class says so; what it holds is found by the names that themes give to author,
date and text.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urldefrag

from lxml.html import HtmlElement

from crawlers.by_lines import BY_OR_FROM
from crawlers.clock import zone_of
from crawlers.dates import best_date, read_date
from crawlers.structured import StructuredArticle, meta_tags, structured_articles
from crawlers.text import clean_line, text_of
from crawlers.titles import title_of
from crawlers.tree import base_of, class_holds, first, line_of, parse_page, with_class
from crawlers.urls import canonicalise_url, names_a_post
from vigie.model import DateSource, PublicationDate


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment. `url` is its permalink, with the fragment that names it; `parent_url` that of the comment it answers."""

    url: str
    author: str | None
    published: PublicationDate | None
    text: str
    parent_url: str | None


@dataclass(frozen=True, slots=True)
class CommentPage:
    """The comments of one page, in page order, the addresses where more of them are, and the title of what they answer."""

    comments: tuple[Comment, ...]
    next_pages: tuple[str, ...]
    title: str = ""


_COMMENT_ID = re.compile(
    r"(?:li-|div-)?(?:comment|commentaire|com|c|msg|reply|reponse)[-_]?(?P<number>[0-9a-f][0-9a-f-]*)", re.IGNORECASE
)
_COMMENT_CLASSES = frozenset((
    "comment", "commentaire", "comment-item", "comment__item", "comment-block", "single-comment", "js-comment", "comment-wrap",
    "u-comment",
))  # fmt: skip
_DECLARED = re.compile(r"schema\.org/(?:User)?Comments?$")  # microdata; class names say nothing then
_NOT_A_PERSON = frozenset(("pingback", "trackback"))
_AREA_CLASSES = frozenset(
    ("comment-list", "commentlist", "comments-list", "comment-thread", "comments-area", "comments", "commentaires")
)

# Names that themes give to the parts, from the most to the least exact. `itemprop` and the classes of hCard are standards.
_AUTHORS = (
    ".//*[@itemprop='author']//*[@itemprop='name']",
    ".//*[@itemprop='author' or @itemprop='creator']",
    f".//*[{with_class('fn')}]",
    f".//*[{class_holds('comment-author-name')}]",
    f".//*[{class_holds('comment-author', 'comment__author', 'commentauthor')}]",
    ".//cite[not(ancestor::blockquote)]",
    f".//*[{class_holds('username', 'pseudo')} or @rel='author']",
    f".//*[{class_holds('author', 'auteur')}]",
)
_TEXTS = (
    ".//*[@itemprop='text' or @itemprop='commentText']",
    f".//*[{class_holds('comment-content', 'comment__content', 'comment_content')}]",
    f".//*[{class_holds('comment-text', 'comment__text', 'comment_text', 'commenttext')}]",
    f".//*[{class_holds('comment-message', 'comment-copy', 'comment-entry', 'entry-content')}]",
    f".//*[{with_class('comment-body')} or {class_holds('comment__body', 'comment_body')}]",
    f".//*[{with_class('content', 'text', 'texte', 'e-content')}]",
)
_HEADINGS = ".//h2 | .//h3 | .//h4 | .//h5 | .//h6"
_HEADS = f".//*[{class_holds('comment-meta', 'commentmetadata', 'comment-info')}]"
_DATES = (
    ".//*[@itemprop='datePublished' or @itemprop='dateCreated' or @itemprop='commentTime']",
    ".//time",
    ".//abbr[@title]",
    f".//*[{class_holds('comment-date', 'comment__time', 'comment-time', 'datetime')}]",
    _HEADS,
    f".//*[{class_holds('date', 'time', 'published')}]",
)
# What stands inside a comment and is not what its author says: others' words, the comment's own head, buttons, notices.
_QUOTES_AND_FORMS = ".//blockquote | .//form | .//script | .//style | .//cite[contains(@class, 'fn')] | .//*[@itemprop='author']"
_HEAD_PARTS = class_holds(
    "comment-author", "comment__author", "comment-date", "comment__time", "comment-meta", "commentmetadata", "comment-info",
    "comment-header", "comment-footer", "avatar", "says",
)  # fmt: skip
_BUTTONS = class_holds(
    "reply", "edit-link", "comment-edit", "comment-actions", "comment-links", "vote", "sharedaddy", "jp-likes", "signature",
    "screen-reader",
)  # fmt: skip
_NOT_SAID = f"{_QUOTES_AND_FORMS} | .//*[{_HEAD_PARTS} or {_BUTTONS}] | .//ul[{with_class('links')}]"
_ANSWERED = f"string(.//*[{with_class('parent')}]//a[contains(@href, '#')][1]/@href)"  # Drupal's "En réponse à"
_SAID, _SAID_ABROAD = "dit|écrit|répondu", "says|said|wrote"
_SAYS = re.compile(
    rf"\s*(?:\((?:non vérifié|not verified)\))?\s*(?:a\s+(?:{_SAID})|dit|{_SAID_ABROAD})?\s*[:,]?\s*$", re.IGNORECASE
)
_BY = re.compile(r"^(?:par|de|by)\s*:?\s+", re.IGNORECASE)
_SAID_IN_HEAD = re.compile(
    rf"(?:^|[-–—,|•·»])\s*(?P<name>[^,|•·»:]{{1,80}}?)\s+(?:a (?:{_SAID})|{_SAID_ABROAD})\s*:?$", re.IGNORECASE
)
_SAYS_IN_QUOTES = re.compile(rf"\b(?:{_SAID}|{_SAID_ABROAD})\s*:?$", re.IGNORECASE)
_MOST_BUTTONS = 3  # words behind a comment's text that are not its author's: "Répondre", "Citer"
_WAITS = ".//*[contains(@class, 'comment-awaiting-moderation')]"  # shown to its author alone: not published
_NAME_BEFORE_DATE = re.compile(  # « #2 Zoé sur », of a heading that goes on with the date
    r"^(?:#\d+\W+)?(?P<name>.{1,80}?)(?:\s+(?:sur|le|on|at|am|à))?[\s,|•·–—(-]*$", re.IGNORECASE
)
_PAGE_NUMBER = re.compile(r"(?:^|/)comments?[-_/]page[-_/](\d+)|[?&](?:cpage|comments?[-_]?page)=(\d+)", re.IGNORECASE)
_ANY_PAGE = re.compile(r"/page[-/](\d+)(?=/?$)|[?&](?:page|paged|pg)=(\d+)", re.IGNORECASE)  # below comments
_LONGEST_NAME = 80
_MOST_LINKS = 2000  # of one page that may lead to further comments


def read_comments(html: bytes, page_url: str, *, encoding: str | None, now: datetime, zone: str) -> CommentPage:
    """The comments on a page, and where more of them are; empty for a page without. Never raises for what a page holds.

    Quoted words of others, pingbacks, buttons and signatures are not part of any text. Dates without an offset are in `zone`.
    """
    root = parse_page(html, encoding)
    if root is None:
        return CommentPage((), ())
    reader = _Reader(canonicalise_url(page_url), base_of(root, page_url), now, zone_of(root, zone, now))
    found = tuple(_containers(root))
    next_pages = reader.next_pages(root, found[0].node if found else None)
    articles = structured_articles(root)
    title = title_of(root, articles[0] if len(articles) == 1 else None, meta_tags(root))
    declared = reader.declared(articles)
    printed = tuple(reader.printed(found))
    return CommentPage(printed if len(printed) >= len(declared) else declared, next_pages, title)


@dataclass(frozen=True, slots=True)
class _Found:
    """An element that is a comment, before it is read. `name` is the id that its permalink ends in, empty when it has none."""

    node: HtmlElement
    name: str
    parent: HtmlElement | None


@dataclass(frozen=True, slots=True)
class _Reader:
    page_url: str
    base: str
    now: datetime
    zone: str

    def printed(self, found: Sequence[_Found]) -> Iterator[Comment]:
        """The comments that the page shows. Takes the tree apart: answers leave it before what they answer is read."""
        own: dict[HtmlElement, Comment] = {}
        for one in reversed(found):
            comment = self._comment(one)
            if comment is not None:
                own[one.node] = comment
            one.node.drop_tree()
        for one in found:
            comment = own.get(one.node)
            if comment is None:
                continue
            above = own.get(one.parent) if one.parent is not None else None
            yield replace(comment, parent_url=above.url) if above else comment

    def declared(self, articles: Iterable[StructuredArticle]) -> tuple[Comment, ...]:
        """The comments of schema.org that carry an address of their own."""
        comments: list[Comment] = []
        for article in articles:
            addresses = [
                self._address(comment.url) or self._made_up(comment.author, comment.text) for comment in article.comments
            ]
            for address, comment in zip(addresses, article.comments, strict=True):
                date = read_date(comment.published, now=self.now, zone=self.zone, source=DateSource.JSONLD)
                parent = None if comment.parent is None else addresses[comment.parent]
                comments.append(Comment(address, comment.author or None, date, comment.text, parent))
        return tuple(comments)

    def next_pages(self, root: HtmlElement, first_comment: HtmlElement | None) -> tuple[str, ...]:
        """Further pages of these comments, by page number; on such a page, only those after it."""
        here = _page_number(self.page_url)
        below = () if first_comment is None else first_comment.xpath("following::a[@href]")
        links = [*root.xpath("//a[contains(@href, 'comment') or contains(@href, 'cpage=')]"), *below]
        pages: dict[str, int] = {}
        for link in links[:_MOST_LINKS]:
            href = link.get("href", "")
            if not (_PAGE_NUMBER.search(href) or _ANY_PAGE.search(href)) or "replytocom" in href or line_of(link) == "1":
                continue  # what is called 1 is this page, from whatever number its addresses count
            address = urldefrag(self._address(href))[0]
            if _page_number(address) > here and address != self.page_url and self._is_same_article(address):
                pages[address] = _page_number(address)
        return tuple(sorted(pages, key=pages.__getitem__))

    def _is_same_article(self, address: str) -> bool:
        return _article_of(address) == _article_of(self.page_url)

    def _comment(self, one: _Found) -> Comment | None:
        if one.node.xpath(_WAITS):
            return None
        author, published = _author_of(one.node), self._date_of(one.node)
        url, answered = self._permalink(one), self._address(one.node.xpath(_ANSWERED)) or None
        text = _said(one.node)
        if not text or not (author or published):
            return None
        return Comment(url or self._made_up(author, text), author, published, text, answered)

    def _permalink(self, one: _Found) -> str:
        """The link that the comment gives to itself, else the page with the comment's id as fragment."""
        number = one.name and (match := _COMMENT_ID.fullmatch(one.name)) and match["number"]
        for link in one.node.xpath(".//a[contains(@href, '#')]/@href"):
            fragment = link.rpartition("#")[2]
            if fragment == one.name or (number and names_a_post(fragment) and fragment.endswith(number)):
                address = self._address(link)
                if address and "replytocom=" not in link:
                    return address
        return self._address(f"#{one.name}") if one.name else ""

    def _address(self, link: str) -> str:
        try:
            address = (
                canonicalise_url(link, self.page_url if link.startswith("#") else self.base, keep_fragment=True) if link else ""
            )
        except ValueError:
            return ""
        fragment = link.rpartition("#")[2] if "#" in link else ""
        return f"{address}#{fragment}" if fragment and "#" not in address and _COMMENT_ID.fullmatch(fragment) else address

    def _made_up(self, author: str | None, text: str) -> str:
        """An address that stays the same for a comment that has none: its words name it."""
        digest = hashlib.sha1(f"{author}\x00{text}".encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
        return f"{self.page_url}#comment-{int(digest[:12], 16)}"

    def _date_of(self, node: HtmlElement) -> PublicationDate | None:
        for path in _DATES:
            dates = (self._date_in(found) for found in node.xpath(path)[:3] if not _is_quoted(found, node))
            best = best_date(dates, now=self.now)
            if best is not None:
                return best
        return None

    def _date_in(self, node: HtmlElement) -> PublicationDate | None:
        machine = node.get("datetime") or node.get("content") or (node.get("title") if node.tag == "abbr" else None) or ""
        as_time = read_date(machine, now=self.now, zone=self.zone, source=DateSource.TIME_ELEMENT)
        as_text = read_date(line_of(node), now=self.now, zone=self.zone, source=DateSource.PAGE_TEXT)
        return best_date((as_time, as_text), now=self.now)


def _containers(root: HtmlElement) -> Iterator[_Found]:
    """The outermost element of each comment, in page order, with that of the comment around it."""
    names: dict[HtmlElement, str] = {}
    for node in root.iter("li", "article", "div", "section", "dd"):
        name = _comment_name(node)
        if name is None:
            continue
        around = next((above for above in node.iterancestors() if above in names), None)
        if around is not None and _is_same(names[around], name):
            continue
        names[node] = name or ""
        if not _NOT_A_PERSON.isdisjoint(node.get("class", "").split()):
            continue
        yield _Found(node, name, around)


def _comment_name(node: HtmlElement) -> str | None:
    """The id that names this comment, empty when it has none; None when the element is no comment."""
    classes = frozenset(node.get("class", "").split())
    name = node.get("id", "")
    match = _COMMENT_ID.fullmatch(name)
    is_classed = not _COMMENT_CLASSES.isdisjoint(classes) or not _NOT_A_PERSON.isdisjoint(classes)
    is_declared = _DECLARED.search(node.get("itemtype", "")) is not None
    if match is None:
        return _name_within(node) if is_declared or (is_classed and _AREA_CLASSES.isdisjoint(classes)) else None
    is_plain = name.lower().startswith(("comment", "commentaire", "li-comment", "div-comment"))
    if not (is_classed or is_plain or "comment" in node.get("class", "").lower()):
        return None
    return _bare(name)


def _name_within(node: HtmlElement) -> str:
    """The id that a comment without one of its own has on an element inside it, or on the anchor before it (Drupal 7)."""
    names = node.xpath("preceding-sibling::*[1][self::a]/@id | .//@id | .//a/@name")
    linked = {link.rpartition("#")[2] for link in node.xpath(".//a[contains(@href, '#')]/@href")}
    told = (name for name in names if _COMMENT_ID.fullmatch(name) and ("comment" in name.lower() or name in linked))
    return next(map(_bare, told), "")


def _bare(name: str) -> str:
    """`comment-12`, of which themes make `li-comment-12` and `div-comment-12`."""
    return re.sub(r"^(?:li|div)-", "", name)


def _is_same(around: str, name: str) -> bool:
    """Whether an element inside a comment is that comment again: themes mark up to three nested elements for one."""
    return not name or not around or around == name


def _author_of(node: HtmlElement) -> str | None:
    for path in _AUTHORS:
        for found in node.xpath(path):
            name = _BY.sub("", _SAYS.sub("", clean_line(found.get("content") or line_of(found))))
            if name and len(name) <= _LONGEST_NAME and not _is_quoted(found, node):
                return name
    for line in map(line_of, node.xpath(f"{_HEADS} | .//small")):
        match = BY_OR_FROM.search(line) or _SAID_IN_HEAD.search(line)
        if match:
            return match["name"]
    return next(filter(None, map(_headed_by, node.xpath(_HEADINGS))), None)


def _headed_by(heading: HtmlElement) -> str | None:
    """Whom a comment's heading names: « Zoé a dit : », « Zoé sur », and then a date; None for its title."""
    line = line_of(heading)
    if match := _SAID_IN_HEAD.search(line):
        return match["name"]
    time = first(heading, ".//time")
    match = _NAME_BEFORE_DATE.match(line.partition(line_of(time))[0].strip()) if time is not None else None
    return match["name"] if match else None


def _is_quoted(node: HtmlElement, comment: HtmlElement) -> bool:
    return any(above.tag == "blockquote" for above in node.iterancestors() if above is not comment)


def _said(comment: HtmlElement) -> str:
    """The comment's own words. Takes what is not said out of the tree."""
    content = _quotation_said(comment)
    if content is None:
        content = _words_of(comment)
    for node in (*content.xpath(_NOT_SAID), *_head_of(content)):
        if node.getparent() is not None and node is not content:
            node.drop_tree()
    return text_of(content)


def _words_of(comment: HtmlElement) -> HtmlElement:
    """The element that is named for a comment's text; inside one that holds its title and date too, the inner one."""
    content = next((found[0] for path in _TEXTS if (found := comment.xpath(path))), comment)
    if content is not comment and content.xpath(f"boolean({_HEADINGS} | .//time)"):
        inner = [found[0] for path in _TEXTS if len(found := content.xpath(path)) == 1]
        return inner[-1] if inner else content
    return content


def _head_of(comment: HtmlElement) -> Iterator[HtmlElement]:
    """The headings that name a comment's author, and what shows its date and nothing else."""
    yield from (heading for heading in comment.xpath(_HEADINGS) if _headed_by(heading))
    for time in comment.xpath(".//time"):
        around = time
        while (above := around.getparent()) is not None and above is not comment and line_of(above) == line_of(time):
            around = above
        if around.tag != "time" or around.getparent() is comment:
            yield around


def _quotation_said(comment: HtmlElement) -> HtmlElement | None:
    """The quotation that is the comment itself: its head ends in "Zoé a dit :", and nothing but buttons follows (PluXml)."""
    quotations = comment.xpath(".//blockquote[not(ancestor::blockquote)]")
    if len(quotations) != 1:
        return None
    before, _, after = line_of(comment).partition(line_of(quotations[0]))
    is_all = _SAYS_IN_QUOTES.search(before.strip()) and len(after.split()) <= _MOST_BUTTONS
    return quotations[0] if is_all else None


def _page_number(url: str) -> int:
    match = _PAGE_NUMBER.search(url) or _ANY_PAGE.search(url)
    return int(match[1] or match[2]) if match else 0


def _article_of(url: str) -> str:
    """A comment page's address without its number: `/a/comment-page-2`, `/a/?cpage=2` and `/a/` are one article."""
    return re.sub(r"[?&]$", "", _ANY_PAGE.sub("", _PAGE_NUMBER.sub("", urldefrag(url)[0]))).rstrip("/")
