"""Threads of engines that nobody described: by what the page declares to machines, else by blocks that repeat.

A thread is siblings that each carry an author, a date and words. A list of topics or of articles repeats too; its blocks are
headed by links to other pages, and hold little that is not a link.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, replace
from itertools import takewhile
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawlers.forums.addresses import Paging, address_of, canonical_link, first_page, is_later
from crawlers.forums.declared import declared_posts
from crawlers.forums.listed import is_of_a_forum, listed, pages_after, rows_of
from crawlers.forums.markup import said_in
from crawlers.forums.pages import learned_paging
from crawlers.forums.shapes import NO_BOARD, Board, Engine, PageContext, Post, Topic
from crawlers.forums.slots import ANSWER, WROTE, Parts, Places, date_in, is_beside, leads_to_profile, parts_of
from crawlers.text import clean_line, text_of
from crawlers.tree import line_of, with_class
from crawlers.urls import canonicalise_url, names_a_post
from vigie.model import host_of

_PAGING = Paging(
    path=re.compile(r"(?<=[^/])/(?:page|p)[-/]?\d+(?=/?(?:$|\?))|[-.]page[-_]?\d+(?=\.html?$)"),
    page=frozenset(("page", "p", "start")),
)
_ANYTHING = re.compile(b"")
_FEWEST = 2
_MOST_DATES = 3000
_MOST_GROUPS = 12
_LEAST_WORDS = 12  # characters of the median block that are no links
_LEAST_TITLE = 3
_LONGEST_LABEL = 30
_OF_A_POST = re.compile(
    r"(?:[a-z]+[-_/]?)?\d+(?:/[a-z]+)?|[a-z]+", re.IGNORECASE
)  # post/5 below its topic; no topic below its board
_LONGEST_NOTE = 160
_LONGEST_HEADING = 60  # characters before the title
_LONGEST_PAIR = 6  # siblings that make up one post
_SEVERAL = 3
_HEADED_BY = "> "  # before the names of a post's first element, where the post itself has no name
_HIDDEN = re.compile(r"(?:^|[\s_-])(?:deleted|ignored|moderated|hidden)(?:$|[\s_-])", re.IGNORECASE)
_LEADS_IN = (
    ".//*[following-sibling::*[not(self::br)][1][self::blockquote or contains(@class, 'quot')]][string-length(.) < 160]["
    + " or ".join(f"contains(., '{one}')" for one in WROTE)
    + "] | .//*[following-sibling::*[1][self::pre or self::code or self::dd]]"
    "[starts-with(normalize-space(.), 'Code')][string-length(.) < 60] | .//summary"
)
_EDIT_NOTE = re.compile(
    r"\W*(?:(?:ce|cette|this) \w+ (?:a été|was) )?(?:modifiée?|dernière (?:modification|édition)|éditée?|last edited|edited|"
    r"zuletzt bearbeitet|bearbeitet|editado|última edición|modificato|ultima modifica)\b",
    re.IGNORECASE,
)
_COMMENT_AREA = (
    f"ancestor-or-self::*[{with_class('comment-list', 'commentlist', 'comments-area', 'comment-thread')} or @id='comments']"
)
_SHOWS_DATE = (
    "/descendant::body/descendant::*[@datetime or @data-time or @data-timestamp"
    " or @itemprop='datePublished' or @itemprop='dateCreated'"
    " or (not(self::script or self::style) and (text()[string-length(normalize-space(.)) > 3] or string-length(@title) > 7))]"
)


def lists_a_forum(root: HtmlElement, context: PageContext) -> bool:
    """Whether what a page lists are a forum's boards or topics, where it is no thread itself."""
    return is_of_a_forum(root, learned_paging(root, _PAGING, context), context)


def _read_board(root: HtmlElement, context: PageContext) -> Board:
    """Nothing where the page is a thread itself: what it lists besides are other topics of its board."""
    board = listed(
        root, learned_paging(root, _PAGING, context), context
    )  # first, as looking for a thread may take the tree apart
    return NO_BOARD if _threads_blocks(root, context) else board


def _read_topic(root: HtmlElement, context: PageContext) -> Topic:
    paging = learned_paging(root, _PAGING, context)
    canonical = first_page(canonical_link(root), paging, context)
    url = canonical if canonical and host_of(canonical) == host_of(context.url) else first_page(context.url, paging, context)
    url = url or context.url
    following = pages_after(root, paging, context)
    declared = declared_posts(root, url, context)
    later = is_later(context, paging)
    blocks = _threads_blocks(root, context, is_later=later)
    block = _learned(blocks, context)
    blocks = blocks or _known_blocks(root, context)
    title = _title(root, blocks)
    printed = _without_refrain(tuple(_printed(blocks, url, title, int(later), context)))
    if not printed or _told(printed) < _told(declared):
        printed, block = declared, ""
    return Topic(url, title if printed else "", printed, following if printed else (), block)


