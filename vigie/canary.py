"""The canary: a mention that Vigie plants, reads as it reads any site, and follows through the store to detection.

A small server on loopback publishes it as a feed with an article. From there it goes the ordinary way: robots.txt, feed and page
through the collector, inbox, analysis, mention store, arrivals. Its brand is no brand of the team's, so that no rule, chart or
digest counts it, and its mention is removed as soon as it was detected. Not covered: the network outside, and the mail.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from alerts.canary import Flight, arrived, flights, give_up, keep
from config.schema import Brand, Config
from crawlers.fetch import PassingMemory
from vigie.clock import Clock
from vigie.model import Document, DocumentKind, PassReport, Source, mention_id
from vigie.pipeline import Intake, noting_outage
from vigie.ports import Collector, MentionStore, State

_LOG = logging.getLogger(__name__)
_BATCH = 10_000
_SITE = "http://canari.invalid"  # RFC 2606: nobody's; asked of the loopback server as of a proxy
_FEED = f"{_SITE}/flux.xml"
CANARY_BRAND = Brand(id="vigie-canari", name="Vigicanari", query="Vigicanari", profile=False)
CANARY_SOURCE = Source(id="vigie-canari", kind="feed", url=_FEED, name="Vigie", document_kind=DocumentKind.BLOG)
_TEXTS = {
    "fr": "Le petit oiseau Vigicanari a été vu ce matin dans le jardin, et tout le monde l'a entendu chanter jusqu'à midi.",
    "en": "The little bird Vigicanari was seen in the garden this morning, and everybody heard it sing until noon.",
}

CollectorAt = Callable[[str], Collector]
"""A collector that asks everything of the proxy at this address."""


@dataclass(slots=True)
class Canary:
    """Plants mentions and looks where they are. Remembers nothing that is not in the state, but how far it has read."""

    config: Config
    clock: Clock
    state: State
    store: MentionStore
    intake: Intake
    collector_at: CollectorAt
    _read_until: int = 0
    _arrived: set[str] = field(default_factory=set)

    async def plant(self) -> None:
        """Publishes a mention and has it collected, when it is time for the next one."""
        now = self.clock.now()
        known = flights(self.state)
        if known and now - known[-1].planted_at < self.config.settings.canary.every:
            return
        await self._remove([one for one in known if one.lost])  # it may have come after it was given up
        token = secrets.token_hex(6)
        keep(self.state, [*known, Flight(token, "", now)], now)
        sink = _Sink(self.intake)
        with _published(token, now, _language(self.config)) as proxy:
            await self.collector_at(proxy).collect([CANARY_SOURCE], sink, {CANARY_SOURCE.id: PassingMemory()})
        if not sink.received:
            _LOG.warning("event=canary_not_collected")
            return
        document = sink.received[0].id
        named = Flight(mention_id(document, CANARY_BRAND.id), document, now, collected_at=self.clock.now())
        self._keep_each(lambda one: named if one.mention_id == token else one)

    async def look_in_store(self) -> None:
        """Notes the flights whose mention can be read in the store. Raises: StoreUnavailable."""
        waiting = [one.mention_id for one in flights(self.state) if one.is_under_way and one.collected_at and not one.stored_at]
        stored = await asyncio.to_thread(self._readable, waiting) if waiting else []
        if stored:
            now = self.clock.now()
            self._keep_each(lambda one: replace(one, stored_at=now) if one.mention_id in stored else one)

    async def look_at_arrivals(self) -> None:
        """After a tick: notes the flights whose arrival detection has read, removes their mentions, and gives up the lost.

        Raises: StoreUnavailable; the next call does what was left.
        """
        now = self.clock.now()
        under_way = [one for one in flights(self.state) if one.is_under_way]
        if under_way:
            await asyncio.to_thread(self._read_arrivals)
        for flight in [one for one in under_way if one.mention_id in self._arrived]:
            await self._remove([flight])
            arrived(self.state, self.config, replace(flight, stored_at=flight.stored_at or now, detected_at=now), now)
            self._arrived.discard(flight.mention_id)
        give_up(self.state, self.config, now)

    def _readable(self, mentions: Sequence[str]) -> list[str]:
        with noting_outage(self.state):
            return [mention for mention in mentions if self.store.get(mention) is not None]

    async def _remove(self, flown: Sequence[Flight]) -> None:
        documents = [one.document_id for one in flown if one.document_id]
        if documents:
            with noting_outage(self.state):
                await asyncio.to_thread(self.store.remove_documents, documents)

    def _read_arrivals(self) -> None:
        """Reads the arrivals since the last call, of which those of the canary are kept."""
        while True:
            arrivals = self.state.arrivals_after(self._read_until, _BATCH)
            self._arrived.update(arrival.mention_id for arrival in arrivals if arrival.brand_id == CANARY_BRAND.id)
            if arrivals:
                self._read_until = arrivals[-1].sequence
            if len(arrivals) < _BATCH:
                return

    def _keep_each(self, change: Callable[[Flight], Flight]) -> None:
        keep(self.state, [change(one) for one in flights(self.state)], self.clock.now())


def _language(config: Config) -> str:
    return next((one for one in config.settings.analysis.languages if one in _TEXTS), "fr")


@dataclass(slots=True)
class _Sink:
    """Hands what is collected to the ordinary intake. The pass is kept nowhere: the canary is no source of the team's."""

    intake: Intake
    received: list[Document] = field(default_factory=list)

    def receive(self, documents: Sequence[Document]) -> None:
        self.intake.receive(documents)
        self.received.extend(documents)

    def lost(self, source_id: str, reason: str) -> None:
        _LOG.warning("event=canary_page_lost reason=%s", reason)

    def finished(self, report: PassReport) -> None:
        if not report.ok:
            _LOG.warning("event=canary_pass_failed errors=%s message=%s", dict(report.errors), report.message)


@contextmanager
def _published(token: str, at: datetime, language: str) -> Iterator[str]:
    """Serves a feed with one article of this name and moment on a free loopback port; gives the address of that proxy."""
    pages = _pages(token, at, language)

    class _Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = pages.get(self.path, ("", b""))
            self.send_response(HTTPStatus.OK if body else HTTPStatus.NOT_FOUND)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: the collector's own report is enough."""

    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def _pages(token: str, at: datetime, language: str) -> dict[str, tuple[str, bytes]]:
    """The feed and the article by their addresses, each with its type."""
    title, text, page = f"Vigicanari {token}", _TEXTS[language], f"{_SITE}/{token}"
    item = f"<item><title>{title}</title><link>{page}</link><guid>{page}</guid><pubDate>{format_datetime(at)}</pubDate></item>"
    feed = f'<rss version="2.0"><channel><title>Vigie</title><link>{_SITE}/</link>{item}</channel></rss>'
    article = (
        f'<html lang="{language}"><head><title>{title}</title><meta property="article:published_time" content="{at.isoformat()}">'
        f"</head><body><article><h1>{title}</h1><p>{text}</p><p>{text}</p></article></body></html>"
    )
    return {
        _FEED: ("application/rss+xml; charset=utf-8", feed.encode()),
        page: ("text/html; charset=utf-8", article.encode()),
    }
