"""Obeys robots.txt on every hop: fetched once a day and origin, shared by every pass, and never ignored."""

import asyncio
from collections import defaultdict
from dataclasses import replace
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.download import TRUNCATE
from crawlers.manners import LONGEST_CRAWL_DELAY_S, PAUSES, Manners, manners_of, origin_of, running_engine
from crawlers.optouts import REASONS, TDM_FILE, read_tdm_file
from crawlers.robots import MAX_BYTES, OPEN, Closure, Robots, read_robots, robots_text
from vigie.errors import FetchError, FetchRefused

_FOR_ROBOTS = "vigie_robots"


class RobotsMiddleware:
    """Raises FetchRefused (`robots`) for what is disallowed.

    While the rules cannot be read, FetchError: with the reason why the server cannot be reached (`dns`, `tls`, `timeout`...), or
    `robots_unreachable` when it answers, but not with rules.
    """

    def __init__(self, crawler: Crawler, manners: Manners) -> None:
        self._crawler = crawler
        self._manners = manners
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, manners_of(crawler))

    async def process_request(self, request: Request) -> None:
        if request.meta.get(_FOR_ROBOTS):
            return
        robots = await self.rules(origin_of(request.url))
        decision = robots.decide(self._manners.agent, request.url)
        if robots.closed:
            raise FetchError(request.url, robots.closed.reason, robots.closed.message)
        if not decision.allowed:
            raise FetchRefused(request.url, "robots", f"robots.txt says {decision.rule}")
        if robots.reserved and not (reserved := robots.reserved.decide(self._manners.agent, request.url)).allowed:
            raise FetchRefused(request.url, REASONS["tdm"], f"{TDM_FILE} reserves {reserved.rule.partition(' ')[2]}")
        self._slow_down(request, robots)

    async def rules(self, origin: str) -> Robots:
        """The rules of an origin, fetched when they are not known or a day old."""
        async with self._locks[origin]:
            known = self._manners.robots_of(origin)
            if known is None:
                known = await self._fetch(origin)
                if not known.closed:
                    known = replace(known, reserved=await self._reserved(origin, known))
                self._manners.keep_robots(origin, known)
            return known

    async def _fetch(self, origin: str) -> Robots:
        """RFC 9309, 2.3.1: an error of the server closes everything, a file that is not there opens everything."""
        try:
            response = await self._ask(f"{origin}/robots.txt")
        except FetchError as error:
            if isinstance(error, FetchRefused) or error.reason in PAUSES:
                raise
            return Robots(closed=Closure(error.reason, str(error).removeprefix(f"{error.url}: ")))
        except IgnoreRequest:  # more redirections than anybody follows: not available
            return OPEN
        return rules_in(response)

    async def _reserved(self, origin: str, robots: Robots) -> Robots | None:
        """What a file of the site reserves from text and data mining; None when nothing, or when that is not honoured."""
        url = origin + TDM_FILE
        if "tdm" not in self._manners.crawl.honour or not robots.decide(self._manners.agent, url).allowed:
            return None
        try:
            response = await self._ask(url)
        except (FetchError, IgnoreRequest):  # whatever is wrong with the site shows at the page itself
            return None
        rules = read_tdm_file(response.body) if response.status == 200 else None
        return rules if rules and rules.groups and rules.groups[0].rules else None

    async def _ask(self, url: str) -> Response:
        """The answer to a request that no rules speak of. Raises: FetchError, IgnoreRequest."""
        request = Request(url, meta={_FOR_ROBOTS: True, TRUNCATE: True}, dont_filter=True)
        return await running_engine(self._crawler).download_async(request)

    def _slow_down(self, request: Request, robots: Robots) -> None:
        """Crawl-delay, or the delay set for the site, where it is longer than our own, is the delay of that host's slot."""
        asked = min(robots.delay_s(self._manners.agent) or 0.0, LONGEST_CRAWL_DELAY_S)
        asked = max(asked, self._manners.of_site(request.url).delay_s)
        if asked <= self._manners.crawl.delay_s:
            return
        downloader = running_engine(self._crawler).downloader
        host = urlsplit(request.url).hostname or ""
        request.meta["autothrottle_dont_adjust_delay"] = True
        downloader.per_slot_settings[host] = {"delay": asked}
        if host in downloader.slots:
            downloader.slots[host].delay = asked


def rules_in(response: Response) -> Robots:
    """What an answer to /robots.txt means. 429 is a server that cannot answer now, like a 5xx."""
    if response.status >= 500 or response.status == 429:
        message = f"the server answers {response.status} to robots.txt, so nothing is asked"
        return Robots(closed=Closure("robots_unreachable", message))
    if response.status >= 300:
        return OPEN
    return read_robots(robots_text(response.body[: MAX_BYTES + 1]))
