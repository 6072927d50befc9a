"""What a hostile web costs a pass: python bench/hostile.py [GOOD]. A fifth of the sources are bombs, traps, servers that hang.

Every site is a host of its own (127.x.y.z); the server runs in a process of its own. Good sites have to bring their document;
printed are the reasons that were counted for the others, and the CPU, the wall time and the memory of the pass.
"""

import asyncio
import gzip
import multiprocessing
import resource
import sys
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config.schema import Crawl
from crawlers.collect import ScrapyCollector
from crawlers.fetch import PassingMemory
from vigie.clock import SystemClock
from vigie.model import DocumentKind, Source

TIMEOUT_S = 20
_FEED = (
    b'<rss version="2.0"><channel><title>x</title><item><title>Un titre</title><link>http://a.example/1</link>'
    b"<description>Un texte qui suffit.</description></item></channel></rss>"
)
_BOMB = gzip.compress(b"\0" * 200_000_000)
_NEXT = '<a rel="next" href="{0}/suite">Suite</a>'
_DAYS = _NEXT + "".join(f'<h2><a href="{{0}}/{day}">Le jour numéro {day} de ce calendrier</a></h2>' for day in range(30))
HOSTILE = ("bomb", "endless", "drip", "hang", "loop", "wide", "deep", "calendar", "broken", "wall")


class _Sites(BaseHTTPRequestHandler):
    """What a site is stands in the first part of the path."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        trick = self.path.split("/")[1].partition("?")[0]
        if trick in ("hang", "drip", "endless"):
            self._never_end(trick)
            return
        status, headers, body = self._answer(trick)
        lines = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", f"Content-Length: {len(body)}", *headers, "", ""]
        self.wfile.write("\r\n".join(lines).encode() + body)

    def _answer(self, trick: str) -> tuple[str, list[str], bytes]:
        answers: dict[str, tuple[str, list[str], bytes]] = {
            "good": ("200 OK", [], _FEED),
            "bomb": ("200 OK", ["Content-Encoding: gzip"], _BOMB),
            "loop": ("302 Found", [f"Location: {self.path}"], b""),
            "wall": ("302 Found", ["Location: /connexion?retour=1"], b""),
            "connexion": ("200 OK", [], b"<form>Votre compte</form>"),
            "wide": ("200 OK", [], b"<p>a" * 400_000),
            "deep": ("200 OK", [], b"<html><body>" + b"<div>" * 100_000),
            "calendar": ("200 OK", [], _DAYS.replace("{0}", self.path[:150]).encode()),
            "broken": ("500 Internal Server Error", [], b""),
        }
        return answers.get(trick, ("404 Not Found", [], b""))

    def _never_end(self, trick: str) -> None:
        pause, piece = (0.5, b"<") if trick == "drip" else (0.0, b"x" * 100_000)
        try:
            if trick != "hang":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
            end = time.monotonic() + 3 * TIMEOUT_S
            while time.monotonic() < end:
                time.sleep(pause or (1 if trick == "hang" else 0))
                if trick != "hang":
                    self.wfile.write(piece)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


def _serve(answer: Connection) -> None:
    server = _Server(("0.0.0.0", 0), _Sites)
    answer.send(server.server_address[1])
    server.serve_forever()


class _Counting:
    def __init__(self) -> None:
        self.sources: set[str] = set()

    def receive(self, documents: Any) -> None:
        self.sources |= {document.source_id for document in documents}

    def lost(self, source_id: str, reason: str) -> None:
        pass

    def finished(self, report: Any) -> None:
        pass


def _sources(good: int, port: int) -> list[Source]:
    tricks = ["good"] * good
    for number in range(good // 4):
        tricks.insert(number * 5, HOSTILE[number % len(HOSTILE)])
    kinds = {"calendar": "site", "wide": "page", "deep": "page", "wall": "page"}
    return [
        Source(
            id=f"{trick}-{number}",
            kind=kinds.get(trick, "feed"),
            url=f"http://127.2.{number // 250}.{number % 250 + 1}:{port}/{trick}/{number}",
            name=trick,
            document_kind=DocumentKind.NEWS,
            options={"fetch_pages": False} if trick == "good" else {"listing": True} if trick == "calendar" else {},
        )
        for number, trick in enumerate(tricks)
    ]


def main() -> None:
    good = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(there,), daemon=True)
    server.start()
    sources, sink = _sources(good, here.recv()), _Counting()
    settings = Crawl(delay_s=0, allow_private=True, timeout_s=TIMEOUT_S, max_pages_per_pass=50)
    memories = {source.id: PassingMemory() for source in sources}
    cpu, wall = time.process_time(), time.monotonic()
    reports = asyncio.run(ScrapyCollector(settings, SystemClock()).collect(sources, sink, memories))
    reasons: Counter[str] = Counter()
    for report in reports:
        reasons.update(report.errors)
    read = sum(source.startswith("good-") for source in sink.sources)
    print(f"good sites    {read} of {good} read, beside {len(sources) - good} hostile ones; counted: {dict(reasons)}")
    print(f"the pass      {time.process_time() - cpu:.1f} s of CPU in {time.monotonic() - wall:.0f} s, ", end="")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main()
