"""Cuts spam out of a text, paragraph by paragraph, and keeps the rest. Part of the gate; also shown by `vigie explain page`.

Hacked pages carry paragraphs that sell casinos, pills and loans between those of the article. A subject alone is never spam:
an article about online casinos uses the words, a spammer also lures and calls to act, or lists keywords without grammar.
"""

import re
from binascii import Error as NotBase64
from binascii import a2b_base64
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, islice

from analysis.components.spam_phrases import stems
from analysis.components.spam_signs import OTHER_SCRIPTS, WORD, Evidence, Signs, french_share, script
from analysis.folding import plain_words, web_addresses
from vigie.stop_words import BOILERPLATE, STOP_WORDS

_LONGEST_READ = 20_000  # characters of a paragraph by which it is judged
_MOST_READ = 20_000  # different paragraphs; what comes after them is kept unread
_SPAM_SCORE = 4  # one more for an offer that neither lures nor calls
_EASIER = 1  # less in a page of another language, or without a word of the paragraph
_STEM = 5  # letters by which two words are held for one
_SAME_SUBJECT = 0.34  # of the content words of a paragraph that come elsewhere in its page: any two texts share some
_PAGE_GLUE, _ABROAD_GLUE = 0.15, 0.05  # French short words among the words of a French page, and of a paragraph that is not
_MOST_TOPICS = 3  # further subjects add nothing: articles list them too
_MOST_BOASTS = 2  # promises, and calls
_LURED = 2  # lures that make an offer without a call
_LISTED = 3  # lures, or more subjects still, in one paragraph: a list of wares needs no call
_LISTING_GLUE = 0.16  # of the words; prose in six languages lies above a quarter
_ENCODED_CHARACTERS = 20  # percent-encoded; the address of one foreign page may hold as many, among words
_ESCAPES = 8  # numbered characters, one for each letter
_ENCODED_SHARE = 0.4
_FEWEST_LINKS = 4
_DISGUISED_WORDS = 2
_STUFFED_WORDS = 20  # words from which repetition is judged
_STUFFED_SHARE = 0.3  # of all words that one content word makes up; prose about one brand stays below a fifth
_LISTED_TIMES, _LISTED_SHARE = 3, 0.2  # the same where short words lack: « plombier Lyon plombier Vienne »
_FOREIGN_ITEMS = 6
_LATIN_LETTERS = 150  # some 25 words
_LATIN_SHARE = 0.1  # a Russian article has names of brands in Latin letters, and fewer
_FEWEST_KEPT_WORDS = 25  # below this, what a mostly cut text has left is its wrapping
_SHORTEST_CONTENT = 4  # letters
_SAY_NOTHING = STOP_WORDS | BOILERPLATE
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPE = re.compile(r"&#x?[0-9A-Fa-f]{2,6};|\\u[0-9A-Fa-f]{4}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{80,}={0,2}")
_MARKED_LINK = re.compile(r"<a\s+href\s*=|\[url\s*=", re.IGNORECASE)
_HOST = re.compile(r"(?<![\w@./-])(?:https?://)?((?:[\w-]{1,63}\.){1,4}[a-z]{2,24})\b", re.IGNORECASE)
_ITEM_END = re.compile(r"[,،、，|;\s]+")


class SpamSort(StrEnum):
    """By what a paragraph gave itself away."""

    FOREIGN = "foreign"
    ENCODED = "encoded"
    LINKS = "links"
    STUFFED = "stuffed"
    OFFER = "offer"
    LISTING = "listing"
    DISGUISED = "disguised"
    HIDDEN = "hidden"


_REASONS = {
    SpamSort.FOREIGN: "mots-clés publicitaires dans une autre écriture",
    SpamSort.ENCODED: "adresses ou caractères encodés",
    SpamSort.LINKS: "liens en série vers des sites publicitaires",
    SpamSort.STUFFED: "un même mot répété pour les moteurs de recherche",
    SpamSort.OFFER: "offre publicitaire étrangère au texte",
    SpamSort.LISTING: "liste de mots-clés publicitaires",
    SpamSort.DISGUISED: "mots déguisés pour passer les filtres",
    SpamSort.HIDDEN: "texte caché aux lecteurs",
}


@dataclass(frozen=True, slots=True)
class SpamCut:
    """A paragraph taken out, and why."""

    text: str
    sort: SpamSort

    @property
    def reason(self) -> str:
        """Why, in French."""
        return _REASONS[self.sort]


