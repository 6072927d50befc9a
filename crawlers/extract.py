"""An article out of a page: its own text without what surrounds it, and what the page says of title, author and date.

Title, author and date come from what the page declares first (JSON-LD, hAtom and microdata classes, meta tags); the text is found
by `crawlers.article_text`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawlers.article_text import BODIES, article_text
from crawlers.dates import choose_date, read_date
from crawlers.structured import MetaTags, StructuredArticle, meta_tags, structured_articles
from crawlers.titles import title_of
from crawlers.tree import base_of, first, line_of, parse_page, with_class
from crawlers.urls import canonicalise_url
from vigie.model import DateSource, PublicationDate, host_of


@dataclass(frozen=True, slots=True)
class Article:
    """A page as its text and what it says of itself.

    `url` is canonical, by the page's own word where that stays on its site. `text` is plain, paragraphs separated by a newline,
    without comments, teasers and buttons; empty when there is none. `is_article`: one text of its own, no home, list or search
    page. `login_wall`: it only asks to log in. `feeds` are the feeds it announces, `comments_feed` the one of its own comments.
    `links` are the pages of the same site that it links to, each once, in page order.
    """

    url: str
    title: str
    text: str
    author: str | None
    published: PublicationDate
    language: str | None
    is_article: bool
    login_wall: bool
    comments_feed: str | None
    feeds: tuple[str, ...]
    links: tuple[str, ...]


_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
_COMMENT_IDS = "@id='comments' or @id='respond' or @id='disqus_thread' or @id='commentaires' or @id='comment-list'"
_COMMENT_CLASSES = with_class(
    "comments-area", "comment-list", "commentlist", "comments-list", "comment-respond", "comments", "commentaires",
    "comment-thread", "wp-block-comments",
)  # fmt: skip
_COMMENT_AREAS = f"//*[{_COMMENT_IDS} or {_COMMENT_CLASSES}]"
_LIST_PATH = re.compile(
    r"/(?:tags?|category|categorie|categories|author|auteur|auteurs|page|search|recherche|archives?|rubrique|theme|themes|topic|label)(?:/|$)"
    r"|/(?:page|p)/?\d+/?$|^/\d{4}(?:/\d{1,2}){0,2}/?$",
    re.IGNORECASE,
)
_LIST_CLASSES = frozenset(("home", "blog", "archive", "search", "category", "tag", "author", "error404", "search-results"))
_LOGIN_TITLE = re.compile(
    r"\b(?:connexion|connectez|s'identifier|identifiez|se connecter|log ?in|sign ?in|protégé|accès (?:refusé|réservé))", re.I
)
_LOGIN_FORMS = "//form[not(ancestor::header or ancestor::nav or ancestor::aside or ancestor::footer)][.//input[@type='password']]"
_BESIDE = " or ".join(f"ancestor::{tag}" for tag in ("form", "header", "nav", "aside", "footer", "script", "style"))
_TEXT_BESIDE_FORMS = f"//body//text()[not({_BESIDE})]"
_URL_DATE = re.compile(r"/((?:19|20)\d\d[/-](?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|[12]\d|3[01]))(?=\D|$)")
_PRINTED_DATES = (
    f"//time[@itemprop='datePublished' or @pubdate or {with_class('entry-date', 'published', 'dt-published', 'post-date')}]",
    "//*[@itemprop='datePublished']",
    "//article//header//time | //main//header//time",
    "//article//time[not(ancestor::aside)] | //main//time[not(ancestor::aside)]",
)
_DATE_CLASSES = (
    "published",
    "entry-date",
    "post-date",
    "article-date",
    "date-published",
    "posted-on",
    "publication-date",
    "date",
    "post-info",
)
_DATE_TEXTS = f"//*[{with_class(*_DATE_CLASSES)}]"
_AUTHOR_PLACES = (
    "//*[@itemprop='author']//*[@itemprop='name']",
    "//*[@itemprop='author']",
    f"//*[{with_class('p-author')}]",
    f"//*[{with_class('author')} or {with_class('byline')}]//*[{with_class('fn')}]",
    "//a[@rel='author']",
    f"//*[{with_class('author-name', 'article-author', 'post-author', 'byline')}]",
)
_BY = re.compile(r"^(?:par|by|de|écrit par|publié par|posté par)\s*:?\s+", re.IGNORECASE)
_AFTER_NAME = re.compile(  # the date or section that stands behind the name in one line
    r"\s*(?:[|•·–—,]|\s-\s|\b(?:publié|posté|mis à jour|mise à jour|published|updated)\b|\ble\s+\d).*", re.IGNORECASE | re.DOTALL
)
_SHORT_TEXT = 250
_LONGEST_NAME = 100
_LONGEST_DATE_TEXT = 120
_MUCH_TEXT = 600


def read_article(html: bytes, url: str, *, encoding: str | None, now: datetime, zone: str) -> Article:
    """The article on a page; an empty text, never an error, for a page that holds none. `encoding` is what HTTP said.

    Dates without an offset are in `zone`; a page without any plausible date counts as published when first seen, `now`.
    """
    root = parse_page(html, encoding)
    if root is None:
        return _nothing(canonicalise_url(url), now)
    return _Page(root, canonicalise_url(url), base_of(root, url), now, zone).read()


def _nothing(url: str, now: datetime) -> Article:
    published = choose_date((), now=now)
    return Article(url, "", "", None, published, None, is_article=False, login_wall=False, comments_feed=None, feeds=(), links=())


@dataclass(frozen=True, slots=True)
class _Page:
    root: HtmlElement
    requested_url: str
    base: str
    now: datetime
    zone: str

    def read(self) -> Article:
        """What others wrote below the article goes before all."""
        meta, declared = meta_tags(self.root), structured_articles(self.root)
        for area in self.root.xpath(_COMMENT_AREAS):
            if area.getparent() is not None and area.find(".//h1") is None:  # some themes call the whole page "comments"
                area.drop_tree()
        url = self._canonical()
        own = _own_article(declared, url)
        feeds = tuple(self._links("//link[@rel='alternate'][@href]", _FEED_TYPES))
        title, author = title_of(self.root, own, meta), self._author(own, meta)
        published = choose_date(self._dates(own, meta, url), now=self.now)
        links = tuple(link for link in self._links("//a[@href]") if host_of(link) == host_of(self.requested_url))
        login_wall = own is None and _only_asks_to_log_in(self.root, title)
        is_list = _looks_like_list(self.root, url) or (own is None and len(declared) > 1)
        text = "" if login_wall else article_text(self.root, self.requested_url, title, own.body if own else "")
        is_one = own is not None or meta.kind == "article" or _has_one_body(self.root, text)
        is_article = bool(text) and not is_list and is_one
        return Article(
            url=url,
            title=title,
            text=text,
            author=author,
            published=published,
            language=_language(self.root, own, meta),
            is_article=is_article,
            login_wall=login_wall,
            comments_feed=_comments_feed(feeds, url) if is_article else None,
            feeds=feeds,
            links=links,
        )

    def _canonical(self) -> str:
        declared = self._address(self.root.xpath("string(//link[@rel='canonical'][1]/@href)"))
        is_home = declared and urlsplit(declared).path == "/" and urlsplit(self.requested_url).path != "/"
        return declared if declared and not is_home and host_of(declared) == host_of(self.requested_url) else self.requested_url

    def _address(self, link: str) -> str:
        try:
            return canonicalise_url(link, self.base) if link and not link.startswith("#") else ""
        except ValueError:
            return ""

    def _links(self, path: str, types: tuple[str, ...] = ()) -> Iterator[str]:
        nodes = (node for node in self.root.xpath(path) if not types or node.get("type", "").lower() in types)
        yield from dict.fromkeys(address for node in nodes if (address := self._address(node.get("href", "").strip())))

    def _author(self, own: StructuredArticle | None, meta: MetaTags) -> str | None:
        if own and own.author:
            return own.author
        for path in _AUTHOR_PLACES:
            name = _AFTER_NAME.sub("", _BY.sub("", line_of(first(self.root, path))))
            if name and len(name) <= _LONGEST_NAME:
                return name
        return meta.author or None

    def _dates(self, own: StructuredArticle | None, meta: MetaTags, url: str) -> Iterator[PublicationDate | None]:
        yield self._date(own.published if own else "", DateSource.JSONLD)
        yield self._date(meta.published, DateSource.META)
        for path in _PRINTED_DATES:
            node = first(self.root, path)
            if node is not None:
                yield self._date(node.get("datetime") or node.get("content") or "", DateSource.TIME_ELEMENT)
                yield self._date(line_of(node), DateSource.PAGE_TEXT)
                break
        for node in self.root.xpath(_DATE_TEXTS)[:3]:
            line = line_of(node)
            if len(line) <= _LONGEST_DATE_TEXT:
                yield self._date(line, DateSource.PAGE_TEXT)
        match = _URL_DATE.search(url)
        yield self._date(match[1] if match else "", DateSource.URL)

    def _date(self, text: str, source: DateSource) -> PublicationDate | None:
        return read_date(text, now=self.now, zone=self.zone, source=source)


def _own_article(declared: tuple[StructuredArticle, ...], url: str) -> StructuredArticle | None:
    """The article that the page is: the only one it declares, or the one that bears its address."""
    if len(declared) == 1:
        return declared[0]
    return next((one for one in declared if one.url.partition("#")[0].rstrip("/") == url.rstrip("/")), None)


def _language(root: HtmlElement, own: StructuredArticle | None, meta: MetaTags) -> str | None:
    """Two letters, lower case."""
    for declared in (
        root.get("lang"),
        root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        own.language if own else "",
        meta.language,
    ):
        match = re.match(r"[a-zA-Z]{2}(?=$|[-_])", (declared or "").strip())
        if match:
            return match[0].lower()
    return None


def _looks_like_list(root: HtmlElement, url: str) -> bool:
    parts = urlsplit(url)
    body = first(root, "//body")
    classes = frozenset((body.get("class") or "").split()) if body is not None else frozenset()
    if "single" in classes or "single-post" in classes:
        return False
    is_home = parts.path == "/" and not parts.query
    return is_home or bool(_LIST_PATH.search(parts.path)) or not _LIST_CLASSES.isdisjoint(classes)


def _has_one_body(root: HtmlElement, text: str) -> bool:
    """Whether an undeclared page is an article: it has one marked body, or one `article`, or none of these and much text."""
    marked = next((number for path in BODIES if (number := len(root.xpath(path)))), 0)
    if marked:
        return marked == 1
    articles = len(root.xpath("//article[not(ancestor::article or ancestor::aside or ancestor::footer or ancestor::nav)]"))
    return articles == 1 or (articles == 0 and len(text) >= _MUCH_TEXT)


def _only_asks_to_log_in(root: HtmlElement, title: str) -> bool:
    """Whether a page holds a password form and little besides, or by its title is there for that form."""
    if not root.xpath(_LOGIN_FORMS):
        return False
    beside = sum(len(text.strip()) for text in root.xpath(_TEXT_BESIDE_FORMS))
    return beside < _SHORT_TEXT or (beside < _MUCH_TEXT and _LOGIN_TITLE.search(title) is not None)


def _comments_feed(feeds: tuple[str, ...], url: str) -> str | None:
    """The feed of this page's own comments, not the site's: it lies below the article's address, or names it by number."""
    own = url.rstrip("/") + "/"
    path = urlsplit(url).path
    for feed in feeds:
        is_below = path != "/" and feed.startswith(own)
        if is_below or re.search(r"/feeds/\d+/comments/|/comments?/\d+(?:/|$)|[?&]p=\d+&?.*feed=|feed=.*[?&]p=\d+", feed):
            return feed
    return None
