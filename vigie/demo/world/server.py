"""One loopback server for all the invented sites: an HTTP proxy to its clients, which tells hosts apart by the address asked for.

So addresses, ids and links are the same on every run, whatever the port.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from vigie.demo.world.blog_pages import BlogPages
from vigie.demo.world.forum_pages import ForumPages
from vigie.demo.world.items import Article, World
from vigie.demo.world.news_pages import NewsPages
from vigie.demo.world.pages import Rendered, SitePages
from vigie.demo.world.places import BLOG, BOARDS, FORUM, GAZETTE, OUTLETS, SILENT_BLOG, TRADE, Site


class Requests:
    """What was asked of the server so far. Safe to read while it serves."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_status: Counter[int] = Counter()
        self._by_host: Counter[str] = Counter()
        self._by_url: Counter[str] = Counter()

    def note(self, url: str, status: int) -> None:
        """Counts one answer."""
        with self._lock:
            self._by_status[status] += 1
            self._by_host[urlsplit(url).hostname or ""] += 1
            self._by_url[url] += 1

    @property
    def total(self) -> int:
        with self._lock:
            return self._by_status.total()

    @property
    def not_modified(self) -> int:
        """Answers 304."""
        return self.by_status.get(HTTPStatus.NOT_MODIFIED, 0)

    @property
    def by_status(self) -> Mapping[int, int]:
        with self._lock:
            return dict(self._by_status)

    @property
    def by_host(self) -> Mapping[str, int]:
        with self._lock:
            return dict(self._by_host)

    @property
    def by_url(self) -> Mapping[str, int]:
        with self._lock:
            return dict(self._by_url)


class WorldServer:
    """Serves `world` on a free loopback port, from `__enter__` to `__exit__`; pages show what was published by `now()`."""

    def __init__(self, world: World, now: Callable[[], datetime]) -> None:
        self.requests = Requests()
        self._server = _Server(_sites(world), now, self.requests)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # keep-alive connections end with their client
    request_queue_size = 128

    def __init__(self, sites: Mapping[str, SitePages], now: Callable[[], datetime], requests: Requests) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sites, self.now, self.requests = sites, now, requests


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "apache", ""
    wbufsize = 1 << 16  # head and body leave together: two small packets would wait 40 ms for each other
    server: _Server

    def do_GET(self) -> None:
        url = self.path if "://" in self.path else f"http://{self.headers.get('Host', '')}{self.path}"
        address = urlsplit(url)
        site = self.server.sites.get((address.hostname or "").lower())
        query = dict(parse_qsl(address.query))
        page = site.page(address.path or "/", query, self.server.now()) if site else None
        if page is None:
            self._send(url, HTTPStatus.NOT_FOUND, Rendered(b"<h1>404</h1>", "text/html; charset=UTF-8"))
        elif page.modified and self._has_already(page):
            self._send(url, HTTPStatus.NOT_MODIFIED, page)
        else:
            self._send(url, HTTPStatus.OK, page)

    do_HEAD = do_GET  # noqa: N815 - the name the base class calls

    def do_CONNECT(self) -> None:
        self.send_error(HTTPStatus.NOT_IMPLEMENTED, "these sites speak plain HTTP only")

    def _refuse(self) -> None:
        self.send_response(HTTPStatus.METHOD_NOT_ALLOWED)
        self.send_header("Connection", "close")  # the body that may follow is not read
        self.send_header("Allow", "GET, HEAD")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _refuse  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the counters say what was asked."""

    def _has_already(self, page: Rendered) -> bool:
        """Whether the client's copy is this page: RFC 9110 section 13.2.2, where the entity tag goes before the date."""
        if tags := self.headers.get("If-None-Match"):
            return tags.strip() == "*" or page.etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        since = since if since.tzinfo else since.replace(tzinfo=UTC)
        return page.modified is not None and page.modified.replace(microsecond=0) <= since

    def _send(self, url: str, status: HTTPStatus, page: Rendered) -> None:
        self.server.requests.note(url, status)
        self.send_response(status)
        if page.modified:
            self.send_header("ETag", page.etag)
            self.send_header("Last-Modified", format_datetime(page.modified, usegmt=True))
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        if status is not HTTPStatus.NOT_MODIFIED and self.command != "HEAD":
            self.wfile.write(page.body)


def _sites(world: World) -> Mapping[str, SitePages]:
    """The pages of every host."""

    def of(site: Site) -> list[Article]:
        return [article for article in world.articles if article.host == site.host]

    sites: dict[str, SitePages] = {site.host: NewsPages(site, of(site)) for site in OUTLETS}
    sites[GAZETTE.host] = NewsPages(GAZETTE, of(GAZETTE), canary=world.canary)
    sites[TRADE.host] = NewsPages(TRADE, of(TRADE), feed="broken")
    sites[BLOG.host] = BlogPages(BLOG, of(BLOG), world.comments)
    sites[SILENT_BLOG.host] = BlogPages(SILENT_BLOG, of(SILENT_BLOG))
    sites[FORUM.host] = ForumPages(FORUM, BOARDS, world.posts)
    return sites
