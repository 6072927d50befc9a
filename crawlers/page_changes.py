"""What changed on a page between two visits, in words that a person reads. Pure.

Dates, times, counters and tokens change at every visit and say nothing; prices, percentages and everything else do.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from lxml.html import HtmlElement

from crawlers.text import text_of
from crawlers.tree import first, parse_page

_MONTH = "janv|févr|fevr|mars|avr|mai|juin|juil|août|aout|sept|oct|nov|déc|dec|jan|feb|apr|may|jun|jul|aug"
_COUNTED = (
    "vues?|avis|commentaires?|partages?|j[’']aime|visiteurs?|visites?|membres?|résultats?|réponses?|messages?|abonnés?|en ligne"
    "|views?|comments?|shares?|likes?|visitors?|members?|results?|replies|followers?|online"
)
_NOISE = re.compile(
    rf"\d{{4}}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?"  # 2026-03-12T09:00Z
    rf"|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}"  # 12/03/2026
    rf"|\d{{1,2}}(?:er)?\s+(?:{_MONTH})[a-zéû]*\.?(?:\s+\d{{4}})?"  # 12 mars 2026
    rf"|\b\d{{1,2}}\s?(?:h|:)\s?\d\d(?::\d\d)?\b"  # 9 h 30
    rf"|il y a\s+\S+\s+\w+|\b\d+\s+\w+\s+ago\b"
    rf"|\d[\d\s.,]*\s*(?:{_COUNTED})\b"
    rf"|(?:©|\(c\)|copyright)\s*(?:\d{{4}}\s*[-–]\s*)?\d{{4}}"
    rf"|\b[0-9a-f]{{16,}}\b",
    re.IGNORECASE,
)
_AROUND = ".//nav | .//header[not(ancestor::article)] | .//footer | .//aside | .//form"
_MOST_LINES, _LONGEST_LINE = 3000, 2000
_LONGEST_DIFF = 200


def watched_lines(html: bytes, *, encoding: str | None, selector: str) -> tuple[str, ...]:
    """The paragraphs of the part that a CSS selector names, else of the page without its frame; empty when there is none.

    Raises: cssselect.SelectorError for a selector that is none. Of a very long page the beginning is watched.
    """
    root = parse_page(html, encoding)
    if root is None:
        return ()
    parts = root.cssselect(selector) if selector else [_main_of(root)]
    lines = [line[:_LONGEST_LINE] for part in parts for line in text_of(part).split("\n") if line]
    return tuple(lines[:_MOST_LINES])


def _main_of(root: HtmlElement) -> HtmlElement:
    main = first(root, "//main | //*[@role='main']")
    node = main if main is not None else root
    for around in node.xpath(_AROUND):
        if around.getparent() is not None:
            around.drop_tree()
    return node


def changes(before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    """What was taken away, put in and changed, in the order of the page, one line each; empty when nothing that counts was."""
    told: list[str] = []
    matcher = SequenceMatcher(None, [_bare(line) for line in before], [_bare(line) for line in after], autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            continue
        old, new = before[a:b], after[c:d]
        pairs = min(len(old), len(new)) if what == "replace" else 0
        told += [_changed(one, other) for one, other in zip(old[:pairs], new[:pairs], strict=True)]
        told += [f"Retiré : {line}" for line in old[pairs:]]
        told += [f"Ajouté : {line}" for line in new[pairs:]]
    if len(told) > _LONGEST_DIFF:
        return (*told[:_LONGEST_DIFF], f"… et {len(told) - _LONGEST_DIFF} autres changements")
    return tuple(told)


def _bare(line: str) -> str:
    return _NOISE.sub("#", line).casefold()


def _changed(old: str, new: str) -> str:
    return f"Modifié : « {old} » devient « {new} »"
