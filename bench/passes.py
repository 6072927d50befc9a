"""What many sources cost one process: memory of a first pass over a thousand, CPU of a pass over 500 with nothing new.

python bench/passes.py [SOURCES]. Each source is a feed of five articles on a host of its own (127.x.y.z), read through the watch
with its real state in SQLite and politeness at its defaults. The server runs in a process of its own.
"""

import asyncio
import multiprocessing
import resource
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config.schema import Brand, Config, Crawl, Settings, SourceRow
from vigie.clock import SystemClock
from vigie.watch import open_watch

ARTICLES = 5
IDLE = 500
_TEXT = "Le service client de Marelle ne répond plus depuis trois jours, et la marque ne dit rien à ses clients. " * 20


class _Sites(BaseHTTPRequestHandler):
    """Every host has /feed, with a validator, and its articles."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/feed":
            status, body = ("304 Not Modified", b"") if self.headers.get("If-None-Match") else ("200 OK", self._feed())
        elif self.path.startswith("/a"):
            status, body = "200 OK", f"<html><body><article><h1>Article</h1><p>{_TEXT}</p></article></body></html>".encode()
        else:
            status, body = "404 Not Found", b""
        head = f'HTTP/1.1 {status}\r\nETag: "1"\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n'
        self.wfile.write(head.encode() + body)

    def _feed(self) -> bytes:
        items = "".join(
            f"<item><title>Article {number}</title><link>http://{self.headers['Host']}/a{number}</link></item>"
            for number in range(ARTICLES)
        )
        return f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024


def _serve(answer: Connection) -> None:
    server = _Server(("0.0.0.0", 0), _Sites)
    answer.send(server.server_address[1])
    server.serve_forever()


def _config(folder: Path, port: int, sources: int) -> Config:
    rows = [
        {"id": f"s{number}", "kind": "feed", "url": f"http://127.1.{number // 250}.{number % 250 + 1}:{port}/feed"}
        for number in range(sources)
    ]
    return Config(
        folder=folder,
        settings=Settings(crawl=Crawl(allow_private=True)),
        brands=[Brand(id="marelle", name="Marelle", query="marelle")],
        sources=[SourceRow.model_validate(row) for row in rows],
        rules=[],
        digests=[],
    )


def _memory_mb() -> float:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def _measure(config: Config) -> None:
    with open_watch(config, SystemClock(), {}) as watch:
        print(f"at the start  {_memory_mb():.0f} MB, what understands texts included")
        started = time.process_time()
        reports = await watch.collect()
        read, took = sum(report.documents for report in reports), time.process_time() - started
        print(f"first pass    {len(reports)} sources, {read} documents: {_memory_mb():.0f} MB, {took:.1f} s of CPU")
        idle = config.watched_sources[:IDLE]
        started = time.process_time()
        reports = await watch.collect(idle)
        unchanged, took = sum(report.not_modified for report in reports), time.process_time() - started
        print(f"nothing new   {len(idle)} sources, {unchanged} unchanged: {took:.1f} s of CPU")


def main() -> None:
    sources = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(there,), daemon=True)
    server.start()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(_config(Path(folder), here.recv(), sources)))


if __name__ == "__main__":
    main()