@dataclass(frozen=True, slots=True)
class SpamSplit:
    """A text without its spam. `cuts` are the paragraphs taken out, in order; `is_spam` when nothing worth reading is left."""

    kept: str
    cuts: tuple[SpamCut, ...]
    is_spam: bool

    @property
    def cut(self) -> tuple[str, ...]:
        """The text of the paragraphs taken out."""
        return tuple(cut.text for cut in self.cuts)

    @property
    def is_injected(self) -> bool:
        """Whether somebody wrote spam into a text worth reading: on the client's own site, a sign of a break-in.

        What is hidden and sells nothing may be a menu.
        """
        return not self.is_spam and any(cut.sort is not SpamSort.HIDDEN for cut in self.cuts)


Judge = Callable[[Sequence[Evidence]], Sequence[bool] | None]
"""Tells which paragraphs of a page are spam; None when it cannot, and the rules decide."""


def split_spam(text: str, judge: Judge | None = None, hidden: Sequence[str] = ()) -> SpamSplit:
    """`text` without its spam paragraphs; `kept` is `text` itself where there are none. Paragraphs end at newlines.

    `judge` decides on all paragraphs whose form alone does not give them away (`analysis.components.spam_page` has one); without
    it the rules do. `hidden` paragraphs of the page are no part of the text: all are cut.
    """
    paragraphs = text.split("\n")
    page = _page(text)
    shown = _sorts(list(islice(dict.fromkeys(paragraphs), _MOST_READ)), page, judge)
    verdicts = [(paragraph, shown.get(paragraph)) for paragraph in paragraphs]
    secret = {paragraph: _sorts([paragraph], page, judge)[paragraph] for paragraph in islice(dict.fromkeys(hidden), _MOST_READ)}
    unseen = tuple(SpamCut(paragraph, secret.get(paragraph) or SpamSort.HIDDEN) for paragraph in hidden)
    cuts = tuple(SpamCut(paragraph, sort) for paragraph, sort in verdicts if sort)
    if not cuts:
        return SpamSplit(text, unseen, is_spam=False)
    kept = "\n".join(paragraph for paragraph, sort in verdicts if not sort)
    kept_words, cut_words = len(WORD.findall(kept)), sum(len(WORD.findall(cut.text)) for cut in cuts)
    return SpamSplit(kept, (*cuts, *unseen), is_spam=kept_words < min(_FEWEST_KEPT_WORDS, cut_words))


@dataclass(frozen=True, slots=True)
class _Page:
    """What a paragraph stands in: `is_mixed` when Latin text holds other scripts too; `stems` are those of its words, counted."""

    is_mixed: bool
    is_french: bool
    stems: Counter[str]

    def share_met(self, words: Sequence[str]) -> float:
        """The share of the content words of a paragraph of this page that come elsewhere in the page; 1 when it is all of it."""
        own = _stems(words)
        if len(own) == len(self.stems):
            return 1.0
        return sum(self.stems[stem] > times for stem, times in own.items()) / max(1, len(own))


def _page(text: str) -> _Page:
    words = plain_words(text[:_LONGEST_READ])
    is_mixed = bool(OTHER_SCRIPTS.search(text)) and _is_latin(text)
    return _Page(is_mixed, french_share(words) >= _PAGE_GLUE, _stems(words))


def _stems(words: Sequence[str]) -> Counter[str]:
    return Counter(word[:_STEM] for word in words if len(word) >= _STEM and word.isalpha() and word not in _SAY_NOTHING)


def _sorts(paragraphs: Sequence[str], page: _Page, judge: Judge | None) -> dict[str, SpamSort | None]:
    """Why to cut each of different paragraphs that are judged together, None to keep it."""
    read = {paragraph: Signs(paragraph[:_LONGEST_READ]) for paragraph in paragraphs if paragraph.strip()}
    sorts = {paragraph: None if signs.is_foreign else _sort_by_form(signs) for paragraph, signs in read.items()}
    left = {paragraph: _sort_by_list(read[paragraph], page) for paragraph, sort in sorts.items() if sort is None}
    if judge and (verdicts := judge([Evidence(read[each], bool(left[each]), page.share_met(read[each].words)) for each in left])):
        meant = zip(left.items(), verdicts, strict=True)
        return sorts | {each: listed or _sort_by_meaning(read[each]) for (each, listed), is_spam in meant if is_spam}
    return sorts | {each: listed or _sort_in_page(read[each], page) for each, listed in left.items()}


def _sort_by_meaning(signs: Signs) -> SpamSort:
    return SpamSort.FOREIGN if signs.is_foreign else SpamSort.OFFER


def _sort_by_form(signs: Signs) -> SpamSort | None:
    if _is_encoded(signs.text):
        return SpamSort.ENCODED
    if _is_link_farm(signs.text):
        return SpamSort.LINKS
    if signs.disguised >= _DISGUISED_WORDS:
        return SpamSort.DISGUISED
    return SpamSort.STUFFED if _is_stuffed(signs) else None


