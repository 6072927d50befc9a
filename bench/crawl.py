"""Pages per CPU second of Vigie's collector against stock Scrapy, on the same loopback pages: python bench/crawl.py [PAGES]

Both crawl the same board pages and read the same fields from each; the server runs in a process of its own, so that only the
crawlers' CPU is counted. Stock Scrapy runs in a process of its own too, with its defaults (a reactor cannot be restarted).
"""

import asyncio
import json
import multiprocessing
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import scrapy
from parsel import Selector
from scrapy.crawler import AsyncCrawlerProcess

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config.schema import Crawl, Strict
from crawlers import spider  # noqa: F401  loaded before the clock starts, as Scrapy is for stock
from crawlers.collect import ScrapyCollector
from crawlers.fetch import PassingMemory
from crawlers.kinds.connector import Kind
from crawlers.visit import Visit
from vigie.clock import SystemClock
from vigie.model import DateSource, Document, DocumentKind, PublicationDate, Source, document_id

POSTS = 8
TEXT = "Le service client ne répond plus depuis trois jours, et la marque ne dit rien. " * 6


def page(number: int) -> bytes:
    """A page of a forum topic with eight posts: some 6 kB."""
    posts = "".join(
        f'<article class="post" id="p{number}-{post}"><b class="author">membre{post}</b>'
        f'<time datetime="2026-03-12T08:{post:02}:00Z">12 mars</time><div class="text">{TEXT}</div></article>'
        for post in range(POSTS)
    )
    return f'<!doctype html><html><body>{posts}<a rel="next" href="/{number + 1}">Suite</a></body></html>'.encode()


class _Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        missing = self.path == "/robots.txt"
        body = b"" if missing else page(int(self.path[1:]))
        self.send_response(404 if missing else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _serve(answer: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    answer.send(server.server_address[1])
    server.serve_forever()


def read_posts(body: bytes) -> list[tuple[str, str, str]]:
    """What both crawlers read from a page: author, date and text of each post."""
    posts = Selector(body=body).css("article.post")
    return [
        (post.css(".author::text").get(""), post.css("time::attr(datetime)").get(""), post.css(".text::text").get(""))
        for post in posts
    ]


def run_stock(base: str, pages: int) -> None:
    """Stock Scrapy: one spider with its default settings, every page a start request."""

    class Stock(scrapy.Spider):
        name = "stock"

        async def start(self) -> AsyncIterator[Any]:
            for number in range(pages):
                yield scrapy.Request(f"{base}/{number}")

        def parse(self, response: Any) -> Any:
            for author, date, text in read_posts(response.body):
                yield {"author": author, "date": date, "text": text}

    process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR", "ROBOTSTXT_OBEY": True}, install_root_handler=True)
    crawler = process.create_crawler(Stock)
    process.crawl(crawler)
    started = time.process_time()
    process.start()
    print(json.dumps({"cpu_s": time.process_time() - started, "items": crawler.stats.get_value("item_scraped_count")}))


def run_vigie(base: str, pages: int) -> None:
    """Vigie's collector with a connector that asks for the same pages and makes a document of each post."""

    class Bench:
        async def read(self, visit: Visit) -> AsyncGenerator[Document, None]:
            for number in range(pages):
                found = await visit.get(f"{base}/{number}")
                for place, (author, _, text) in enumerate(read_posts(found.body)):
                    url = f"{found.url}#p{place}"
                    date = PublicationDate(visit.now, DateSource.TIME_ELEMENT, 1.0)
                    yield Document(document_id(url), "bench", DocumentKind.FORUM_POST, url, "", text, author, date, visit.now)

    class Counting:
        items = 0

        def receive(self, documents: Any) -> None:
            self.items += len(documents)

        def lost(self, source_id: str, reason: str) -> None:
            pass

        def finished(self, report: Any) -> None:
            pass

    settings = Crawl(delay_s=0, allow_private=True, max_pages_per_pass=pages)
    source = Source("bench", "bench", base, "bench", DocumentKind.FORUM_POST, interval=timedelta(minutes=15))
    sink = Counting()
    collector = ScrapyCollector(settings, SystemClock(), kinds={"bench": Kind(Strict, lambda _: Bench())})
    started = time.process_time()
    asyncio.run(collector.collect([source], sink, {"bench": PassingMemory()}))
    print(json.dumps({"cpu_s": time.process_time() - started, "items": sink.items}))


def measure(which: str, base: str, pages: int) -> float:
    """Pages per CPU second of one crawler once it runs: two crawls are compared, so that start-up is in neither."""
    short = pages // 8
    return (pages - short) / (_cpu_s(which, base, pages) - _cpu_s(which, base, short))


def _cpu_s(which: str, base: str, pages: int) -> float:
    command = [sys.executable, __file__, f"--{which}", base, str(pages)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    result = json.loads(done.stdout.splitlines()[-1])
    if result["items"] != pages * POSTS:
        raise SystemExit(f"{which}: {result['items']} posts were read, {pages * POSTS} are there")
    return float(result["cpu_s"])


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 800
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(there,), daemon=True)
    server.start()
    base = f"http://127.0.0.1:{here.recv()}"
    stock, vigie = (measure(which, base, pages) for which in ("stock", "vigie"))
    print(f"stock Scrapy  {stock:7.0f} pages per CPU second")
    print(f"Vigie         {vigie:7.0f} pages per CPU second")
    print(f"ratio         {vigie / stock:7.2f}   ({pages} pages of {len(page(0)) / 1000:.1f} kB, {POSTS} posts each)")


if __name__ == "__main__":
    if sys.argv[1:2] in (["--stock"], ["--vigie"]):
        (run_stock if sys.argv[1] == "--stock" else run_vigie)(sys.argv[2], int(sys.argv[3]))
    else:
        main()
