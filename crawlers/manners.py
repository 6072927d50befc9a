"""What Vigie owes the sites from one pass to the next: the robots.txt rules it read, and when a site may be asked.

A site is left alone while it asked for that (Retry-After), outside of the hours set for it, and once its requests of the day are
used up.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.schema import Crawl, SiteManners
from crawlers.robots import Robots
from vigie import __version__
from vigie.clock import Clock
from vigie.hours import opens_in
from vigie.model import host_of

if TYPE_CHECKING:
    from scrapy.core.engine import ExecutionEngine
    from scrapy.crawler import Crawler

ROBOTS_FRESH = timedelta(days=1)  # RFC 9309, 2.4: at most 24 hours
ROBOTS_RETRY = timedelta(minutes=10)  # after a robots.txt that could not be read
LONGEST_CRAWL_DELAY_S = 300.0
OURS = frozenset(("site_hours", "daily_requests"))  # pauses that we keep of our own accord: no fault of the site
PAUSES = OURS | {"asked_to_wait"}
_AS_ALL_SITES = SiteManners()


def user_agent(contact: str) -> str:
    """The honest name under which every request is made."""
    return f"Vigie/{__version__} (+{contact})" if contact else f"Vigie/{__version__}"


def origin_of(url: str) -> str:
    """Scheme, host and port: what one robots.txt speaks for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a site is not asked now (a reason of `PAUSES`), and for how long."""

    reason: str
    wait: timedelta


@dataclass(slots=True)
class Manners:
    """Shared by every pass of one collector. Not for several threads.

    `asked` is how often each site (a host without `www.`) was asked since midnight UTC.
    """

    crawl: Crawl
    clock: Clock
    asked: Counter[str] = field(default_factory=Counter)
    _robots: dict[str, tuple[Robots, datetime]] = field(default_factory=dict)
    _holds: dict[str, datetime] = field(default_factory=dict)
    _day: date = date.min

    def __post_init__(self) -> None:
        self._day = self.clock.now().date()

    @property
    def agent(self) -> str:
        return user_agent(self.crawl.contact)

    def robots_of(self, origin: str) -> Robots | None:
        """The rules of an origin, None when they must be fetched (again)."""
        robots, until = self._robots.get(origin, (None, None))
        return robots if until is not None and self.clock.now() < until else None

    def keep_robots(self, origin: str, robots: Robots) -> None:
        """Remembers the rules of an origin for a day, and forgets those of others whose time is over."""
        now = self.clock.now()
        self._robots = {other: kept for other, kept in self._robots.items() if kept[1] > now}
        self._robots[origin] = (robots, now + (ROBOTS_RETRY if robots.closed else ROBOTS_FRESH))

    def hold(self, origin: str, wait: timedelta) -> None:
        """Leaves a site alone for as long as it asked, or longer if it asked for that before. Forgets pauses that are over."""
        now = self.clock.now()
        self._holds = {other: until for other, until in self._holds.items() if until > now}
        self._holds[origin] = max(now + wait, self._holds.get(origin, now))

    def held_for(self, origin: str) -> timedelta | None:
        """How long the site is still to be left alone because it asked for it; None when it may be asked."""
        remaining = self._holds.get(origin, self.clock.now()) - self.clock.now()
        return remaining if remaining > timedelta(0) else None

    def pause_of(self, url: str) -> Pause | None:
        """Why the site of `url` may not be asked now; None when it may."""
        if held := self.held_for(origin_of(url)):
            return Pause("asked_to_wait", held)
        now, site = self.clock.now(), self.of_site(url)
        if shut := opens_in(site.hours, site.zone, now):
            return Pause("site_hours", shut)
        allowed = self.crawl.requests_per_day if site.requests_per_day is None else site.requests_per_day
        if allowed and self._of_today()[host_of(url)] >= allowed:
            return Pause("daily_requests", datetime.combine(now.date() + timedelta(days=1), time(), UTC) - now)
        return None

    def count(self, url: str) -> None:
        """Notes that the site of `url` is asked once more today."""
        self._of_today()[host_of(url)] += 1

    def of_site(self, url: str) -> SiteManners:
        """The manners set for the site of `url`, or for a domain above it."""
        host = (urlsplit(url).hostname or "") if self.crawl.sites else ""
        while host and host not in self.crawl.sites:
            host = host.partition(".")[2]
        return self.crawl.sites.get(host, _AS_ALL_SITES)

    def _of_today(self) -> Counter[str]:
        today = self.clock.now().date()
        if today != self._day:
            self._day = today
            self.asked.clear()
        return self.asked


def manners_of(crawler: "Crawler") -> Manners:
    """The manners that the spider of this crawl was given."""
    manners = getattr(crawler.spider, "manners", None)
    if not isinstance(manners, Manners):
        raise TypeError("crawls are started by crawlers.collect, which gives the spider its manners")
    return manners


def running_engine(crawler: "Crawler") -> "ExecutionEngine":
    """The engine of a crawl that is under way. Raises: RuntimeError before it started."""
    if crawler.engine is None:
        raise RuntimeError("the crawl has not started")
    return crawler.engine
