"""Keeps Scrapy's line per request out of the log: a pass logs one line per source."""

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult


class QuietFormatter(LogFormatter):
    """Says nothing of requests that went well."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]
        return None
