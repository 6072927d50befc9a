"""Where the blocks of a thread keep their parts, found by comparing the blocks: what stands in one place in each is one part.

A place is the end of an element's path: tags with classes and ids, without their numbers. The author is a place of short names,
by its own name or by links to profiles; the date one that reads as a date, with an hour if any does; the words the place that
holds most text and neither of the others.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from lxml.html import HtmlElement

from crawlers.dates import is_date_alone
from crawlers.forums.markup import date_of, titled_date
from crawlers.forums.shapes import PageContext
from crawlers.text import clean_line, text_of
from crawlers.tree import line_of
from vigie.model import PublicationDate

LONGEST_NAME = 60
_LONGEST_DATE = 90
_LONGEST_LEAD_IN = 160
WROTE = ("a écrit", "a dit", "said", "wrote", "schrieb", "escribió", "ha scritto", "schreef")
_EXACT_DATE = 0.7  # confidence of a date that does not depend on the moment of reading
_MOST_PIECES = 4  # elements that a date is spread over
_MOST_WORDS = 8  # around a day that is told from today
_MOST_TEXT = 1500
_INNER_SHARE = 0.6  # of the best place's text that a place inside it must hold to be the words
_NAMED_WEIGHT = 3
_MOST_ELEMENTS = 400  # looked at in one block
_STEPS = 3
_BARE = 2  # what only its bold type speaks for is a name where several blocks have one in that place
_SURE = 4  # what an element that weighs as much names is no part of the words
ANSWER = re.compile(r"^re\s?:\s*", re.IGNORECASE)
_WORD = r"(?:^|[\s_-])(?:{})(?:$|[\s_-])"
_EDGE = r"(?:^|[\s_-])(?:{})(?:$|[\s_-]|\d)"
_EXACT = re.compile(r"\d{4}|\d{1,2}\s?[:h]\s?\d{2}")
DATE_TEXT = re.compile(
    rf"{_EXACT.pattern}|\bhier\b|aujourd|\bil y a\b|yesterday|today|\bago\b|gestern|heute|\bayer\b|\bhoy\b|\bieri\b|\boggi\b",
    re.IGNORECASE,
)
_OTHER_DATE = re.compile(
    r"inscri|membre depuis|join|regist|member since|modifi|édit|edit|bearbeitet|beigetreten|iscritto|"
    r"miembro|last (?:seen|visit|activ)"
    r"|dernière visite|dernier message|last (?:post|reply)|dernière réponse",
    re.IGNORECASE,
)
_NAME_PLACE = re.compile(
    _EDGE.format(
        "user-?name|author-?name|nick(?:name)?|pseudo|poster(?:-?name)?|display-?name|creator|author|"
        "postauthor|auteur|membre|member(?:-?name)?"
        "|user(?:-?link)?|bigusername|largetext"
    )
    + r"(?!ip|info|title|data|details|stats|group|rank|avatar)",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"(?:^|[/?&=.])(?:u|users?|members?|membres?|(?:view|show)?profil(?:e|s|es)?|auteurs?|authors?|utilisateurs?|"
    r"usuarios?|mitglied(?:er)?|people)"
    r"(?:[/.=?;&_-]|$)|[?&;](?:u|uid|user_?id)=",
    re.IGNORECASE,
)
_WORDS_PLACE = re.compile(
    _EDGE.format(
        "content|contenu|contents|message|msg|body|corps|text|texte|postcontent|posttext|postbody|postmsg|"
        "entry|cooked|markdown|usercontent"
        "|richtext|messagetext|bbwrapper|inner|post"
    ),
    re.IGNORECASE,
)
_EDITED = (
    "edit|edited|editedby|edit-?note|edit-?date|edit-?history|last-?edit(?:ed)?|post-?edit(?:ed)?|"
    "modified|signature|sig|postsignature"
)
_EDIT = re.compile(_WORD.format(_EDITED), re.IGNORECASE)
_BESIDE = re.compile(
    _WORD.format(
        f"{_EDITED}|attach(?:ment|ed)?s?|attachbox|reactions?|reactionsbar|likes?|share|buttons?|toolbar|meta|"
        f"actions?|controls?|options?|tools?|menu|votes?"
        "|pagination|paging|pager|pagelinks?|badges?|ranks?|stats?|footer|foot|ads?|advert|avatar|report|title|subject|codeheader|codetitle|code-title"
    )
    + r"|(?<!select)(?<!selectto)quot|citation|signature|expandlink",
    re.IGNORECASE,
)
_BEFORE = (
    "preceding-sibling::text()"
    " | preceding-sibling::*[self::strong or self::b or self::span or self::label or self::em or self::dt]/text()"
)
_NOT_WORDS = frozenset(
    ("a", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "th", "button", "form", "cite", "nav", "label", "time", "script", "style")
)
_SMALL = frozenset(("p", "b", "i", "em", "strong", "li", "ul", "ol", "br", "code", "pre", "img", "u", "font"))


Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Places:
    """Where a site's posts keep their parts, as learned from a thread; what is empty is not known."""

    author: str = ""
    date: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one block; the words as the element that holds them."""

    author: str
    date: PublicationDate
    words: HtmlElement
    places: Places


_UNKNOWN = Places()


@dataclass(frozen=True, slots=True)
class _Found(Generic[Value]):
    """What may be a part, where it stands, and how much speaks for it."""

    place: str
    weight: int
    value: Value
    node: HtmlElement


def parts_of(blocks: Sequence[HtmlElement], context: PageContext, known: Places = _UNKNOWN) -> Mapping[HtmlElement, Parts]:
    """The blocks that have all three parts, each where it is `known` to be, else where the blocks together show it to be."""
    dates = {block: tuple(_dates(block, context)) for block in blocks}
    names = {block: tuple(_names(block)) for block in blocks}
    date_places = [place for place in (known.date,) if place] + [_date_place(dates)]
    name_places = [place for place in (known.author,) if place] + [*_name_places(names)]
    heads: dict[HtmlElement, tuple[_Found[str], _Found[PublicationDate]]] = {}
    for block in blocks:
        author = _in_first(name_places, names[block])
        date = _in_first(date_places, dates[block]) or _exactest(dates[block])
        if author and date:
            heads[block] = (author, date)
    sure = [*_sure_heads([dates[block] for block in heads]), *_sure_heads([names[block] for block in heads])]
    around = {above for node in sure for above in (node, *node.iterancestors())}
    around.update(one.node for chosen in heads.values() for one in chosen)
    words = _words(tuple(heads), around, known.words)
    return {
        block: Parts(author.value, date.value, words[block], Places(author.place, date.place, _place(words[block], block)))
        for block, (author, date) in heads.items()
        if block in words
    }


def _in_first(places: Sequence[str], found: Sequence["_Found[Value]"]) -> "_Found[Value] | None":
    """What stands in the first of the places that holds anything."""
    return next((one for place in places for one in found if one.place == place), None)


def _exactest(dates: Sequence["_Found[PublicationDate]"]) -> "_Found[PublicationDate] | None":
    """The first of the dates with an hour that can be trusted most."""
    return max((one for one in dates if not one.value.day_only), key=lambda one: one.value.confidence, default=None)


def _sure_heads(found: Sequence[Sequence["_Found[Value]"]]) -> Iterator[HtmlElement]:
    """What surely stands at the head of a block: in places of half the blocks, as one author may quote another or edit."""
    shared = Counter(place for parts in found for place in {one.place for one in parts})
    for parts in found:
        yield from (one.node for one in parts if one.weight >= _SURE and shared[one.place] * 2 >= len(found))


def is_beside(node: HtmlElement) -> bool:
    """Whether an element is named for something else than its author's words."""
    return _BESIDE.search(_name_of(node)) is not None


