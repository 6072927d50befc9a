"""Threads of engines that nobody described: by what the page declares to machines, else by blocks that repeat.

A thread is siblings that each carry an author, a date and words. A list of topics or of articles repeats too; its blocks are
headed by links to other pages, and hold little that is not a link.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawlers.dates import read_date
from crawlers.forums.addresses import Paging, address_of, canonical_link, first_page
from crawlers.forums.declared import declared_posts
from crawlers.forums.markup import date_of, next_pages, said_in
from crawlers.forums.shapes import NO_BOARD, Board, Engine, PageContext, Post, Topic
from crawlers.text import clean_line, text_of
from crawlers.tree import first, line_of, with_class
from vigie.model import DateSource, PublicationDate, host_of

_PAGING = Paging(
    path=re.compile(r"(?<=[^/])/(?:page|p)[-/]?\d+/?(?=$|\?)|[-.]page[-_]?\d+(?=\.html?$)"),
    page=frozenset(("page", "p", "start")),
)
_ANYTHING = re.compile(b"")
_FEWEST = 2
_LONGEST_NAME = 60
_LONGEST_DATE = 80
_MOST_DATES = 3000
_LEAST_WORDS = 12  # characters of the median block that are no links, names or dates
_DATE_ATTRIBUTES = "@datetime or @data-time or @data-timestamp or @itemprop='datePublished' or @itemprop='dateCreated'"
_DATE_TEXT = re.compile(
    r"\d{4}|\d{1,2}\s?[:h]\s?\d{2}|\bhier\b|aujourd|\bil y a\b|yesterday|today|\bago\b|gestern|heute|"
    r"\bayer\b|\bhoy\b|\bieri\b|\boggi\b",
    re.IGNORECASE,
)
_NO_POST_DATE = re.compile(
    r"inscri|membre depuis|join|regist|member since|modifi|édit|edit|bearbeitet|dabei seit|beigetreten|"
    r"iscritto|miembro|last (?:seen|visit|activ)"
    r"|dernière visite|derniere visite|réponse|dernier message|last (?:post|reply)",
    re.IGNORECASE,
)
_NAME_CLASS = re.compile(
    r"(?:^|[\s_-])(?:user-?name|author-?name|nick(?:name)?|pseudo|poster-?name|display-?name|creator|"
    r"author|auteur|poster|membre|member-?name|user)(?:$|[\s_-])",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"(?:^|[/?&=.])(?:u|users?|members?|membres?|profil(?:e|s|es)?|auteurs?|authors?|utilisateurs?|"
    r"usuarios?|mitglied(?:er)?|benutzer|people)(?:[/.=?_-]|$)|[?&](?:u|uid|user_?id)=",
    re.IGNORECASE,
)
_BODY_CLASS = re.compile(
    r"(?:^|[\s_-])(?:content|contenu|message|msg|body|corps|text|texte|post-?text|entry|cooked|"
    r"comment-?text|markdown|user-?content|post)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"signature|(?:^|[\s_-])sig(?:$|[\s_-])|edited|last-?edit|modified|attach|reaction|like|share|button|"
    r"control|toolbar|action|menu|vote|badge|rank|avatar|profile|"
    r"quote|citation|report|meta|stats|footer|foot(?:$|[\s_-])|ad(?:s|vert)?(?:$|[\s_-])",
    re.IGNORECASE,
)
_COMMENT_AREA = (
    f"ancestor-or-self::*[{with_class('comment-list', 'commentlist', 'comments-area', 'comment-thread')} or @id='comments']"
)


@dataclass(frozen=True, slots=True)
class _Block:
    """One of the elements that repeat, with the element that its words were found in."""

    node: HtmlElement
    author: str
    date: PublicationDate
    body: HtmlElement


def _read_board(root: HtmlElement, context: PageContext) -> Board:
    """Nothing: what an unknown engine lists is not told from menus with the certainty that following every link needs."""
    return NO_BOARD


def _read_topic(root: HtmlElement, context: PageContext) -> Topic:
    canonical = first_page(canonical_link(root), _PAGING, context)
    url = canonical if canonical and host_of(canonical) == host_of(context.url) else first_page(context.url, _PAGING, context)
    following, title = next_pages(root, _PAGING, context), _title(root)
    declared = declared_posts(root, url or context.url, context)
    printed = tuple(_posts(_blocks(root, context), url or context.url, context))
    posts = declared if _told(declared) > _told(printed) or not printed else printed
    return Topic(url or context.url, title, posts if declared or len(printed) >= _FEWEST else (), following if posts else ())


def _told(posts: Iterable[Post]) -> int:
    """How many posts come with all that a post has."""
    return sum(1 for post in posts if post.author and post.published and post.text)


def _title(root: HtmlElement) -> str:
    headings = root.xpath("//h1[normalize-space(.)]")
    return line_of(headings[-1]) if headings else clean_line(str(root.xpath("string(//title[1])")))


def _blocks(root: HtmlElement, context: PageContext) -> Sequence[_Block]:
    """The largest group of siblings that are all posts; empty when no group is."""
    dated: dict[HtmlElement, list[HtmlElement]] = {}
    for node in _dated_nodes(root, context):
        for above in (node, *node.iterancestors()):
            dated.setdefault(above, []).append(node)
    parents: dict[HtmlElement, list[HtmlElement]] = {}
    for node in dated:
        if (parent := node.getparent()) is not None and parent.tag not in ("html", "p", "a", "span"):
            parents.setdefault(parent, []).append(node)
    groups = sorted((nodes for nodes in parents.values() if len(nodes) >= _FEWEST), key=len, reverse=True)
    best: list[_Block] = []
    for nodes in groups[:30]:
        if len(nodes) < max(len(best), _FEWEST):
            break
        blocks = [block for node in _in_order(nodes) if (block := _block(node, dated[node], context))]
        if len(blocks) > len(best) and _is_thread(blocks, context):
            best = blocks
    return best


def _in_order(nodes: list[HtmlElement]) -> list[HtmlElement]:
    parent = nodes[0].getparent()
    return sorted(nodes, key=parent.index)


def _dated_nodes(root: HtmlElement, context: PageContext) -> Iterator[HtmlElement]:
    """The innermost elements that hold a date and little else."""
    path = (
        f"//body//*[{_DATE_ATTRIBUTES}]"
        f" | //body//*[not(self::script or self::style)][text()[string-length(normalize-space(.)) > 3]]"
    )
    seen = 0
    for node in root.xpath(path):
        if seen >= _MOST_DATES:
            return
        if node.xpath("ancestor::blockquote | ancestor-or-self::time[ancestor::blockquote]"):
            continue
        if _is_date(node, context):
            seen += 1
            yield node


def _is_date(node: HtmlElement, context: PageContext) -> bool:
    if any(node.get(name) for name in ("datetime", "data-time", "data-timestamp")) or node.get("itemprop") in (
        "datePublished",
        "dateCreated",
    ):
        return date_of(node, context) is not None
    own = clean_line(" ".join(node.xpath("./text()")))
    shown = own if len(own) <= _LONGEST_DATE else ""
    told = f"{shown} {node.get('title', '') if node.tag in ('abbr', 'span') else ''}"
    return _DATE_TEXT.search(told) is not None and _NO_POST_DATE.search(shown) is None and date_of(node, context) is not None


def _block(node: HtmlElement, dates: list[HtmlElement], context: PageContext) -> _Block | None:
    author, body = _author(node), _body(node)
    if not author or body is None:
        return None
    outside = [one for one in dates if one is not body and body not in one.iterancestors()]
    date = _date(outside, context)
    return _Block(node, author, date, body) if date else None


def _date(nodes: Sequence[HtmlElement], context: PageContext) -> PublicationDate | None:
    """The first date with an hour that is not of a member or an edit, else the first day."""
    days: list[PublicationDate] = []
    for node in nodes:
        parent = node.getparent()
        around = "" if parent is None else clean_line(" ".join(parent.xpath("./text()")))
        if _NO_POST_DATE.search(around) and len(around) < _LONGEST_DATE:
            continue
        date = date_of(node, context) or read_date(line_of(node), now=context.now, zone=context.zone, source=DateSource.PAGE_TEXT)
        if date and not date.day_only:
            return date
        days += [date] if date else []
    return days[0] if days else None


def _author(node: HtmlElement) -> str:
    """The poster's name: where it is declared, or in an element named for it, or the text of a link to a profile."""
    declared = node.xpath(
        "(.//*[@itemprop='author']//*[@itemprop='name'] | .//*[@itemprop='author'] | .//*[contains(@class, 'p-author')])[1]"
    )
    named = [one for one in node.iter() if isinstance(one.tag, str) and _NAME_CLASS.search(one.get("class", ""))]
    linked = [one for one in node.xpath(".//a[@href]") if _PROFILE.search(one.get("href", ""))]
    own = [node.get(name, "") for name in ("data-author", "data-username", "data-user")]
    for one in (
        *own,
        *declared,
        *(link for link in linked if any(link is n or n in link.iterancestors() for n in named)),
        *linked,
        *named,
    ):
        name = one if isinstance(one, str) else clean_line(one.get("content", "")) or line_of(one)
        if 0 < len(name) <= _LONGEST_NAME and any(c.isalnum() for c in name) and not _DATE_TEXT.search(name):
            return name
    strong = first(node, ".//strong | .//b | .//h3 | .//h4 | .//dt")
    name = "" if strong is None or strong.xpath("ancestor::p | ancestor::blockquote") else line_of(strong)
    return name if 0 < len(name) <= _LONGEST_NAME and not _DATE_TEXT.search(name) else ""


