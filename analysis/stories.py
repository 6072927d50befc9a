"""Gives each text its story: the first text that told it. Used by the analyser's story component and by `vigie stories`."""

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from analysis.near_duplicates import (
    BANDS,
    Fingerprint,
    Sketch,
    fingerprint,
    own_passage,
    own_runs,
    read_sketch,
    replaced_share,
    share_in,
)
from analysis.voices import VOICES
from vigie.model import DocumentKind
from vigie.ports import StoryIndex, StorySignature

_MEMORY = timedelta(days=14)
_REPEATS = 0.45  # a dispatch cut short, with another lead or a by-line, or in full after its first half was seen
_GROWN = 0.8  # of the earlier text: the brief that an agency fills out later
# A passage that two texts share is boilerplate where each tells something else beside it. Figures from the development sets.
_FEWEST_OWN = 3  # content words in a row that only one of the two has; fewer are a by-line
_SAME_SUBJECT = 0.25  # of them the other text has too: another lead on the same subject
_NEWS_WORDS, _NEWS_SHARE = 8, 0.25  # so many are news by themselves; another lead before the same dispatch has fewer
_NEWS_START = 0.35  # news stands at the top; what follows the dispatch is the site's, or reactions to it
_NOTICE_WORDS, _NOTICE_SHARE, _NOTICE_FACTS = 7, 0.15, 0.08  # so many are, where the shared words hold so few names and figures
_USUAL_FACTS, _MISSING_FACTS = 0.12, 3  # a word of a dispatch; a passage that lacks so many is a notice, however short the rest
_SAME_LENGTH = 0.8  # a copy cut short loses names, and its wrapping brings others: neither is a template filled in anew
_OTHER_NAMES = 0.3  # an advert for another town; a corrected name is one of many
_FEWEST_FIGURES = 4
_OTHER_FIGURES = 0.6
_NEXT_ISSUE = timedelta(hours=20)  # later, new figures are the next issue of a report; earlier, an update
_SERIES, _SERIES_FIGURES = timedelta(days=5), 0.3  # the same where only some are new
_OTHER_PLACE = 0.2  # of names and words that open sentences: the same report on another town, or company
_COMMON = 3  # stories that share a run which is then nobody's: a disclaimer, a site's standing words
_OWN_LEFT = 0.3  # of a text; when nearly all of it is common, it is a story that was split, not a disclaimer
_VOICE_REPEATS = 0.9  # a customer who quotes an article and adds a line speaks for himself
# So many texts of one day may be found by one key; further copies of a viral text bring no keys, so no look-up grows.
_MOST_KEYED = 16
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoryText:
    """A text to file under a story. `author` is as the document has it; `kind` None counts as an article."""

    id: str
    title: str
    text: str
    published_at: datetime | None
    source: str
    author: str | None = None
    kind: DocumentKind | None = None


