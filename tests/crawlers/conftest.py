"""A real web on loopback for the collector: every test says what its sites answer, and sees what they were asked."""

import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from config.schema import Crawl
from crawlers.collect import ScrapyCollector
from vigie.clock import SimulatedClock
from vigie.model import Document, DocumentKind, PassReport, Source

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)


@dataclass
class Answer:
    """What a path answers. `stream` writes the body piece by piece; `hang` never answers until the server stops."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Callable[[], Iterator[bytes]] | None = None
    hang: bool = False


@dataclass(frozen=True)
class Asked:
    host: str
    path: str
    headers: Mapping[str, str]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class Web:
    """One server that plays every host: directly as 127.0.0.1, and as a proxy for any name."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer] = {}
        self.asked: list[Asked] = []
        self.on_asked: dict[str, Callable[[], None]] = {}
        self.endless: dict[str, Callable[[str], str]] = {}
        self.written = 0
        self.stopping = threading.Event()
        self._news = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def at(self, path: str) -> str:
        return self.base + path

    def page(self, path: str, body: str | bytes = b"", *, host: str = "127.0.0.1", **answer: Any) -> str:
        """Puts an answer at a path of a host; returns the path's direct address."""
        content = body.encode() if isinstance(body, str) else body
        self.answers[host, path] = Answer(content, **answer)
        return self.at(path)

    def xml(self, path: str, body: str | bytes, **answer: Any) -> str:
        return self.page(path, body, content_type="application/xml; charset=utf-8", **answer)

    def paths(self, *, robots: bool = False) -> list[str]:
        """The paths that were asked for, in order; with `robots` also those of the rules of the site."""
        return [one.path for one in self.asked if robots or one.path not in ("/robots.txt", "/.well-known/tdmrep.json")]

    def wait_for(self, path: str) -> None:
        """Returns when a path is asked for; blocks the thread."""
        with self._news:
            if not self._news.wait_for(lambda: path in self.paths(), timeout=10):
                raise TimeoutError(path)

    def stop(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web._answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        host = parts.hostname or (request.headers.get("Host") or "").partition(":")[0]
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with self._news:
            self.asked.append(Asked(host, path, dict(request.headers.items())))
            self._news.notify_all()
        if happens := self.on_asked.get(path):
            happens()
        answer = self.answers.get((host, path)) or self._made_up(path)
        if answer.hang:
            self.stopping.wait(30)
            return
        etag = answer.headers.get("ETag")
        if etag and request.headers.get("If-None-Match") == etag:
            answer = Answer(status=304, headers=answer.headers)
        self._write(request, answer)

    def _made_up(self, path: str) -> Answer:
        """The page of an endless place, where everything below its path is one; else a 404."""
        for place, page in self.endless.items():
            if path.startswith(place):
                return Answer(page(path).encode())
        return Answer(b"nothing here", status=404)

    def _write(self, request: BaseHTTPRequestHandler, answer: Answer) -> None:
        request.send_response(answer.status)
        request.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            request.send_header(name, value)
        if answer.stream:
            request.close_connection = True
            request.send_header("Connection", "close")
        else:
            request.send_header("Content-Length", str(len(answer.body)))
        try:
            request.end_headers()
            for piece in answer.stream() if answer.stream else [answer.body]:
                request.wfile.write(piece)
                self.written += len(piece)
        except OSError:
            request.close_connection = True


class Keeping:
    """A sink that keeps what it receives."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.batches: list[int] = []
        self.losses: list[tuple[str, str]] = []
        self.reports: list[PassReport] = []

    def receive(self, documents: Sequence[Document]) -> None:
        self.batches.append(len(documents))
        self.documents.extend(documents)

    def lost(self, source_id: str, reason: str) -> None:
        self.losses.append((source_id, reason))

    def finished(self, report: PassReport) -> None:
        self.reports.append(report)


class Memory(dict[str, str]):
    """A source's memory that lasts as long as the test."""

    def set(self, key: str, value: str | None) -> None:
        if value is None:
            self.pop(key, None)
        else:
            self[key] = value


@dataclass
class Reader:
    """Reads one source of the web, pass after pass, with one memory."""

    clock: SimulatedClock
    settings: Crawl
    asked: Mapping[str, int] | None = None
    memory: Memory = field(default_factory=Memory)
    sink: Keeping = field(default_factory=Keeping)

    def __post_init__(self) -> None:
        self.collector = ScrapyCollector(self.settings, self.clock, asked=self.asked)

    async def read(self, kind: str, url: str, **options: Any) -> PassReport:
        """One pass; `sink` then holds the documents of this pass alone."""
        self.sink = Keeping()
        source = source_of(kind, url, **options)
        return (await self.collector.collect([source], self.sink, {source.id: self.memory}))[0]

    @property
    def documents(self) -> list[Document]:
        return self.sink.documents

    @property
    def losses(self) -> list[str]:
        return [reason for _, reason in self.sink.losses]

    def urls(self) -> list[str]:
        return [urlsplit(document.url).path for document in self.documents]


def source_of(kind: str, url: str, source_id: str = "gazette", **options: Any) -> Source:
    return Source(id=source_id, kind=kind, url=url, name="La Gazette", document_kind=DocumentKind.NEWS, options=options)


def article_html(title: str, text: str = "", published: str = "2026-03-12T08:00:00+01:00", more: str = "") -> str:
    """An article's page as a newspaper serves it."""
    body = text or f"{title}. La marque a publié un communiqué ce matin, que nos lecteurs commentent abondamment depuis."
    ld = (
        f'{{"@context":"https://schema.org","@type":"NewsArticle","headline":"{title}","datePublished":"{published}",'
        '"author":{"@type":"Person","name":"Jeanne Martin"}}'
    )
    return f"""<!doctype html><html lang="fr"><head><title>{title}</title><script type="application/ld+json">{ld}</script></head>
<body><header><nav><a href="/">Accueil</a></nav></header><main><article><h1>{title}</h1>
<p>{body}</p><p>Interrogée par notre rédaction, la direction annonce une réunion dans la semaine avec les associations.</p>
</article>{more}</main><footer>Mentions légales</footer></body></html>"""


def rss(items: str, channel: str = "") -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0"><channel><title>La Gazette</title>
<link>http://127.0.0.1/</link><language>fr</language>{channel}{items}</channel></rss>"""


def item(url: str, title: str, text: str = "Le chapeau de l'article.", guid: str = "", more: str = "") -> str:
    return (
        f"<item><title>{title}</title><link>{url}</link><guid isPermaLink='false'>{guid or url}</guid>"
        f"<description>{text}</description><pubDate>Thu, 12 Mar 2026 07:00:00 +0000</pubDate>{more}</item>"
    )


@dataclass(frozen=True)
class Markup:
    """The pages that tests are made of."""

    article: Callable[..., str] = article_html
    rss: Callable[..., str] = rss
    item: Callable[..., str] = item
    source: Callable[..., Source] = source_of


@pytest.fixture
def web() -> Iterator[Web]:
    """A web where everything is a 404 until a test puts it there, robots.txt included."""
    web = Web()
    yield web
    web.stop()


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOW)


@pytest.fixture
def manners() -> dict[str, Any]:
    """Settings of the tests: no delay between requests, loopback allowed. A test changes what it is about."""
    return {"delay_s": 0, "allow_private": True, "timeout_s": 10}


@pytest.fixture
def reader(clock: SimulatedClock, manners: dict[str, Any]) -> Reader:
    return Reader(clock, Crawl(**manners))


@pytest.fixture
def reader_with(clock: SimulatedClock, manners: dict[str, Any]) -> Callable[..., Reader]:
    """A reader whose crawl settings differ from the tests' usual ones."""
    return lambda asked=None, **changed: Reader(clock, Crawl(**{**manners, **changed}), asked)


@pytest.fixture
def markup() -> Markup:
    return Markup()


@pytest.fixture
def read_many(clock: SimulatedClock, manners: dict[str, Any]) -> Callable[..., Awaitable[tuple[list[PassReport], Keeping]]]:
    """Reads several sources in one pass."""

    async def read(*sources: Source, **changed: Any) -> tuple[list[PassReport], Keeping]:
        sink = Keeping()
        collector = ScrapyCollector(Crawl(**{**manners, **changed}), clock)
        return list(await collector.collect(sources, sink, {source.id: Memory() for source in sources})), sink

    return read
