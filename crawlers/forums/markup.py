"""One reader for the pages of every forum engine that prints its posts as HTML: engines differ in names, not in shape.

An engine's module says in a `Markup` where its templates put the parts of a page; older and newer templates of one engine are
rows of one tuple, and the first that finds something reads the page.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha1

from lxml.html import HtmlElement

from crawlers.clock import offset_now
from crawlers.dates import best_date, is_date_alone, read_date
from crawlers.forums.addresses import NO_PAGING, Paging, address_of, canonical_link, first_page, is_later, offset_of, this_page
from crawlers.forums.shapes import NO_BOARD, Board, BoardLink, Engine, PageContext, Post, Topic, TopicLink
from crawlers.text import clean_line, text_of
from crawlers.tree import line_of, with_class
from vigie.model import DateSource, PublicationDate, host_of

Paths = tuple[str, ...]
"""XPaths, the most exact first: the first that finds something counts. They find elements, or attributes that hold the part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """Where one family of templates puts the parts of a page.

    Paths of a post are relative to the element that `posts` finds, paths of a row to that of `topics` or `boards`. `number` takes
    the post's number out of what `ids` finds; without `ids` it is the place of the post. `permalink` and `answered` find
    addresses ($number is the post's own number); `answered` may also find the number of the post that is quoted. `anchor` makes
    the fragment of a post without a permalink.
    `counts_opening`: what `replies` finds counts all posts of a topic. `one_offset`: the engine adds the same hours to all its
    times, those of the other half of the year too.
    """

    posts: str
    ids: str = "@id"
    number: re.Pattern[str] = re.compile(r"(\d+)$")
    author: Paths
    date: Paths
    text: Paths
    unsaid: str = ""
    permalink: Paths = ()
    anchor: str = "#post-{number}"
    answered: Paths = ()
    place: Paths = ()
    title: Paths = ("//h1",)
    topics: str = ""
    topic: Paths = ()
    replies: Paths = ()
    counts_opening: bool = False
    last: Paths = ()
    boards: str = ""
    board: Paths = (".//a[@href]",)
    paging: Paging = NO_PAGING
    one_offset: bool = False


_LONGEST_NAME = 100
_LONGEST_TITLE = 500
_MACHINE_DATES = ("datetime", "data-time", "data-timestamp", "content")
TITLED = frozenset(("abbr", "span", "time", "div", "li", "td", "p", "small", "i", "em"))  # whose title may be the exact date
_BLOCKS = frozenset(("aside", "blockquote", "div", "dl", "dt", "fieldset", "form", "p", "table"))
_QUOTED = frozenset(("blockquote", "q"))
# What no engine's posts say themselves: quotations, scripts, buttons' labels, notices of edits, cards made of other pages.
_NOT_SAID = (
    ".//blockquote | .//script | .//style | .//form | .//svg | .//iframe"
    f" | .//*[{with_class('signature', 'edited', 'onebox', 'quote', 'Quote', 'sr-only', 'visually-hidden')}]"
)
_EDITED = f".//*[{with_class('post_edit', 'edited_post', 'modified', 'lastedit', 'message-lastEdit', 'editDate', 'DateUpdated')}]"
_NOT_THE_TITLE = f".//*[{with_class('label', 'label-append', 'ipsBadge', 'badge', 'prefix')}]"
_EXACTLY_DATED = (
    "ancestor::*[@datetime or @data-time or ((self::span or self::abbr) and translate(@title, '0123456789', '') != @title)]"
)
_PAGES = with_class(
    "pagination", "pagelink", "pagelinks", "pagenav", "PageNav", "pageNav", "pageNav-main", "paging", "ipsPagination", "Pager",
    "pagination_top", "pagination-container", "js-pagenav", "bbp-pagination-links",
)  # fmt: skip
_CURRENT = with_class(
    "active", "current", "currentPage", "current_page", "pagination_current", "pageNav-page--current", "selected", "Highlight",
    "ipsPagination_active", "ipsPagination__active", "is-current",
)  # fmt: skip
_NEXT = with_class(
    "next", "pagination_next", "pageNav-jump--next", "ipsPagination_next", "ipsPagination__next", "Next", "nav_next"
)


