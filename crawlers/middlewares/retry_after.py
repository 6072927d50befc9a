"""Leaves a site alone when it says 429 or 503 with Retry-After, outside of its hours, and when its requests are used up.

Nothing more is asked of it until then, by any source. Every request that goes out is counted here.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawlers.manners import Manners, manners_of, origin_of
from vigie.errors import FetchError

DEFAULT_WAIT = timedelta(minutes=10)  # a 429 that does not say how long
LONGEST_WAIT = timedelta(days=1)
_WHY = {
    "asked_to_wait": "the site asked to be left alone",
    "site_hours": "the site is asked at the hours set for it only",
    "daily_requests": "the requests to the site of this day are used up",
}


class RetryAfterMiddleware:
    """Raises FetchError (a reason of `PAUSES`) for a site that is left alone, and holds it when its answer asks for it."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(manners_of(crawler))

    def process_request(self, request: Request) -> None:
        pause = self._manners.pause_of(request.url)
        if pause is not None:
            raise FetchError(request.url, pause.reason, f"{_WHY[pause.reason]}, for {pause.wait.total_seconds():.0f} s more")
        self._manners.count(request.url)

    def process_response(self, request: Request, response: Response) -> Response:
        wait = requested_wait(response, self._manners.clock.now())
        if wait is not None:
            self._manners.hold(origin_of(request.url), wait)
        return response


def requested_wait(response: Response, now: datetime) -> timedelta | None:
    """The wait an answer asks for, a day at most; None when it asks for none. A 429 without a length means ten minutes."""
    if response.status not in (429, 503):
        return None
    value = (response.headers.get(b"Retry-After") or b"").decode("latin-1").strip()
    if value.isdecimal():
        return min(_seconds(value), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return DEFAULT_WAIT if response.status == 429 else None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(aware - now, timedelta(0)), LONGEST_WAIT)


def _seconds(digits: str) -> timedelta:
    """So many seconds, of a longer number its first nine digits: years, which is all that matters of it."""
    return timedelta(seconds=int(digits.lstrip("0")[:9] or 0))
