"""phpBB 3.0 to 4.0, by the markup of its own style prosilver (viewforum_body, forumlist_body, viewtopic_body, pagination).

Between versions the date changes most: text after the author in 3.0 and 3.1, a `time` element since 3.2.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml.html import HtmlElement

from crawlers.dates import best_date, read_date
from crawlers.forums.shapes import Board, Engine, PageContext, Post, Topic, TopicLink
from crawlers.text import text_of
from crawlers.tree import first, line_of, with_class
from crawlers.urls import canonicalise_url
from vigie.model import DateSource, PublicationDate, host_of

_SIGNATURE = re.compile(
    rb"<body[^>]*\bid=[\"']phpbb[\"']|phpBB style name|<body[^>]*\bclass=[\"'][^\"']*\bnojs notouch section-"
    rb"|Powered by <a[^>]*phpbb\.com",
    re.IGNORECASE,
)
_POSTS = f"//*[({with_class('post')}) and starts-with(@id, 'p')]"
_TOPIC_ROWS = f"//li[{with_class('row')}][.//a[{with_class('topictitle')}]]"
_BOARD_LINKS = f"//a[({with_class('forumtitle')}) or ({with_class('subforum')})]/@href"
_PAGES = f"//*[{with_class('pagination')}][not(ancestor::li[{with_class('row')}])]"
_NOT_SAID = (
    f".//blockquote | .//script | .//*[{with_class('signature', 'attachbox', 'inline-attachment', 'notice', 'post-notice')}]"
    f" | .//*[{with_class('quotetitle', 'quotecontent')}]"
    f" | .//*[{with_class('codebox')}]/p[1] | .//*[{with_class('codebox')}]/dt"
)
# What of a topic's address names the topic: not the board it is in, the page, the marked word or the sorting.
_NOT_THE_TOPIC = frozenset(("f", "start", "hilit", "view", "p", "st", "sk", "sd", "e"))
_POST_ID = re.compile(r"p(\d+)")
_LAST_AUTHOR = re.compile(r".*[»\u00bb]\s*")


def _read_board(root: HtmlElement, context: PageContext) -> Board:
    topics = (_topic_link(row, context) for row in root.xpath(_TOPIC_ROWS))
    boards = (_address(link, context) for link in root.xpath(_BOARD_LINKS))
    own = (url for url in boards if url and host_of(url) == host_of(context.url))
    return Board(
        topics=tuple({topic.url: topic for topic in topics if topic is not None}.values()),
        next_pages=tuple(_next_pages(root, context)),
        boards=tuple(dict.fromkeys(own)),
    )


def _topic_link(row: HtmlElement, context: PageContext) -> TopicLink | None:
    link = first(row, f".//a[{with_class('topictitle')}]")
    url = "" if link is None else _topic_address(link.get("href", ""), context)
    if not url:
        return None
    replies = re.search(r"\d+", re.sub(r"(?<=\d)[\s.,](?=\d{3})", "", line_of(first(row, f".//dd[{with_class('posts')}]"))))
    return TopicLink(url, line_of(link), int(replies[0]) if replies else None, _last_post_at(row, context))


def _last_post_at(row: HtmlElement, context: PageContext) -> PublicationDate | None:
    cell = first(row, f".//dd[{with_class('lastpost')}]")
    if cell is None:
        return None
    last_line = text_of(cell).rpartition("\n")[2]
    return _date(first(cell, ".//time"), last_line, context)


def _read_topic(root: HtmlElement, context: PageContext) -> Topic:
    url, title = _topic_of(root, context)
    offset = _offset_of(context.url)
    posts = (_post(node, offset + number, context) for number, node in enumerate(root.xpath(_POSTS)))
    return Topic(url, title, tuple(post for post in posts if post is not None), tuple(_next_pages(root, context)))


def _topic_of(root: HtmlElement, context: PageContext) -> tuple[str, str]:
    """The topic's address and title: the canonical link is the same on every page, the heading's link is not."""
    heading = first(root, f"//h2[{with_class('topic-title')}]//a[@href]")
    heading = first(root, "//h2/a[contains(@href, 'viewtopic') or contains(@href, '-t')]") if heading is None else heading
    canonical = root.xpath("string(//link[@rel='canonical'][1]/@href)")
    linked = "" if heading is None else heading.get("href", "")
    return _topic_address(canonical or linked or context.url, context) or context.url, line_of(heading)


def _post(node: HtmlElement, position: int, context: PageContext) -> Post | None:
    match = _POST_ID.fullmatch(node.get("id", ""))
    content = first(node, f".//div[{with_class('content')}]")
    if match is None or content is None:
        return None
    head = first(node, f".//p[{with_class('author')}]")
    parent = _quoted_post(content, context)
    for unsaid in content.xpath(_NOT_SAID):
        unsaid.drop_tree()
    text = text_of(content)
    published = None if head is None else _date(first(head, ".//time"), _LAST_AUTHOR.sub("", line_of(head)), context)
    return Post(_permalink(node, match[1], context), _author(node, head), published, text, parent, position) if text else None


def _author(node: HtmlElement, head: HtmlElement | None) -> str | None:
    """The poster's name: a link for members, plain for guests and for who left; the profile's name where the head has none."""
    named = f".//*[{with_class('username', 'username-coloured')}]"
    nodes = (
        None if head is None else first(head, named),
        None if head is None else first(head, ".//strong"),
        first(node, f".//*[{with_class('postprofile')}]{named[1:]}"),
        first(node, f".//*[{with_class('postprofile')}]//dt//a[not(.//img)]"),
    )
    return next((line for line in map(line_of, nodes) if line), None)


def _permalink(node: HtmlElement, number: str, context: PageContext) -> str:
    link = node.xpath(f"string(.//p[{with_class('author')}]//a[contains(@href, '#p{number}')][1]/@href)")
    link = link or node.xpath(f"string(.//h3//a[contains(@href, '#p{number}')][1]/@href)")
    return _post_address(link, number, context) or _address(f"{context.url}#p{number}", context)


def _post_address(link: str, number: str, context: PageContext) -> str:
    """`viewtopic.php?p=12#p12`, without the board and topic that some versions add; a rewritten address stays as it is."""
    address = _address(link, context)
    path, _, rest = address.partition("?")
    return f"{path}?p={number}#p{number}" if path.endswith("/viewtopic.php") and rest else address


def _quoted_post(content: HtmlElement, context: PageContext) -> str | None:
    """The post that the first quotation comes from, where it says so (phpBB 3.2 and later)."""
    quote = first(content, ".//blockquote")
    link = "" if quote is None else quote.get("cite") or quote.xpath("string(./div/cite//a[contains(@href, '#p')][1]/@href)")
    match = re.search(r"#p(\d+)$", link)
    return (_post_address(link, match[1], context) or None) if match else None


def _date(machine: HtmlElement | None, text: str, context: PageContext) -> PublicationDate | None:
    declared = "" if machine is None else machine.get("datetime", "")
    shown = text if machine is None else line_of(machine)
    return best_date(
        (
            read_date(declared, now=context.now, zone=context.zone, source=DateSource.TIME_ELEMENT),
            read_date(shown, now=context.now, zone=context.zone, source=DateSource.PAGE_TEXT),
        ),
        now=context.now,
    )


def _next_pages(root: HtmlElement, context: PageContext) -> Iterator[str]:
    """The pages after this one that the page links to, in order."""
    pages: dict[int, str] = {}
    for area in root.xpath(_PAGES):
        current = _number(line_of(first(area, f".//li[{with_class('active')}] | ./span/strong | ./strong"))) or 1
        for link in area.xpath(".//a[@href]"):
            is_next = link.get("rel") == "next" or "next" in (link.getparent().get("class") or "").split()
            number = current + 1 if is_next else _number(line_of(link))
            if number is not None and number > current:
                pages.setdefault(number, _page_address(link.get("href"), context))
    yield from (url for _, url in sorted(pages.items()) if url)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _offset_of(url: str) -> int:
    return next((int(value) for name, value in parse_qsl(urlsplit(url).query) if name == "start" and value.isdecimal()), 0)


def _topic_address(link: str, context: PageContext) -> str:
    return _without(_address(link, context), _NOT_THE_TOPIC)


def _page_address(link: str, context: PageContext) -> str:
    address = _address(link, context)
    return _without(address, _NOT_THE_TOPIC - {"start"}) if "/viewtopic.php" in address else address


def _without(address: str, names: frozenset[str]) -> str:
    """A viewtopic address without these parameters where it names a topic by `t`; any other as it is, without fragment."""
    bare = address.partition("#")[0]
    path, _, query = bare.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    if not path.endswith("/viewtopic.php") or not any(name == "t" for name, _ in pairs):
        return bare
    kept = [(name, value) for name, value in pairs if name not in names]
    return f"{path}?{urlencode(kept)}"


def _address(link: str, context: PageContext) -> str:
    try:
        return canonicalise_url(link, context.base, keep_fragment=True) if link else ""
    except ValueError:
        return ""


ENGINE = Engine(signature=_SIGNATURE, read_board=_read_board, read_topic=_read_topic)