def below(*names: str) -> str:
    """An XPath: the elements below that carry one of the classes."""
    return f".//*[{with_class(*names)}]"


def engine(signature: re.Pattern[bytes], marks: tuple[bytes, ...], *markups: Markup) -> Engine:
    """The engine whose pages these templates make."""
    return Engine(signature, marks, partial(read_board, markups), partial(read_topic, markups))


def read_board(markups: Sequence[Markup], root: HtmlElement, context: PageContext) -> Board:
    """The topics and boards that the page lists by the first template that finds any."""
    boards = (_board(one, root, _clocked(one, context)) for one in markups)
    return next((board for board in boards if board != NO_BOARD), NO_BOARD)


def read_topic(markups: Sequence[Markup], root: HtmlElement, context: PageContext) -> Topic:
    """The page of a topic by the first template that finds posts; without posts, what the last one makes of its address."""
    topic = Topic(context.url, "", (), ())
    for one in markups:
        topic = _topic(one, root, _clocked(one, context))
        if topic.posts:
            break
    return topic


def date_of(node: HtmlElement, context: PageContext) -> PublicationDate | None:
    """The date of an element: what it declares for machines, else what it shows."""
    declared = [node.get(name, "") for name in _MACHINE_DATES] + [titled_date(node)]
    dates = [_dated(text, DateSource.TIME_ELEMENT, context) for text in declared if text]
    return best_date((*dates, _dated(line_of(node), DateSource.PAGE_TEXT, context)), now=context.now)


def titled_date(node: HtmlElement) -> str:
    """The title of an element that may be its exact date. That of a link mostly says where it leads."""
    title = str(node.get("title", ""))
    return title if title and (node.tag in TITLED or (node.tag == "a" and is_date_alone(title))) else ""


def said_in(content: HtmlElement, unsaid: str) -> str:
    """The words of an element without those that `unsaid` and every engine's templates mark as not its author's."""
    for node in content.xpath(f"{_NOT_SAID} | {unsaid}" if unsaid else _NOT_SAID):
        if node.getparent() is None or node is content:
            continue
        if node.tag in _BLOCKS:  # what stood before it and after it were two lines
            node.addprevious(content.makeelement("br"))
        node.drop_tree()
    return text_of(content)


def next_pages(root: HtmlElement, paging: Paging, context: PageContext, rows: Collection[HtmlElement] = ()) -> tuple[str, ...]:
    """The pages after this one that the page links to, in order; without those of the topics that its `rows` list."""
    pages: dict[int, str] = {}
    for area in root.xpath(f"//*[{_PAGES}]"):
        if any(above in rows for above in area.iterancestors()):
            continue
        current = _current(area)
        for link in area.xpath(".//a[@href]"):
            number = current + 1 if _leads_on(link) else _page_number(link)
            if number is not None and number > current:
                pages.setdefault(number, this_page(link.get("href"), paging, context))
    declared = root.xpath("string((//link[@rel='next'] | //a[contains(concat(' ', @rel, ' '), ' next ')])[1]/@href)")
    found = [url for _, url in sorted(pages.items())] or [this_page(declared, paging, context)]
    return tuple(dict.fromkeys(url for url in found if url and url != this_page(context.url, paging, context)))


def count_in(text: str) -> int | None:
    """The number that a cell shows ("1 204", "12 réponses"); None for one that is rounded ("1,2K")."""
    match = re.search(r"(\d+)\s?([kKmM](?![a-z])|,\d[kKmM])?", re.sub(r"(?<=\d)[\s.,\u202f\u00a0](?=\d{3})", "", text))
    return int(match[1]) if match and not match[2] and len(match[1]) < 10 else None


def _clocked(markup: Markup, context: PageContext) -> PageContext:
    return replace(context, zone=offset_now(context.zone, context.now)) if markup.one_offset else context


def _dated(text: str, source: DateSource, context: PageContext) -> PublicationDate | None:
    return read_date(text, now=context.now, zone=context.zone, source=source, day_first=context.day_first)


