"""Plain text out of HTML: every reader of pages and feeds ends here, so that a text looks the same wherever it came from."""

import re
import unicodedata
from html import unescape

from lxml import etree, html
from lxml.html import HtmlElement

_BREAKING = frozenset((
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "nav", "ol", "p",
    "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_PARSER = etree.HTMLParser()  # of plain elements: those of lxml.html take twice the time
_UNREAD = frozenset((
    "script", "style", "noscript", "template", "head", "iframe", "object", "svg", "math", "select", "textarea", "button",
    "input", "title",
))  # fmt: skip
_EMOJI_CLASS = re.compile(r"emoji|emoticon|smil(?:ey|ie|e\b)", re.IGNORECASE)
_EMOJI_PATH = re.compile(r"/(?:smil(?:ies|eys)|emoticons?|emojis?)/", re.IGNORECASE)
# What members of FluxBB, PunBB and MyBB typed for the smileys whose images tell a name alone; others are typed as `:name:`.
_TYPED = {
    "smile": ":)", "big_smile": ":D", "big_grin": ":D", "biggrin": ":D", "sad": ":(", "frown": ":(", "wink": ";)", "tongue": ":P",
    "neutral": ":|", "yikes": ":o", "hmm": ":/", "undecided": ":/", "angry": ":@", "confused": ":s", "roll": ":rolleyes:",
}  # fmt: skip
_SPACES = re.compile(r"\s+")
# Controls, soft hyphens, zero-width spaces and direction marks: none is seen, all break a search. The joiner of emoji stays.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# UTF-8 once read as cp1252 or Latin-1 leaves these pairs, which no language writes: "Ã©", "â€™", "Â«", "Å“", "ðŸ˜€".
_MOJIBAKE = re.compile("Ã[\u0080-\u00bf\u0152-\u2122]|â€[\u0080-\u00bf\u0152-\u2122]|Â[\u00a0«»°]|Å[\u0093\u201c]|ðŸ")


def plain_text(fragment: str) -> str:
    """The text of an HTML fragment: paragraphs separated by a newline, entities read, scripts left out; never raises."""
    if "<" not in fragment:
        return clean_text(_SPACES.sub(" ", unescape(fragment)) if "&" in fragment else fragment)
    try:
        return text_of(etree.fromstring(f"<html><body>{_INVISIBLE.sub('', fragment)}</body></html>", _PARSER))
    except (etree.LxmlError, ValueError):
        return ""


def parse_fragment(fragment: str) -> HtmlElement | None:
    """The fragment under one `div`, or None when there is nothing in it."""
    try:
        return html.fragment_fromstring(_INVISIBLE.sub("", fragment), create_parent="div")
    except (etree.LxmlError, ValueError):
        return None


def text_of(root: etree._Element) -> str:
    """What a reader sees below an element: a block or a `br` ends a paragraph, emoji drawn as images keep their sign."""
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            if node.tag in _UNREAD:
                walk.skip_subtree()
            else:
                parts.append(_opening(node))
            continue
        if event == "end" and node.tag in _BREAKING:
            parts.append("\n")
        if node is not root and node.tail:
            parts.append(_SPACES.sub(" ", node.tail))
    return clean_text("".join(parts))


def _opening(node: etree._Element) -> str:
    if node.tag == "img":
        return _sign_of(node)
    start = "\n" if node.tag in _BREAKING or node.tag == "br" else ""
    return start + _SPACES.sub(" ", node.text or "")


def _sign_of(image: etree._Element) -> str:
    """The emoji or emoticon that an image stands for; a photograph's description is not part of the text.

    Only an emoticon of letters and marks needs spaces around it to be told from the words.
    """
    alt = image.get("alt", "").strip()
    if not alt or (len(alt) <= 12 and not any(c.isalnum() for c in alt)):
        sign = alt
    elif _EMOJI_CLASS.search(image.get("class", "")) or _EMOJI_PATH.search(image.get("src", "")):
        name = alt.lower().replace(" ", "_")
        sign = _TYPED.get(name, f":{name}:") if alt[0].isalpha() and alt[-1].isalpha() else alt
    else:
        return ""
    return f" {sign} " if sign.isascii() else sign


def clean_text(text: str) -> str:
    """`text` in NFC, without invisible characters; spaces of any kind become one, empty lines go. Clear mojibake is mended."""
    text = _INVISIBLE.sub("", mend_encoding(text).replace("\r\n", "\n").replace("\r", "\n"))
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", text).split("\n"))
    return "\n".join(line for line in lines if line)


def clean_line(text: str) -> str:
    """`text` as `clean_text` leaves it, on one line."""
    return clean_text(text).replace("\n", " ")


def mend_encoding(text: str) -> str:
    """`text` with UTF-8 that was read as cp1252 read again, where two such pairs or more prove it; else as it is."""
    if text.isascii() or len(_MOJIBAKE.findall(text)) < 2:
        return text
    import ftfy  # noqa: PLC0415 - a tenth of a second that few texts need

    return ftfy.fix_encoding(text)
