"""What the `style` elements of a page hide by a simple selector: `.name`, `#name` or `p.name`.

Files of style are not asked for. A rule that holds for one kind of screen alone is not read, nor one whose name another rule
shows again: that is a part of the page which opens and closes.
"""

import re
from collections.abc import Iterator, Mapping

from lxml.html import HtmlElement

_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|text-indent\s*:\s*-|:\s*-\d{3}|overflow\s*:\s*hidden", re.I
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{};]{1,2000})\{([^{}]{0,5000})\}")
_SIMPLE = re.compile(r"([a-z][a-z0-9]{0,20})?([.#][\w-]{1,100})", re.IGNORECASE)
_NAMES = re.compile(r"[.#][\w-]{1,100}")
_MOST = 300_000
SHOWS = re.compile(r"display:(?!none)|visibility:visible")
"""In declarations without spaces and in lower case: what they are of is to be seen."""


def hiding_rules(root: HtmlElement) -> Mapping[str, str]:
    """The declarations, without spaces and in lower case, by selector; empty where no sheet of the page hides anything."""
    sheets = [str(text) for text in root.xpath("//style/text()") if _HIDES.search(text)]
    if not sheets:
        return {}
    rules = [(selector, re.sub(r"\s", "", body).lower(), is_nested) for selector, body, is_nested in _rules("\n".join(sheets))]
    shown = {name for selector, body, _ in rules if SHOWS.search(body) for name in _NAMES.findall(selector)}
    found: dict[str, str] = {}
    for selector, body, is_nested in rules:
        for one in (part.strip() for part in selector.split(",")):
            match = _SIMPLE.fullmatch(one)
            if match and not is_nested and match[2] not in shown:
                key = f"{(match[1] or '').lower()}{match[2]}"
                found[key] = f"{found.get(key, '')};{body}"
    return {selector: body for selector, body in found.items() if _HIDES.search(body)}


def sheet_style(node: HtmlElement, rules: Mapping[str, str]) -> str:
    """What the rules declare of an element."""
    names = [f".{name}" for name in node.get("class", "").split()] + ([f"#{node.get('id')}"] if node.get("id") else [])
    found = (rules[key] for name in names for key in (name, f"{node.tag}{name}") if key in rules)
    return ";".join(found)


def _rules(sheet: str) -> Iterator[tuple[str, str, bool]]:
    """Selector, declarations, and whether the rule stands in another (`@media print { … }`)."""
    text = _COMMENT.sub(" ", sheet[:_MOST])
    depth, seen = 0, 0
    for match in _RULE.finditer(text):
        between = text[seen : match.start()] + match[1]
        depth = max(0, depth + between.count("{") - between.count("}"))
        seen = match.end()
        yield match[1].strip(), match[2], depth > 0