def _found(node: HtmlElement, paths: Paths, **names: str) -> Iterator[HtmlElement | str]:
    """What the paths find, in their order; elements that stand in a quotation are left out."""
    for path in paths:
        for item in node.xpath(path, **names)[:3]:
            if isinstance(item, str) or not any(above.tag in _QUOTED for above in _up_to(item, node)):
                yield item


def _up_to(node: HtmlElement, end: HtmlElement) -> Iterator[HtmlElement]:
    for above in node.iterancestors():
        if above is end:
            return
        yield above


def _line(item: HtmlElement | str) -> str:
    return clean_line(item) if isinstance(item, str) else line_of(item)


def _topic(markup: Markup, root: HtmlElement, context: PageContext) -> Topic:
    url = first_page(canonical_link(root) or context.url, markup.paging, context)
    if not url or host_of(url) != host_of(context.url):
        url = first_page(context.url, markup.paging, context) or context.url
    following, title = next_pages(root, markup.paging, context), _title(markup, root)
    offset = offset_of(context.url, markup.paging) or int(is_later(context, markup.paging))
    nodes = enumerate(root.xpath(markup.posts))
    posts = [post for number, node in nodes if (post := _post(markup, node, offset + number, url, context))]
    return Topic(url, title if posts else "", tuple(_each_once(posts)), following)


def _each_once(posts: Iterable[Post]) -> Iterator[Post]:
    """The posts without the second of two that are one: pages repeat a solution above the thread."""
    known: set[str] = set()
    for post in posts:
        if post.url not in known:
            known.add(post.url)
            yield post


def _title(markup: Markup, root: HtmlElement) -> str:
    for path in markup.title:
        for node in root.xpath(path):
            for label in node.xpath(_NOT_THE_TITLE):
                label.drop_tree()
            if title := line_of(node)[:_LONGEST_TITLE]:
                return title
    return ""


def _post(markup: Markup, node: HtmlElement, position: int, topic_url: str, context: PageContext) -> Post | None:
    ids = (markup.number.search(str(value)) for value in (node.xpath(markup.ids) if markup.ids else (position + 1,)))
    number = next((match[1] for match in ids if match), "")
    content = next((item for item in _found(node, markup.text) if not isinstance(item, str)), None)
    if not number or content is None:
        return None
    for note in node.xpath(_EDITED):
        note.drop_tree()
    author = next((name for item in _found(node, markup.author) if 0 < len(name := _line(item)) <= _LONGEST_NAME), None)
    published = _date(markup, node, context)
    url = _permalink(markup, node, number, topic_url, context)
    parent = _answered(markup, node, number, url, context)
    place = next((count for item in _found(node, markup.place) if (count := count_in(_line(item)))), position + 1)
    text = said_in(content, markup.unsaid)
    return Post(url, author, published, text, parent, place - 1) if text else None


def _date(markup: Markup, node: HtmlElement, context: PageContext) -> PublicationDate | None:
    """The first date with an hour, else the first day."""
    dates = [date for item in _found(node, markup.date) if (date := _date_told(item, context))]
    return next((date for date in dates if not date.day_only), dates[0] if dates else None)


def _date_told(item: HtmlElement | str, context: PageContext) -> PublicationDate | None:
    if not isinstance(item, str):
        return date_of(item, context)
    is_attribute = getattr(item, "is_attribute", False)  # lxml's texts know where they come from
    return _dated(item, DateSource.TIME_ELEMENT if is_attribute else DateSource.PAGE_TEXT, context)


def _permalink(markup: Markup, node: HtmlElement, number: str, topic_url: str, context: PageContext) -> str:
    for item in _found(node, markup.permalink, number=number):
        if isinstance(item, str) and (address := address_of(item, context)) and address != topic_url:
            return this_page(address, markup.paging, context) + _fragment(address)
    return _made(markup, number, topic_url, context)


def _made(markup: Markup, number: str, topic_url: str, context: PageContext) -> str:
    made = markup.anchor.format(number=number)
    return f"{topic_url}{made}" if made.startswith(("#", "/", "?")) else address_of(made, context)


def _fragment(address: str) -> str:
    return f"#{address.partition('#')[2]}" if "#" in address else ""