def _body(node: HtmlElement) -> HtmlElement | None:
    """The element with the post's words: the innermost that is named for it, else the one with the most text of its own."""
    declared = first(node, ".//*[@itemprop='text' or @itemprop='articleBody' or @itemprop='description']")
    if declared is not None:
        return declared
    scored = [
        (one, _own_words(one)) for one in node.iter("div", "section", "article", "td", "p", "dd", "span", "blockquote", "pre")
    ]
    scored = [(one, words) for one, words in scored if words and not _is_beside(one, node)]
    if not scored:
        return None
    widest = max(scored, key=lambda pair: pair[1])[0]
    for above in (widest, *widest.iterancestors()):
        if above is node:
            break
        if _BODY_CLASS.search(above.get("class", "")) and not _is_head(above):
            return above
    return widest.getparent() if widest.tag in ("p", "pre", "span") and widest.getparent() is not node else widest


def _is_head(node: HtmlElement) -> bool:
    """Whether an element holds more than words: the name of the author, too."""
    return any(_PROFILE.search(href) for href in node.xpath(".//a[not(ancestor::p)]/@href")) and bool(node.xpath(".//time"))


def _own_words(node: HtmlElement) -> int:
    """Characters of an element and its inline parts that are no links."""
    parts = node.xpath(
        "./text() | ./*[self::p or self::b or self::i or self::em or self::strong or self::span or self::code or self::li]/text()"
    )
    return sum(len(" ".join(part.split())) for part in parts)


