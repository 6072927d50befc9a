"""Refuses addresses that are not http(s) or spell out a private host; names are checked where they are resolved."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from crawlers.addresses import refuse_unreachable


class AddressMiddleware:
    """Raises FetchRefused before anything is asked."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getbool("VIGIE_ALLOW_PRIVATE"))

    def process_request(self, request: Request) -> None:
        refuse_unreachable(request.url, allow_private=self._allow_private)
