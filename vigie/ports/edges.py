"""The contracts of the edges: where documents come in, where they are analysed, and the ways to people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from vigie.model import (
    Analysis,
    Delivery,
    Document,
    PassReport,
    Source,
)
from vigie.ports.state import SourceMemory, State


class Sink(Protocol):
    """Where a collector hands over what it read. Returns once the documents are durable."""

    def receive(self, documents: Sequence[Document]) -> None: ...

    def lost(self, source_id: str, reason: str) -> None:
        """An announced document that cannot be read: counted as failed, never silently dropped."""
        ...

    def finished(self, report: PassReport) -> None:
        """The pass over one source is over and everything it brought was received; called once per source, as soon as it is so.

        Not called for a source whose documents were not taken: its memory must not be kept.
        """
        ...


class Collector(Protocol):
    """Reads sources and hands their documents to a sink."""

    async def collect(self, sources: Sequence[Source], sink: Sink, memories: Mapping[str, SourceMemory]) -> Sequence[PassReport]:
        """One polite pass over `sources`, in parallel across sites, one report each. Never raises for what a site does."""
        ...


class Analyser(Protocol):
    """Turns documents into mentions."""

    def analyse(self, documents: Iterable[Document]) -> Sequence[Analysis]:
        """One analysis per document, in order. Never raises for what a text holds: such a document is FAILED with its reason."""
        ...


class Channel(Protocol):
    """A way to reach people."""

    async def send(self, delivery: Delivery) -> None:
        """Returns when the message is accepted. Raises: DeliveryDeferred (try later), DeliveryRefused (never)."""
        ...

    async def check(self) -> str:
        """Tries the connection without sending; a line saying what answered. Raises: DeliveryError."""
        ...


class Showcase(Protocol):
    """Shows people, beside the mentions, what the state knows. It keeps copies; the state stays the truth."""

    def show(self, state: State, now: datetime) -> int:
        """Copies what changed since the last call, or everything of the retention time at the first; returns how many documents.

        Idempotent by id. Raises: StoreUnavailable, StoreError.
        """
        ...

    def forget(self, before: datetime) -> int:
        """Retention: removes the copies of what ended before `before`; returns how many. Raises: StoreUnavailable, StoreError."""
        ...
