"""The entries of a live blog that a page prints and does not declare: blocks one after the other, each with its own time.

Between the tree of a page and its text; what a page declares of its entries (schema.org) comes first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawlers.text import text_of
from crawlers.tree import first, line_of

_LIVE = re.compile(r"(?:^|[\s_-])(?:live(?:blog|s|feed)?|direct)(?:$|[\s_-])", re.IGNORECASE)
_TIMES = "//article//time[@datetime] | //main//time[@datetime] | //*[@role='main']//time[@datetime]"
_DECLARED = (
    "boolean(//script[contains(@type, 'ld+json')][contains(., 'LiveBlogPosting')] | //*[contains(@itemtype, 'LiveBlogPosting')])"
)
_NOT_SAID = ".//time | .//header//a | .//form | .//button | .//figure | .//script | .//style | .//nav | .//aside"
_LEADS_AWAY = "boolean(.//a[@href][not(contains(@href, '#'))] | ancestor::a[@href])"  # the teaser of another page
_HEADING = ".//h2 | .//h3 | .//h4"
_FEWEST = 3
_SHORTEST = 20  # characters
_MOST = 500


@dataclass(frozen=True, slots=True)
class PrintedEntry:
    """An entry as printed. `name` is its id on the page, empty when it has none; `moment` its time as the page writes it."""

    name: str
    title: str
    text: str
    moment: str


def take_entries(root: HtmlElement) -> tuple[PrintedEntry, ...]:
    """Takes the entries of a live blog out of the tree and returns them in page order; nothing on any other page.

    A page is one when its data say so, or when what is around the blocks is named for it.
    """
    is_declared = root.xpath(_DECLARED)
    for blocks in _repeated(root):
        if is_declared or any(
            _LIVE.search(f"{node.get('class', '')} {node.get('id', '')}") for node in blocks[0].iterancestors()
        ):
            return tuple(_entries(blocks))
    return ()


def _repeated(root: HtmlElement) -> Iterator[list[HtmlElement]]:
    """Siblings of one kind that hold one time each, the outermost first."""
    found: dict[tuple[HtmlElement, str], dict[HtmlElement, int]] = {}
    for time in root.xpath(_TIMES)[:_MOST]:
        for node in (time, *time.iterancestors()):
            parent = node.getparent()
            if parent is None or (node.tag in ("article", "main") and parent.tag == "body"):
                break
            holders = found.setdefault((parent, node.tag), {})
            holders[node] = holders.get(node, 0) + 1
    groups = [[node for node, times in holders.items() if times == 1] for holders in found.values()]
    yield from sorted(
        (nodes for nodes in groups if len(nodes) >= _FEWEST), key=lambda nodes: sum(1 for _ in nodes[0].iterancestors())
    )


def _entries(blocks: list[HtmlElement]) -> Iterator[PrintedEntry]:
    for block in blocks:
        time, heading = first(block, ".//time[@datetime]"), first(block, _HEADING)
        if time is None or (heading is not None and heading.xpath(_LEADS_AWAY)):
            continue
        moment, title = time.get("datetime", ""), line_of(heading)
        for node in (*block.xpath(_NOT_SAID), *([heading] if heading is not None else [])):
            if node.getparent() is not None:
                node.drop_tree()
        text = text_of(block)
        if len(text) >= _SHORTEST:
            yield PrintedEntry(block.get("id", ""), title, text, moment)
            block.drop_tree()