def _told(posts: Sequence[Post]) -> int:
    """How many posts come with all that a post has."""
    return sum(1 for post in posts if post.author and post.published and post.text)


def _title(root: HtmlElement, blocks: Mapping[HtmlElement, Parts]) -> str:
    """The last heading before the first post's words that the window's title holds: those before name the site and the board.

    Else the last first-level heading outside the posts, else the window's title.
    """
    window = clean_line(str(root.xpath("string(//title[1])")))
    words = next((parts.words for parts in blocks.values()), None)
    told = ""
    for node in takewhile(lambda one: one is not words, root.iter()):
        if node.tag in ("h1", "h2", "h3"):
            lines = (line_of(node), clean_line(node.text or ""))
            told = next((line for line in lines if len(line) >= _LEAST_TITLE and line in window), told)
    headings = [node for node in root.xpath("//h1[normalize-space(.)]") if not any(up in blocks for up in node.iterancestors())]
    return told or (line_of(headings[-1]) if headings else window)


def _threads_blocks(root: HtmlElement, context: PageContext, *, is_later: bool = False) -> Mapping[HtmlElement, Parts]:
    """The largest group of siblings that are all posts, or else are heads and bodies of posts by turns."""
    groups = _groups(root, context)
    found = _with_answers(_best_of(groups, context), root, context)
    if found and len(found) <= _SEVERAL and _hold_lists(found, root, context):
        return {}
    found = found or _best_of([whole for nodes in groups if (whole := _paired(nodes))], context)
    return found if is_later else _with_opening(found, root, context)


def _hold_lists(blocks: Collection[HtmlElement], root: HtmlElement, context: PageContext) -> bool:
    """Whether one of the blocks holds several rows of a list: then they are tables of a board, not posts."""
    rows = [row for row, _ in rows_of(root, _PAGING, context)]
    return any(count > 1 for count in Counter(above for row in rows for above in row.iterancestors() if above in blocks).values())


def _with_opening(blocks: Mapping[HtmlElement, Parts], root: HtmlElement, context: PageContext) -> Mapping[HtmlElement, Parts]:
    """The blocks with the post that they answer, where it stands alone before them, its words in an element of the same name."""
    head = next(iter(blocks), None)
    if head is None:
        return blocks
    words = blocks[head].words
    around = set(head.iterancestors())
    before = (node for node in takewhile(lambda one: one is not head, root.iter()) if node.tag == words.tag)
    alike = [node for node in before if node.get("class") == words.get("class", "-") and node not in around]
    outer = [node for node in alike if not any(above in alike for above in node.iterancestors())]
    if len(outer) != 1:
        return blocks
    opening = next(node for node in (outer[0], *outer[0].iterancestors()) if node.getparent() in around)
    whole = parts_of([opening, *blocks], context, _block_and_places(context)[1])
    return whole if len(whole) > len(blocks) else blocks


def _with_answers(blocks: Mapping[HtmlElement, Parts], root: HtmlElement, context: PageContext) -> Mapping[HtmlElement, Parts]:
    """The blocks with those of the same name that stand inside them, or around them: a thread whose answers are indented."""
    named = _named(root, _block_of(list(blocks))) if blocks else []
    known = set(named)
    nested = [node for node in named if any(above in known for above in node.iterancestors())]
    if not nested:
        return blocks
    for node in reversed(nested):
        node.drop_tree()
    inner = [node[0] if len(node) == 1 and not (node.text or "").strip() else node for node in named]  # nothing but indented
    whole = parts_of(inner, context, _block_and_places(context)[1])
    return whole if len(whole) > len(blocks) else blocks


def _block_of(blocks: Sequence[HtmlElement]) -> str:
    """Where posts stand on a site: their tag and the classes that all of them have, else those of their first elements."""
    if own := _shared_names(blocks):
        return own
    firsts = [node[0] for node in blocks if len(node) and isinstance(node[0].tag, str)]
    return f"{_HEADED_BY}{names}" if len(firsts) == len(blocks) and (names := _shared_names(firsts)) else ""


def _learned(blocks: Mapping[HtmlElement, Parts], context: PageContext) -> str:
    """What tells posts on other pages of the site: their block and its places; empty where a longer thread has to tell it."""
    block = _block_of(list(blocks))
    if not block or (len(blocks) < _SEVERAL and context.block):
        return ""
    usual = Counter(parts.places for parts in blocks.values()).most_common(1)[0][0]
    return "\n".join((block, *astuple(usual)))