def _answered(markup: Markup, node: HtmlElement, number: str, url: str, context: PageContext) -> str | None:
    """The post that the first quotation comes from, by its link, or by its number put into this post's address."""
    for item in (item for path in markup.answered for item in node.xpath(path)):
        match = re.search(r"(\d+)$", str(item))
        if match and match[1] != number:
            return re.sub(rf"(?<!\d){number}(?!\d)", match[1], url) if number in url else address_of(str(item), context) or None
    return None


def _board(markup: Markup, root: HtmlElement, context: PageContext) -> Board:
    if not markup.topics:
        return NO_BOARD
    rows = root.xpath(markup.topics)
    topics = (_topic_link(markup, row, context) for row in rows)
    links = {link.url: link for link in topics if link is not None}
    boards: dict[str, BoardLink] = {}
    for row in root.xpath(markup.boards) if markup.boards else ():
        for board in _board_links(markup, row, context):
            boards.setdefault(board.url, board)
    if not links and not boards:
        return NO_BOARD
    return Board(tuple(links.values()), next_pages(root, markup.paging, context, frozenset(rows)), tuple(boards.values()))


def _topic_link(markup: Markup, row: HtmlElement, context: PageContext) -> TopicLink | None:
    link = next((item for item in _found(row, markup.topic) if not isinstance(item, str)), None)
    url = "" if link is None else first_page(link.get("href", ""), markup.paging, context)
    if not url or host_of(url) != host_of(context.url) or url == first_page(context.url, markup.paging, context):
        return None  # NodeBB links a deleted topic to "#"
    replies = next((count for item in _found(row, markup.replies) if (count := count_in(_line(item))) is not None), None)
    if replies and markup.counts_opening:
        replies -= 1
    last = next((date for item in _found(row, markup.last) if (date := _last_of(item, context)) is not None), None)
    return TopicLink(url, line_of(link), replies, last)


def _last_of(item: HtmlElement | str, context: PageContext) -> PublicationDate | None:
    """The date in the cell of a topic's last post; the cell also names the author, whose name may hold anything."""
    if isinstance(item, str):
        return _date_told(item, context)
    lines = [_dated(line, DateSource.PAGE_TEXT, context) for line in reversed(text_of(item).split("\n"))]
    return (
        date_of(item, context)
        if item.tag == "time"
        else best_date(
            (*(date_of(node, context) for node in item.xpath(".//time | .//abbr | .//*[@data-time] | .//span[@title]")), *lines),
            now=context.now,
        )
    )


def _board_links(markup: Markup, row: HtmlElement, context: PageContext) -> Iterator[BoardLink]:
    links = [link for path in markup.board for link in row.xpath(path)]
    state = state_of(row, context)
    for link in links:
        url = this_page(link.get("href", ""), markup.paging, context)
        if url and host_of(url) == host_of(context.url):
            yield BoardLink(url, state)


def state_of(row: HtmlElement, context: PageContext) -> str:
    """What changes in a board's row when somebody posts there: its numbers, links and dates; empty for a row of one link.

    What an element with an exact date shows is left out: "il y a 5 minutes" moves without a post.
    """
    links = sorted({address_of(link, context) for link in row.xpath(".//a/@href")})
    dates = row.xpath(".//@datetime | .//@data-time | .//span/@title | .//abbr/@title")
    numbers = re.findall(r"\d+", " ".join(row.xpath(f".//text()[not({_EXACTLY_DATED})]")))
    return sha1(repr((links, dates, numbers)).encode(), usedforsecurity=False).hexdigest()[:12] if numbers or dates else ""


def _current(area: HtmlElement) -> int:
    for node in area.xpath(f".//*[{_CURRENT}] | .//strong[not(.//a) and not(ancestor::a)] | .//*[@aria-current='page']"):
        if (number := _page_number(node)) is not None:
            return number
    return 1


def _leads_on(link: HtmlElement) -> bool:
    around = link.getparent()
    return "next" in link.get("rel", "").split() or bool(
        link.xpath(f"self::*[{_NEXT}]") or (around is not None and around.xpath(f"self::li[{_NEXT}] | self::span[{_NEXT}]"))
    )


def _page_number(node: HtmlElement) -> int | None:
    text = line_of(node).strip("[]() ")
    return int(text) if text.isdecimal() and len(text) < 7 else None
