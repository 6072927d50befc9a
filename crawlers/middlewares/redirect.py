"""Follows redirections as Scrapy does, with every hop held to the manners of its own host."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response

_OF_THE_HOST = ("download_slot", "autothrottle_dont_adjust_delay")


class HopRedirectMiddleware(RedirectMiddleware):
    """Scrapy's own keeps the download slot of the first host, so that the delay of the second is not kept. No Referer is sent."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        return middleware

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        following = super().process_response(request, response)
        if isinstance(following, Request):
            for key in _OF_THE_HOST:
                following.meta.pop(key, None)
        return following