def _shared_names(nodes: Sequence[HtmlElement]) -> str:
    """The tag of elements and the classes that all of them have, without numbers; empty where they share none."""
    classes = [set(node.get("class", "").split()) for node in nodes]
    shared = sorted(name for name in set.intersection(*classes) if not re.search(r"\d", name)) if classes else []
    return f"{nodes[0].tag} {' '.join(shared)}" if shared and len({node.tag for node in nodes}) == 1 else ""


def _known_blocks(root: HtmlElement, context: PageContext) -> Mapping[HtmlElement, Parts]:
    """The few posts of a page, or its only one, where those of other topics of the site stand."""
    block, known = _block_and_places(context)
    nodes = _named(root, block)
    if len(nodes) > 1:
        found = parts_of(nodes, context, known)
        return found if _is_thread(found, context) else {}
    heads = [node[0] for node in nodes] if block.startswith(_HEADED_BY) else []
    return parts_of(nodes, context, known) or parts_of(_paired(heads), context, known)


def _block_and_places(context: PageContext) -> tuple[str, Places]:
    """What was learned of the site, as `_learned` wrote it."""
    block, *places = context.block.split("\n")
    return block, Places(*places[:3])


def _named(root: HtmlElement, block: str) -> list[HtmlElement]:
    """The elements of the name that `_block_of` gave."""
    tag, _, names = block.removeprefix(_HEADED_BY).partition(" ")
    nodes = [node for node in root.iter(tag) if set(names.split()) <= set(node.get("class", "").split())] if names else []
    if not block.startswith(_HEADED_BY):
        return nodes
    return [above for node in nodes if (above := node.getparent()) is not None and above[0] is node]


def _printed(
    blocks: Mapping[HtmlElement, Parts], topic_url: str, title: str, before: int, context: PageContext
) -> Iterator[Post]:
    """The posts of a page; `before` counts those that stand on earlier pages, as far as that is known."""
    for position, (node, parts) in enumerate(blocks.items(), before):
        url = _permalink(node, topic_url, position, context)
        leads = set(parts.words.xpath(_LEADS_IN))  # before the quotations go that they lead in
        for one in parts.words.xpath(".//*"):
            if one.getparent() is not None and (one in leads or is_beside(one) or _is_edit_note(one) or _is_heading(one, title)):
                one.drop_tree()
        text = said_in(parts.words, ".//button | .//label")
        if text:
            yield Post(url, parts.author, parts.date, text, None, position)


def _best_of(groups: Sequence[Sequence[HtmlElement]], context: PageContext) -> Mapping[HtmlElement, Parts]:
    _, known = _block_and_places(context)
    best: Mapping[HtmlElement, Parts] = {}
    for siblings in groups:
        blocks = parts_of([node for node in siblings if not _HIDDEN.search(node.get("class", ""))], context, known)
        best = blocks if _rank(blocks) > _rank(best) and _is_thread(blocks, context) else best
    return best


def _paired(heads: Sequence[HtmlElement]) -> list[HtmlElement]:
    """Each head and what follows it up to the next in one block, where heads and bodies are siblings; else nothing."""
    known = set(heads)
    if any((following := head.getnext()) is None or following in known for head in heads):
        return []
    blocks = []
    for place, head in enumerate(heads):
        block = head.makeelement("div", {"id": head.get("id", "")})
        following = heads[place + 1] if place + 1 < len(heads) else None
        head.addprevious(block)
        while (node := block.getnext()) is not None and node is not following and len(block) < _LONGEST_PAIR:
            block.append(node)
        blocks.append(block)
    return blocks


def _without_refrain(posts: tuple[Post, ...]) -> tuple[Post, ...]:
    """The posts without the line that each of several ends with: the engine's buttons."""
    ends = {post.text.rpartition("\n")[2] for post in posts}
    if len(posts) < _SEVERAL or len(ends) > 1 or not all("\n" in post.text for post in posts):
        return posts
    return tuple(replace(post, text=post.text.rpartition("\n")[0]) for post in posts)


def _is_heading(node: HtmlElement, title: str) -> bool:
    """Whether an element inside the words says again what the thread is called: "Re: Panne", "Zoé a répondu au sujet : Panne"."""
    line = line_of(node) if len(title) >= _LEAST_TITLE else ""
    return line.casefold().endswith(title.casefold()) and len(line) <= len(title) + _LONGEST_HEADING if line else False


def _is_edit_note(node: HtmlElement) -> bool:
    return _EDIT_NOTE.match(node.text_content()[:60].strip()) is not None and len(line_of(node)) < _LONGEST_NOTE


def _rank(blocks: Mapping[HtmlElement, Parts]) -> tuple[int, int]:
    """More blocks before fewer; of as many, the inner ones, as what is around a thread looks like one, too."""
    return (len(blocks), max((sum(1 for _ in node.iterancestors()) for node in blocks), default=0))


