"""Lists of topics and boards of engines that nobody described: rows that repeat, each headed by a link of its own.

A menu repeats too; its rows hold nothing but their link, where those of a forum show a date or a number besides. Whether a link
leads to a topic or to a board its address says in the words that engines use; where it says nothing, the page behind it decides.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice, takewhile

from lxml.html import HtmlElement

from crawlers.forums.addresses import Paging, address_of, first_page, page_of, this_page
from crawlers.forums.markup import next_pages, state_of
from crawlers.forums.shapes import NO_BOARD, Board, BoardLink, PageContext, TopicLink
from crawlers.forums.slots import date_in, leads_to_profile
from crawlers.tree import line_of
from crawlers.urls import canonicalise_url
from vigie.model import PublicationDate, host_of

_EDGES = r"(?:^|[/._?&=-])(?:{})(?=[/._=?&-]|\d|$)"
_TOPIC = re.compile(
    _EDGES.format(
        "topics?|threads?|discussions?|viewtopic|showthread|questions?|sujets?|fils?|(?:forum)?posts?|conversations?|[tdq]|tid"
    ),
    re.I,
)
_BOARD = re.compile(
    _EDGES.format("forums?|boards?|categor(?:y|ies|ie)|sections?|rubriques?|viewforum|forumdisplay|groups?|[cf]|fid"), re.I
)
_OF_A_THREAD = re.compile(_EDGES.format("rss|feed|atom|reply|posting|newreply|quote|print|login|report"), re.I)
FORUM_WORDS = re.compile(
    _EDGES.format("topics?|threads?|viewtopic|showthread|forums?|forumposts?|boards?|viewforum|forumdisplay|sujets?"), re.I
)
"""What in an address no blog and no newspaper has."""
_COUNTED = r"(?:réponse|message|sujet|discussion|repl(?:y|ie)|answer|post|topic|thread|antwort|beitr[aä]g|respuesta|rispost)"
_COUNTS = re.compile(rf"(?:\d|\b(?:no|aucun|aucune|sans|keine))\s{_COUNTED}", re.I)
_COLUMN = re.compile(rf"{_COUNTED}(?:e?s|en|e)?|derniers? messages?|last (?:post|reply|message)", re.I)
_FEWEST_COLUMNS = 2
_GENERATOR = re.compile(r"forum|board|\bbbs\b", re.I)
_ALL_TOPICS = re.compile(r"(?:[^?]*/)?(?:questions|topics|threads|discussions|sujets|conversations|forums?|boards?)/?", re.I)
_FEWEST = 2
_MOST_LINKS, _MOST_GROUPS, _HIGHEST = 3000, 40, 7
_LEAST_TITLE = 3
_NUMBER = re.compile(r"\d[\d\s.,]*(?:\s?[kKM])?(?:\s+[^\W\d]{1,12}){0,2}")
_ITEMS = ("li", "dd")  # what lists are nested with
_NO_ROW = ("html", "body", "p", "a", "form", "blockquote")


def listed(root: HtmlElement, paging: Paging, context: PageContext) -> Board:
    """The topics and boards that a page lists; nothing for a page without rows of a forum."""
    rows = dict(rows_of(root, paging, context))
    topics: dict[str, TopicLink] = {}
    boards: dict[str, BoardLink] = {}
    for row, link in rows.items():
        if _leads_to_board(address_of(link.get("href"), context)):
            url = _address_alone(link, context)
            boards.setdefault(url, BoardLink(url, state_of(row, context)))
        else:
            url = first_page(_whole_thread(link, row, context), paging, context)
            topics.setdefault(url, TopicLink(url, line_of(link), None, _last(row, context)))
    if not topics and not boards:
        return NO_BOARD
    for link in _named_alike(boards, root, context):
        row = next((above for above in link.iterancestors() if above in rows), None)
        url = _address_alone(link, context)
        boards.setdefault(url, BoardLink(url, "" if row is None else state_of(row, context)))
    for url in _lists_of_all(root, context):
        boards.setdefault(url, BoardLink(url, ""))
    return Board(tuple(topics.values()), pages_after(root, paging, context, frozenset(rows)), tuple(boards.values()))


def is_of_a_forum(root: HtmlElement, paging: Paging, context: PageContext) -> bool:
    """Whether what a page lists are a forum's boards or topics: by its address or theirs, by counts of answers, by its maker."""
    rows = dict(rows_of(root, paging, context))
    worded = sum(1 for link in rows.values() if FORUM_WORDS.search(_path_of(address_of(link.get("href"), context))))
    parents = Counter(row.getparent() for row in rows)
    wholes = (row.getparent() if parents[row.getparent()] == 1 else row for row in rows)
    counted = sum(1 for whole in wholes if _COUNTS.search(line_of(whole)))
    if not rows or max(worded, counted) * 2 > len(rows):
        return bool(rows)
    columns = {line for node in root.iter("th") if _COLUMN.fullmatch(line := line_of(node))}
    generator = str(root.xpath("string(//meta[@name='generator']/@content)"))
    return len(columns) >= _FEWEST_COLUMNS or bool(_GENERATOR.search(generator) or FORUM_WORDS.search(_path_of(context.url)))


