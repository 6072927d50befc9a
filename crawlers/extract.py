"""An article out of a page: its own text without what surrounds it, and what the page says of title, author and date.

Title, author and date come from what the page declares first (JSON-LD, hAtom and microdata classes, meta tags); the text is found
by `crawlers.article_text`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from urllib.parse import quote, urlsplit

from lxml.html import HtmlElement

from crawlers.article_text import all_words, article_text, has_one_body, paragraphs_of
from crawlers.by_lines import BY
from crawlers.dates import choose_date, read_date
from crawlers.hidden import take_hidden
from crawlers.live import take_entries
from crawlers.stand_ins import is_cookie_wall, is_error_page, is_excerpt, looks_like_list, only_asks_to_log_in
from crawlers.structured import MetaTags, StructuredArticle, meta_tags, structured_articles
from crawlers.titles import title_of, window_title
from crawlers.tree import base_of, class_holds, first, line_of, parse_page, with_class
from crawlers.urls import canonicalise_url
from vigie.model import DateSource, PublicationDate, host_of


@dataclass(frozen=True, slots=True)
class Update:
    """An entry of a live blog. `url` is its permalink, with a fragment where the page has one for it."""

    url: str
    title: str
    text: str
    author: str | None
    published: PublicationDate | None


@dataclass(frozen=True, slots=True)
class Article:
    """A page as its text and what it says of itself.

    `url` is canonical, by the page's own word where that stays on its site. `text` is plain, paragraphs separated by a newline,
    without comments, teasers and buttons; empty when there is none. `is_article`: one text of its own, no home, list or search
    page; `is_list`: surely one of these. `login_wall`: it only asks to log in. `is_excerpt`: the rest is for subscribers.
    `updates` are the entries of a live blog, `feeds` the feeds that the page announces, `hidden` paragraphs that its style hides
    from readers.
    """

    url: str
    title: str
    text: str
    author: str | None
    published: PublicationDate
    language: str | None
    is_article: bool
    is_list: bool
    login_wall: bool
    is_excerpt: bool
    updates: tuple[Update, ...]
    feeds: tuple[str, ...]
    hidden: tuple[str, ...] = ()


_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
_COMMENT_IDS = "@id='comments' or @id='respond' or @id='disqus_thread' or @id='commentaires' or @id='comment-list'"
_COMMENT_CLASSES = with_class(
    "comments-area", "comment-list", "commentlist", "comments-list", "comment-respond", "comments", "commentaires",
    "comment-thread", "wp-block-comments",
)  # fmt: skip
_COMMENT_AREAS = f"//*[{_COMMENT_IDS} or {_COMMENT_CLASSES}]"
_URL_DATE = re.compile(r"/((?:19|20)\d\d[/-](?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|[12]\d|3[01]))(?=\D|$)")
_PRINTED_DATES = (
    f"//time[@itemprop='datePublished' or @pubdate or {with_class('entry-date', 'published', 'dt-published', 'post-date')}]",
    "//*[@itemprop='datePublished' or @property='datePublished' or @property='schema:datePublished' or @property='dc:date']",
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
    "submitted",
)
_DATE_TEXTS = f"//*[{with_class(*_DATE_CLASSES)}]"
_RDFA_AUTHOR = "@property='author' or @property='schema:author' or @property='dc:creator'"
_AUTHOR_PLACES = (
    "//*[@itemprop='author']//*[@itemprop='name']",
    "//*[@itemprop='author']",
    f"//*[{_RDFA_AUTHOR}]//*[@property='name' or @property='schema:name' or @property='foaf:name']",
    f"//*[{_RDFA_AUTHOR}]",
    f"//*[{with_class('p-author')}]",
    f"//*[{with_class('author')} or {with_class('byline')}]//*[{with_class('fn')}]",
    "//a[@rel='author']",
    f"//*[{with_class('author-name', 'article-author', 'post-author', 'byline')}]",
)
_SIGNED = f"//*[{class_holds('byline', 'by-line', 'submitted', 'post-meta', 'entry-meta', 'post-info', 'posted-on')}]"
_BY = re.compile(r"^(?:par|by|de|écrit par|publié par|posté par)\s*:?\s+", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"(?:wp[-_ ]?)?(?:super[-_ ]?)?admin(?:istrat(?:or|eur))?\d*|webmaster|root|user|author|auteur", re.IGNORECASE
)  # nobody
_AFTER_NAME = re.compile(  # the date, section or agency that stands behind the name in one line
    r"\s*(?:[|•·–—,]|\s-\s|\b(?:publié|posté|mis à jour|mise à jour|published|updated)\b|\ble\s+\d"
    r"|\bavec (?:l['’])?(?:AFP|Reuters|Belga|ATS|agences?)\b).*",
    re.IGNORECASE | re.DOTALL,
)
_BY_LINE = re.compile(  # « Par Léa Morin, 10 mars 2026 », right below the headline
    r"(?i:par|by)\s+(?P<name>[A-ZÀ-Ý][\w'’.-]*(?:\s+(?:d[eu]|d['’]|l[ae]|van|von|et|and|[A-ZÀ-Ý][\w'’.-]*)){0,6})"
    r"(?=$|\s*[,|•·–—(]|\s-\s|\s(?i:le|publié|avec|pour|à|on)\s)"
)
_IS_PUBLISHED = re.compile(r"\b(?:publiée?|mise? en ligne|postée?|parue?|published|posted)\b.*\d", re.IGNORECASE)
_SHORTLY_AFTER = "//h1[count(//h1) = 1]/following::*[position() <= 80][string-length(.) < 200][normalize-space(.)]"
_NEAR_HEADLINE = 25  # elements that say something
_LONGEST_NAME = 100
_LONGEST_DATE_TEXT = 120
_MUCH_TEXT = 600


def read_article(
    html: bytes, url: str, *, encoding: str | None, now: datetime, zone: str, may_name: Callable[[str], bool] | None = None
) -> Article:
    """The article on a page; an empty text, never an error, for a page that holds none. `encoding` is what HTTP said.

    Dates without an offset are in `zone`; a page without any plausible date counts as published when first seen, `now`. Where
    `may_name` says that no brand can stand in all that the page says, its text is its paragraphs, at a quarter of the price.
    """
    root = parse_page(html, encoding)
    if root is None:
        return _nothing(canonicalise_url(url), now)
    return _Page(root, canonicalise_url(url), base_of(root, url), now, zone, may_name).read()


def _nothing(url: str, now: datetime) -> Article:
    published = choose_date((), now=now)
    return Article(
        url,
        "",
        "",
        None,
        published,
        None,
        is_article=False,
        is_list=False,
        login_wall=False,
        is_excerpt=False,
        updates=(),
        feeds=(),
    )


@dataclass(frozen=True, slots=True)
class _Page:
    root: HtmlElement
    requested_url: str
    base: str
    now: datetime
    zone: str
    may_name: Callable[[str], bool] | None

    def read(self) -> Article:
        """What others wrote below the article goes before all."""
        meta, declared = meta_tags(self.root), structured_articles(self.root)
        for area in self.root.xpath(_COMMENT_AREAS):
            if area.getparent() is not None and area.find(".//h1") is None:  # some themes call the whole page "comments"
                area.drop_tree()
        hidden, url = take_hidden(self.root), self._canonical()
        own = _own_article(declared, url)
        title, author = title_of(self.root, own, meta), self._author(own, meta)
        published = choose_date(self._dates(own, meta, url), now=self.now)
        updates = tuple(self._updates(own, url)) or tuple(self._printed_updates(url))
        login_wall = own is None and only_asks_to_log_in(self.root, title)
        text = "" if login_wall else self._text(own, title)
        is_list = looks_like_list(self.root, url) or (own is None and len(declared) > 1)
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
            is_list=is_list,
            login_wall=login_wall,
            is_excerpt=is_article and is_excerpt(self.root, own, text),
            updates=updates,
            feeds=tuple(self._feeds()),
            hidden=hidden,
        )

    def _text(self, own: StructuredArticle | None, title: str) -> str:
        """Empty where an error page or a cookie wall stands in the article's place."""
        declared = own.body if own else ""
        is_worth_it = self.may_name is None or self.may_name(f"{title}\n{declared}\n{all_words(self.root)}")
        text = article_text(self.root, self.requested_url, title, declared) if is_worth_it else paragraphs_of(self.root)
        if is_cookie_wall(text) or (own is None and is_error_page(self.root, (title, window_title(self.root)), text)):
            return ""
        return text

    def _updates(self, own: StructuredArticle | None, url: str) -> Iterator[Update]:
        for one in own.updates if own else ():
            published = self._date(one.published, DateSource.JSONLD)
            address = self._permalink(one.url, url, one.published)
            yield Update(address, one.headline, one.body, one.author or None, published)

    def _printed_updates(self, url: str) -> Iterator[Update]:
        for one in take_entries(self.root):
            fragment = quote(one.name or one.moment, safe="")
            yield Update(f"{url}#{fragment}", one.title, one.text, None, self._date(one.moment, DateSource.TIME_ELEMENT))

    def _permalink(self, declared: str, url: str, moment: str) -> str:
        """The address of an update; where it declares none of its own, the page's with the update's moment as fragment."""
        address = self._address(declared) or url
        fragment = declared.partition("#")[2] if address != declared else ""
        if address == url and not fragment:
            fragment = moment
        return f"{address}#{quote(fragment, safe='')}" if fragment else address

    def _canonical(self) -> str:
        declared = self._address(self.root.xpath("string(//link[@rel='canonical'][1]/@href)"))
        is_home = declared and urlsplit(declared).path == "/" and urlsplit(self.requested_url).path != "/"
        return declared if declared and not is_home and host_of(declared) == host_of(self.requested_url) else self.requested_url

    def _address(self, link: str) -> str:
        try:
            return canonicalise_url(link, self.base) if link and not link.startswith("#") else ""
        except ValueError:
            return ""

    def _feeds(self) -> Iterator[str]:
        links = (
            link for link in self.root.xpath("//link[@rel='alternate'][@href]") if link.get("type", "").lower() in _FEED_TYPES
        )
        yield from dict.fromkeys(address for link in links if (address := self._address(link.get("href", "").strip())))

    def _author(self, own: StructuredArticle | None, meta: MetaTags) -> str | None:
        if own and own.author and not _ACCOUNT.fullmatch(own.author):
            return own.author
        for path in _AUTHOR_PLACES:
            name = _AFTER_NAME.sub("", _BY.sub("", line_of(first(self.root, path))))
            if name and len(name) <= _LONGEST_NAME and not _ACCOUNT.fullmatch(name):
                return name
        lines = (line for node in self.root.xpath(_SIGNED)[:3] if len(line := line_of(node)) <= _LONGEST_DATE_TEXT)
        by_lines = chain(map(BY.search, lines), map(_BY_LINE.match, _below_headline(self.root)))
        if (found := next(filter(None, by_lines), None)) and not _ACCOUNT.fullmatch(found["name"]):
            return found["name"]
        return None if _ACCOUNT.fullmatch(meta.author) else meta.author or None

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
            if node.tag == "abbr":
                yield self._date(node.get("title", ""), DateSource.TIME_ELEMENT)
            if len(line) <= _LONGEST_DATE_TEXT:
                yield self._date(line, DateSource.PAGE_TEXT)
        for line in _below_headline(self.root):
            if _IS_PUBLISHED.search(line) or _BY_LINE.match(line):
                yield self._date(line, DateSource.PAGE_TEXT)
        match = _URL_DATE.search(url)
        yield self._date(match[1] if match else "", DateSource.URL)

    def _date(self, text: str, source: DateSource) -> PublicationDate | None:
        return read_date(text, now=self.now, zone=self.zone, source=source)


def _below_headline(root: HtmlElement) -> Iterator[str]:
    """The short lines that stand shortly after the page's only headline."""
    for node in root.xpath(_SHORTLY_AFTER)[:_NEAR_HEADLINE]:
        line = line_of(node)
        if len(line) <= _LONGEST_DATE_TEXT:
            yield line


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


def _has_one_body(root: HtmlElement, text: str) -> bool:
    """Whether an undeclared page is an article: it has one marked body, or one `article`, or none of these and much text."""
    marked = has_one_body(root)
    if marked is not None:
        return marked
    articles = len(root.xpath("//article[not(ancestor::article or ancestor::aside or ancestor::footer or ancestor::nav)]"))
    return articles == 1 or (articles == 0 and len(text) >= _MUCH_TEXT)
