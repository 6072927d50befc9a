"""Scrapy's downloader over aiohttp: streamed with a size limit, no address that is not public, no Twisted reactor.

Without a reactor every pass runs on whatever asyncio loop is running, and a page costs half the CPU of the stock handler.
"""

import asyncio
from typing import Any

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from yarl import URL

from crawlers.addresses import PublicResolver
from crawlers.patience import Patience
from vigie.errors import FetchError

TRUNCATE = "vigie_truncate"  # meta key: keep the first bytes of an answer that is too large instead of refusing it

_ACCEPT = "text/html,application/xhtml+xml,application/atom+xml,application/rss+xml,application/feed+json;q=0.9,*/*;q=0.5"


class AiohttpHandler(BaseDownloadHandler):
    """One session per pass. Raises FetchError and FetchRefused, which come out of `engine.download_async` unchanged."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._max_bytes = settings.getint("DOWNLOAD_MAXSIZE")
        self._timeout_s = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._patience = Patience(self._timeout_s)
        self._proxy: str | None = settings.get("VIGIE_PROXY") or None
        self._gate = asyncio.Semaphore(settings.getint("CONCURRENT_REQUESTS"))
        guarded = not (self._proxy or settings.getbool("VIGIE_ALLOW_PRIVATE"))  # a proxy resolves the names itself
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, resolver=PublicResolver() if guarded else None),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            headers={
                "User-Agent": settings.get("USER_AGENT", ""),
                "Accept": _ACCEPT,
                "Accept-Language": "fr,en;q=0.5",
                "Accept-Encoding": "gzip, deflate",
            },
        )

    async def download_request(self, request: Request) -> Response:
        """The answer, whatever its status, redirections not followed. Raises: FetchError."""
        async with self._gate:
            try:
                async with self._patience.waiting():
                    return await self._answer(request)
            except TimeoutError as error:
                raise FetchError(request.url, "timeout", f"no answer within {self._timeout_s:g} s") from error
            except aiohttp.ClientConnectorDNSError as error:
                raise FetchError(request.url, "dns", "no such host") from error
            except aiohttp.ClientSSLError as error:
                raise FetchError(request.url, "tls", str(error)) from error
            except aiohttp.ClientConnectorError as error:
                raise FetchError(request.url, "connection", f"nothing answers at {error.host}:{error.port}") from error
            except (aiohttp.ClientPayloadError, aiohttp.ClientResponseError) as error:
                raise FetchError(request.url, "broken_answer", str(error)) from error
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise FetchError(request.url, "connection", str(error)) from error

    async def _answer(self, request: Request) -> Response:
        started = asyncio.get_running_loop().time()
        headers = {name.decode("latin-1"): b",".join(values).decode("latin-1") for name, values in request.headers.items()}
        url = URL(request.url.partition("#")[0], encoded=True)
        async with self._session.get(url, headers=headers, allow_redirects=False, proxy=self._proxy) as answer:
            request.meta["download_latency"] = asyncio.get_running_loop().time() - started
            body = await self._body(answer, request)
            found: list[tuple[Any, Any]] = list(answer.headers.items())
            return Response(request.url, status=answer.status, headers=Headers(found), body=body, request=request)

    async def _body(self, answer: aiohttp.ClientResponse, request: Request) -> bytes:
        """The decompressed body. Raises: FetchError (`too_large`) as soon as it is too long, the rest is not downloaded."""
        chunks: list[bytes] = []
        size = 0
        async for chunk in answer.content.iter_any():
            size += len(chunk)
            chunks.append(chunk)
            if size > self._max_bytes:
                answer.close()
                if request.meta.get(TRUNCATE):
                    break
                raise FetchError(request.url, "too_large", f"more than {self._max_bytes} bytes")
        return b"".join(chunks)

    async def close(self) -> None:
        self._patience.close()
        await self._session.close()
