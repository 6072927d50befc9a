"""The way of a document: received, kept in the inbox, analysed, stored, settled. One counted outcome each, nothing lost.

A crash at any point leaves either the document in the inbox, from where it is analysed again, or all of its end written:
mentions are upserts by id, and outcome and arrivals are settled in one transaction after them.
"""

import hashlib
import hmac
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from vigie.errors import StoreError, StoreUnavailable
from vigie.model import Analysis, Arrival, Document, DocumentKind, Mention, Outcome, mention_id
from vigie.ports import Analyser, Inbox, InboxEntry, MentionStore, OutageLog, Settlement, State

_LOG = logging.getLogger(__name__)
_BATCH = 100
_MOST_ATTEMPTS = 3
_SIGNED_KINDS = frozenset({DocumentKind.NEWS})


@dataclass(frozen=True, slots=True)
class Intake:
    """Where collected documents come in: makes them durable, with their authors under a pseudonym.

    A by-line of the press stays; anybody else becomes a keyed hash before anything is written, so that one person's
    messages can be told together, and erased, without the name being kept.
    """

    inbox: Inbox
    key: bytes

    def receive(self, documents: Sequence[Document]) -> None:
        """Durable when it returns. Raises: StoreUnavailable."""
        self.inbox.put([self._without_name(document) for document in documents])

    def lost(self, source_id: str, reason: str) -> None:
        self.inbox.count_failed(source_id, reason)

    def _without_name(self, document: Document) -> Document:
        if document.author is None or document.kind in _SIGNED_KINDS:
            return document
        return replace(document, author=pseudonym(document.site, document.author, self.key))


