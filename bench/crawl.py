"""Pages per CPU second of Vigie's collector, of stock Scrapy and of a bare aiohttp loop: python bench/crawl.py [PAGES]

All read the same fields from the same loopback pages, Vigie with all that politeness asks for, at delay 0; the loop, which has no
robots.txt, retries or limits, is the floor. Server and crawlers run in processes of their own: only a crawler's CPU is counted.
Stock Scrapy has its defaults.
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

import aiohttp
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
TEXT = "Le service client ne répond plus depuis trois jours, et la marque ne dit rien. " * 7


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
        number = self.path[1:]
        body = page(int(number)) if number.isdecimal() else b""  # no robots.txt, no reservations
        status = "200 OK" if body else "404 Not Found"
        head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)  # in one piece: two would wait for each other's acknowledgement

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


def run_bare(base: str, pages: int) -> None:
    """A bare loop: 16 requests at once, nothing but the reading."""

    async def crawl() -> int:
        async with aiohttp.ClientSession() as client:
            gate = asyncio.Semaphore(16)

            async def read(number: int) -> int:
                async with gate, client.get(f"{base}/{number}") as answer:
                    return len(read_posts(await answer.read()))

            return sum(await asyncio.gather(*(read(number) for number in range(pages))))

    started = time.process_time()
    items = asyncio.run(crawl())
    print(json.dumps({"cpu_s": time.process_time() - started, "items": items}))


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
    stock, vigie, bare = (measure(which, base, pages) for which in RUNS)
    print(f"stock Scrapy  {stock:7.0f} pages per CPU second")
    print(f"Vigie         {vigie:7.0f} pages per CPU second")
    print(f"bare aiohttp  {bare:7.0f} pages per CPU second")
    print(f"ratio         {vigie / stock:7.2f}   ({pages} pages of {len(page(0)) / 1000:.1f} kB, {POSTS} posts each)")


RUNS = {"stock": run_stock, "vigie": run_vigie, "bare": run_bare}

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1].startswith("--"):
        RUNS[sys.argv[1][2:]](sys.argv[2], int(sys.argv[3]))
    else:
        main()
