"""Scrapy's settings: the lean, polite set-up that every pass uses, and what the user's `[crawl]` table changes in it.

The middlewares left out cost CPU and do nothing here; robots.txt, addresses and pauses have their own. CONCURRENT_ITEMS: Scrapy
2.19 starts that many tasks for every response, 100 by default.
"""

from typing import Any

from config.schema import Crawl
from crawlers.manners import user_agent

BOT_NAME = "vigie"
SPIDER_MODULES = ["crawlers.spider"]
TWISTED_REACTOR_ENABLED = False
DOWNLOAD_HANDLERS = {
    "http": "crawlers.download.AiohttpHandler",
    "https": "crawlers.download.AiohttpHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    "crawlers.middlewares.addresses.AddressMiddleware": 100,
    "crawlers.middlewares.robots.RobotsMiddleware": 200,
    "crawlers.middlewares.retry_after.RetryAfterMiddleware": 300,
    "crawlers.middlewares.redirect.HopRedirectMiddleware": 600,
}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE = {"scrapy.extensions.throttle.AutoThrottle": 0}
REDIRECT_MAX_TIMES = 8
CONCURRENT_ITEMS = 2
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0.0  # the delay that was promised, never less
AUTOTHROTTLE_MAX_DELAY = 30.0
LOG_FORMATTER = "crawlers.quiet.QuietFormatter"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
STATS_DUMP = False
USER_AGENT = user_agent("")


def of_user(crawl: Crawl) -> dict[str, Any]:
    """The settings that follow from the user's own."""
    return {
        "USER_AGENT": user_agent(crawl.contact),
        "DOWNLOAD_DELAY": crawl.delay_s,
        "AUTOTHROTTLE_ENABLED": crawl.delay_s > 0,
        "AUTOTHROTTLE_START_DELAY": crawl.delay_s,
        "CONCURRENT_REQUESTS": crawl.concurrency,
        "DOWNLOAD_TIMEOUT": crawl.timeout_s,
        "DOWNLOAD_MAXSIZE": int(crawl.max_page_mb * 1_000_000),
        "VIGIE_PROXY": crawl.proxy,
        "VIGIE_ALLOW_PRIVATE": crawl.allow_private,
    }