def pseudonym(site: str, author: str, key: bytes) -> str:
    """`auteur-` and 12 hexadecimal characters: HMAC-SHA256 of the name as one site knows it, under the installation's key."""
    digest = hmac.new(key, f"{site}\x00{author}".encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"auteur-{digest.hexdigest()[:12]}"


def no_words(mention: Mention) -> Sequence[str]:
    """None: nobody listed any."""
    return ()


@contextmanager
def noting_outage(log: OutageLog) -> Iterator[None]:
    """Notes that the mention store was away for what the block asked of it. Raises: StoreUnavailable, as the block did."""
    try:
        yield
    except StoreUnavailable as error:
        log.store_is_away(str(error))
        raise


@dataclass(frozen=True, slots=True)
class Analysed:
    """What one call of `analyse_waiting` did: documents settled, and those put off because analysis failed."""

    settled: int = 0
    deferred: int = 0


class Pipeline:
    """Takes documents from the inbox to the store."""

    def __init__(
        self, state: State, store: MentionStore, analyser: Analyser, crisis_words: Callable[[Mention], Sequence[str]] = no_words
    ) -> None:
        """`crisis_words` finds those that stand near the brand."""
        self._state, self._store, self._analyser, self._crisis_words = state, store, analyser, crisis_words

    def analyse_waiting(self, limit: int | None = None) -> Analysed:
        """Analyses what waits, oldest first, until the inbox is empty or `limit` documents were taken.

        Raises: StoreUnavailable; what was not settled still waits then.
        """
        settled = deferred = 0
        while limit is None or settled + deferred < limit:
            room = _BATCH if limit is None else min(_BATCH, limit - settled - deferred)
            entries = self._state.pending(room)
            if not entries:
                self._look_for_the_store()
                break
            failed = self._analyse_batch(entries)
            settled, deferred = settled + len(entries) - failed, deferred + failed
            if failed == len(entries):
                break
        if settled or deferred:
            _LOG.info("event=analysed settled=%d deferred=%d", settled, deferred)
        return Analysed(settled, deferred)

    def _look_for_the_store(self) -> None:
        """Ends an outage that was noted by who only reads: nothing waits that would end it by being stored."""
        if self._state.outage() is not None:
            with noting_outage(self._state):
                self._store.get("")
            self._state.store_is_back()

    def _analyse_batch(self, entries: Sequence[InboxEntry]) -> int:
        """Settles a batch; returns how many documents were put off."""
        try:
            self._finish(entries, self._analyser.analyse(entry.document for entry in entries))
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the analyse loop: a batch that fails is tried one by one
            if len(entries) > 1:
                return sum(self._analyse_batch([entry]) for entry in entries)
            _LOG.exception("event=analysis_failed source=%s document=%s", entries[0].document.source_id, entries[0].document.id)
            return self._put_off(entries[0], type(error).__name__)
        return 0

    def _put_off(self, entry: InboxEntry, reason: str) -> int:
        """Leaves the document waiting, or quarantines it after too many tries; returns how many still wait."""
        document = entry.document
        if entry.attempts + 1 < _MOST_ATTEMPTS:
            self._state.defer(document.id, reason)
            return 1
        self._state.settle([Settlement(document.id, document.source_id, Outcome.FAILED, f"analysis:{reason}")])
        return 0

    def _finish(self, entries: Sequence[InboxEntry], analyses: Sequence[Analysis]) -> None:
        """Mentions first, then the settlement: dying in between repeats an upsert, and loses nothing.

        What the store refuses for good is found one by one and quarantined. Raises: StoreUnavailable; nothing is settled then.
        """
        try:
            with noting_outage(self._state):
                self._write(analyses)
        except StoreUnavailable:
            raise
        except StoreError as error:
            self._finish_apart(entries, analyses, str(error))
            return
        self._state.store_is_back()
        self._state.settle(
            [
                Settlement(
                    entry.document.id,
                    entry.document.source_id,
                    analysis.outcome,
                    analysis.reason,
                    [*self._arrivals(analysis), *(_break_in(entry.document, brand_id) for brand_id in analysis.compromised)],
                )
                for entry, analysis in zip(entries, analyses, strict=True)
            ]
        )

    def _arrivals(self, analysis: Analysis) -> Iterator[Arrival]:
        return (arrival_of(one, self._crisis_words(one)) for one in analysis.mentions if not one.is_set_aside)

    def _write(self, analyses: Sequence[Analysis]) -> None:
        mentions = [mention for analysis in analyses for mention in analysis.mentions]
        known = [analysis for analysis in analyses if analysis.outcome is not Outcome.FAILED]
        # a failure says nothing about the mentions that an earlier version had
        self._store.remove_documents([analysis.document_id for analysis in known], keep=[mention.id for mention in mentions])
        self._store.upsert(mentions)

    def _finish_apart(self, entries: Sequence[InboxEntry], analyses: Sequence[Analysis], reason: str) -> None:
        """Settles the documents of a refused batch one by one; a document refused alone is quarantined."""
        if len(entries) > 1:
            for entry, analysis in zip(entries, analyses, strict=True):
                self._finish([entry], [analysis])
            return
        document = entries[0].document
        _LOG.warning("event=store_refused source=%s document=%s reason=%s", document.source_id, document.id, reason)
        self._state.settle([Settlement(document.id, document.source_id, Outcome.FAILED, f"store: {reason}")])


def arrival_of(mention: Mention, words: Sequence[str]) -> Arrival:
    """The mention as detection sees it, with the crisis words that stand near its brand."""
    document = mention.document
    return Arrival(
        sequence=0,
        mention_id=mention.id,
        brand_id=mention.brand_id,
        published_at=document.published.at,
        seen_at=document.seen_at,
        negative=mention.negative,
        story_id=mention.story_id,
        source_id=document.source_id,
        site=document.site,
        tier=document.tier,
        author=document.author or "",
        words=tuple(words),
        themes=mention.enrichment.themes,
    )


def _break_in(document: Document, brand_id: str) -> Arrival:
    """A page of the brand's own site that somebody put spam into."""
    return Arrival(
        sequence=0,
        mention_id=mention_id(document.id, brand_id),
        brand_id=brand_id,
        published_at=document.seen_at,
        seen_at=document.seen_at,
        negative=0.0,
        story_id=document.id,
        source_id=document.source_id,
        site=document.site,
        compromised=True,
    )
