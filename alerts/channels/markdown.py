"""Foreign text in the Markdown of Mattermost and Discord."""

import re
from collections.abc import Sequence

from alerts.brief import Link, cut

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:])")
_MENTION = re.compile(r"@(?=\w)")


def escaped(text: str, limit: int) -> str:
    """`text` as it stands: no markup, no mention of a person, at most `limit` characters once written so."""
    length = limit
    while len(written := _written(cut(text, length))) > limit:
        length -= max(1, (len(written) - limit) // 2)
    return written


def linked(link: Link) -> str:
    """The link with its label, its note below."""
    target = link.url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
    note = f"\n{escaped(link.note, 500)}" if link.note else ""
    return f"[{escaped(link.label, 300)}]({target}){note}"


def listed(links: Sequence[Link], limit: int) -> str:
    """The links below one another, as many whole ones as `limit` lets in."""
    kept, left = [], limit
    for line in map(linked, links):
        left -= len(line) + 2
        if left < 0:
            break
        kept.append(line)
    return "\n\n".join(kept)


def _written(text: str) -> str:
    return _MENTION.sub("@\u200b", _SPECIAL.sub(r"\\\1", text))