def _named_alike(boards: Collection[str], root: HtmlElement, context: PageContext) -> Iterator[HtmlElement]:
    """The links whose addresses differ from those of boards in numbers alone: boards in boards, or alone in a category."""
    shapes = {re.sub(r"\d+", "0", url) for url in boards if re.search(r"\d", _path_of(url))}
    for link in root.xpath("//body//a[@href]")[:_MOST_LINKS] if shapes else ():
        url = _address_alone(link, context)
        if re.sub(r"\d+", "0", url) in shapes and line_of(link):
            yield link


def _lists_of_all(root: HtmlElement, context: PageContext) -> Iterator[str]:
    """The pages that list more than a front page does: those that a menu calls "/questions" or "/forum"."""
    own = _path_of(canonicalise_url(context.url)).partition("?")[0].rstrip("/")
    for link in root.xpath("//body//a[@href]")[:_MOST_LINKS]:
        address = _address_alone(link, context)
        path = _path_of(address)
        if _ALL_TOPICS.fullmatch(path) and path.rstrip("/") != own and host_of(address) == host_of(context.url):
            yield address


def _whole_thread(head: HtmlElement, row: HtmlElement, context: PageContext) -> str:
    """The address of a row's topic: one with the same numbers that says "thread", where that of its title says nothing.

    Forums that show one message a page link both.
    """
    address = address_of(head.get("href"), context)
    numbers = re.findall(r"\d+", _path_of(address))
    if not numbers or _TOPIC.search(_path_of(address)):
        return address
    others = (address_of(link.get("href"), context) for link in row.iter("a") if link.get("href"))
    threads = (one for one in others if _TOPIC.search(_path_of(one)) and not _OF_A_THREAD.search(_path_of(one)))
    return next((one for one in threads if re.findall(r"\d+", _path_of(one)) == numbers), address)


def pages_after(root: HtmlElement, paging: Paging, context: PageContext, rows: Collection[HtmlElement] = ()) -> tuple[str, ...]:
    """The pages after this one: those of a list of pages, else the links to this very page whose address names a later one."""
    return next_pages(root, paging, context, rows) or _later_pages(root, paging, context, rows)


def _later_pages(root: HtmlElement, paging: Paging, context: PageContext, rows: Collection[HtmlElement]) -> tuple[str, ...]:
    own, current = first_page(context.url, paging, context), page_of(context.url, paging) or 1
    found: dict[str, int] = {}
    for link in root.xpath("//body//a[@href]"):
        number = page_of(link.get("href"), paging)
        if number is not None and number > current and not any(above in rows for above in link.iterancestors()):
            address = this_page(link.get("href"), paging, context)
            if first_page(address, paging, context) == own:
                found[address] = number
    return tuple(sorted(found, key=lambda address: found[address]))


