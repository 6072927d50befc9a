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
    head_share,
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
_HEAD = 0.3  # what is told stands in the first half; texts that share less of it share a closing paragraph
_OWN_RUNS = 16  # with fewer, one of the two has nothing of its own to tell: another lead before the same dispatch
_SAME_LENGTH = 0.8  # a copy cut short loses names, and its wrapping brings others: neither is a template filled in anew
_OTHER_NAMES = 0.3  # an advert for another town; a corrected name is one of many
_SERIES = timedelta(days=5)  # later, new figures are the next issue of a report; earlier, an update
_FEWEST_FIGURES = 5
_OTHER_FIGURES = 0.4
_COMMON = 3  # stories that share a run which is then nobody's: a disclaimer, a site's standing words
_OWN_LEFT = 0.3  # of a text; when nearly all of it is common, it is a story that was split, not a disclaimer
_VOICE_REPEATS = 0.9  # a customer who quotes an article and adds a line speaks for himself


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
    """Files texts under stories, with the help of an index that remembers earlier ones."""

    def __init__(self, index: StoryIndex) -> None:
        self._index = index

    def story_of(self, text: StoryText, seen_at: datetime) -> str:
        """The id of the story: that of the first text that told it within two weeks, else the text's own.

        A text already filed keeps its story, and an edit stays in it. Raises: StoreUnavailable.
        """
        marks = fingerprint(text.title, text.text, author=text.author)
        if not marks.bands:
            return text.id
        found = self._index.candidates(marks.bands, seen_at - _MEMORY)
        candidates = [candidate for candidate in found if candidate.seen_at <= seen_at + _MEMORY]
        common = _common_runs(marks, candidates)
        story = _earlier_story(text, _Seen(marks, common, seen_at), candidates) or text.id
        self._index.remember(StorySignature(story, text.id, _own_bands(marks, common), marks.sketch, seen_at))
        return story


@dataclass(frozen=True, slots=True)
class _Seen:
    """A text about to be filed. `common` are the runs that many stories share."""

    marks: Fingerprint
    common: Set[int]
    at: datetime


def _earlier_story(text: StoryText, seen: _Seen, candidates: Sequence[StorySignature]) -> str | None:
    """The story of the closest copy, the oldest of those equally close."""
    filed = next((candidate for candidate in candidates if candidate.document_id == text.id), None)
    if filed:
        return filed.story_id
    scored = ((_closeness(seen, candidate, text.kind), candidate.story_id) for candidate in candidates)
    best = max(scored, key=lambda scored: scored[0], default=(0.0, ""))
    return best[1] if best[0] else None


def _common_runs(marks: Fingerprint, candidates: Sequence[StorySignature]) -> Set[int]:
    """The runs of the text that stand in several stories told apart; none when they are nearly all of it."""
    if len(candidates) < _COMMON or not marks.sketch:
        return frozenset()
    by_story: dict[str, set[int]] = {}
    for candidate in candidates:
        by_story.setdefault(candidate.story_id, set()).update(read_sketch(candidate.sketch).runs)
    shared = Counter(run for runs in by_story.values() for run in runs)
    own = read_sketch(marks.sketch).runs
    common = frozenset(run for run in own if shared[run] >= _COMMON)
    return common if len(own) - len(common) >= _OWN_LEFT * len(own) else frozenset()


def _own_bands(marks: Fingerprint, common: Set[int]) -> tuple[int, ...]:
    """The keys of the text, common runs left out: so that an ever longer row of texts with one disclaimer is never looked up."""
    if not common:
        return marks.bands
    return tuple(run for run in read_sketch(marks.sketch).runs if run not in common)[:BANDS]


def _closeness(seen: _Seen, candidate: StorySignature, kind: DocumentKind | None) -> float:
    """How much of the new text repeats the candidate; 0 when it is not a copy."""
    if not seen.marks.sketch or not candidate.sketch:
        return float(seen.marks.sketch == candidate.sketch)
    new, old = (read_sketch(sketch).without(seen.common) for sketch in (seen.marks.sketch, candidate.sketch))
    repeated = share_in(new, old)
    if kind in VOICES:
        return repeated if repeated >= _VOICE_REPEATS else 0.0
    repeats = repeated >= _REPEATS or share_in(old, new) >= _GROWN
    shares_an_end = own_runs(new, old) >= _OWN_RUNS and head_share(new, old) < _HEAD
    if not repeats or shares_an_end or _is_filled_in_anew(new, old, seen.at - candidate.seen_at):
        return 0.0
    return repeated


def _is_filled_in_anew(new: Sketch, old: Sketch, later: timedelta) -> bool:
    """Whether two texts are one template with other names in it, or two issues of one report."""
    shorter, longer = sorted((len(new.runs), len(old.runs)))
    if shorter < _SAME_LENGTH * longer:
        return False
    if replaced_share(old.names, new.names) >= _OTHER_NAMES:
        return True
    if min(len(old.figures), len(new.figures)) < _FEWEST_FIGURES or abs(later) < _SERIES:
        return False
    return replaced_share(old.figures, new.figures) >= _OTHER_FIGURES


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

    def remember(self, signature: StorySignature) -> None:
        self._remove(signature.document_id)
        self._by_document[signature.document_id] = signature
        for band in signature.bands:
            self._by_band.setdefault(band, []).append(signature.document_id)

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