def _groups(root: HtmlElement, context: PageContext) -> list[list[HtmlElement]]:
    """Siblings that each hold a date, in page order; the largest groups first."""
    dated: dict[HtmlElement, None] = {}
    for node in _dated_nodes(root, context):
        for above in (node, *node.iterancestors()):
            if above in dated:
                break
            dated[above] = None
    groups: dict[tuple[HtmlElement, str], list[HtmlElement]] = {}
    for node in dated:
        parent = node.getparent()
        if parent is not None and parent.tag not in ("html", "p", "a", "span"):
            groups.setdefault((parent, node.tag), []).append(node)
    return sorted((nodes for nodes in groups.values() if len(nodes) >= _FEWEST), key=len, reverse=True)[:_MOST_GROUPS]


def _dated_nodes(root: HtmlElement, context: PageContext) -> Iterator[HtmlElement]:
    seen = 0
    for node in root.xpath(_SHOWS_DATE):
        if seen < _MOST_DATES and date_in(node, context) and not node.xpath("boolean(ancestor-or-self::blockquote)"):
            seen += 1
            yield node


def _is_thread(blocks: Mapping[HtmlElement, Parts], context: PageContext) -> bool:
    if len(blocks) < _FEWEST or next(iter(blocks)).xpath(_COMMENT_AREA):
        return False
    titles = Counter(title for node, parts in blocks.items() for title in _titles(node, parts, context))
    headed = sum(1 for node, parts in blocks.items() if any(titles[title] == 1 for title in _titles(node, parts, context)))
    said = sorted(_said([parts.words for parts in blocks.values()]))
    return headed * 2 <= len(blocks) and said[len(said) // 2] >= _LEAST_WORDS


def _said(bodies: Sequence[HtmlElement]) -> Iterator[int]:
    """How many characters each block says itself: without links, and without the short lines that all have, as columns' names."""
    lines = [text_of(body).split("\n") for body in bodies]
    shared = {line for line in set.intersection(*(set(some) for some in lines)) if len(line) <= _LONGEST_LABEL}
    shared = set() if any(shared.issuperset(some) for some in lines) else shared
    for body, some in zip(bodies, lines, strict=True):
        links = (line for line in map(line_of, body.iter("a")) if not any(line in one for one in shared))
        yield sum(len(line) for line in some if line not in shared) - sum(len(line) for line in links)


def _titles(node: HtmlElement, parts: Parts, context: PageContext) -> frozenset[str]:
    """The links above a block's words, or at their very start, to other pages that read like titles.

    In a list they differ from block to block.
    """
    above = takewhile(lambda one: one is not parts.words, node.iter())
    found = [one for one in above if one.tag == "a" and one.get("href") and _leads_away(one, context)]
    lines = [line for link in found if (line := _without_number(link)) != parts.author]
    lines += [_without_number(link) for link in _opening_link(parts.words, context)]
    return frozenset(line for line in lines if len(line) >= _LEAST_TITLE and not ANSWER.match(line))


def _without_number(link: HtmlElement) -> str:
    return re.sub(r"\d+", "", line_of(link))


def _opening_link(words: HtmlElement, context: PageContext) -> list[HtmlElement]:
    """The link to another page of the site before which an element says nothing."""
    for node in words.iter():
        if node.tag == "a" and node.get("href"):
            address = address_of(node.get("href"), context)
            is_other = host_of(address) == host_of(context.url) and "#" not in address and not leads_to_profile(address)
            return [node] if is_other and address != canonicalise_url(context.url) else []
        if (node.text or "").strip():
            break
    return []


def _leads_away(link: HtmlElement, context: PageContext) -> bool:
    own = urlsplit(context.url).path.rstrip("/")
    address = address_of(link.get("href", ""), context)
    path = urlsplit(address).path.rstrip("/")
    below = path.removeprefix(f"{own}/") if own else path
    is_here = "#" in address or (path == own and not path.endswith(".php")) or (below != path and _OF_A_POST.fullmatch(below))
    return not is_here and not leads_to_profile(address) and date_in(link, context) is None and not link.xpath("boolean(.//time)")


def _permalink(node: HtmlElement, topic_url: str, position: int, context: PageContext) -> str:
    """The link that a block gives to itself, or to an id in it; else the place in the page."""
    near = "@id | .//@id | .//a/@name | preceding-sibling::*[1][self::a]/@id | preceding-sibling::*[1][self::a]/@name"
    ids = [str(one) for one in node.xpath(near)[:50] if names_a_post(str(one))]
    for name in ids:
        linked = node.xpath(".//a[contains(@href, concat('#', $name))]/@href", name=name)
        address = address_of(linked[0], context) if linked else ""
        if "#" in address:
            return address
    return f"{topic_url}#{ids[0]}" if ids else f"{topic_url}#post-{position + 1}"


ENGINE = Engine(_ANYTHING, (b"",), _read_board, _read_topic)