def is_lead_in(line: str) -> bool:
    """Whether a line says that others' words come next: "Zoé a écrit le 3 mars :"."""
    return len(line) < _LONGEST_LEAD_IN and any(word in line for word in WROTE)


def leads_to_profile(href: str) -> bool:
    """Whether a link is one to a member's page."""
    return _PROFILE.search(href) is not None


def has_other_date(text: str) -> bool:
    """Whether a line tells when somebody joined or edited, not when something was posted."""
    return _OTHER_DATE.search(text) is not None


def _dates(block: HtmlElement, context: PageContext) -> Iterator["_Found[PublicationDate]"]:
    """The dates of a block but for those in quotations, and of members and edits."""
    for node in _elements(block):
        if any(above.tag == "blockquote" or _is_quoted(above) or _EDIT.search(_name_of(above)) for above in _up(node, block)):
            continue
        if (date := date_in(node, context)) and not _is_labelled(node, block) and not is_lead_in(line_of(node)):
            yield _Found(_place(node, block), _SURE, date, node)


def _is_labelled(node: HtmlElement, block: HtmlElement) -> bool:
    """Whether the words before a date, beside it or in its own element, say that it is another's: of joining, of an edit."""
    inside = line_of(node[0]) if len(node) and not (node.text or "").strip() else ""
    beside = clean_line(" ".join(node.xpath(_BEFORE))) if node is not block else ""
    return any(len(line) < _LONGEST_DATE and has_other_date(line) for line in (inside, beside))