def rows_of(root: HtmlElement, paging: Paging, context: PageContext) -> Iterator[tuple[HtmlElement, HtmlElement]]:
    """The rows with the link that heads each, the largest groups first, none within another."""
    groups: dict[str, dict[HtmlElement, list[HtmlElement]]] = {}
    for link in _links(root, paging, context):
        for node in list(link.iterancestors())[:_HIGHEST]:
            if node.tag not in _NO_ROW:
                groups.setdefault(_place_of(node), {}).setdefault(node, []).append(link)
    taken: set[HtmlElement] = set()
    for rows in sorted(groups.values(), key=len, reverse=True)[:_MOST_GROUPS]:
        free = {row: links for row, links in rows.items() if taken.isdisjoint((row, *row.iterancestors()))}
        free = {row: links for row, links in free.items() if not _is_answer(row, context)}
        if any(not taken.isdisjoint(row.iter()) for row in free):
            continue
        heads = _heads(free, context)
        told = sum(1 for row, head in heads.items() if _tells_more(row, head, context))
        if len(heads) >= _FEWEST and told * 2 > len(heads):
            taken.update(heads)
            yield from heads.items()


def _is_answer(row: HtmlElement, context: PageContext) -> bool:
    """Whether a row stands in an item of a list that has a date of its own before it: a message among a thread's."""
    for item in islice(row.iterancestors(*_ITEMS), 2):
        before = takewhile(lambda node: node is not row, item.iter())
        if any(date_in(node, context) and next(node.iterancestors(*_ITEMS), None) is item for node in before):
            return True
    return False


def _links(root: HtmlElement, paging: Paging, context: PageContext) -> list[HtmlElement]:
    """The links that can be titles of other pages of the site."""
    own = first_page(context.url, paging, context)
    found = []
    for link in root.xpath("//body//a[@href]")[:_MOST_LINKS]:
        address, line = address_of(link.get("href"), context), line_of(link)
        is_title = sum(letter.isalpha() for letter in line) >= _LEAST_TITLE and not date_in(link, context)
        is_other = host_of(address) == host_of(context.url) and first_page(address, paging, context) != own
        if is_title and is_other and not leads_to_profile(address):
            found.append(link)
    return found


def _place_of(row: HtmlElement) -> str:
    """What rows of one list share: the names of all that is around them, without numbers, and their own tag."""
    around = (f"{node.tag}.{re.sub('[0-9]+', '', node.get('class', ''))}" for node in row.iterancestors())
    return f"{row.tag}<{'<'.join(around)}"


def _heads(rows: Mapping[HtmlElement, Sequence[HtmlElement]], context: PageContext) -> dict[HtmlElement, HtmlElement]:
    """The first link of each row that no other row has: a board's name, the tag of a topic, stand in many."""
    addresses = {row: [address_of(link.get("href"), context).partition("#")[0] for link in links] for row, links in rows.items()}
    common = Counter(address for some in addresses.values() for address in set(some))
    heads = {}
    for row, links in rows.items():
        head = next((link for link, address in zip(links, addresses[row], strict=True) if common[address] == 1), None)
        if head is not None:
            heads[row] = head
    return heads


def _tells_more(row: HtmlElement, head: HtmlElement, context: PageContext) -> bool:
    """Whether a row shows a date or a number of its own."""
    for node in row.iter():
        if isinstance(node.tag, str) and node is not head and head not in node.iterancestors():
            shown = " ".join(" ".join(node.xpath("text()")).split())
            if _NUMBER.fullmatch(shown) or date_in(node, context):
                return True
    return False


def _last(row: HtmlElement, context: PageContext) -> PublicationDate | None:
    """The latest date of a topic's row: that of its last post, where it has several."""
    dates = [date for node in row.iter() if isinstance(node.tag, str) and (date := date_in(node, context))]
    return max(dates, key=lambda date: date.at, default=None)


def _address_alone(link: HtmlElement, context: PageContext) -> str:
    return address_of(link.get("href"), context).partition("#")[0]


def _path_of(address: str) -> str:
    return address.partition("://")[2].partition("/")[2]


def _leads_to_board(address: str) -> bool:
    """By the last telling word of an address: `/forum/12/topic/3` is a topic, `/c/12` a board."""
    path = _path_of(address)
    topic, board = (max((found.end() for found in words.finditer(path)), default=-1) for words in (_TOPIC, _BOARD))
    return board > topic
