"""What a page holds and shows nobody: paragraphs hidden by their style, as those who break into sites leave them.

Between the tree of a page and its text. What a file of style hides is not seen to be hidden: only the page itself is read.
"""

import re

from lxml.html import HtmlElement

from crawlers.style_sheets import SHOWS, hiding_rules, sheet_style
from crawlers.tree import line_of

_OFF = re.compile(r"display:none|visibility:hidden")
_UNSEEN = re.compile(  # there is no other use for these around some words
    r"position:(?:absolute|fixed)(?=.*(?<![\w-])(?:left|top|right|bottom|margin(?:-left|-top)?):-\d{3,})|text-indent:-\d{3,}"
    r"|font-size:0(?:px|em|rem|pt|%)?(?:;|$)|(?<![\w-])(?:height|width|max-height):0(?:px)?;.*overflow:hidden"
)
_COLOUR = re.compile(r"(?<![\w-])(background(?:-color)?|color):([^;!]+)")
_WHITE = frozenset(("white", "#fff", "#ffffff", "rgb(255,255,255)"))
_STYLED = "/descendant::body/descendant::*[{}][not(self::input or self::script or self::style or self::noscript)]"
_READ_ALOUD = re.compile(
    r"screen-?reader|(?:^|[\s_-])sr-only|visually-?hidden|off-?screen|skip-?(?:link|nav)|assistive", re.IGNORECASE
)
_OF_THE_PAGE = "descendant-or-self::*[self::h1 or self::article or self::main]"
_FEWEST_WORDS = 5
_LONGEST = 2_000
_MOST = 50


def take_hidden(root: HtmlElement) -> tuple[str, ...]:
    """Takes what its style hides out of the tree; returns the paragraphs of it that nobody was to see, in page order.

    A block that is only switched off (`display:none`), or that a sheet hides in whatever way, is one of them inside an article:
    elsewhere it is a menu or a dialog. What holds the headline is left where it is: some pages stay hidden until their scripts
    run.
    """
    found: list[str] = []
    rules = hiding_rules(root)
    for node in root.xpath(_STYLED.format("@style or @class or @id" if rules else "@style")):
        own = re.sub(r"\s", "", node.get("style", "")).lower()
        sheet = sheet_style(node, rules) if rules and not SHOWS.search(own) else ""
        is_unseen = _UNSEEN.search(own) is not None or _is_as_its_ground(own)
        if not (is_unseen or _OFF.search(own) or _UNSEEN.search(sheet) or _OFF.search(sheet)):
            continue
        if node.xpath(f"boolean({_OF_THE_PAGE})"):
            continue
        line = line_of(node)[:_LONGEST]
        is_told = is_unseen or node.xpath("boolean(ancestor::article) and not(ancestor-or-self::nav or .//form)")
        if (
            is_told
            and len(line.split()) >= _FEWEST_WORDS
            and len(found) < _MOST
            and not _READ_ALOUD.search(node.get("class", ""))
        ):
            found.append(line)
        node.drop_tree()
    return tuple(found)


def _is_as_its_ground(style: str) -> bool:
    """Whether words stand in the colour of what is behind them, both said in one place."""
    colours = {name.partition("-")[0]: "white" if value in _WHITE else value for name, value in _COLOUR.findall(style)}
    return "color" in colours and colours["color"] == colours.get("background")