def date_in(node: HtmlElement, context: PageContext) -> PublicationDate | None:
    """The date that an element holds alone: declared for machines, or as its own short text."""
    if any(node.get(name) for name in ("datetime", "data-time", "data-timestamp")) or node.get("itemprop") in (
        "datePublished",
        "dateCreated",
    ):
        return date_of(node, context)
    shown = clean_line(" ".join(part for part in (node.text, *(child.tail for child in node)) if part))
    titled = titled_date(node)
    if not shown and 1 < len(node) <= _MOST_PIECES and is_date_alone(line := line_of(node)):
        shown = line  # "2 hours" and "ago" in two elements
    if len(shown) > _LONGEST_DATE or has_other_date(shown) or not DATE_TEXT.search(f"{shown} {titled}"):
        return None
    if not _EXACT.search(f"{shown} {titled}") and (len(shown.split()) > _MOST_WORDS or shown.endswith((".", "!", "?", "…"))):
        return None  # "en panne depuis hier, quelqu'un d'autre ?"
    return date_of(node, context) if len(line_of(node)) <= _LONGEST_DATE else None


def _date_place(found: Mapping[HtmlElement, Sequence["_Found[PublicationDate]"]]) -> str:
    """The place that most blocks share: places with exact hours before "2 hours ago" before days, earlier ones first."""
    scores: dict[str, int] = {}
    for dates in found.values():
        for place, date in {one.place: one.value for one in dates}.items():
            scores[place] = scores.get(place, 0) + (1 if date.day_only else 4 if date.confidence >= _EXACT_DATE else 3)
    return max(scores, key=lambda place: scores[place], default="")


def _names(block: HtmlElement) -> Iterator["_Found[str]"]:
    """Short texts that can be the poster's name, with how much speaks for them."""
    for name in ("data-author", "data-username"):
        if value := clean_line(block.get(name, "")):
            yield _Found(f"@{name}", 9, value, block)
    for node in _elements(block):
        if (weight := _speaks_for_name(node)) and weight:
            value = clean_line(node.get("content", "")) or line_of(node)
            if 0 < len(value) <= LONGEST_NAME and any(c.isalpha() for c in value) and not DATE_TEXT.search(value):
                yield _Found(_place(node, block), weight, value, node)


def _speaks_for_name(node: HtmlElement) -> int:
    above = tuple(node.iterancestors())
    if node.tag == "blockquote" or any(one.tag in ("blockquote", "cite") or _is_quoted(one) for one in above):
        return 0
    paragraph = next((place for place, one in enumerate(above) if one.tag == "p"), None)
    if paragraph is not None and not any(_NAME_PLACE.search(_name_of(one)) for one in above[: paragraph + 1]):
        return 0
    is_alone = not any(child.tag not in ("b", "i", "span", "strong", "em", "font", "a") for child in node)
    around = node.getparent()
    place = f"{_name_of(node)} {_name_of(around) if around is not None else ''}"
    if node.get("itemprop") == "name" and any(above.get("itemprop") == "author" for above in node.iterancestors()):
        return 8
    if node.get("itemprop") == "author" and len(node) == 0:
        return 7
    if node.tag == "a" and leads_to_profile(node.get("href", "")):
        return 6 if _NAME_PLACE.search(place) else _SURE
    if _NAME_PLACE.search(_name_of(node)) and is_alone:
        return 5
    if node.tag in ("strong", "b", "h3", "h4") and is_alone:
        return 3 if _NAME_PLACE.search(place) else 1 if node.tag.startswith("h") else 2
    return 0


