"""Reads again, with the user's transformer, what an incident is about: a bounded number of mentions in a bounded time.

Called before the mail of an incident is gathered; the mentions are written back to the store. What detection saw stays as it was.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from analysis.sentiment.onnx import open_transformer
from analysis.sentiment.stars import with_stars
from analysis.target import read_target
from config.schema import Config, Transformer
from vigie.errors import ModelError
from vigie.model import DocumentKind, Incident, Mention, Sentiment, SentimentLabel, settled_marks
from vigie.ports import Filter, MarkLog, MentionStore

_LOG = logging.getLogger(__name__)
_REASON = "ton relu par le transformer"

Score = Callable[[str, DocumentKind | None], Sentiment]


class SecondReader:
    """Remembers what it read, so that a mention is read once while the program runs."""

    def __init__(
        self,
        score: Score,
        limits: Transformer,
        store: MentionStore,
        marks: MarkLog,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """`seconds` tells the time that the reading takes; the first call of `score` that goes past the limit is the last."""
        self._score, self._limits, self._store, self._marks, self._seconds = score, limits, store, marks, seconds
        self._read: set[str] = set()

    def read(self, incident: Incident, now: datetime) -> int:
        """Reads the incident's mentions until `now` and stores those that it could; returns how many.

        The negative ones first, newest first. A tone that a person gave, to it or to a copy, stays. Raises: StoreUnavailable.
        """
        ends, tones, again = self._seconds() + self._limits.seconds, dict[str, Sentiment](), dict[str, tuple[Mention, Mention]]()
        for mention in self._waiting(incident, now):
            text = f"{mention.document.title}\n{mention.document.text}".strip()
            if text not in tones:
                if self._seconds() >= ends:
                    _LOG.info("event=second_reading_cut incident=%s read=%d", incident.id, len(again))
                    break
                try:
                    tones[text] = self._score(text, mention.document.kind)
                except ModelError as error:
                    _LOG.warning("event=second_reading_failed mention=%s reason=%s", mention.id, error)
                    continue
            again[mention.id] = mention, _with_tone(mention, tones[text])
        # what was analysed anew or marked meanwhile stays as it is, and is read for the next mail
        still = [after for before, after in again.values() if self._store.get(before.id) == before]
        self._store.upsert(still)
        self._read.update(mention.id for mention in still)
        return len(still)

    def _waiting(self, incident: Incident, now: datetime) -> Iterator[Mention]:
        """The mentions to read: at most as many as are asked for, without those that a person or the model has judged."""
        taught = {(mark.brand_id, mark.story_id) for mark in settled_marks(self._marks.marks()) if mark.tone is not None}
        chosen = Filter(brands=[incident.brand_id], start=incident.since, end=now)
        room = self._limits.mentions
        others = [label for label in SentimentLabel if label is not SentimentLabel.NEGATIVE]
        for labels in ([SentimentLabel.NEGATIVE], others):
            found = self._store.search(replace(chosen, labels=labels), limit=room).mentions if room else ()
            room -= len(found)
            for mention in found:
                is_judged = mention.workflow.corrected_label is not None or (mention.brand_id, mention.story_id) in taught
                if not is_judged and mention.id not in self._read:
                    yield mention


def second_reader(config: Config, store: MentionStore, marks: MarkLog) -> SecondReader | None:
    """The second reader of the configuration, None where it has none. Raises: ModelError when the model cannot be used."""
    folder, limits = config.transformer_folder, config.settings.analysis.transformer
    return None if folder is None else SecondReader(open_transformer(folder, limits.tokens).score, limits, store, marks)


def _with_tone(mention: Mention, tone: Sentiment) -> Mention:
    """The mention as it is with that tone of its text; words that decided stay where the label does."""
    document, before = mention.document, mention.sentiment
    sentiment = with_stars(tone, document.stars)
    if sentiment.label is before.label:
        sentiment = replace(sentiment, evidence=before.evidence)
    target = read_target(document.title, document.text, mention.spans, sentiment) if mention.target else None
    reason = mention.reason if _REASON in mention.reason else " ; ".join(filter(None, (mention.reason, _REASON)))
    return replace(mention, sentiment=sentiment, target=target, reason=reason)