def _sort_by_list(signs: Signs, page: _Page) -> SpamSort | None:
    if signs.is_foreign:
        return SpamSort.FOREIGN if _sells_abroad(signs, page.is_mixed) else None
    return _sold(signs, _SPAM_SCORE)


def _sort_in_page(signs: Signs, page: _Page) -> SpamSort | None:
    """Whether a paragraph that says something else than its page is an offer, on less evidence."""
    met, is_abroad = page.share_met(signs.words), page.is_french and signs.french <= _ABROAD_GLUE
    if signs.is_foreign or (met > _SAME_SUBJECT and not is_abroad):
        return None
    return _sold(signs, _SPAM_SCORE - _EASIER * (is_abroad or not met))


def _sells_abroad(signs: Signs, is_mixed: bool) -> bool:
    """Whether a paragraph in another script sells; a quoted poem or a neighbour's answer does not."""
    said = sum(stem in signs.folded for stem in stems("foreign"))
    reported = sum(stem in signs.folded for stem in stems("foreign_report"))
    items = [item for item in _ITEM_END.split(signs.folded) if item]
    is_list = is_mixed and len(items) >= _FOREIGN_ITEMS and not signs.has_end
    return said - 2 * reported >= (1 if is_list else 2)


def _is_encoded(paragraph: str) -> bool:
    """Whether the paragraph is mostly encoded characters, or hides links in base64, as hacked pages do."""
    percent = len(_PERCENT.findall(paragraph))
    if percent >= _ENCODED_CHARACTERS and 3 * percent >= _ENCODED_SHARE * len(paragraph):
        return True
    escapes = _ESCAPE.findall(paragraph)
    if len(escapes) >= _ESCAPES and sum(map(len, escapes)) >= _ENCODED_SHARE * len(paragraph):
        return True
    return any(_hides_a_link(block) for block in _BASE64.findall(paragraph))


def _hides_a_link(block: str) -> bool:
    try:
        return b"http" in a2b_base64(block.rstrip("=")[: len(block) // 4 * 4])
    except NotBase64:
        return False


def _is_link_farm(paragraph: str) -> bool:
    """Whether the paragraph links to several sellers, or is addresses and nothing else; readers get a word of introduction."""
    hosts = {host.lower() for host in _HOST.findall(paragraph)}
    if sum(any(stem in host for stem in stems("host")) for host in hosts) >= 2:
        return True
    addresses = web_addresses(paragraph)
    return len(addresses) >= _FEWEST_LINKS and not WORD.search(paragraph[: addresses[0][0]])


def _is_stuffed(signs: Signs) -> bool:
    """Whether a content word comes back far more often than in prose; « honte honte honte » is anger, and counts once."""
    words = [word for word, _ in groupby(signs.words)]
    counted = Counter(word for word in words if len(word) >= _SHORTEST_CONTENT and word.isalpha())
    most = counted.most_common(1)[0][1] if counted else 0
    if len(words) >= _STUFFED_WORDS and most >= _STUFFED_SHARE * len(words):
        return True
    is_list = signs.glue <= _LISTING_GLUE and not signs.has_end
    return is_list and most >= max(_LISTED_TIMES, _LISTED_SHARE * len(words)) and len(counted) >= _LISTED_TIMES


def _sold(signs: Signs, enough: int) -> SpamSort | None:
    """Whether the paragraph lists wares, or lures and calls to act, rather than reports; `enough` is the score of an offer."""
    said = signs.said
    topics, lures, reports = len(said["topic"]), len(said["lure"]), len(said["report"])
    listed = len(said["topic"] | said["ware"] | said["promise"]) + 2 * lures
    if topics + lures + len(said["ware"]) >= 2 and signs.glue <= _LISTING_GLUE and not reports and listed >= _LISTED:
        return SpamSort.LISTING
    if not topics and not lures:
        return None
    calls, promises = min(_MOST_BOASTS, len(signs.orders) + signs.contacts), min(_MOST_BOASTS, len(said["promise"]))
    is_offer = calls or promises or signs.has_sum or lures >= _LURED
    score = 2 * lures + min(_MOST_TOPICS, topics) + calls + promises + signs.has_sum - 2 * reports
    return SpamSort.OFFER if is_offer and score >= (enough if lures or calls else enough + 1) else None


def _is_latin(text: str) -> bool:
    """Whether `text` is in Latin letters, be it an article under a flood of something else."""
    scripts = [script(character) for character in text if character.isalpha()]
    latin = scripts.count("LATIN")
    return 2 * latin >= len(scripts) or (latin >= _LATIN_LETTERS and latin >= _LATIN_SHARE * len(scripts))
