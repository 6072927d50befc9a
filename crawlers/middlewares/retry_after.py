"""Leaves a site alone when it says 429 or 503 with Retry-After: nothing more is asked of it until then, by any source."""

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


class RetryAfterMiddleware:
    """Raises FetchError (`asked_to_wait`) for a site that is held, and holds it when its answer asks for it."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(manners_of(crawler))

    def process_request(self, request: Request) -> None:
        wait = self._manners.held_for(origin_of(request.url))
        if wait is not None:
            raise FetchError(
                request.url, "asked_to_wait", f"the site asked to be left alone for {wait.total_seconds():.0f} s more"
            )

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