class Storyteller:
    """Files texts under stories, with the help of an index that remembers earlier ones.

    What it files is known to it at once, and to the index after `keep`: a durable write per text would cost more than the rest.
    """

    def __init__(self, index: StoryIndex) -> None:
        self._index = index
        self._fresh = MemoryStoryIndex()

    def story_of(self, text: StoryText, seen_at: datetime) -> str:
        """The id of the story: that of the first text that told it within two weeks, else the text's own.

        A text already filed keeps its story, and an edit stays in it. Raises: StoreUnavailable.
        """
        marks = fingerprint(text.title, text.text, author=text.author)
        if not marks.bands:
            return text.id
        earlier = self._earlier(marks.bands, seen_at)
        story, keys = self._filed(text.id), marks.bands
        if earlier:  # else there is nothing to compare with, which is how most texts come
            new = read_sketch(marks.sketch)
            common = _common_runs(new, earlier)
            seen = _Seen(new.without(common), seen_at, text.kind in VOICES)
            story = story or _closest_story(seen, earlier, common)
            keys = _keys(marks, seen, common, earlier)
        self._fresh.remember(StorySignature(story or text.id, text.id, keys, marks.sketch, seen_at))
        return story or text.id

    def keep(self) -> None:
        """Hands what was filed to the index. Raises: StoreUnavailable; what was filed is still known then."""
        self._index.remember(*self._fresh.signatures())
        self._fresh = MemoryStoryIndex()

    def _filed(self, document: str) -> str | None:
        return self._fresh.story_of(document) or self._index.story_of(document)

    def _earlier(self, bands: Sequence[int], at: datetime) -> "list[_Earlier]":
        """The texts that share a key, oldest first; a text filed anew stands for what the index has of it."""
        since = at - _MEMORY
        fresh = self._fresh.candidates(bands, since)
        again = {signature.document_id for signature in fresh}
        kept = [signature for signature in self._index.candidates(bands, since) if signature.document_id not in again]
        found = sorted((*kept, *fresh), key=lambda signature: signature.seen_at)
        return [_Earlier(signature, read_sketch(signature.sketch)) for signature in found if signature.seen_at <= at + _MEMORY]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A text about to be filed, without the runs that many stories share; `is_voice` when somebody speaks for himself."""

    sketch: Sketch
    at: datetime
    is_voice: bool


@dataclass(frozen=True, slots=True)
class _Earlier:
    """A text that was filed, with its sketch, which takes a while to read."""

    signature: StorySignature
    sketch: Sketch


def _closest_story(seen: _Seen, earlier: Sequence[_Earlier], common: Set[int]) -> str | None:
    """The story of the closest copy, the oldest of those equally close."""
    scored = ((_closeness(seen, one, common), one.signature.story_id) for one in earlier)
    best = max(scored, key=lambda scored: scored[0], default=(0.0, ""))
    return best[1] if best[0] else None


def _common_runs(new: Sketch, earlier: Sequence[_Earlier]) -> Set[int]:
    """The runs of the text that stand in several stories told apart; none when they are nearly all of it."""
    if len(earlier) < _COMMON:
        return frozenset()
    by_story: dict[str, Set[int]] = {}
    for one in earlier:
        story = one.signature.story_id
        by_story[story] = by_story.get(story, frozenset()) | (one.sketch.runs & new.runs)
    shared = Counter(run for runs in by_story.values() for run in runs)
    common = frozenset(run for run, stories in shared.items() if stories >= _COMMON)
    return common if len(new.runs) - len(common) >= _OWN_LEFT * len(new.runs) else frozenset()


def _keys(marks: Fingerprint, seen: _Seen, common: Set[int], earlier: Sequence[_Earlier]) -> tuple[int, ...]:
    """What the text is found by: neither common runs nor keys that enough texts of the day have, so that no look-up grows."""
    keys = tuple(sorted(seen.sketch.runs)[:BANDS]) if common else marks.bands
    of_the_day = (one.signature.bands for one in earlier if abs(seen.at - one.signature.seen_at) < _DAY)
    met = Counter(key for bands in of_the_day for key in bands)
    return tuple(key for key in keys if met[key] < _MOST_KEYED)


def _closeness(seen: _Seen, earlier: _Earlier, common: Set[int]) -> float:
    """How much of the new text repeats the earlier one; 0 when it is not a copy."""
    if not seen.sketch.runs or not earlier.sketch.runs:
        return float(seen.sketch.runs == earlier.sketch.runs)
    new, old = seen.sketch, earlier.sketch.without(common)
    repeated = share_in(new, old)
    if seen.is_voice:
        return repeated if repeated >= _VOICE_REPEATS else 0.0
    repeats = repeated >= _REPEATS or share_in(old, new) >= _GROWN
    later = seen.at - earlier.signature.seen_at
    return repeated if repeats and not _is_filled_in_anew(new, old, later) and not _tell_other_things(new, old) else 0.0


def _tell_other_things(new: Sketch, old: Sketch) -> bool:
    """Whether what two texts share is not what they tell: a disclaimer, « À propos de », what stands above every article."""
    if own_runs(new, old) < _FEWEST_OWN:
        return False
    one, other = own_passage(new, old), own_passage(old, new)
    words, share = min(len(one.words), len(other.words)), min(one.share, other.share)
    same_subject = (one.told_in(set(old.words)) + other.told_in(set(new.words))) / 2
    if words < _FEWEST_OWN or same_subject >= _SAME_SUBJECT:
        return False
    facts = len(new.names & old.names) + len(new.figures & old.figures)
    shared = len(new.words) - len(one.words)
    is_news = words >= _NEWS_WORDS and share >= _NEWS_SHARE and max(one.start, other.start) < _NEWS_START
    is_under_notice = words >= _NOTICE_WORDS and share >= _NOTICE_SHARE and facts < _NOTICE_FACTS * shared
    return is_news or is_under_notice or _USUAL_FACTS * shared - facts >= _MISSING_FACTS


def _is_filled_in_anew(new: Sketch, old: Sketch, later: timedelta) -> bool:
    """Whether two texts are one template with other names in it, or two issues of one report."""
    shorter, longer = sorted((len(new.runs), len(old.runs)))
    if shorter < _SAME_LENGTH * longer:
        return False
    if replaced_share(old.names, new.names) >= _OTHER_NAMES:
        return True
    if min(len(old.figures), len(new.figures)) < _FEWEST_FIGURES:
        return False
    figures, apart = replaced_share(old.figures, new.figures), abs(later)
    is_elsewhere = replaced_share(old.names | old.openers, new.names | new.openers) >= _OTHER_PLACE
    if figures >= _OTHER_FIGURES and (is_elsewhere or apart >= _NEXT_ISSUE):
        return True
    return figures >= _SERIES_FIGURES and apart >= _SERIES


class MemoryStoryIndex:
    """A StoryIndex that lasts as long as the command that made it."""

    def __init__(self) -> None:
        self._by_document: dict[str, StorySignature] = {}
        self._by_band: dict[int, list[str]] = {}

    def candidates(self, bands: Sequence[int], since: datetime) -> Sequence[StorySignature]:
        documents = dict.fromkeys(document for band in bands for document in self._by_band.get(band, ()))
        found: list[StorySignature] = []
        for document in documents:
            signature = self._by_document[document]
            if signature.seen_at >= since:
                insort(found, signature, key=lambda signature: (signature.seen_at, signature.document_id))
        return found

    def story_of(self, document: str) -> str | None:
        signature = self._by_document.get(document)
        return signature.story_id if signature else None

    def remember(self, *signatures: StorySignature) -> None:
        for signature in signatures:
            self._remove(signature.document_id)
            self._by_document[signature.document_id] = signature
            for band in signature.bands:
                self._by_band.setdefault(band, []).append(signature.document_id)

    def signatures(self) -> Sequence[StorySignature]:
        """All of them, in the order in which they were remembered."""
        return list(self._by_document.values())

    def forget(self, before: datetime) -> int:
        old = [signature.document_id for signature in self._by_document.values() if signature.seen_at < before]
        for document in old:
            self._remove(document)
        return len(old)

    def _remove(self, document: str) -> None:
        signature = self._by_document.pop(document, None)
        for band in signature.bands if signature else ():
            self._by_band[band].remove(document)


def assign_stories(rows: Iterable[StoryText]) -> Iterator[tuple[str, str]]:
    """Pairs of text id and story id, in the order of `rows`; the answer for a row never depends on later ones.

    A row without a date counts as seen with the row before it.
    """
    teller = Storyteller(MemoryStoryIndex())
    seen_at = datetime(1970, 1, 1, tzinfo=UTC)
    for row in rows:
        seen_at = row.published_at or seen_at
        yield row.id, teller.story_of(row, seen_at)