def _is_beside(node: HtmlElement, block: HtmlElement) -> bool:
    for above in (node, *node.iterancestors()):
        if above is block:
            return False
        name = f"{above.get('class', '')} {above.get('id', '')}"
        if above.tag in ("blockquote", "footer", "nav", "form", "button", "cite", "header") or (
            _BESIDE.search(name) and not _BODY_CLASS.search(name)
        ):
            return True
    return False


def _is_thread(blocks: Sequence[_Block], context: PageContext) -> bool:
    if len(blocks) < _FEWEST or blocks[0].node.xpath(_COMMENT_AREA):
        return False
    headed = sum(1 for block in blocks if _leads_away(block.node, context))
    words = sorted(len(text_of(block.body)) - sum(len(line_of(a)) for a in block.body.iter("a")) for block in blocks)
    return headed * 2 < len(blocks) and words[len(words) // 2] >= _LEAST_WORDS


def _leads_away(node: HtmlElement, context: PageContext) -> bool:
    """Whether a block is headed by a link to another page, as the items of lists are."""
    own = urlsplit(context.url).path.rstrip("/")
    for link in node.xpath(".//*[self::h1 or self::h2 or self::h3 or self::h4]//a[@href] | .//a[.//h2 or .//h3]")[:3]:
        address = address_of(link.get("href", ""), context)
        path = urlsplit(address).path.rstrip("/")
        if address and path != own and not path.startswith(f"{own}/") and not _PROFILE.search(address):
            return True
    return False


def _posts(blocks: Sequence[_Block], topic_url: str, context: PageContext) -> Iterator[Post]:
    for position, block in enumerate(blocks):
        url = _permalink(block.node, topic_url, position, context)
        for node in block.body.xpath(".//*[@class]"):
            name = node.get("class", "")
            if _BESIDE.search(name) and not _BODY_CLASS.search(name) and node.getparent() is not None:
                node.drop_tree()
        text = said_in(block.body, ".//button")
        if text:
            yield Post(url, block.author, block.date, text, None, position)


def _permalink(node: HtmlElement, topic_url: str, position: int, context: PageContext) -> str:
    """The link that a block gives to itself, or to an id in it; else the place in the page."""
    ids = [
        one
        for one in node.xpath(
            "@id | .//@id | .//a/@name | preceding-sibling::*[1][self::a]/@id | preceding-sibling::*[1][self::a]/@name"
        )
        if re.search(r"\d", one)
    ]
    for name in ids:
        linked = node.xpath(".//a[contains(@href, concat('#', $name))]/@href", name=name)
        address = address_of(linked[0], context) if linked else ""
        if "#" in address:
            return address
    return f"{topic_url}#{ids[0]}" if ids else f"{topic_url}#post-{position + 1}"


ENGINE = Engine(_ANYTHING, _read_board, _read_topic)
