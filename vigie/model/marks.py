"""What people say of what the analysis decided: kept for ever, counted, and learnt from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from vigie.model.documents import DocumentKind
from vigie.model.mentions import Mention, SentimentLabel


class MarkSubject(StrEnum):
    """What a mark is about."""

    RELEVANCE = "relevance"
    TONE = "tone"


@dataclass(frozen=True, slots=True)
class Mark:
    """A person's word on one mention, beside the machine's of that moment.

    `relevant` is the word of a mark about relevance, `tone` that of one about tone; None takes an earlier word back. `clues` are
    what the machine saw around the brand's name, as `analysis.relevance` names it; no text is kept.
    """

    about: MarkSubject
    mention_id: str
    document_id: str
    brand_id: str
    source_id: str
    kind: DocumentKind
    story_id: str
    at: datetime
    machine_relevance: float
    machine_tone: SentimentLabel
    was_doubtful: bool = False
    relevant: bool | None = None
    tone: SentimentLabel | None = None
    clues: tuple[str, ...] = ()

    @property
    def is_withdrawn(self) -> bool:
        """Whether it takes an earlier word back."""
        return self.relevant is None and self.tone is None


def mark_of(
    mention: Mention, at: datetime, *, relevant: bool | None = None, tone: SentimentLabel | None = None, clues: Iterable[str] = ()
) -> Mark:
    """The mark on `mention`: about its tone where `tone` is given, else about its relevance."""
    document = mention.document
    return Mark(
        about=MarkSubject.RELEVANCE if tone is None else MarkSubject.TONE,
        mention_id=mention.id,
        document_id=document.id,
        brand_id=mention.brand_id,
        source_id=document.source_id,
        kind=document.kind,
        story_id=mention.story_id,
        at=at,
        machine_relevance=mention.relevance,
        machine_tone=mention.machine_label,
        was_doubtful=mention.doubtful,
        relevant=relevant,
        tone=tone,
        clues=tuple(clues),
    )


def settled_marks(marks: Iterable[Mark]) -> list[Mark]:
    """The last word on each mention and subject, in the order of the first; what was taken back is left out.

    The machine's part is that of the first mark: a later one may follow what the team taught it.
    """
    last: dict[tuple[str, MarkSubject], tuple[Mark, Mark]] = {}
    for mark in marks:
        key = mark.mention_id, mark.about
        last[key] = last.get(key, (mark, mark))[0], mark
    return [_told_at_first(first, word) for first, word in last.values() if not word.is_withdrawn]


def _told_at_first(first: Mark, word: Mark) -> Mark:
    if first is word:
        return word
    return replace(
        word, machine_relevance=first.machine_relevance, machine_tone=first.machine_tone, was_doubtful=first.was_doubtful
    )
