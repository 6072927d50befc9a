"""Plain text out of the Markdown that services give: what its author says, without marks and without quotations."""

import re

from crawlers.text import plain_text

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_MARKS = re.compile(r"(?m)^\s{0,3}#{1,6}\s+|^\s*[-*_]{3,}\s*$|(?<!\w)[*_~]{1,3}(?=\S)|(?<=\S)[*_~]{1,3}(?!\w)|`+")


def markdown_text(markdown: str) -> str:
    """The text; links keep their words, quoted lines are left out."""
    return plain_text(_MARKS.sub("", _LINK.sub(r"\1", own_words(markdown))).replace("\n", "<br>"))


def own_words(text: str) -> str:
    """`text` without the lines that quote, which begin with `>` as in mail."""
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith((">", "&gt;")))
