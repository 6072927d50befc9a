"""What Vigie owes the sites from one pass to the next: the robots.txt rules it read, and the pauses that sites asked for."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.schema import Crawl
from crawlers.robots import Robots
from vigie import __version__
from vigie.clock import Clock

if TYPE_CHECKING:
    from scrapy.core.engine import ExecutionEngine
    from scrapy.crawler import Crawler

ROBOTS_FRESH = timedelta(days=1)  # RFC 9309, 2.4: at most 24 hours
ROBOTS_RETRY = timedelta(minutes=10)  # after a robots.txt that could not be read
LONGEST_CRAWL_DELAY_S = 30.0


def user_agent(contact: str) -> str:
    """The honest name under which every request is made."""
    return f"Vigie/{__version__} (+{contact})" if contact else f"Vigie/{__version__}"


def origin_of(url: str) -> str:
    """Scheme, host and port: what one robots.txt speaks for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()


@dataclass(slots=True)
class Manners:
    """Shared by every pass of one collector. Not for several threads."""

    crawl: Crawl
    clock: Clock
    _robots: dict[str, tuple[Robots, datetime]] = field(default_factory=dict)
    _holds: dict[str, datetime] = field(default_factory=dict)

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
        """How long the site is still to be left alone; None when it may be asked."""
        remaining = self._holds.get(origin, self.clock.now()) - self.clock.now()
        return remaining if remaining > timedelta(0) else None


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
