"""The analysis as the team has taught it: what people marked counts at once for the brand, its sources and its stories.

Around `BrandAnalyser`, on the way from the inbox to the mentions. Nothing is stored: all of it is read from the marks, and again
whenever there is a new one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from analysis.assemble import BrandAnalyser
from vigie.model import Analysis, Document, Mention, SentimentLabel, settled_marks
from vigie.ports import MarkLog

_SURE = {SentimentLabel.NEGATIVE: 0.95, SentimentLabel.NEUTRAL: 0.05, SentimentLabel.POSITIVE: 0.05}
_SCORES = {SentimentLabel.NEGATIVE: -1.0, SentimentLabel.NEUTRAL: 0.0, SentimentLabel.POSITIVE: 1.0}


class TaughtAnalyser:
    """A `vigie.ports.Analyser` that learns from marks before each batch."""

    def __init__(self, analyser: BrandAnalyser, marks: MarkLog) -> None:
        self._analyser, self._marks = analyser, marks
        self._version: tuple[int, int] | None = None
        self._tones: Mapping[tuple[str, str], SentimentLabel] = {}

    def analyse(self, documents: Iterable[Document]) -> Sequence[Analysis]:
        """As `BrandAnalyser` does. Raises: StoreUnavailable."""
        self._learn()
        analyses = self._analyser.analyse(documents)
        if not self._tones:
            return analyses
        return [replace(one, mentions=tuple(map(self._followed, one.mentions))) for one in analyses]

    def _learn(self) -> None:
        version = self._marks.marks_version()
        if version == self._version:
            return
        marks = settled_marks(self._marks.marks())
        self._analyser.gate.matcher.learn(marks)
        self._tones = {(mark.brand_id, mark.story_id): mark.tone for mark in marks if mark.tone is not None}
        self._version = version

    def _followed(self, mention: Mention) -> Mention:
        """The mention with the tone that the team gave to a copy of its text, where it gave one."""
        tone = self._tones.get((mention.brand_id, mention.story_id))
        if tone is None or tone is mention.machine_label:
            return mention
        negative = _SURE[tone]
        sentiment = replace(mention.sentiment, label=tone, score=_SCORES[tone], negative=negative, evidence=(), uncertain=False)
        target = replace(mention.target, tone=tone, negative=negative) if mention.target else None
        reason = " ; ".join(filter(None, (mention.reason, "ton donné par l'équipe à une copie")))
        return replace(mention, sentiment=sentiment, target=target, reason=reason)