def _is_quoted(node: HtmlElement) -> bool:
    return re.search(r"quot|citation|signature", _name_of(node), re.IGNORECASE) is not None


def _name_places(found: Mapping[HtmlElement, Sequence["_Found[str]"]]) -> Sequence[str]:
    """The places of names, the likeliest first: those in half the blocks go by what speaks for them, others come after.

    What is the same in each block is rather the subject, or the name of a button.
    """
    weights: dict[str, list[int]] = {}
    said: dict[str, set[str]] = {}
    for names in found.values():
        for place, one in {one.place: one for one in reversed(names)}.items():
            weights.setdefault(place, []).append(one.weight)
            said.setdefault(place, set()).add(ANSWER.sub("", one.value))
    common: dict[str, int] = {}
    for place, all_ in weights.items():
        is_label = len(said[place]) == 1 < len(all_)
        common[place] = max(all_) - _SURE * ((len(all_) * 2 < len(found)) + 2 * is_label)
    told = [place for place in weights if max(weights[place]) > _BARE or len(weights[place]) > 1]
    return sorted(told, key=lambda place: (common[place], len(weights[place])), reverse=True)


def _words(blocks: Sequence[HtmlElement], heads: Container[HtmlElement], known: str) -> Mapping[HtmlElement, HtmlElement]:
    """The element with the words of each block that has one where the blocks keep them; none that is or holds one of `heads`.

    `known` is where the site is known to keep them.
    """
    found: dict[str, dict[HtmlElement, HtmlElement]] = {}
    scores: dict[str, float] = {}
    for block in blocks:
        for node in _elements(block):
            if node in heads or node is block or node.tag in _SMALL or _is_outside(node, block) or _is_a_name(node):
                continue
            place = _place(node, block)
            if block not in found.setdefault(place, {}):
                found[place][block] = node
                is_named = _WORDS_PLACE.search(_name_of(node)) or node.get("itemprop") in ("text", "articleBody")
                scores[place] = scores.get(place, 0) + (_NAMED_WEIGHT if is_named else 1) * min(len(line_of(node)), _MOST_TEXT)
    if not scores:
        return {}
    ranked = sorted(scores, key=lambda place: scores[place], reverse=True)
    best = ranked[0]
    within = [one for one in ranked if scores[one] >= _INNER_SHARE * scores[best] and len(found[one]) >= len(found[best])]
    chosen = max(within, key=lambda place: max(len(list(node.iterancestors())) for node in found[place].values()))
    fitting = {
        block: next((found[place][block] for place in (known, chosen, *ranked) if block in found.get(place, ())), None)
        for block in blocks
    }
    return {block: node for block, node in fitting.items() if node is not None and text_of(node)}


def _is_a_name(node: HtmlElement) -> bool:
    """Whether an element holds a member's name and nothing else, by what it is called."""
    is_called = _NAME_PLACE.search(_name_of(node)) is not None and _WORDS_PLACE.search(_name_of(node)) is None
    return is_called and len(line_of(node)) <= LONGEST_NAME


def _is_outside(node: HtmlElement, block: HtmlElement) -> bool:
    for above in _up(node, block):
        if above.tag in _NOT_WORDS or (above.tag == "blockquote" and above is not node) or is_beside(above):
            return True
    return False


def _up(node: HtmlElement, block: HtmlElement) -> Iterator[HtmlElement]:
    """The element and what is around it in its block."""
    for above in (node, *node.iterancestors()):
        if above is block:
            return
        yield above


def _elements(block: HtmlElement) -> Iterator[HtmlElement]:
    for count, node in enumerate(block.iter()):
        if count > _MOST_ELEMENTS:
            return
        if isinstance(node.tag, str):
            yield node


def _name_of(node: HtmlElement) -> str:
    return f"{node.get('class', '')} {node.get('id', '')} {node.get('component', '')} {node.get('data-role', '')}"


def _place(node: HtmlElement, block: HtmlElement) -> str:
    steps: list[str] = []
    for above in (node, *node.iterancestors()):
        if above is block or len(steps) >= _STEPS:
            break
        steps.append(f"{above.tag}.{re.sub('[0-9]+', '', _name_of(above)).strip()}")
    return "/".join(steps)
