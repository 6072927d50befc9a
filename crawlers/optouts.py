"""What a site says to programs that read its pages: X-Robots-Tag and meta robots, and the TDM reservation. Pure.

TDM reservation: the TDMRep report of the W3C's community group, by which a publisher reserves the right of text and data mining
(article 4 of directive 2019/790). It comes as a header, as a meta element, or as a file for the whole site.
"""

import json
import re
from collections.abc import Collection, Iterable

from crawlers.robots import Robots, read_robots

TDM_FILE = "/.well-known/tdmrep.json"

REASONS = {"tdm": "tdm_reserved", "noai": "noai", "noindex": "noindex", "noarchive": "noarchive"}
"""The reason that is counted for a page, by what `[crawl] honour` names."""

_HEAD = 100_000  # bytes of a page in which its meta elements are looked for
_META = re.compile(rb"<meta\b[^>]{0,1000}>", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_ATTRIBUTE = re.compile(rb"""\b(name|content)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_TAKES_A_VALUE = frozenset(("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"))


def opt_out(headers: Iterable[tuple[str, str]], body: bytes, token: str, honoured: Collection[str]) -> str | None:
    """The first of `honoured` that a page's headers or meta elements say to everybody or to the agent `token`; None if none."""
    if not honoured:
        return None
    said: set[str] = set()
    for name, value in headers:
        said |= _said(name.lower(), value, token)
    for name, value in _metas(body):
        said |= _said(name, value, token)
    return next((one for one in honoured if one in said), None)


def read_tdm_file(body: bytes) -> Robots:
    """The reservations of a `tdmrep.json`, as rules: what is disallowed is reserved. What cannot be read reserves nothing."""
    try:
        entries = json.loads(body)
    except (ValueError, RecursionError):
        return Robots()
    found = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    rules = [f"{'Disallow' if str(one.get('tdm-reservation')) == '1' else 'Allow'}: {one.get('location')}" for one in found]
    return read_robots("\n".join(["User-agent: *", *(" ".join(rule.split()) for rule in rules)]))


def _said(name: str, value: str, token: str) -> set[str]:
    if name == "tdm-reservation":
        return {"tdm"} if value.strip() == "1" else set()
    if name == "x-robots-tag":
        return _directives(value, token)
    return _directives(value, "") if name in ("robots", token) else set()


def _directives(value: str, token: str) -> set[str]:
    """`noindex, noai`, or `othername: noindex`: a name holds for what follows it."""
    said: set[str] = set()
    meant = True
    for part in value.lower().split(","):
        name, colon, rest = (piece.strip() for piece in part.partition(":"))
        if colon and name not in _TAKES_A_VALUE:
            meant = name in ("*", token)
            name = rest
        if meant:
            said |= {"noindex"} if name == "none" else {name}
    return said


def _metas(body: bytes) -> Iterable[tuple[str, str]]:
    head = body[:_HEAD]
    folded = head.lower()
    if b"<meta" not in folded or not (b"robots" in folded or b"tdm-reservation" in folded or b"vigie" in folded):
        return
    for element in _META.findall(_COMMENT.sub(b"", head)):
        found = {name.lower(): value.strip(b"\"'") for name, value in _ATTRIBUTE.findall(element)}
        if b"name" in found and b"content" in found:
            yield found[b"name"].decode("latin-1").strip().lower(), found[b"content"].decode("latin-1")
