"""Gives each text its story: the first text that told it. Used by the analyser's story component and by `vigie stories`."""

from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from analysis.near_duplicates import Fingerprint, fingerprint, repeated_share
from analysis.voices import VOICES
from vigie.model import DocumentKind
from vigie.ports import StoryIndex, StorySignature

_MEMORY = timedelta(days=14)
_REPEATS = 0.45  # a dispatch cut short, with another lead or a by-line, or in full after its first half was seen
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
        story = self._earlier_story(text, marks, seen_at) or text.id
        self._index.remember(StorySignature(story, text.id, marks.bands, marks.sketch, seen_at))
        return story

    def _earlier_story(self, text: StoryText, marks: Fingerprint, seen_at: datetime) -> str | None:
        """The story of the closest copy, the oldest of those equally close."""
        found = self._index.candidates(marks.bands, seen_at - _MEMORY)
        candidates = [candidate for candidate in found if candidate.seen_at <= seen_at + _MEMORY]
        filed = next((candidate for candidate in candidates if candidate.document_id == text.id), None)
        if filed:
            return filed.story_id
        scored = ((_closeness(marks, candidate, text.kind), candidate.story_id) for candidate in candidates)
        best = max(scored, key=lambda scored: scored[0], default=(0.0, ""))
        return best[1] if best[0] else None


def _closeness(marks: Fingerprint, candidate: StorySignature, kind: DocumentKind | None) -> float:
    """How much of the new text repeats the candidate; 0 when it is not a copy."""
    if not marks.sketch or not candidate.sketch:
        return float(marks.sketch == candidate.sketch)
    repeated = repeated_share(marks.sketch, candidate.sketch)
    return repeated if repeated >= (_VOICE_REPEATS if kind in VOICES else _REPEATS) else 0.0


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
